//! Orders: products redeemed and prizes won that a diner is to receive, newest first.

use jiff::Timestamp;

use crate::store::{
    Db, StoreError, Tx,
    db::{on_db, on_tx},
};

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Made.
    Pending,
    /// On its way, or ready at the counter.
    Shipped,
    /// Received.
    Completed,
    /// Taken back.
    Cancelled,
}

impl Status {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Shipped, Self::Completed, Self::Cancelled];

    /// The name stored and sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Shipped => "shipped",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

impl TryFrom<String> for Status {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::named(&name).ok_or_else(|| format!("unknown order status {name}"))
    }
}

/// A time, stored as Unix milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

impl TryFrom<i64> for Moment {
    type Error = jiff::Error;

    fn try_from(ms: i64) -> Result<Self, jiff::Error> {
        Timestamp::from_millisecond(ms).map(Self)
    }
}

/// A row of `exchange_records`, with its diner's phone.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Record {
    /// Identifier, from 1.
    pub id: i64,
    /// Its number: `EX…` of a product, `LW…` of a prize.
    pub order_id: String,
    /// Whose it is.
    pub user_id: i64,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// The product; none for a prize.
    pub product_id: Option<i64>,
    /// The request of draws that won it; none for a product.
    pub draw_id: Option<String>,
    /// Name of the product when it was redeemed, or of the prize.
    pub product_name: String,
    /// Address of its picture, or empty.
    pub product_image: String,
    /// How many, from 1.
    pub quantity: i64,
    /// Points paid; 0 for a prize.
    pub points_cost: i64,
    /// How far it has come.
    #[sqlx(try_from = "String")]
    pub status: Status,
    /// When it was made.
    #[sqlx(try_from = "i64")]
    pub created_at: Moment,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT e.id, e.order_id, e.user_id, u.mobile, e.product_id, e.draw_id, e.product_name, e.product_image,
                    e.quantity, e.points_cost, e.status, e.created_at
             FROM exchange_records e JOIN users u ON u.user_id = e.user_id ",
            $rest
        )
    };
}

/// `size` orders of a user after the first `skip`, of one status or of all, and how many there are in all.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn of_user(
    db: &Db,
    user_id: i64,
    status: Option<Status>,
    skip: i64,
    size: i64,
) -> Result<(Vec<Record>, i64), StoreError> {
    let status = status.map_or("", Status::name);
    let rows = on_db!(db, |c| {
        sqlx::query_as(select!("WHERE e.user_id = ? AND (? = '' OR e.status = ?) ORDER BY e.id DESC LIMIT ? OFFSET ?"))
            .bind(user_id)
            .bind(status)
            .bind(status)
            .bind(size)
            .bind(skip)
            .fetch_all(c)
            .await
    })?;
    let (total,) = on_db!(db, |c| {
        sqlx::query_as("SELECT COUNT(*) FROM exchange_records WHERE user_id = ? AND (? = '' OR status = ?)")
            .bind(user_id)
            .bind(status)
            .bind(status)
            .fetch_one(c)
            .await
    })?;
    Ok((rows, total))
}

/// The same of all users.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn of_all(db: &Db, status: Option<Status>, skip: i64, size: i64) -> Result<(Vec<Record>, i64), StoreError> {
    let status = status.map_or("", Status::name);
    let rows = on_db!(db, |c| {
        sqlx::query_as(select!("WHERE ? = '' OR e.status = ? ORDER BY e.id DESC LIMIT ? OFFSET ?"))
            .bind(status)
            .bind(status)
            .bind(size)
            .bind(skip)
            .fetch_all(c)
            .await
    })?;
    let (total,) = on_db!(db, |c| {
        sqlx::query_as("SELECT COUNT(*) FROM exchange_records WHERE ? = '' OR status = ?")
            .bind(status)
            .bind(status)
            .fetch_one(c)
            .await
    })?;
    Ok((rows, total))
}

pub(super) async fn in_tx(tx: &mut Tx, order_id: &str) -> Result<Option<Record>, StoreError> {
    Ok(on_tx!(tx, |c| sqlx::query_as(select!("WHERE e.order_id = ?")).bind(order_id).fetch_optional(c).await)?)
}

pub(super) async fn by_order(db: &Db, order_id: &str) -> Result<Option<Record>, StoreError> {
    Ok(on_db!(db, |c| sqlx::query_as(select!("WHERE e.order_id = ?")).bind(order_id).fetch_optional(c).await)?)
}
