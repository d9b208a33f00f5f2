//! Points for products: points, stock, the order and the kept answer, in one transaction.

pub mod fulfil;
pub mod records;

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    batch::{self, Ask, Effects, Needs, Request, Work},
    db::{repeated, values},
    idempotency::{Answer, Key, Settled},
    ledger::{Entry, Reason},
    product::{Product, Shelf},
};
use crate::{clock::LocalDay, rng::Rng};

/// The most pieces of a product in one order.
pub const QUANTITY_MAX: i64 = 99;

/// What is to be redeemed.
#[derive(Clone, Debug)]
pub struct Order {
    /// Who asks.
    pub user_id: i64,
    /// The session that it came by, to be looked at in the transaction.
    pub session: Option<String>,
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
    order: &Arc<Order>,
    answer: impl Fn(&Outcome) -> Answer + Send + Sync + 'static,
) -> Result<Settled<Outcome>, StoreError> {
    batch::settle(db, Redemption { order: order.clone(), rng: rng.clone() }, answer).await
}

/// What is to be redeemed, to be settled.
pub(super) struct Redemption {
    pub(super) order: Arc<Order>,
    pub(super) rng: Rng,
}

impl Ask for Redemption {
    fn key(&self) -> Option<&Key> {
        self.order.key.as_ref()
    }

    fn now(&self) -> Timestamp {
        self.order.now
    }

    fn session(&self) -> Option<(&String, i64)> {
        self.order.session.as_ref().map(|session_id| (session_id, self.order.user_id))
    }

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.order.user_id);
        needs.products.insert(self.order.product_id);
    }

    fn admitted(&self, work: &Work) -> Result<(), StoreError> {
        work.user(self.order.user_id)?.still_in()
    }
}

impl Request for Redemption {
    type Outcome = Outcome;

    fn decide(&self, work: &Work) -> Result<(Outcome, Effects), StoreError> {
        let order = &*self.order;
        let refused = |outcome| Ok((outcome, Effects::default()));
        let user = work.user(order.user_id)?;
        let product = work.product(order.product_id).filter(|product| product.shelf() != Shelf::Inactive);
        let Some(product) = product else { return refused(Outcome::NoProduct) };
        let price = product.exchange_points;
        if order.price_shown.is_some_and(|shown| shown != price) {
            return refused(Outcome::PriceChanged { price });
        }
        let too_much = || StoreError::Corrupt(format!("the price of product {} is out of range", order.product_id));
        let cost = price.checked_mul(order.quantity).ok_or_else(too_much)?;
        if user.total_points < cost {
            return refused(Outcome::PointsShort { missing: cost - user.total_points });
        }
        if product.stock < order.quantity {
            return refused(Outcome::StockShort { stock: product.stock });
        }
        self.carry_out(work, product.clone(), cost)
    }

    fn numbered(outcome: &mut Outcome, ids: &BTreeMap<String, i64>) {
        if let Outcome::Redeemed(redeemed) = outcome {
            redeemed.record_id = ids.get(&redeemed.order_id).copied().unwrap_or_default();
        }
    }
}

impl Redemption {
    fn carry_out(&self, work: &Work, mut product: Product, cost: i64) -> Result<(Outcome, Effects), StoreError> {
        let Order { user_id, product_id, quantity, now, .. } = *self.order;
        let order_id = format!("EX{}{}", self.order.day.date, self.rng.ten_digits());
        let mut effects = Effects::default();
        let entry = Entry {
            user_id,
            points: -cost,
            reason: Reason::ExchangeRedeem,
            description: &format!("兑换 {} ×{quantity}", product.name),
            related_id: Some(&order_id),
            at: now,
        };
        let short = || StoreError::Corrupt("points were there and are not".into());
        let balance = effects.move_points(work, entry)?.ok_or_else(short)?;
        product.stock -= quantity;
        product.sales_count += quantity;
        effects.events.push(product.stock_update(now));
        effects.orders.push(NewOrder {
            order_id: order_id.clone(),
            user_id,
            product_id: Some(product_id),
            draw: None,
            product_name: product.name.clone(),
            product_image: product.image.clone(),
            quantity,
            points_cost: cost,
            at: now,
        });
        effects.products.insert(product_id, product.clone());
        // The row has no id yet.
        let redeemed = Redeemed { order_id, record_id: 0, product, cost, balance };
        Ok((Outcome::Redeemed(Box::new(redeemed)), effects))
    }
}

/// An order to be written.
#[derive(Debug)]
pub(super) struct NewOrder {
    pub(super) order_id: String,
    pub(super) user_id: i64,
    pub(super) product_id: Option<i64>,
    /// The request of draws that won it, and which of its draws, from 1.
    pub(super) draw: Option<(String, i64)>,
    pub(super) product_name: String,
    pub(super) product_image: String,
    pub(super) quantity: i64,
    pub(super) points_cost: i64,
    pub(super) at: Timestamp,
}

/// Writes orders. The ids of those for products, by their numbers.
pub(super) async fn insert(tx: &mut Tx, orders: &[NewOrder]) -> Result<BTreeMap<String, i64>, StoreError> {
    let into = "INSERT INTO exchange_records (order_id, user_id, product_id, draw_id, seq, product_name, product_image,
                                              quantity, points_cost, created_at, updated_at)
                VALUES ";
    tx.insert_all(into, orders, |order| {
        values![
            &order.order_id,
            order.user_id,
            order.product_id,
            order.draw.as_ref().map(|(draw_id, _)| draw_id),
            order.draw.as_ref().map(|(_, seq)| *seq),
            &order.product_name,
            &order.product_image,
            order.quantity,
            order.points_cost,
            order.at.as_millisecond(),
            order.at.as_millisecond()
        ]
    })
    .await?;
    let redeemed: Vec<_> = orders.iter().filter(|order| order.product_id.is_some()).collect();
    if redeemed.is_empty() {
        return Ok(BTreeMap::new());
    }
    let select = "SELECT order_id, id FROM exchange_records WHERE order_id IN";
    let of = |count| format!("{select} ({})", repeated("?", ", ", count));
    let asked = tx.ask_all(of, &redeemed, |order| values![&order.order_id]);
    let ids: Vec<(String, i64)> = tx.flush().await?.take(asked)?;
    Ok(ids.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{AppState, temporary},
        seed::{self, DEMO_PHONE},
        store::{
            db::{Engine, execute, on_db},
            product, user,
        },
    };

    async fn demo() -> (fairwheel_scratch::Scratch, AppState, Arc<Order>) {
        let (scratch, app) = temporary().await;
        seed::run(&app).await.unwrap();
        let user = user::by_mobile(&app.db, DEMO_PHONE).await.unwrap().unwrap();
        let now = app.clock.now();
        let (user_id, day) = (user.user_id, app.day(now));
        let order = Arc::new(Order {
            user_id,
            session: None,
            product_id: 1,
            quantity: 1,
            price_shown: None,
            key: None,
            day,
            now,
        });
        (scratch, app, order)
    }

    fn plain(_: &Outcome) -> Answer {
        Answer { code: 0, body: String::new() }
    }

    async fn one(app: &AppState) -> Product {
        let mut tx = app.db.begin().await.unwrap();
        let product = product::in_tx(&mut tx, 1).await.unwrap().unwrap();
        tx.rollback().await.unwrap();
        product
    }

    async fn outcome(app: &AppState, order: &Arc<Order>) -> Outcome {
        match redeem(&app.db, &app.rng, order, plain).await.unwrap() {
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
    async fn a_product_is_had_as_it_is_now_or_not_at_all() {
        let (_scratch, app, order) = demo().await;
        let before = one(&app).await;
        set(&app, "UPDATE products SET exchange_points = exchange_points + 1 WHERE commodity_id = 1").await;
        let Outcome::Redeemed(redeemed) = outcome(&app, &order).await else { panic!() };
        assert_eq!(redeemed.cost, before.exchange_points + 1);
        let after = one(&app).await;
        assert_eq!((after.stock, after.sales_count), (before.stock - 1, before.sales_count + 1));
        assert_eq!((redeemed.product.stock, redeemed.record_id), (after.stock, 1));
        // One that changes although it is held.
        let mut tx = app.db.begin().await.unwrap();
        let changed = product::write_stock(&mut tx, &before, &after, order.now).await;
        assert!(matches!(changed, Err(StoreError::Corrupt(_))), "{changed:?}");
        tx.rollback().await.unwrap();
        set(&app, "UPDATE products SET status = 'inactive' WHERE commodity_id = 1").await;
        assert!(matches!(outcome(&app, &order).await, Outcome::NoProduct));
    }

    #[tokio::test]
    async fn a_ban_that_comes_after_the_login_is_checked_and_not_kept() {
        let (_scratch, app, order) = demo().await;
        let key = Key { user_id: order.user_id, request_id: "r".into(), fingerprint: "f".into() };
        let order = Arc::new(Order { key: Some(key), ..(*order).clone() });
        set(&app, "UPDATE users SET status = 'banned'").await;
        let again = async || redeem(&app.db, &app.rng, &order, plain).await;
        assert!(matches!(again().await, Err(StoreError::Banned)));
        set(&app, "UPDATE users SET status = 'active'").await;
        assert!(matches!(outcome(&app, &order).await, Outcome::Redeemed(_)));
        set(&app, "UPDATE users SET status = 'banned'").await;
        assert!(matches!(again().await, Err(StoreError::Banned)), "nor does a repetition tell anything");
    }

    #[tokio::test]
    async fn a_price_beyond_all_numbers_is_an_error_and_moves_nothing() {
        let (_scratch, app, order) = demo().await;
        set(&app, "UPDATE products SET exchange_points = 9223372036854775807 WHERE commodity_id = 1").await;
        assert!(matches!(outcome(&app, &order).await, Outcome::PointsShort { .. }));
        let order = Arc::new(Order { quantity: 2, ..(*order).clone() });
        let refused = redeem(&app.db, &app.rng, &order, plain).await.unwrap_err();
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
        assert!(matches!(redeem(&app.db, &app.rng, &order, plain).await, Err(StoreError::Database(_))));
        assert_eq!(state().await, before);
    }
}
