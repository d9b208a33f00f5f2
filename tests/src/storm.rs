//! Many users asking for many things at once: what they ask, chosen at random, and what must be true of the answers.

mod receipts;
mod tables;

pub use receipts::{check_storage, form};
pub use tables::{Told, each_is_in_the_tables};

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use axum::http::Method;
use fairwheel_core::prize::TableSpec;
use fairwheel_server::{
    app::AppState,
    on_db, seed,
    store::{
        Db,
        product::{self, NewProduct},
        user::{self, NewUser},
    },
};
use serde_json::{Value, json};

use self::receipts::{Receipts, UPLOAD};
use crate::{chance::Chance, client::Ask};

/// A table of which one may draw often, and where some prizes run out.
pub fn table() -> TableSpec {
    let mut spec = seed::demo_spec();
    (spec.cost, spec.daily_limit) = (10, 10_000);
    for prize in &mut spec.prizes[2..6] {
        prize.stock = Some(20);
    }
    spec
}

/// So many products there are, with the ids from 1.
pub const PRODUCTS: usize = 5;

/// Puts the products on the shelf, so many of each. The first costs least.
pub async fn products(state: &AppState, stock: i64) {
    let now = state.clock.now();
    let mut tx = state.db.begin().await.expect("a transaction");
    for (name, exchange_points) in ["酸梅汤", "凉皮", "肉夹馍", "烤鱼", "火锅"].into_iter().zip([10, 20, 50, 100, 200])
    {
        let new = NewProduct {
            name,
            description: "",
            category: "食品",
            exchange_points,
            stock,
            image: "",
            is_hot: false,
            sort_order: 0,
        };
        product::insert(&mut tx, &new, now).await.expect("a product");
    }
    tx.commit().await.expect("committed");
}

impl Storm {
    /// Every piece of a product, of which there were `stock` at first, is on the shelf or sold, as are those that merchants
    /// added and not those that they took away; and the last that was told of it is how many there are.
    pub async fn check_stock(&self, db: &Db, stock: i64) {
        let deltas = self.deltas.lock().expect("no panic").clone();
        let select = "SELECT commodity_id, stock, sales_count FROM products ORDER BY commodity_id";
        let products: Vec<(i64, i64, i64)> =
            on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("products");
        assert_eq!(products.len(), PRODUCTS);
        let select = "SELECT data FROM events WHERE kind = 'stock_update' ORDER BY id";
        let events: Vec<(String,)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("events");
        let mut told = BTreeMap::new();
        for (data,) in events {
            let data: Value = serde_json::from_str(&data).expect("JSON");
            told.insert(data["product_id"].as_i64().expect("an id"), data["stock"].as_i64().expect("a number"));
        }
        for (id, left, sold) in products {
            let delta = deltas.get(&id).copied().unwrap_or(0);
            assert_eq!(left + sold, stock + delta, "product {id}: {left} left, {sold} sold, {delta} more");
            assert_eq!(told.get(&id).copied().unwrap_or(stock), left, "product {id} as it was told of last");
        }
    }
}

/// Registers a merchant.
pub async fn merchant(state: &AppState, phone: &str) {
    let new = NewUser {
        mobile: phone.into(),
        nickname: "商家".into(),
        client_seed: state.rng.hex::<16>(),
        points: 0,
        points_description: "",
    };
    let now = state.clock.now();
    let mut tx = state.db.begin().await.expect("a transaction");
    let id = user::register(&mut tx, &new, now).await.expect("registered");
    tx.commit().await.expect("committed");
    user::set_merchant(&state.db, id, true, now).await.expect("a merchant");
}

/// What the phones of a storm know of each other.
#[derive(Debug, Default)]
pub struct Storm {
    /// Orders that somebody was told of.
    orders: Mutex<Vec<String>>,
    /// By how much merchants were told that they changed the stock of each product.
    deltas: Mutex<BTreeMap<i64, i64>>,
    receipts: Mutex<Receipts>,
}

/// A phone in somebody's hand. Several may belong to one user.
#[derive(Debug)]
pub struct Phone {
    /// The token it was given.
    pub token: String,
    /// Whose it is.
    pub user_id: i64,
    /// Begins the name of each of its requests.
    name: String,
    turn: u64,
    chance: Chance,
    operations: &'static [Operation],
    storm: Arc<Storm>,
}

/// What a phone asks for, and how often among all.
type Operation = (u64, fn(&Phone) -> Ask);

/// What moves points or stock, and some that only read.
const DINERS: &[Operation] = &[(8, draw), (5, redeem), (1, check_in), (1, config), (1, records), (1, receipts::upload)];
/// As the merchant, who is an admin too.
const MERCHANTS: &[Operation] = &[(4, cancel), (2, adjust), (1, publish), (2, restock)];
/// As those who decide receipts.
const REVIEWERS: &[Operation] = &[(2, receipts::waiting), (3, receipts::review), (2, receipts::batch), (1, restock)];

impl Phone {
    /// A diner's phone that chooses by this seed. Phones of the same user have different names.
    pub fn diner(name: impl Into<String>, (user_id, token): (i64, String), seed: u64, storm: &Arc<Storm>) -> Self {
        let (name, chance, storm) = (name.into(), Chance::new(seed), storm.clone());
        Self { token, user_id, name, turn: 0, chance, operations: DINERS, storm }
    }

    /// A merchant's.
    pub fn merchant(name: impl Into<String>, login: (i64, String), seed: u64, storm: &Arc<Storm>) -> Self {
        Self { operations: MERCHANTS, ..Self::diner(name, login, seed, storm) }
    }

    /// That of a merchant who decides receipts.
    pub fn reviewer(name: impl Into<String>, login: (i64, String), seed: u64, storm: &Arc<Storm>) -> Self {
        Self { operations: REVIEWERS, ..Self::diner(name, login, seed, storm) }
    }

    /// The next thing it asks for. What moves something has a name, so that it may be asked for again.
    pub fn next_ask(&mut self) -> Ask {
        self.turn += 1;
        let mut at = self.chance.below(self.operations.iter().map(|(share, _)| share).sum());
        let chosen = self.operations.iter().find(|(share, _)| {
            let here = at < *share;
            at = at.saturating_sub(*share);
            here
        });
        let mut ask = chosen.expect("the shares add up").1(self);
        let is_named = has_name(&ask);
        if let Some(body) = ask.body.as_mut().filter(|_| is_named) {
            body["request_id"] = format!("{}-{}", self.name, self.turn).into();
        }
        ask
    }

    /// Keeps what others may need of an answer, and what must be true in the end. Each request is told of once.
    pub fn learn(&self, ask: &Ask, answer: &Value) {
        self.storm.receipts.lock().expect("no panic").learn(self.user_id, ask, answer);
        if ask.path.starts_with(SHELF) && answer["code"] == 0 {
            let product = answer["data"]["id"].as_i64().expect("an id");
            let delta = ask.body.as_ref().and_then(|body| body["stock_delta"].as_i64()).expect("pieces");
            *self.storm.deltas.lock().expect("no panic").entry(product).or_default() += delta;
        }
        if let Some(order) = answer["data"]["order_id"].as_str() {
            self.storm.orders.lock().expect("no panic").push(order.to_owned());
        }
    }
}

fn draw(phone: &Phone) -> Ask {
    let mut body = json!({ "draw_type": phone.chance.one_of(&["single", "single", "triple", "five", "ten"]) });
    if phone.chance.below(2) == 0 {
        body["client_seed"] = format!("my words {}", phone.chance.below(1000)).into();
    }
    Ask::post("/api/lottery/draw", body)
}

fn redeem(phone: &Phone) -> Ask {
    // One that there is not, too.
    let product = 1 + phone.chance.below(PRODUCTS as u64 + 1);
    Ask::post("/api/exchange/redeem", json!({ "product_id": product, "quantity": 1 + phone.chance.below(3) }))
}

fn check_in(_: &Phone) -> Ask {
    Ask::post("/api/user/check-in", json!({}))
}

fn cancel(phone: &Phone) -> Ask {
    let orders = phone.storm.orders.lock().expect("no panic");
    // Before the first order, one that there is not.
    let order = if orders.is_empty() { "EX0" } else { phone.chance.one_of(&orders) };
    Ask::post(format!("/api/merchant/exchange/{order}/status"), json!({ "status": "cancelled" }))
}

fn adjust(phone: &Phone) -> Ask {
    let points = [-50, -10, 10, 50, 100];
    let body = json!({ "change_points": phone.chance.one_of(&points), "reason": "storm" });
    Ask::post(format!("{ADJUST}{}/points", 1 + phone.chance.below(7)), body)
}

/// Several merchants may change the same product, while it is sold.
fn restock(phone: &Phone) -> Ask {
    let product = 1 + phone.chance.below(PRODUCTS as u64);
    let body = json!({ "stock_delta": phone.chance.one_of(&[-20, -3, -1, 2, 5]) });
    Ask { method: Method::PUT, path: format!("{SHELF}{product}"), body: Some(body) }
}

/// Where a product is changed; its id follows.
pub const SHELF: &str = "/api/merchant/products/";

/// The same table again: a new version, with what is left.
fn publish(_: &Phone) -> Ask {
    Ask { method: Method::PUT, path: PUBLISH.into(), body: Some(publication()) }
}

/// Where a table is published.
pub const PUBLISH: &str = "/api/merchant/lottery/config";

/// The table as a merchant publishes it.
pub fn publication() -> Value {
    let TableSpec { cost, daily_limit, fallback, prizes } = table();
    let prizes: Vec<Value> = prizes
        .into_iter()
        .map(|prize| {
            json!({
                "id": prize.id, "name": prize.name, "type": prize.kind.name(), "stock": prize.stock, "angle": prize.angle,
                "value": f64::from(prize.value_cents) / 100.0, "probability": f64::from(prize.weight) / 10_000.0,
            })
        })
        .collect();
    json!({
        "cost_points": cost, "daily_limit": daily_limit, "fallback": fallback, "rules": "rules", "prizes": prizes,
    })
}

/// Where points are changed by hand; the user's id follows.
pub const ADJUST: &str = "/api/admin/users/";

fn config(_: &Phone) -> Ask {
    Ask::get("/api/lottery/config")
}

fn records(phone: &Phone) -> Ask {
    Ask::get(format!("/api/lottery/records?page={}&size=5", 1 + phone.chance.below(3)))
}

/// Whether a request is given a name by which it may be asked again. A photo is known by itself.
fn has_name(ask: &Ask) -> bool {
    ask.path.starts_with(SHELF) || (ask.method == Method::POST && ask.path != UPLOAD)
}

/// Panics at an answer that such a request must never get.
pub fn check(ask: &Ask, status: u16, code: u16, text: &str) {
    // Taking more points than there are is 400.
    let malformed = code == 400 && !ask.path.starts_with(ADJUST);
    let lost = ask.path == UPLOAD && code != 0 && code != 409;
    assert!(status == 200 && code != 401 && code != 403 && !malformed && !lost, "{ask:?}: {status} {text}");
}

/// Whether the same request, asked again, must get the same answer: it moved something or was refused for good.
pub fn is_final(ask: &Ask, code: u16) -> bool {
    // 1004 of a draw says: busy, try again.
    let busy = ask.path == "/api/lottery/draw" && code == 1004;
    (has_name(ask) || ask.path == UPLOAD) && code != 400 && code != 404 && !busy
}

/// A request that is asked again gets the same answer, byte for byte. Of a photo it is said that it has arrived.
pub fn check_again(ask: &Ask, first: &[u8], again: &[u8]) {
    let [told, told_again] = [first, again].map(|bytes| String::from_utf8_lossy(bytes));
    if ask.path == UPLOAD {
        let [told, told_again] = [told, told_again].map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
        assert_eq!(told_again["code"], 409, "{ask:?} asked again: {told_again}");
        assert_eq!(told_again["data"]["upload_id"], told["data"]["upload_id"], "{ask:?} asked again");
    } else {
        assert_eq!(told_again, told, "{ask:?} asked again");
    }
}
