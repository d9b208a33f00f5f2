//! What the requests of a transaction find, and what they leave.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use crate::store::{
    StoreError,
    event::NewEvent,
    exchange,
    idempotency::{Kept, Key},
    ledger,
    lottery::rows,
    product::Product,
    review,
    table::ActiveTable,
    user::User,
};

/// The rows that were read, and the effects of the requests that were decided so far.
#[derive(Debug, Default)]
pub(in crate::store) struct Work {
    pub(super) users: BTreeMap<i64, User>,
    /// Those that are not revoked, and whose they are.
    pub(super) sessions: BTreeMap<String, i64>,
    pub(super) table: Option<Arc<ActiveTable>>,
    /// Pieces left of the table's limited prizes.
    pub(super) stock: BTreeMap<u32, u32>,
    pub(super) products: BTreeMap<i64, Product>,
    pub(super) receipts: BTreeMap<String, review::Receipt>,
    pub(super) answers: BTreeMap<(i64, String), Known>,
    pub(super) done: Effects,
}

/// What a request changes. Rows are as they are afterwards.
#[derive(Debug, Default)]
pub(in crate::store) struct Effects {
    pub(super) users: BTreeMap<i64, User>,
    pub(in crate::store) stock: BTreeMap<u32, u32>,
    pub(in crate::store) products: BTreeMap<i64, Product>,
    pub(in crate::store) receipts: BTreeMap<String, review::Receipt>,
    pub(in crate::store) draws: Vec<rows::Draw>,
    pub(in crate::store) records: Vec<rows::Record>,
    pub(in crate::store) orders: Vec<exchange::NewOrder>,
    pub(in crate::store) verdicts: Vec<review::Decided>,
    pub(super) ledger: Vec<ledger::Row>,
    pub(in crate::store) events: Vec<NewEvent>,
}

/// What is known of the name of a request.
#[derive(Debug)]
pub(super) enum Known {
    Stored(Kept),
    /// A request of this transaction, by its place in it.
    Now {
        fingerprint: String,
        place: usize,
    },
}

/// Whether a request was answered before.
pub(super) enum Seen<'w> {
    Never,
    Before(&'w Kept),
    /// By a request of this transaction.
    Now(usize),
    Otherwise,
}

impl Work {
    /// The user as they are now.
    pub(in crate::store) fn user(&self, user_id: i64) -> Result<&User, StoreError> {
        let user = self.done.users.get(&user_id).or_else(|| self.users.get(&user_id));
        user.ok_or_else(|| StoreError::Corrupt(format!("no user {user_id}")))
    }

    pub(in crate::store) fn table(&self) -> Option<&Arc<ActiveTable>> {
        self.table.as_ref()
    }

    /// Pieces left of the table's limited prizes.
    pub(in crate::store) fn stock(&self) -> BTreeMap<u32, u32> {
        self.stock.iter().map(|(id, left)| (*id, *self.done.stock.get(id).unwrap_or(left))).collect()
    }

    pub(in crate::store) fn product(&self, product_id: i64) -> Option<&Product> {
        self.done.products.get(&product_id).or_else(|| self.products.get(&product_id))
    }

    pub(in crate::store) fn receipt(&self, upload_id: &str) -> Option<&review::Receipt> {
        self.done.receipts.get(upload_id).or_else(|| self.receipts.get(upload_id))
    }

    pub(super) fn seen(&self, key: &Key, now: Timestamp) -> Seen<'_> {
        let (fingerprint, seen) = match self.answers.get(&(key.user_id, key.request_id.clone())) {
            Some(Known::Stored(kept)) if !kept.is_expired(now) => (&kept.fingerprint, Seen::Before(kept)),
            Some(Known::Now { fingerprint, place }) => (fingerprint, Seen::Now(*place)),
            _ => return Seen::Never,
        };
        if *fingerprint == key.fingerprint { seen } else { Seen::Otherwise }
    }

    /// Says that the request at this place has used its name. The answer that is in the way, if one is.
    pub(super) fn used(&mut self, key: &Key, place: usize) -> Option<Kept> {
        let now = Known::Now { fingerprint: key.fingerprint.clone(), place };
        match self.answers.insert((key.user_id, key.request_id.clone()), now) {
            Some(Known::Stored(kept)) => Some(kept),
            _ => None,
        }
    }

    /// Lets the requests after this one find what it did.
    pub(super) fn apply(&mut self, effects: Effects) {
        let Effects { users, stock, products, receipts, draws, records, orders, verdicts, ledger, events } = effects;
        let done = &mut self.done;
        done.users.extend(users);
        done.stock.extend(stock);
        done.products.extend(products);
        done.receipts.extend(receipts);
        done.draws.extend(draws);
        done.records.extend(records);
        done.orders.extend(orders);
        done.verdicts.extend(verdicts);
        done.ledger.extend(ledger);
        done.events.extend(events);
    }
}

impl Effects {
    /// The user, to be changed.
    pub(in crate::store) fn user(&mut self, work: &Work, user_id: i64) -> Result<&mut User, StoreError> {
        match self.users.entry(user_id) {
            std::collections::btree_map::Entry::Occupied(user) => Ok(user.into_mut()),
            std::collections::btree_map::Entry::Vacant(place) => Ok(place.insert(work.user(user_id)?.clone())),
        }
    }

    /// Moves points, as [`ledger::move_points`] does. The new balance, or `None` if it would be out of range.
    pub(in crate::store) fn move_points(
        &mut self,
        work: &Work,
        entry: ledger::Entry<'_>,
    ) -> Result<Option<i64>, StoreError> {
        let user = self.user(work, entry.user_id)?;
        let Some(row) = ledger::Row::of(user.total_points, entry) else { return Ok(None) };
        user.total_points = row.balance_after;
        self.events.push(row.event());
        let balance = row.balance_after;
        self.ledger.push(row);
        Ok(Some(balance))
    }
}
