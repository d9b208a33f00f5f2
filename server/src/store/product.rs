//! Products: what points can be redeemed for.

mod list;
pub mod manage;

use jiff::Timestamp;

pub use list::{Filter, Place, Sort, categories, page};

use super::{
    StoreError, Tx,
    db::{Asked, Connection, execute, on_tx, repeated, values},
    event::NewEvent,
    exchange::records::Moment,
};

/// Whether a product can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// There is some.
    Active,
    /// It is on the shelf, and there is none left.
    SoldOut,
    /// Off the shelf.
    Inactive,
}

impl Shelf {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::SoldOut, Self::Inactive];

    /// The name sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::SoldOut => "sold_out",
            Self::Inactive => "inactive",
        }
    }
}

/// A row of `products`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Product {
    /// Identifier, from 1.
    pub commodity_id: i64,
    /// Its name.
    pub name: String,
    /// What it is, or empty.
    pub description: String,
    /// The category it is listed under.
    pub category: String,
    /// Price of one, in points, above 0.
    pub exchange_points: i64,
    /// How many are left, 0 or more.
    pub stock: i64,
    /// Address of a picture, or empty.
    pub image: String,
    /// As stored; [`Product::shelf`] says what it comes to.
    pub status: String,
    /// Whether the merchant recommends it.
    pub is_hot: bool,
    /// Its place in the list: small ones first.
    pub sort_order: i64,
    /// How many were redeemed, returned ones not counted.
    pub sales_count: i64,
    /// Tenths of a star, 0..=50.
    pub rating: i64,
    /// When it was added.
    #[sqlx(try_from = "i64")]
    pub created_at: Moment,
    /// When it was taken away for good, Unix milliseconds. Its row stays for the orders that name it.
    pub deleted_at: Option<i64>,
}

impl Product {
    /// Whether it can be had. The stock decides what is sold out, whatever was stored.
    #[must_use]
    pub fn shelf(&self) -> Shelf {
        match (self.status.as_str(), self.stock) {
            _ if self.deleted_at.is_some() => Shelf::Inactive,
            ("inactive", _) => Shelf::Inactive,
            (_, 0) => Shelf::SoldOut,
            _ => Shelf::Active,
        }
    }

    /// How many can be had: none of a product that is off the shelf.
    #[must_use]
    pub fn available(&self) -> i64 {
        if self.shelf() == Shelf::Inactive { 0 } else { self.stock }
    }

    /// What everybody is told of its stock.
    pub(super) fn stock_update(&self, now: Timestamp) -> NewEvent {
        NewEvent::stock_update(self.commodity_id, self.available(), &self.name, now)
    }
}

pub(super) async fn in_tx(tx: &mut Tx, product_id: i64) -> Result<Option<Product>, StoreError> {
    Ok(on_tx!(tx, |c| {
        sqlx::query_as("SELECT * FROM products WHERE commodity_id = ?").bind(product_id).fetch_optional(c).await
    })?)
}

/// The products with these ids, locked until the commit.
pub(super) fn hold_all(tx: &mut Tx, ids: &[i64]) -> Asked<Product> {
    let rest = tx.for_update();
    let of = |count| format!("SELECT * FROM products WHERE commodity_id IN ({}){rest}", repeated("?", ", ", count));
    tx.ask_all(of, ids, |id| values![*id])
}

/// Writes how many are left of a product that is held, and how many were redeemed. `before` is what was read.
pub(super) async fn write_stock(
    tx: &mut Tx,
    before: &Product,
    after: &Product,
    now: Timestamp,
) -> Result<(), StoreError> {
    let update = "UPDATE products SET stock = ?, sales_count = ?, updated_at = ? WHERE commodity_id = ? AND stock = ?";
    let values = values![after.stock, after.sales_count, now.as_millisecond(), after.commodity_id, before.stock];
    let otherwise = StoreError::Corrupt(format!("product {} was held and has changed", after.commodity_id));
    tx.write(update, values, 1, otherwise).await
}

/// Puts pieces back that were taken, on the shelf or not.
pub(super) async fn put_back(tx: &mut Tx, product_id: i64, quantity: i64, now: Timestamp) -> Result<(), StoreError> {
    execute!(
        tx,
        "UPDATE products SET stock = stock + ?, sales_count = sales_count - ?, updated_at = ? WHERE commodity_id = ?",
        quantity,
        quantity,
        now.as_millisecond(),
        product_id
    )?;
    Ok(())
}

/// Has everybody told how many can be had. The product, as it is now.
pub(super) async fn announce(tx: &mut Tx, product_id: i64, now: Timestamp) -> Result<Product, StoreError> {
    let product = in_tx(tx, product_id).await?;
    let product = product.ok_or_else(|| StoreError::Corrupt(format!("no product {product_id}")))?;
    tx.push(product.stock_update(now));
    Ok(product)
}

/// A product to be added, on the shelf.
#[derive(Clone, Copy, Debug)]
pub struct NewProduct<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is.
    pub description: &'a str,
    /// The category it is listed under.
    pub category: &'a str,
    /// Price of one, in points, above 0.
    pub exchange_points: i64,
    /// How many there are, 0 or more.
    pub stock: i64,
    /// Address of a picture, or empty.
    pub image: &'a str,
    /// Whether the merchant recommends it.
    pub is_hot: bool,
    /// Its place in the list.
    pub sort_order: i64,
}

/// Adds a product. The new id.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn insert(tx: &mut Tx, new: &NewProduct<'_>, now: Timestamp) -> Result<i64, StoreError> {
    execute!(
        &mut *tx,
        "INSERT INTO products (name, description, category, exchange_points, stock, image, is_hot, sort_order,
                               created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        new.name,
        new.description,
        new.category,
        new.exchange_points,
        new.stock,
        new.image,
        new.is_hot,
        new.sort_order,
        now.as_millisecond(),
        now.as_millisecond()
    )?;
    let last = match &tx.connection {
        Connection::Sqlite(_) => "SELECT last_insert_rowid()",
        Connection::MySql(_) => "SELECT CAST(LAST_INSERT_ID() AS SIGNED)",
    };
    let (id,) = on_tx!(tx, |c| sqlx::query_as(last).fetch_one(c).await)?;
    Ok(id)
}

/// Whether there is any product, on the shelf or not, or was.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    let (products,): (i64,) = on_tx!(tx, |c| sqlx::query_as("SELECT COUNT(*) FROM products").fetch_one(c).await)?;
    Ok(products > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Db, db::temporary};

    async fn shop() -> (fairwheel_scratch::Scratch, Db) {
        let (scratch, db) = temporary().await;
        let mut tx = db.begin().await.unwrap();
        // Name, category, points, stock, hot, place, added at.
        for (name, category, exchange_points, stock, is_hot, sort_order, at) in [
            ("a", "茶", 300, 5, false, 2, 10),
            ("b", "菜", 100, 0, true, 1, 20),
            ("c", "茶", 300, 9, true, 2, 20),
            ("d", "菜", 200, 5, false, 3, 10),
        ] {
            let (description, image) = ("", "");
            let new = NewProduct { name, description, category, exchange_points, stock, image, is_hot, sort_order };
            insert(&mut tx, &new, Timestamp::from_millisecond(at).unwrap()).await.unwrap();
        }
        execute!(&mut tx, "UPDATE products SET sales_count = 4 WHERE name = 'c'").unwrap();
        tx.commit().await.unwrap();
        (scratch, db)
    }

    const FILTER: Filter<'static> = Filter { place: Place::OnShelf, category: None, search: None };

    async fn names(db: &Db, category: Option<&str>, sort: Sort) -> String {
        let filter = Filter { category, ..FILTER };
        let (rows, total) = page(db, filter, sort, 0, 100).await.unwrap();
        assert_eq!(i64::try_from(rows.len()).unwrap(), total);
        rows.iter().map(|product| product.name.as_str()).collect()
    }

    #[tokio::test]
    async fn every_order_is_complete_and_equal_ones_follow_their_ids() {
        let (_scratch, db) = shop().await;
        for (sort, order) in [
            (Sort::Shelf, "bacd"),
            (Sort::Points, "bdac"),
            (Sort::New, "cbda"),
            (Sort::Hot, "cbad"),
            (Sort::Stock, "cadb"),
        ] {
            assert_eq!(names(&db, None, sort).await, order, "{sort:?}");
        }
        assert_eq!(names(&db, Some("茶"), Sort::Shelf).await, "ac");
        assert_eq!(names(&db, Some("汤"), Sort::Shelf).await, "");
        let (rows, total) = page(&db, FILTER, Sort::Points, 1, 2).await.unwrap();
        assert_eq!((rows.iter().map(|product| product.commodity_id).collect::<Vec<_>>(), total), (vec![4, 1], 4));
    }

    #[tokio::test]
    async fn what_is_off_the_shelf_is_not_listed() {
        let (_scratch, db) = shop().await;
        let now = Timestamp::from_millisecond(30).unwrap();
        assert_eq!(categories(&db).await.unwrap(), [("菜".to_owned(), 2), ("茶".to_owned(), 2)]);
        let mut tx = db.begin().await.unwrap();
        execute!(&mut tx, "UPDATE products SET status = 'inactive' WHERE category = '菜'").unwrap();
        execute!(&mut tx, "UPDATE products SET status = 'sold_out' WHERE name = 'a'").unwrap();
        let asked = hold_all(&mut tx, &[1, 4]);
        let held = tx.flush().await.unwrap().take(asked).unwrap();
        let left = Product { stock: 0, sales_count: 5, ..held[0].clone() };
        write_stock(&mut tx, &held[0], &left, now).await.unwrap();
        assert_eq!(in_tx(&mut tx, 1).await.unwrap().unwrap().shelf(), Shelf::SoldOut);
        put_back(&mut tx, 1, 5, now).await.unwrap();
        let back = in_tx(&mut tx, 1).await.unwrap().unwrap();
        assert_eq!((back.stock, back.sales_count, back.shelf()), (5, 0, Shelf::Active));
        assert_eq!(held[1].shelf(), Shelf::Inactive);
        execute!(&mut tx, "UPDATE products SET deleted_at = 30 WHERE name = 'c'").unwrap();
        let away = in_tx(&mut tx, 3).await.unwrap().unwrap();
        assert_eq!((away.shelf(), away.stock, away.available()), (Shelf::Inactive, 9, 0));
        tx.commit().await.unwrap();
        assert_eq!(categories(&db).await.unwrap(), [("茶".to_owned(), 1)]);
        assert_eq!(names(&db, None, Sort::Shelf).await, "a");
    }
}
