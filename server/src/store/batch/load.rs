//! What the requests of a transaction need, read and locked in the order that everybody keeps: users, receipts, prizes,
//! products.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Needs,
    job::Job,
    work::{Known, Work},
};
use crate::store::{
    Db, StoreError, Tx, idempotency, product, review, session,
    table::{self, ActiveTable},
    user,
};

pub(super) async fn load(db: &Db, tx: &mut Tx, jobs: &[Arc<dyn Job>]) -> Result<Work, StoreError> {
    let mut needs = Needs::default();
    for job in jobs {
        job.ask().needs(&mut needs);
    }
    let mut work = Work::default();
    let users: Vec<i64> = needs.users.into_iter().collect();
    let keys: Vec<_> = jobs.iter().filter_map(|job| job.ask().key()).collect();
    let receipts: Vec<_> = needs.receipts.iter().collect();
    let products: Vec<i64> = needs.products.into_iter().collect();
    let sessions: Vec<_> =
        jobs.iter().filter_map(|job| job.ask().session()).map(|(session_id, _)| session_id).collect();
    let (users, keys) = (user::hold_all(tx, &users), idempotency::find(tx, &keys));
    let sessions = session::live(tx, &sessions);
    let receipts = review::hold_all(tx, &receipts);
    let mut found = tx.flush().await?;
    let mut active_table = None;
    for held in found.take(users)? {
        active_table = held.active_table;
        work.users.insert(held.user.user_id, held.user);
    }
    for kept in found.take(keys)? {
        work.answers.insert((kept.user_id, kept.request_id.clone()), Known::Stored(kept));
    }
    work.sessions.extend(found.take(sessions)?);
    for receipt in found.take(receipts)? {
        work.receipts.insert(receipt.upload_id.clone(), receipt);
    }
    if needs.table {
        load_table(db, tx, active_table, &mut work).await?;
    }
    let products = product::hold_all(tx, &products);
    for product in tx.flush().await?.take(products)? {
        work.products.insert(product.commodity_id, product);
    }
    Ok(work)
}

/// The active table, and what is left of its prizes. One that was published while this waited for those of another takes its
/// place: what was left of them was counted by that publication.
async fn load_table(db: &Db, tx: &mut Tx, mut active: Option<i64>, work: &mut Work) -> Result<(), StoreError> {
    while let Some(table_id) = active {
        let table = version(db, tx, table_id).await?;
        let limited = table.table.prizes().iter().filter(|prize| prize.stock.is_some()).count();
        work.stock = if limited > 0 { table::hold_stock(tx, table_id).await? } else { BTreeMap::new() };
        if work.stock.len() >= limited {
            work.table = Some(table);
            break;
        }
        active = table::active_id(tx).await?;
        if active == Some(table_id) {
            return Err(StoreError::Corrupt(format!("table {table_id} is active and its prizes are not")));
        }
    }
    Ok(())
}

async fn version(db: &Db, tx: &mut Tx, table_id: i64) -> Result<Arc<ActiveTable>, StoreError> {
    if let Some(last) = db.queue.table(table_id) {
        return Ok(last);
    }
    let table = Arc::new(table::in_tx(tx, table_id).await?);
    db.queue.remember(&table);
    Ok(table)
}
