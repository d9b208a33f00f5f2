//! What servers keep in memory: after every answer it is as it is in the database, on the server that answered at once, and
//! on the others as soon as they have read the events.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use fairwheel_server::{
    api,
    app::AppState,
    push,
    store::{
        event::{self, NewEvent},
        mark::Part,
        user::{self, UserStatus},
    },
};
use fairwheel_tests::{TestApp, photos, sent_in::Receipt, storm};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tower::ServiceExt;

const ADMIN: &str = "13700137000";
const MERCHANT: &str = "13700137001";
const DINER: &str = "13900139000";
const OTHER: &str = "13900139001";

/// A server whose requests are made in this process.
struct Server {
    state: AppState,
    router: Router,
    /// Reads the events.
    tasks: JoinSet<()>,
}

impl Server {
    /// One that reads the events, and so keeps things in memory.
    async fn keeping(state: AppState) -> Self {
        let tasks = push::start(&state);
        while state.db.mark(Part::Wheel).is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Self { router: api::router(state.clone()), state, tasks }
    }

    /// One that does not, and asks the database each time.
    fn asking(state: AppState) -> Self {
        Self { router: api::router(state.clone()), state, tasks: JoinSet::new() }
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let request = Request::get(path).header("authorization", format!("Bearer {token}"));
        let answer = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        serde_json::from_slice(&answer.into_body().collect().await.unwrap().to_bytes()).unwrap()
    }

    /// All that may be kept, as these users see it.
    async fn seen(&self, tokens: &[String]) -> Vec<Value> {
        let mut seen = vec![self.get("/api/lottery/odds", "").await];
        for token in tokens {
            for path in [
                "/api/lottery/config",
                "/api/user/info",
                "/api/auth/verify",
                "/api/exchange/products",
                "/api/exchange/products?sort=hot&size=2&page=2",
                "/api/exchange/products?category=%E8%8C%B6&sort=stock",
                "/api/exchange/categories",
                "/api/merchant/products",
                "/api/admin/merchant-applications",
            ] {
                seen.push(self.get(path, token).await);
            }
        }
        seen
    }

    /// Waits until it has read all events there are.
    async fn catches_up(&self) {
        let last = event::last_id(&self.state.db).await.unwrap();
        while self.state.push.position() < last {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Three servers on one database, and those who ask them.
struct World {
    app: TestApp,
    one: Server,
    other: Server,
    truth: Server,
    tokens: Vec<String>,
    before: Vec<Value>,
}

impl World {
    async fn new() -> Self {
        let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", ADMIN)]).await;
        fairwheel_server::seed::run(&app.state).await.unwrap();
        let settings = [("FAIRWHEEL_ADMIN_PHONES", ADMIN)];
        let one = Server::keeping(app.state.clone()).await;
        let other = Server::keeping(app.another(&settings).await).await;
        let truth = Server::asking(app.another(&settings).await);
        let mut tokens = vec![app.diner(ADMIN, 0).await, app.merchant(MERCHANT).await];
        tokens.push(app.diner(DINER, 100_000).await);
        tokens.push(app.diner(OTHER, 500).await);
        let mut world = Self { app, one, other, truth, tokens, before: Vec::new() };
        world.changed("the beginning").await;
        world
    }

    /// What was written now is seen: here at once, elsewhere with its event.
    async fn changed(&mut self, what: &str) {
        let before = std::mem::take(&mut self.before);
        self.same(what).await;
        assert_ne!(self.before, before, "{what} is to be seen");
    }

    /// Whatever was written, it is seen.
    async fn same(&mut self, what: &str) {
        let seen = self.one.seen(&self.tokens).await;
        let truth = self.truth.seen(&self.tokens).await;
        assert!(seen == truth, "{what} is not seen here:\n{}", difference(&seen, &truth));
        self.other.catches_up().await;
        let seen = self.other.seen(&self.tokens).await;
        assert!(seen == truth, "{what} is not seen elsewhere:\n{}", difference(&seen, &truth));
        self.before = truth;
        // The odds are shown for two seconds.
        self.app.state.clock.advance(Duration::from_secs(3));
    }

    async fn ask(&self, method: Method, path: &str, whose: usize, body: Value) -> Value {
        self.app.request(method, path, Some(&self.tokens[whose]), Some(body.to_string())).await.ok()
    }

    async fn post(&self, path: &str, whose: usize, body: Value) -> Value {
        self.ask(Method::POST, path, whose, body).await
    }
}

fn difference(seen: &[Value], truth: &[Value]) -> String {
    let differ = seen.iter().zip(truth).filter(|(seen, truth)| seen != truth);
    differ.map(|(seen, truth)| format!("seen  {seen}\ntruth {truth}")).collect::<Vec<_>>().join("\n")
}

/// The places of the tokens.
const ADMINS: usize = 0;
const MERCHANTS: usize = 1;
const DINERS: usize = 2;
const OTHERS: usize = 3;

#[tokio::test]
async fn what_diners_do_is_seen() {
    let mut world = World::new().await;
    world.post("/api/lottery/draw", DINERS, json!({ "draw_type": "five" })).await;
    world.changed("a draw").await;
    let order = world.post("/api/exchange/redeem", DINERS, json!({ "product_id": 7, "quantity": 2 })).await;
    world.changed("an order").await;
    world.post("/api/user/check-in", DINERS, json!({})).await;
    world.changed("a check-in").await;
    world.ask(Method::PUT, "/api/user/info", DINERS, json!({ "nickname": "新名字", "client_seed": "新种子" })).await;
    world.changed("a profile").await;
    photos::upload(&world.app, &world.tokens[DINERS], &photos::jpeg(1)).await.ok();
    world.same("a photo").await;
    let path = format!("/api/merchant/exchange/{}/status", order["order_id"].as_str().unwrap());
    world.post(&path, MERCHANTS, json!({ "status": "cancelled" })).await;
    world.changed("a cancelled order").await;
    // Their second session, which ends. Codes are sent once a minute.
    world.app.state.clock.advance(Duration::from_mins(1));
    let second = world.app.login(DINER).await;
    world.tokens.push(second.clone());
    world.changed("a login").await;
    world.app.post("/api/auth/logout", Some(&second), &json!({})).await.ok();
    world.changed("a logout").await;
    world.app.get("/api/user/info", &second).await.refused(401);
}

#[tokio::test]
async fn what_merchants_do_is_seen() {
    let mut world = World::new().await;
    let new = json!({ "name": "茉莉花茶", "category": "茶", "exchange_points": 100, "stock": 3 });
    let id = world.post("/api/merchant/products", MERCHANTS, new).await["id"].clone();
    world.changed("a new product").await;
    let path = format!("/api/merchant/products/{id}");
    for change in [
        json!({ "description": "一杯" }),
        json!({ "is_hot": true }),
        json!({ "sort_order": -1 }),
        json!({ "stock_delta": 4 }),
        json!({ "status": "offline" }),
        json!({ "status": "active", "category": "饮品" }),
    ] {
        let what = change.to_string();
        world.ask(Method::PUT, &path, MERCHANTS, change).await;
        world.changed(&what).await;
    }
    let body = json!({ "ids": [1, 2], "updates": { "sort_order": 77 } });
    world.post("/api/merchant/products/batch-update", MERCHANTS, body).await;
    world.changed("products changed at once").await;
    world.post("/api/merchant/products/batch-delete", MERCHANTS, json!({ "ids": [1, 2] })).await;
    world.changed("products taken away at once").await;
    world.ask(Method::DELETE, &path, MERCHANTS, json!({})).await;
    world.changed("a product taken away").await;

    world.ask(Method::PUT, storm::PUBLISH, MERCHANTS, storm::publication()).await;
    world.changed("another table").await;
    let prize = |id, name: &str, kind: &str, probability: f64, stock: Value| json!({ "id": id, "name": name, "type": kind, "value": 0, "probability": probability, "angle": (id - 1) * 180, "stock": stock });
    let prizes = [prize(1, "最后一件", "physical", 0.9999, json!(1)), prize(2, "谢谢", "empty", 0.0001, Value::Null)];
    let table = json!({ "cost_points": 10, "daily_limit": 9, "fallback": 2, "rules": "r", "prizes": prizes });
    world.ask(Method::PUT, storm::PUBLISH, MERCHANTS, table).await;
    world.changed("a table with one piece").await;
    let sold_out = async |world: &World| {
        let config = world.one.get("/api/lottery/config", &world.tokens[OTHERS]).await;
        config["data"]["prizes"][0]["sold_out"].as_bool().unwrap()
    };
    assert!(!sold_out(&world).await);
    world.post("/api/lottery/draw", DINERS, json!({ "draw_type": "single" })).await;
    assert!(sold_out(&world).await);
    world.changed("the last piece").await;

    world.app.receipt(Receipt { upload_id: "UP1", phone: DINER, amount: Some(5000), estimated: None }).await;
    let body = json!({ "upload_id": "UP1", "action": "approve", "points_awarded": 500 });
    world.post("/api/merchant/review", MERCHANTS, body).await;
    world.changed("an approved receipt").await;
    world.app.receipt(Receipt { upload_id: "UP2", phone: OTHER, amount: Some(5000), estimated: None }).await;
    world.post("/api/merchant/batch-review", MERCHANTS, json!({ "upload_ids": ["UP2"], "action": "approve" })).await;
    world.changed("receipts approved at once").await;
}

#[tokio::test]
async fn what_admins_do_is_seen() {
    let mut world = World::new().await;
    let id = user::by_mobile(&world.app.state.db, OTHER).await.unwrap().unwrap().user_id;
    let path = format!("/api/admin/users/{id}/status");
    world.post(&path, ADMINS, json!({ "status": "banned" })).await;
    world.changed("a ban").await;
    world.app.get("/api/lottery/config", &world.tokens[OTHERS]).await.refused(403);
    world.post(&path, ADMINS, json!({ "status": "active" })).await;
    world.changed("the end of a ban").await;
    let body = json!({ "change_points": 700, "reason": "补" });
    world.post(&format!("/api/admin/users/{id}/points"), ADMINS, body).await;
    world.changed("points by hand").await;
    let application = json!({
        "store_name": "福轮", "business_license": "91310101MA1FPX1234", "contact_person": "王", "contact_phone": "13800138000",
    });
    let id = world.post("/api/merchant/apply", OTHERS, application).await["application_id"].clone();
    let path = format!("/api/admin/merchant-applications/{id}/review");
    world.app.get("/api/merchant/products", &world.tokens[OTHERS]).await.refused(403);
    world.post(&path, ADMINS, json!({ "action": "approve" })).await;
    world.changed("a new merchant").await;
    world.app.get("/api/merchant/products", &world.tokens[OTHERS]).await.ok();
}

#[tokio::test]
async fn what_is_kept_is_shown_until_an_event_says_otherwise() {
    let world = World::new().await;
    let token = &world.tokens[DINERS];
    let name = async |path: &str, pointer: &str| world.one.get(path, token).await.pointer(pointer).unwrap().clone();
    let product = async || name("/api/exchange/products", "/data/list/0/name").await;
    let nickname = async || name("/api/user/info", "/data/nickname").await;
    let before = (product().await, nickname().await);
    // As no server does it: without an event, and past the one that is asked.
    let mut tx = world.truth.state.db.begin().await.unwrap();
    fairwheel_server::execute!(&mut tx, "UPDATE products SET name = 'y'").unwrap();
    fairwheel_server::execute!(&mut tx, "UPDATE users SET nickname = 'z'").unwrap();
    tx.commit().await.unwrap();
    assert_eq!(product().await, before.0);
    // Of MariaDB, which others may write to, users are not kept.
    let is_kept = world.one.state.db.mark(Part::User(1)).is_some();
    assert_eq!(nickname().await, if is_kept { before.1 } else { "z".into() });

    // A command on the same database.
    let now = world.app.state.clock.now();
    let user_id = user::by_mobile(&world.truth.state.db, DINER).await.unwrap().unwrap().user_id;
    user::set_status(&world.truth.state.db, user_id, UserStatus::Banned, now).await.unwrap();
    world.one.catches_up().await;
    world.app.get("/api/user/info", token).await.refused(403);
    user::set_status(&world.truth.state.db, user_id, UserStatus::Active, now).await.unwrap();
    world.one.catches_up().await;
    assert_eq!(nickname().await, "z");
    assert_eq!(product().await, before.0);
    let mut tx = world.truth.state.db.begin().await.unwrap();
    tx.push(NewEvent::products_changed(now));
    tx.commit().await.unwrap();
    world.one.catches_up().await;
    assert_eq!(product().await, "y");

    // While the events can't be read, nothing kept is shown.
    world.app.execute("UPDATE products SET name = 'a'").await;
    assert_eq!(product().await, "a");
    let mut tx = world.truth.state.db.begin().await.unwrap();
    fairwheel_server::execute!(&mut tx, "UPDATE products SET name = 'b'").unwrap();
    tx.commit().await.unwrap();
    assert_eq!(product().await, "a");
    drop(world.one.tasks);
    while world.one.state.db.mark(Part::Wheel).is_some() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let shown = world.app.get("/api/exchange/products", token).await.ok();
    assert_eq!(shown["list"][0]["name"], "b");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_read_that_a_write_overtakes_is_not_shown_after_it() {
    let world = World::new().await;
    let token = &world.tokens[DINERS];
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    for path in ["/api/lottery/config", "/api/user/info", "/api/exchange/products", "/api/lottery/config"] {
        let (state, token, done) = (world.app.state.clone(), token.clone(), done.clone());
        readers.spawn(async move {
            let server = Server::asking(state);
            while !done.load(SeqCst) {
                assert_eq!(server.get(path, &token).await["code"], 0);
                tokio::task::yield_now().await;
            }
        });
    }
    let ask = async |path: &str| world.app.get(path, token).await.ok();
    for n in 1..=40_i64 {
        let order = world.post("/api/exchange/redeem", DINERS, json!({ "product_id": 2, "quantity": 1 })).await;
        let products = ask("/api/exchange/products").await;
        let shown = products["list"].as_array().unwrap().iter().find(|product| product["id"] == 2).unwrap().clone();
        assert_eq!(shown["stock"], order["stock"], "after {n} orders");
        assert_eq!(ask("/api/user/info").await["total_points"], order["remaining_points"], "after {n} orders");
        let body = json!({ "client_seed": format!("seed {n}") });
        world.ask(Method::PUT, "/api/user/info", DINERS, body.clone()).await;
        assert_eq!(ask("/api/lottery/config").await["fairness"]["client_seed"], body["client_seed"]);
    }
    done.store(true, SeqCst);
    while let Some(ended) = readers.join_next().await {
        ended.unwrap();
    }
}
