//! What a merchant does with products: adds them, changes them, and takes them away.
//!
//! Several at once are one transaction, in the order of their ids. One that is refused has written nothing, and harms no
//! other.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{NewProduct, Product, Shelf, announce, in_tx, insert};
use crate::store::{
    Db, StoreError, Tx,
    db::execute,
    error::retry_busy,
    event::NewEvent,
    idempotency::{self, Answer, Key, Seen, Settled},
    user::Holders,
};

/// The most pieces of a product that a merchant can put on the shelf.
pub const STOCK_MAX: i64 = 1_000_000;

/// What is to be done.
#[derive(Clone, Debug)]
pub enum Work<'a> {
    /// A new product, on the shelf.
    Add(NewProduct<'a>),
    /// Each of these is changed.
    Change(BTreeSet<i64>, Change),
    /// Each of these is taken away. Orders keep naming it.
    Remove(BTreeSet<i64>),
}

/// What is to be changed of a product; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// The category it is listed under.
    pub category: Option<String>,
    /// Price of one, in points.
    pub exchange_points: Option<i64>,
    /// Address of a picture, or empty.
    pub image: Option<String>,
    /// Whether the merchant recommends it.
    pub is_hot: Option<bool>,
    /// Its place in the list.
    pub sort_order: Option<i64>,
    /// Whether it is on the shelf.
    pub on_shelf: Option<bool>,
    /// Pieces that come, or go if it is negative.
    pub stock_delta: i64,
    /// The stock that the merchant saw: with another, nothing is changed.
    pub expected_stock: Option<i64>,
}

impl Change {
    /// Whether phones that show the product should hear of it.
    const fn shows(&self) -> bool {
        self.name.is_some() || self.exchange_points.is_some() || self.on_shelf.is_some() || self.stock_delta != 0
    }

    /// Whether a product with this stock can be changed so.
    fn fits(&self, stock: i64) -> bool {
        let new = stock + self.stock_delta;
        // Returned pieces may make more than a merchant can: whoever takes some, or none, is not told of that.
        new >= 0 && (self.stock_delta <= 0 || new <= STOCK_MAX) && self.expected_stock.is_none_or(|seen| seen == stock)
    }
}

/// A merchant's request.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// Who asks.
    pub user_id: i64,
    /// What for.
    pub work: Work<'a>,
    /// If the request named itself.
    pub key: Option<Key>,
    /// When.
    pub now: Timestamp,
}

/// What became of one product.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Added, changed or taken away: as it is now.
    Done(Box<Product>),
    /// There is no such product.
    NoProduct,
    /// The stock is another than was expected, or not enough, or would be too much.
    Stock {
        /// How many there are.
        stock: i64,
    },
}

/// A product, and what became of it.
pub type Each = (i64, Outcome);

/// Carries an order out. `answer` writes down what became of each product, in the order of their ids; what it wrote is kept
/// for a repetition of the request.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has changed then.
pub async fn manage(
    db: &Db,
    order: &Order<'_>,
    answer: &(dyn Fn(&[Each]) -> Answer + Sync),
) -> Result<Settled<Vec<Each>>, StoreError> {
    retry_busy(|| manage_once(db, order, answer)).await
}

async fn manage_once(
    db: &Db,
    order: &Order<'_>,
    answer: &(dyn Fn(&[Each]) -> Answer + Sync),
) -> Result<Settled<Vec<Each>>, StoreError> {
    let mut tx = db.begin().await?;
    // Equal requests wait here for each other. A new product has no row to wait for.
    Holders::hold(&mut tx, [order.user_id]).await?.still_merchant(order.user_id)?;
    if let Some(key) = &order.key {
        match idempotency::seen(&mut tx, key, order.now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Settled::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Settled::Otherwise),
        }
    }
    let outcomes = carry_out(&mut tx, order).await?;
    let answer = answer(&outcomes);
    if let Some(key) = &order.key {
        idempotency::keep(&mut tx, key, &answer, order.now).await?;
    }
    tx.commit().await?;
    Ok(Settled::Now(outcomes, answer))
}

async fn carry_out(tx: &mut Tx, order: &Order<'_>) -> Result<Vec<Each>, StoreError> {
    let mut outcomes = Vec::new();
    match &order.work {
        Work::Add(new) => {
            let id = insert(tx, new, order.now).await?;
            outcomes.push((id, Outcome::Done(Box::new(announce(tx, id, order.now).await?))));
        }
        Work::Change(ids, change) => {
            for id in ids {
                outcomes.push((*id, update(tx, *id, change, order.now).await?));
            }
        }
        Work::Remove(ids) => {
            for id in ids {
                outcomes.push((*id, remove(tx, *id, order.now).await?));
            }
        }
    }
    Ok(outcomes)
}

async fn update(tx: &mut Tx, id: i64, change: &Change, now: Timestamp) -> Result<Outcome, StoreError> {
    let status = change.on_shelf.map(|on_shelf| if on_shelf { Shelf::Active } else { Shelf::Inactive }.name());
    let updated = execute!(
        &mut *tx,
        "UPDATE products
         SET name = COALESCE(?, name), description = COALESCE(?, description), category = COALESCE(?, category),
             exchange_points = COALESCE(?, exchange_points), image = COALESCE(?, image), is_hot = COALESCE(?, is_hot),
             sort_order = COALESCE(?, sort_order), status = COALESCE(?, status), stock = stock + ?, updated_at = ?
         WHERE commodity_id = ? AND deleted_at IS NULL
           AND stock + ? >= 0 AND (? <= 0 OR stock + ? <= ?) AND stock = COALESCE(?, stock)",
        change.name.as_deref(),
        change.description.as_deref(),
        change.category.as_deref(),
        change.exchange_points,
        change.image.as_deref(),
        change.is_hot,
        change.sort_order,
        status,
        change.stock_delta,
        now.as_millisecond(),
        id,
        change.stock_delta,
        change.stock_delta,
        change.stock_delta,
        STOCK_MAX,
        change.expected_stock
    )?;
    if updated > 0 && change.shows() {
        return Ok(Outcome::Done(Box::new(announce(tx, id, now).await?)));
    }
    match in_tx(tx, id).await?.filter(|product| product.deleted_at.is_none()) {
        None => Ok(Outcome::NoProduct),
        Some(product) if updated > 0 => {
            tx.push(NewEvent::products_changed(now));
            Ok(Outcome::Done(Box::new(product)))
        }
        Some(product) if !change.fits(product.stock) => Ok(Outcome::Stock { stock: product.stock }),
        // Somebody has just taken or returned some: the next try will know.
        Some(_) => Err(StoreError::Busy("the product was changed meanwhile")),
    }
}

/// Two merchants who take the same product away mean the same.
async fn remove(tx: &mut Tx, id: i64, now: Timestamp) -> Result<Outcome, StoreError> {
    let at = now.as_millisecond();
    let removed = execute!(
        &mut *tx,
        "UPDATE products SET deleted_at = ?, updated_at = ? WHERE commodity_id = ? AND deleted_at IS NULL",
        at,
        at,
        id
    )?;
    let product = if removed > 0 { Some(announce(tx, id, now).await?) } else { in_tx(tx, id).await? };
    Ok(product.map_or(Outcome::NoProduct, |product| Outcome::Done(Box::new(product))))
}
