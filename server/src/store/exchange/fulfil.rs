//! What a merchant does with an order: sends it, hands it over, or takes it back.

use jiff::Timestamp;

use super::records::{self, Record, Status};
use crate::store::{
    Db, StoreError, Tx,
    db::execute,
    error::retry_busy,
    idempotency::{self, Answer, Key, Seen, Settled},
    ledger::{self, Entry, Reason},
    product,
    user::Holders,
};

/// What is to become of an order.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its number.
    pub order_id: String,
    /// The merchant who asks.
    pub merchant_id: i64,
    /// Its new status.
    pub to: Status,
    /// If the request named itself.
    pub key: Option<Key>,
    /// When.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It has this status now, or had it already.
    Is(Box<Record>),
    /// From its status there is no way to the new one.
    NoWay(Status),
    /// Its points don't fit into the diner's balance any more.
    BalanceFull(Status),
    /// There is no such order.
    NoOrder,
}

/// Changes the status of an order. Cancelling one that was redeemed returns points and stock, once.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn change(
    db: &Db,
    change: &Change,
    answer: &(dyn Fn(&Outcome) -> Answer + Sync),
) -> Result<Settled<Outcome>, StoreError> {
    retry_busy(|| change_once(db, change, answer)).await
}

async fn change_once(
    db: &Db,
    change: &Change,
    answer: &(dyn Fn(&Outcome) -> Answer + Sync),
) -> Result<Settled<Outcome>, StoreError> {
    // What an order is made of never changes but for its status, which is claimed below.
    let Some(order) = records::by_order(db, &change.order_id).await? else {
        return Ok(Settled::Now(Outcome::NoOrder, answer(&Outcome::NoOrder)));
    };
    let mut tx = db.begin().await?;
    // Both by their ids, before anything else: what is kept for a repetition names the merchant, and a merchant who manages
    // the product has locked their own row before it.
    let holders = Holders::hold(&mut tx, [order.user_id, change.merchant_id]).await?;
    holders.still_merchant(change.merchant_id)?;
    if let Some(key) = &change.key {
        match idempotency::seen(&mut tx, key, change.now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Settled::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Settled::Otherwise),
        }
    }
    let refusal = carry_out(&mut tx, &order, change, &holders).await?;
    let order = records::in_tx(&mut tx, &change.order_id).await?;
    let order = order.ok_or_else(|| StoreError::Corrupt(format!("order {} is gone", change.order_id)))?;
    let outcome = match refusal {
        // A merchant who repeats it, or two at once, mean the same.
        _ if order.status == change.to => Outcome::Is(Box::new(order)),
        Some(Refusal::BalanceFull) => Outcome::BalanceFull(order.status),
        _ => Outcome::NoWay(order.status),
    };
    let answer = answer(&outcome);
    if let Some(key) = &change.key {
        idempotency::keep(&mut tx, key, &answer, change.now).await?;
    }
    tx.commit().await?;
    Ok(Settled::Now(outcome, answer))
}

/// Why an order did not take its new status; nothing was written then.
enum Refusal {
    NoWay,
    BalanceFull,
}

/// Gives the order its new status, if it may have it, and returns what was paid if that is to cancel it.
///
/// Rows are locked in this order: diner and merchant, the order, the product. Nobody who holds a product waits for an order.
async fn carry_out(
    tx: &mut Tx,
    order: &Record,
    change: &Change,
    holders: &Holders,
) -> Result<Option<Refusal>, StoreError> {
    let redeemed = order.product_id.filter(|_| change.to == Status::Cancelled);
    if redeemed.is_some() && !holders.have_room(order.user_id, order.points_cost) {
        return Ok(Some(Refusal::BalanceFull));
    }
    let from = match change.to {
        Status::Pending => return Ok(Some(Refusal::NoWay)),
        Status::Shipped | Status::Cancelled => [Status::Pending; 2],
        Status::Completed => [Status::Pending, Status::Shipped],
    };
    let changed = execute!(
        &mut *tx,
        "UPDATE exchange_records SET status = ?, updated_at = ? WHERE order_id = ? AND status IN (?, ?)",
        change.to.name(),
        change.now.as_millisecond(),
        &change.order_id,
        from[0].name(),
        from[1].name()
    )?;
    if changed == 0 {
        return Ok(Some(Refusal::NoWay));
    }
    if let Some(product_id) = redeemed {
        give_back(tx, order, product_id, change.now).await?;
    }
    Ok(None)
}

async fn give_back(tx: &mut Tx, order: &Record, product_id: i64, now: Timestamp) -> Result<(), StoreError> {
    let entry = Entry {
        user_id: order.user_id,
        points: order.points_cost,
        reason: Reason::ExchangeRedeem,
        description: "兑换取消退回",
        related_id: Some(&order.order_id),
        at: now,
    };
    let full = || StoreError::Corrupt("there was room for the points and is not".into());
    ledger::move_points(tx, entry).await?.ok_or_else(full)?;
    product::put_back(tx, product_id, order.quantity, now).await?;
    product::announce(tx, product_id, now).await?;
    Ok(())
}
