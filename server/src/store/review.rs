//! Receipts that diners sent in, decided by merchants: once each, and never by whoever sent them.

pub mod pending;
pub mod statistics;

use std::{collections::BTreeMap, sync::Arc};

use fairwheel_core::points::ReceiptRule;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::{
    Db, StoreError, Tx,
    batch::{self, Ask, Effects, Needs, Request, Work},
    db::{Asked, MANY, on_db, padded, repeated, values},
    event::NewEvent,
    idempotency::{Answer, Key, Settled},
    ledger::{Entry, Reason},
    status::Status,
};

/// What a merchant makes of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It earns so many points, above 0.
    Approve(i64),
    /// It earns what the rule gives for its amounts, above 0.
    ApproveAsExpected(ReceiptRule),
    /// It earns none.
    Reject,
}

impl Verdict {
    /// What receipts become by it.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::Approve(_) | Self::ApproveAsExpected(_) => Status::Approved,
            Self::Reject => Status::Rejected,
        }
    }
}

/// Receipts to be decided, all in one way.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Who decides.
    pub reviewer_id: i64,
    /// Which ones, each once.
    pub upload_ids: Vec<String>,
    /// How.
    pub verdict: Verdict,
    /// What their diners are told of it.
    pub reason: Option<String>,
    /// What was really paid, in cents, if the merchant says so.
    pub amount: Option<i64>,
    /// If the request named itself.
    pub key: Option<Key>,
    /// When.
    pub now: Timestamp,
}

/// What became of one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Decided, with so many points; 0 if it was rejected.
    Decided(i64),
    /// There is no such receipt.
    Missing,
    /// It was decided before, so.
    Already(Status),
    /// Its points don't fit into the diner's balance.
    BalanceFull,
    /// The reviewer sent it in.
    Own,
}

/// A receipt, as far as it is decided by it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Receipt {
    pub(super) upload_id: String,
    user_id: i64,
    amount: Option<i64>,
    estimated_amount: Option<i64>,
    #[sqlx(try_from = "String")]
    review_status: Status,
}

/// Decides receipts, each on its own: one that is refused keeps no other from being decided. `answer` writes down what
/// became of them, in the order asked; what it wrote is kept for a repetition of the request.
///
/// Rows are locked in this order: users by their ids, the reviewer among them, then receipts by theirs. The foreign key of
/// the reviewer, who is written into the receipt, locks their row: after the receipt's, it would come too late.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn decide(
    db: &Db,
    decision: &Arc<Decision>,
    answer: impl Fn(&Vec<Outcome>) -> Answer + Send + Sync + 'static,
) -> Result<Settled<Vec<Outcome>>, StoreError> {
    // Whose a receipt is never changes.
    let mut diners = BTreeMap::new();
    for part in decision.upload_ids.chunks(MANY) {
        // MariaDB passes over spaces at the end.
        diners.extend(diners_of(db, part).await?.into_iter().filter(|(upload_id, _)| part.contains(upload_id)));
    }
    batch::settle(db, Review { decision: decision.clone(), diners }, answer).await
}

/// The diners of these receipts, as far as there are such.
async fn diners_of(db: &Db, upload_ids: &[String]) -> Result<Vec<(String, i64)>, StoreError> {
    let places = repeated("?", ", ", upload_ids.len().next_power_of_two());
    let select = format!("SELECT upload_id, user_id FROM upload_reviews WHERE upload_id IN ({places})");
    Ok(on_db!(db, |c| {
        let mut query = sqlx::query_as(AssertSqlSafe(select));
        for upload_id in padded(upload_ids) {
            query = query.bind(upload_id);
        }
        query.fetch_all(c).await
    })?)
}

struct Review {
    decision: Arc<Decision>,
    /// Who sent the receipts in, by their ids.
    diners: BTreeMap<String, i64>,
}

impl Ask for Review {
    fn key(&self) -> Option<&Key> {
        self.decision.key.as_ref()
    }

    fn now(&self) -> Timestamp {
        self.decision.now
    }

    fn size(&self) -> usize {
        self.decision.upload_ids.len()
    }

    fn needs(&self, needs: &mut Needs) {
        needs.users.extend(self.diners.values().copied().chain([self.decision.reviewer_id]));
        needs.receipts.extend(self.diners.keys().cloned());
    }

    fn admitted(&self, work: &Work) -> Result<(), StoreError> {
        work.user(self.decision.reviewer_id)?.still_merchant()
    }
}

impl Request for Review {
    type Outcome = Vec<Outcome>;

    fn decide(&self, work: &Work) -> Result<(Vec<Outcome>, Effects), StoreError> {
        let mut effects = Effects::default();
        let mut outcomes = BTreeMap::new();
        for upload_id in self.diners.keys() {
            if let Some(receipt) = work.receipt(upload_id) {
                outcomes.insert(upload_id, self.one(work, &mut effects, receipt)?);
            }
        }
        let asked = self.decision.upload_ids.iter();
        Ok((asked.map(|upload_id| outcomes.get(upload_id).copied().unwrap_or(Outcome::Missing)).collect(), effects))
    }
}

impl Review {
    /// Decides a receipt. A diner who is locked out gets their points, too: what was bought was bought.
    fn one(&self, work: &Work, effects: &mut Effects, receipt: &Receipt) -> Result<Outcome, StoreError> {
        let decision = &*self.decision;
        if receipt.user_id == decision.reviewer_id {
            return Ok(Outcome::Own);
        }
        if receipt.review_status != Status::Pending {
            return Ok(Outcome::Already(receipt.review_status));
        }
        let points = match decision.verdict {
            Verdict::Approve(points) => points,
            Verdict::ApproveAsExpected(rule) => expected(rule, receipt.amount, receipt.estimated_amount),
            Verdict::Reject => 0,
        };
        let (user_id, upload_id, at) = (receipt.user_id, receipt.upload_id.as_str(), decision.now);
        let status = decision.verdict.status();
        // Phones add the points of the first message and set those of the second, so this is their order.
        let told = NewEvent::review_result(user_id, upload_id, status.name(), points, decision.reason.as_deref(), at);
        effects.events.push(told);
        if points > 0 {
            let (reason, description) = (Reason::PhotoReview, "小票审核通过");
            let entry = Entry { user_id, points, reason, description, related_id: Some(upload_id), at };
            if effects.move_points(work, entry)?.is_none() {
                effects.events.pop();
                return Ok(Outcome::BalanceFull);
            }
        }
        effects.verdicts.push(Decided { upload_id: upload_id.to_owned(), points, decision: self.decision.clone() });
        effects.receipts.insert(upload_id.to_owned(), Receipt { review_status: status, ..receipt.clone() });
        Ok(Outcome::Decided(points))
    }
}

/// A receipt that was decided, to be written.
#[derive(Debug)]
pub(super) struct Decided {
    upload_id: String,
    points: i64,
    decision: Arc<Decision>,
}

/// The receipts with these ids, which ascend, locked until the commit.
pub(super) fn hold_all(tx: &mut Tx, upload_ids: &[&String]) -> Asked<Receipt> {
    let rest = tx.for_update();
    let select = "SELECT upload_id, user_id, amount, estimated_amount, review_status FROM upload_reviews
                  WHERE upload_id IN";
    let of = |count| format!("{select} ({}){rest}", repeated("?", ", ", count));
    tx.ask_all(of, upload_ids, |id| values![*id])
}

/// Writes what became of a receipt that is held.
pub(super) async fn write(tx: &mut Tx, decided: &Decided) -> Result<(), StoreError> {
    let Decided { upload_id, points, decision } = decided;
    let update = "UPDATE upload_reviews
                  SET review_status = ?, reviewer_id = ?, review_reason = ?, review_time = ?, points_awarded = ?,
                      claimed_amount = amount, amount = COALESCE(?, amount)
                  WHERE upload_id = ? AND review_status = 'pending' AND user_id <> ?";
    let values = values![
        decision.verdict.status().name(),
        decision.reviewer_id,
        decision.reason.as_ref(),
        decision.now.as_millisecond(),
        *points,
        decision.amount,
        upload_id,
        decision.reviewer_id,
    ];
    let otherwise = StoreError::Corrupt(format!("receipt {upload_id} was held and has changed"));
    tx.write(update, values, 1, otherwise).await
}

/// The points that a rule gives for the amounts of a receipt, in cents.
fn expected(rule: ReceiptRule, claimed: Option<i64>, read: Option<i64>) -> i64 {
    // The tables refuse negative ones.
    let cents = |amount: Option<i64>| amount.and_then(|amount| u64::try_from(amount).ok());
    rule.expected(cents(claimed), cents(read)).into()
}
