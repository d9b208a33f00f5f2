//! What the requests of a transaction leave, written.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::work::Work;
use crate::store::{StoreError, Tx, event::NewEvent, exchange, ledger, lottery::rows, product, review, table, user};

/// Writes all effects but the answers. The ids of new orders for products, by their numbers.
pub(super) async fn write(tx: &mut Tx, work: &mut Work, now: Timestamp) -> Result<BTreeMap<String, i64>, StoreError> {
    let done = std::mem::take(&mut work.done);
    tx.gather();
    rows::insert_draws(tx, &done.draws).await?;
    rows::insert_records(tx, &done.records).await?;
    let ids = exchange::insert(tx, &done.orders).await?;
    ledger::insert(tx, &done.ledger).await?;
    let active = work.table.as_ref().map(|active| active.table_id);
    let drawn_from = active.filter(|_| !done.draws.is_empty());
    let users: Vec<_> = done.users.values().collect();
    user::write_all(tx, &users, drawn_from, now).await?;
    for decided in &done.verdicts {
        review::write(tx, decided).await?;
    }
    for (id, after) in &done.stock {
        let before = work.stock[id];
        if let Some(table_id) = active.filter(|_| before != *after) {
            table::write_stock(tx, table_id, *id, before, *after).await?;
            if *after == 0 {
                tx.push(NewEvent::prizes_changed(now));
            }
        }
    }
    for (id, after) in &done.products {
        product::write_stock(tx, &work.products[id], after, now).await?;
    }
    for event in done.events {
        tx.push(event);
    }
    Ok(ids)
}
