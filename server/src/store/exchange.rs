//! Points for products: points, stock, the order and the kept answer, in one transaction.

pub mod fulfil;
pub mod records;

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_tx},
    error::{lost_race, retry_busy},
    idempotency::{self, Answer, Key, Seen, Settled},
    ledger::{self, Entry, Reason},
    product::{self, Product, Shelf},
    user::{self, User, UserStatus},
};
use crate::{clock::LocalDay, rng::Rng};

/// The most pieces of a product in one order.
pub const QUANTITY_MAX: i64 = 99;

/// What is to be redeemed.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who asks.
    pub user_id: i64,
    /// What for.
    pub product_id: i64,
    /// How many, 1..=[`QUANTITY_MAX`].
    pub quantity: i64,
    /// The price of one in points that the user was shown, if they say it.
    pub price_shown: Option<i64>,
    /// If the request named itself.
    pub key: Option<Key>,
    /// The local day, which the order's number begins with.
    pub day: LocalDay,
    /// When.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// Done.
    Redeemed(Box<Redeemed>),
    /// There is no such product, or it is off the shelf.
    NoProduct,
    /// It has another price than the user was shown.
    PriceChanged {
        /// The price of one in points.
        price: i64,
    },
    /// Not enough points.
    PointsShort {
        /// How many more are needed.
        missing: i64,
    },
    /// Not enough pieces.
    StockShort {
        /// How many are left.
        stock: i64,
    },
    /// The account is locked out.
    Banned,
}

/// An order that was made.
#[derive(Clone, Debug)]
pub struct Redeemed {
    /// Its number, `EX` and 18 digits.
    pub order_id: String,
    /// Its row, from 1.
    pub record_id: i64,
    /// What was redeemed, as it is afterwards.
    pub product: Product,
    /// Points taken.
    pub cost: i64,
    /// Points left.
    pub balance: i64,
}

/// Redeems, or not. `answer` writes the outcome down; what it wrote is kept for a repetition of the request.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn redeem(
    db: &Db,
    rng: &Rng,
    order: &Order,
    answer: &(dyn Fn(&Outcome) -> Answer + Sync),
) -> Result<Settled<Outcome>, StoreError> {
    retry_busy(|| redeem_once(db, rng, order, answer)).await
}

async fn redeem_once(
    db: &Db,
    rng: &Rng,
    order: &Order,
    answer: &(dyn Fn(&Outcome) -> Answer + Sync),
) -> Result<Settled<Outcome>, StoreError> {
    let mut tx = db.begin().await?;
    let user = user::hold(&mut tx, order.user_id).await?;
    if let Some(key) = &order.key {
        match idempotency::seen(&mut tx, key, order.now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Settled::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Settled::Otherwise),
        }
    }
    let outcome = match user.status {
        UserStatus::Active => settle(&mut tx, rng, order, &user).await?,
        UserStatus::Banned => Outcome::Banned,
    };
    let answer = answer(&outcome);
    // A ban is not an answer to this request: it may be lifted.
    if let Some(key) = order.key.as_ref().filter(|_| !matches!(outcome, Outcome::Banned)) {
        idempotency::keep(&mut tx, key, &answer, order.now).await?;
    }
    tx.commit().await?;
    Ok(Settled::Now(outcome, answer))
}

/// The user's row is held, so their points stay as they were read: the stock can be claimed before the points are taken.
/// When it refuses, nothing has moved, and the refusal is kept by the same transaction.
async fn settle(tx: &mut Tx, rng: &Rng, order: &Order, user: &User) -> Result<Outcome, StoreError> {
    let Some(seen) = on_shelf(tx, order).await? else { return Ok(Outcome::NoProduct) };
    if order.price_shown.is_some_and(|shown| shown != seen.exchange_points) {
        return Ok(Outcome::PriceChanged { price: seen.exchange_points });
    }
    let too_much = || StoreError::Corrupt(format!("the price of product {} is out of range", order.product_id));
    let cost = seen.exchange_points.checked_mul(order.quantity).ok_or_else(too_much)?;
    if user.total_points < cost {
        return Ok(Outcome::PointsShort { missing: cost - user.total_points });
    }
    if !product::take(tx, order.product_id, order.quantity, seen.exchange_points, order.now).await? {
        return why_not(tx, order).await;
    }
    let order_id = format!("EX{}{}", order.day.date, rng.ten_digits());
    let entry = Entry {
        user_id: order.user_id,
        points: -cost,
        reason: Reason::ExchangeRedeem,
        description: &format!("兑换 {} ×{}", seen.name, order.quantity),
        related_id: Some(&order_id),
        at: order.now,
    };
    let short = || StoreError::Corrupt("points were there and are not".into());
    let balance = ledger::move_points(tx, entry).await?.ok_or_else(short)?;
    let record_id = insert(tx, order, &order_id, &seen, cost).await?;
    let product = product::announce(tx, order.product_id, order.now).await?;
    Ok(Outcome::Redeemed(Box::new(Redeemed { order_id, record_id, product, cost, balance })))
}

async fn on_shelf(tx: &mut Tx, order: &Order) -> Result<Option<Product>, StoreError> {
    let product = product::in_tx(tx, order.product_id).await?;
    Ok(product.filter(|product| product.shelf() != Shelf::Inactive))
}

/// The reason that no row was taken, read in the same transaction.
async fn why_not(tx: &mut Tx, order: &Order) -> Result<Outcome, StoreError> {
    match on_shelf(tx, order).await? {
        None => Ok(Outcome::NoProduct),
        Some(product) if product.stock < order.quantity => Ok(Outcome::StockShort { stock: product.stock }),
        // The merchant has just changed it: the next try will know.
        Some(_) => Err(StoreError::Busy("the product was changed meanwhile")),
    }
}

async fn insert(tx: &mut Tx, order: &Order, order_id: &str, product: &Product, cost: i64) -> Result<i64, StoreError> {
    let at = order.now.as_millisecond();
    execute!(
        &mut *tx,
        "INSERT INTO exchange_records (order_id, user_id, product_id, product_name, product_image, quantity,
                                       points_cost, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        order_id,
        order.user_id,
        order.product_id,
        &product.name,
        &product.image,
        order.quantity,
        cost,
        at,
        at
    )
    .map_err(lost_race)?;
    let (id,) = on_tx!(tx, |c| {
        sqlx::query_as("SELECT id FROM exchange_records WHERE order_id = ?").bind(order_id).fetch_one(c).await
    })?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{AppState, temporary},
        seed::{self, DEMO_PHONE},
        store::db::{Engine, on_db},
    };

    async fn demo() -> (fairwheel_scratch::Scratch, AppState, Order) {
        let (scratch, app) = temporary().await;
        seed::run(&app).await.unwrap();
        let user = user::by_mobile(&app.db, DEMO_PHONE).await.unwrap().unwrap();
        let now = app.clock.now();
        let (user_id, day) = (user.user_id, app.day(now));
        let order = Order { user_id, product_id: 1, quantity: 1, price_shown: None, key: None, day, now };
        (scratch, app, order)
    }

    fn plain(_: &Outcome) -> Answer {
        Answer { code: 0, body: String::new() }
    }

    async fn outcome(app: &AppState, order: &Order) -> Outcome {
        match redeem(&app.db, &app.rng, order, &plain).await.unwrap() {
            Settled::Now(outcome, _) => outcome,
            settled => panic!("{settled:?}"),
        }
    }

    async fn set(app: &AppState, sql: &'static str) {
        let mut tx = app.db.begin().await.unwrap();
        execute!(&mut tx, sql).unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_price_that_changed_since_it_was_read_is_not_paid() {
        let (_scratch, app, order) = demo().await;
        let mut tx = app.db.begin().await.unwrap();
        let seen = product::in_tx(&mut tx, 1).await.unwrap().unwrap();
        execute!(&mut tx, "UPDATE products SET exchange_points = exchange_points + 1 WHERE commodity_id = 1").unwrap();
        assert!(!product::take(&mut tx, 1, 1, seen.exchange_points, order.now).await.unwrap());
        assert!(matches!(why_not(&mut tx, &order).await, Err(StoreError::Busy(_))));
        tx.commit().await.unwrap();
        let Outcome::Redeemed(redeemed) = outcome(&app, &order).await else { panic!() };
        assert_eq!(redeemed.cost, seen.exchange_points + 1);
    }

    #[tokio::test]
    async fn a_product_that_leaves_the_shelf_meanwhile_is_missing() {
        let (_scratch, app, order) = demo().await;
        let mut tx = app.db.begin().await.unwrap();
        execute!(&mut tx, "UPDATE products SET status = 'inactive' WHERE commodity_id = 1").unwrap();
        assert!(matches!(why_not(&mut tx, &order).await, Ok(Outcome::NoProduct)));
        tx.rollback().await.unwrap();
    }

    #[tokio::test]
    async fn a_ban_that_comes_after_the_login_is_checked_and_not_kept() {
        let (_scratch, app, mut order) = demo().await;
        order.key = Some(Key { user_id: order.user_id, request_id: "r".into(), fingerprint: "f".into() });
        set(&app, "UPDATE users SET status = 'banned'").await;
        assert!(matches!(outcome(&app, &order).await, Outcome::Banned));
        set(&app, "UPDATE users SET status = 'active'").await;
        assert!(matches!(outcome(&app, &order).await, Outcome::Redeemed(_)));
    }

    #[tokio::test]
    async fn a_price_beyond_all_numbers_is_an_error_and_moves_nothing() {
        let (_scratch, app, mut order) = demo().await;
        set(&app, "UPDATE products SET exchange_points = 9223372036854775807 WHERE commodity_id = 1").await;
        assert!(matches!(outcome(&app, &order).await, Outcome::PointsShort { .. }));
        order.quantity = 2;
        let refused = redeem(&app.db, &app.rng, &order, &plain).await.unwrap_err();
        assert!(matches!(refused, StoreError::Corrupt(_)), "{refused}");
    }

    #[tokio::test]
    async fn a_failure_half_way_leaves_nothing() {
        let (_scratch, app, order) = demo().await;
        let mut tx = app.db.begin().await.unwrap();
        let spoil = match &app.db.engine {
            Engine::Sqlite { .. } => {
                "CREATE TRIGGER half_way BEFORE INSERT ON exchange_records BEGIN SELECT RAISE(ABORT, 'half way'); END"
            }
            Engine::MySql { .. } => {
                "CREATE TRIGGER half_way BEFORE INSERT ON exchange_records FOR EACH ROW SIGNAL SQLSTATE '45000'"
            }
        };
        crate::on_tx!(&mut tx, |c| sqlx::raw_sql(spoil).execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        let state = async || -> (i64, i64, i64) {
            let select = "SELECT total_points, (SELECT stock FROM products WHERE commodity_id = 1),
                                 (SELECT last_id FROM event_counter) FROM users";
            on_db!(&app.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap()
        };
        let before = state().await;
        assert!(matches!(redeem(&app.db, &app.rng, &order, &plain).await, Err(StoreError::Database(_))));
        assert_eq!(state().await, before);
    }
}
