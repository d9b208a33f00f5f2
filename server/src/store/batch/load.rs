//! What the requests of a transaction need, read and locked in the order that everybody keeps: users, receipts, prizes,
//! products.

use std::sync::Arc;

use super::{
    Needs,
    job::Job,
    work::{Known, Work},
};
use crate::store::{Db, StoreError, Tx, idempotency, product, review, table, user};

pub(super) async fn load(db: &Db, tx: &mut Tx, jobs: &[Arc<dyn Job>]) -> Result<Work, StoreError> {
    let mut needs = Needs::default();
    for job in jobs {
        job.ask().needs(&mut needs);
    }
    let mut work = Work::default();
    let ids: Vec<i64> = needs.users.into_iter().collect();
    let mut active_table = None;
    for held in user::hold_all(tx, &ids).await? {
        active_table = held.active_table;
        work.users.insert(held.user.user_id, held.user);
    }
    let keys: Vec<_> = jobs.iter().filter_map(|job| job.ask().key()).collect();
    for kept in idempotency::find(tx, &keys).await? {
        work.answers.insert((kept.user_id, kept.request_id.clone()), Known::Stored(kept));
    }
    let ids: Vec<_> = needs.receipts.iter().collect();
    for receipt in review::hold_all(tx, &ids).await? {
        work.receipts.insert(receipt.upload_id.clone(), receipt);
    }
    if let Some(table_id) = active_table.filter(|_| needs.table) {
        load_table(db, tx, table_id, &mut work).await?;
    }
    let ids: Vec<i64> = needs.products.into_iter().collect();
    for product in product::hold_all(tx, &ids).await? {
        work.products.insert(product.commodity_id, product);
    }
    Ok(work)
}

async fn load_table(db: &Db, tx: &mut Tx, table_id: i64, work: &mut Work) -> Result<(), StoreError> {
    let active = if let Some(active) = db.queue.table(table_id) {
        active
    } else {
        let active = Arc::new(table::in_tx(tx, table_id).await?);
        db.queue.remember(&active);
        active
    };
    let limited = active.table.prizes().iter().filter(|prize| prize.stock.is_some()).count();
    if limited > 0 {
        work.stock = table::hold_stock(tx, table_id).await?;
        // Another table has taken its place: what is left was counted by that publication, and with the new table the next
        // try will know.
        if work.stock.len() < limited {
            return Err(StoreError::Busy("another table was published meanwhile"));
        }
    }
    work.table = Some(active);
    Ok(())
}
