//! Products and points for them: what is listed, what is refused, what happens at once, and what a merchant does then.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use axum::http::Method;
use fairwheel_server::{
    on_db,
    seed::DEMO_PHONE,
    store::{
        event,
        product::{self, NewProduct},
    },
};
use fairwheel_tests::{Answer, TestApp, credit};
use serde_json::{Value, json};

const PHONE: &str = "13900139000";
const REDEEM: &str = "/api/exchange/redeem";

/// A product for 100 points; its id is 1 in an empty shop.
async fn add(app: &TestApp, stock: i64) {
    let new = NewProduct {
        name: "酸梅汤",
        description: "",
        category: "饮品",
        exchange_points: 100,
        stock,
        image: "/x.png",
        is_hot: false,
        sort_order: 0,
    };
    let mut tx = app.state.db.begin().await.unwrap();
    product::insert(&mut tx, &new, app.state.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// An empty shop but for one product.
async fn shop(stock: i64) -> TestApp {
    let app = TestApp::empty().await;
    add(&app, stock).await;
    app
}

async fn redeem(app: &TestApp, token: &str, quantity: i64) -> Answer {
    app.post(REDEEM, Some(token), &json!({ "product_id": 1, "quantity": quantity })).await
}

/// A merchant's token.
async fn merchant(app: &TestApp) -> String {
    let token = app.diner("13700137000", 0).await;
    app.execute("UPDATE users SET is_merchant = 1 WHERE mobile = '13700137000'").await;
    token
}

async fn set_status(app: &TestApp, token: &str, order: &Value, status: &str) -> Answer {
    let path = format!("/api/merchant/exchange/{}/status", order.as_str().unwrap());
    app.post(&path, Some(token), &json!({ "status": status })).await
}

/// Stock and sales of product 1, and the points of all users.
async fn state(app: &TestApp) -> (i64, i64, i64) {
    let select = "SELECT stock, sales_count, (SELECT CAST(COALESCE(SUM(total_points), 0) AS SIGNED) FROM users)
                  FROM products WHERE commodity_id = 1";
    on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap()
}

#[tokio::test]
async fn points_stock_and_order_move_together() {
    let app = shop(5).await;
    let token = app.diner(PHONE, 250).await;
    let done = redeem(&app, &token, 2).await.ok();
    let order = done["order_id"].as_str().unwrap();
    assert!(order.starts_with("EX20261122") && order.len() == 20, "{order}");
    assert_eq!(
        done,
        json!({
            "remaining_points": 50, "order_id": order, "record_id": 1, "product_name": "酸梅汤", "quantity": 2,
            "points_cost": 200, "stock": 3, "exchange_time": "2026-11-22T04:00:00.000Z",
        })
    );
    let records = app.get("/api/exchange/records", &token).await.ok();
    assert_eq!(
        records["records"],
        json!([{
            "id": 1, "order_id": order, "order_no": order, "source": "redeem", "product_id": 1, "draw_id": null,
            "product_name": "酸梅汤", "product_image": "/x.png", "quantity": 2, "points_cost": 200,
            "status": "pending", "created_at": "2026-11-22T04:00:00.000Z",
        }])
    );
    let ledger = app.get("/api/user/points-records?type=spend", &token).await.ok()["records"][0].clone();
    assert_eq!((&ledger["points"], &ledger["related_id"]), (&json!(-200), &json!(order)));
    assert_eq!(ledger["description"], "兑换 酸梅汤 ×2");
    let events = event::after(&app.state.db, 0, 100).await.unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.audience.as_str())).collect();
    assert_eq!(told[told.len() - 2..], [("points_update", "user"), ("stock_update", "everybody")]);
    let data: Value = serde_json::from_str(&events.last().unwrap().data).unwrap();
    assert_eq!((&data["product_id"], &data["stock"]), (&json!(1), &json!(3)));
}

#[tokio::test]
async fn every_refusal_has_its_code_and_moves_nothing() {
    let app = shop(3).await;
    let token = app.diner(PHONE, 299).await;
    let before = state(&app).await;
    let short = redeem(&app, &token, 3).await.refused(1002);
    assert_eq!(short["data"], json!({ "missing_points": 1 }));
    credit(&app, PHONE, 1000).await;
    assert_eq!(redeem(&app, &token, 4).await.refused(1003)["data"], json!({ "stock": 3 }));
    for quantity in [0, -1, 100, 1_000_000_000_000, i64::MAX, i64::MIN] {
        let refused = redeem(&app, &token, quantity).await.refused(1004);
        assert_eq!(refused["data"], json!({ "field": "quantity" }));
    }
    for quantity in ["1.5", "\"2\"", "1e30", "true", "[1]", "{}", "null"] {
        let body = format!(r#"{{"product_id": 1, "quantity": {quantity}}}"#);
        let answer = app.request(Method::POST, REDEEM, Some(&token), Some(body)).await;
        answer.bad_field("quantity");
    }
    app.post(REDEEM, Some(&token), &json!({ "product_id": 1 })).await.bad_field("quantity");
    app.post(REDEEM, Some(&token), &json!({ "product_id": "1", "quantity": 1 })).await.bad_field("product_id");
    for product in [0, -1, 2, i64::MAX] {
        app.post(REDEEM, Some(&token), &json!({ "product_id": product, "quantity": 1 })).await.refused(1001);
    }
    app.execute("UPDATE products SET status = 'inactive'").await;
    redeem(&app, &token, 1).await.refused(1001);
    app.execute("UPDATE products SET status = 'active', stock = 0").await;
    assert_eq!(redeem(&app, &token, 1).await.refused(1003)["message"], "商品已兑完");
    assert_eq!(state(&app).await, (0, before.1, before.2 + 1000));
    assert_eq!(app.get("/api/exchange/records", &token).await.ok()["total"], 0);
}

#[tokio::test]
async fn who_says_the_price_they_saw_pays_that_or_nothing() {
    let app = shop(5).await;
    let token = app.diner(PHONE, 1000).await;
    let ask = |points: Value| json!({ "product_id": 1, "quantity": 2, "exchange_points": points });
    app.post(REDEEM, Some(&token), &ask(json!(100))).await.ok();
    app.post(REDEEM, Some(&token), &ask(Value::Null)).await.ok();
    app.execute("UPDATE products SET exchange_points = 120 WHERE commodity_id = 1").await;
    let before = state(&app).await;
    let refused = app.post(REDEEM, Some(&token), &ask(json!(100))).await.refused(409);
    assert_eq!(refused["data"], json!({ "field": "exchange_points", "exchange_points": 120 }));
    app.post(REDEEM, Some(&token), &ask(json!("100"))).await.bad_field("exchange_points");
    assert_eq!(state(&app).await, before);
}

#[tokio::test]
async fn the_greatest_price_and_quantity_fit() {
    let app = shop(99).await;
    let token = app.diner(PHONE, 99_000_000_000).await;
    app.execute("UPDATE products SET exchange_points = 1000000000").await;
    let done = redeem(&app, &token, 99).await.ok();
    assert_eq!((&done["points_cost"], &done["remaining_points"]), (&json!(99_000_000_000_i64), &json!(0)));
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_moves_nothing() {
    let app = shop(5).await;
    let token = app.diner(PHONE, 100).await;
    let ask = |name: &str, quantity| json!({ "product_id": 1, "quantity": quantity, "request_id": name });
    let refused = app.post(REDEEM, Some(&token), &ask("r1", 6)).await;
    refused.refused(1002);
    let first = app.post(REDEEM, Some(&token), &ask("r2", 1)).await;
    first.ok();
    credit(&app, PHONE, 10_000).await;
    let before = app.dump().await;
    // What was refused stays refused, whatever has changed since; what was done is not done again.
    assert_eq!(app.post(REDEEM, Some(&token), &ask("r1", 6)).await.bytes, refused.bytes);
    assert_eq!(app.post(REDEEM, Some(&token), &ask("r2", 1)).await.bytes, first.bytes);
    app.post(REDEEM, Some(&token), &ask("r2", 2)).await.refused(409);
    assert_eq!(app.dump().await, before);
    let short = app.post(REDEEM, Some(&token), &ask("r3", 5)).await;
    assert_eq!(short.refused(1003)["data"]["stock"], 4);
    app.execute("UPDATE products SET stock = 50").await;
    assert_eq!(app.post(REDEEM, Some(&token), &ask("r3", 5)).await.bytes, short.bytes);
    app.state.clock.advance(Duration::from_hours(24));
    let token = app.login(PHONE).await;
    app.post(REDEEM, Some(&token), &ask("r3", 5)).await.ok();
}

/// How often a client tries again while the server has no time.
const TRIES: usize = 20;

/// Asks for one piece, and while the server has no time again, under the same name. The answer, and how often it had none.
async fn redeem_surely(app: &TestApp, token: &str, name: &str) -> (Answer, usize) {
    let body = json!({ "product_id": 1, "quantity": 1, "request_id": name });
    for busy in 0..TRIES {
        let answer = app.post(REDEEM, Some(token), &body).await;
        if answer.status != 503 {
            return (answer, busy);
        }
    }
    panic!("{name}: no time, {TRIES} times");
}

/// How many of these requests at once, one a token, were answered with 0 and with `code`.
async fn at_once(app: &Arc<TestApp>, tokens: Vec<String>, code: u64) -> (usize, usize) {
    let redeem = |(n, token): (usize, String)| {
        let app = app.clone();
        tokio::spawn(async move { redeem_surely(&app, &token, &format!("r{n}")).await })
    };
    let tasks: Vec<_> = tokens.into_iter().enumerate().map(redeem).collect();
    let (mut codes, mut busy) = (Vec::new(), 0);
    for task in tasks {
        let (answer, times) = task.await.unwrap();
        codes.push(answer.json()["code"].clone());
        busy += times;
    }
    // Rows are taken in one order, so requests wait for each other and don't stand in each other's way. A slow machine may
    // let some wait for too long.
    println!("{busy} times busy");
    assert!(busy * 10 <= codes.len(), "{busy} times busy in {} requests", codes.len());
    let count = |code: u64| codes.iter().filter(|answered| **answered == code).count();
    (count(0), count(code))
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_diners_share_a_stock_of_ten() {
    let app = Arc::new(shop(10).await);
    let mut tokens = Vec::new();
    for n in 0..200 {
        tokens.push(app.diner(&format!("13900139{n:03}"), 100).await);
    }
    assert_eq!(at_once(&app, tokens, 1003).await, (10, 190));
    assert_eq!(state(&app).await, (0, 10, 19_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_diners_with_two_hundred_requests_share_a_stock_of_ten() {
    let app = Arc::new(shop(10).await);
    let mut diners = Vec::new();
    for n in 0..3 {
        diners.push(app.diner(&format!("1390013900{n}"), 20_000).await);
    }
    assert_eq!(at_once(&app, diners.into_iter().cycle().take(200).collect(), 1003).await, (10, 190));
    assert_eq!(state(&app).await, (0, 10, 59_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_requests_with_points_for_ten() {
    let app = Arc::new(shop(1000).await);
    let token = app.diner(PHONE, 1099).await;
    assert_eq!(at_once(&app, vec![token; 50], 1002).await, (10, 40));
    assert_eq!(state(&app).await, (990, 10, 99));
}

#[tokio::test(flavor = "multi_thread")]
async fn equal_requests_at_once_are_one() {
    for points in [1000, 0] {
        let app = Arc::new(shop(10).await);
        let token = app.diner(PHONE, points).await;
        let redeem = |_| {
            let (app, token) = (app.clone(), token.clone());
            tokio::spawn(async move { redeem_surely(&app, &token, "same").await.0.bytes })
        };
        let tasks: Vec<_> = (0..20).map(redeem).collect();
        let mut answers = Vec::new();
        for task in tasks {
            answers.push(task.await.unwrap());
        }
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{points}");
        assert_eq!(app.get("/api/exchange/records", &token).await.ok()["total"], i64::from(points > 0));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_moves_meanwhile_is_paid_as_it_was_at_some_moment() {
    let app = Arc::new(shop(1000).await);
    let token = app.diner(PHONE, 100_000).await;
    let merchant = {
        let app = app.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                app.execute("UPDATE products SET exchange_points = 110 WHERE commodity_id = 1").await;
                app.execute("UPDATE products SET exchange_points = 100 WHERE commodity_id = 1").await;
            }
        })
    };
    let redeem = |n| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move { redeem_surely(&app, &token, &format!("r{n}")).await.0.ok()["points_cost"].clone() })
    };
    let tasks: Vec<_> = (0..20).map(redeem).collect();
    merchant.await.unwrap();
    let mut paid = 0;
    for task in tasks {
        let cost = task.await.unwrap().as_i64().unwrap();
        assert!(cost == 100 || cost == 110, "{cost}");
        paid += cost;
    }
    assert_eq!(state(&app).await, (980, 20, 100_000 - paid));
}

#[tokio::test]
async fn products_are_listed_by_category_and_in_order() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let list = async |query: &str| app.get(&format!("/api/exchange/products?{query}"), &token).await;
    let all = list("").await.ok();
    assert_eq!((&all["total"], &all["has_more"], &all["list"]), (&json!(20), &json!(false), &all["products"]));
    let first = &all["products"][0];
    assert_eq!(first["id"], first["commodity_id"]);
    assert_eq!((&first["rating"], &first["status"]), (&json!(5), &json!("active")));
    let ids = |list: &Value| -> Vec<i64> {
        list["products"].as_array().unwrap().iter().map(|product| product["id"].as_i64().unwrap()).collect()
    };
    assert_eq!(ids(&all), (1..=20).collect::<Vec<_>>());
    let cheap = list("sort=points").await.ok();
    let points: Vec<_> =
        cheap["products"].as_array().unwrap().iter().map(|product| product["exchange_points"].as_i64()).collect();
    assert!(points.is_sorted() && points[0] != points[19], "{points:?}");
    assert_eq!(ids(&list("sort=new").await.ok()), (1..=20).rev().collect::<Vec<_>>());
    let stocked = list("sort=stock").await.ok();
    assert_eq!(
        (&stocked["products"][19]["stock"], &stocked["products"][19]["status"]),
        (&json!(0), &json!("sold_out"))
    );
    assert_eq!(list("sort=hot&size=1").await.ok()["products"][0]["is_hot"], true);
    assert_eq!(ids(&list("page=4&page_size=6&category=all&sort=").await.ok()), [19, 20]);
    assert_eq!(list("page=1000000000&size=100").await.ok()["products"], json!([]));
    assert_eq!(list("category=%E6%97%A0").await.ok()["total"], 0);
    for (query, field) in [
        ("sort=price", "sort"),
        ("sort=points%27%20--", "sort"),
        ("page=0", "page"),
        ("page=-1", "page"),
        ("size=1000000000", "size"),
        ("limit=0", "limit"),
    ] {
        list(query).await.bad_field(field);
    }
    list("sort=new&sort=hot").await.refused(400);

    let categories = app.get("/api/exchange/categories", &token).await.ok()["categories"].clone();
    let categories = categories.as_array().unwrap();
    assert_eq!(categories[0], json!({ "id": "all", "name": "全部", "count": 20 }));
    let mut counted = 0;
    for category in &categories[1..] {
        let query = url(category["id"].as_str().unwrap());
        let listed = list(&format!("category={query}")).await.ok();
        assert_eq!(listed["total"], category["count"]);
        counted += listed["total"].as_i64().unwrap();
    }
    assert_eq!((categories.len(), counted), (6, 20));

    app.execute("UPDATE products SET status = 'inactive' WHERE commodity_id <= 5").await;
    assert_eq!(list("").await.ok()["total"], 15);
    assert_eq!(app.get("/api/exchange/categories", &token).await.ok()["categories"].as_array().unwrap().len(), 5);
}

fn url(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut url, byte| {
        let _ = write!(url, "%{byte:02X}");
        url
    })
}

#[tokio::test]
async fn a_merchant_sends_and_hands_over() {
    let app = shop(9).await;
    let token = app.diner(PHONE, 500).await;
    let merchant = merchant(&app).await;
    let one = redeem(&app, &token, 1).await.ok()["order_id"].clone();
    let other = redeem(&app, &token, 1).await.ok()["order_id"].clone();

    assert_eq!(set_status(&app, &token, &one, "shipped").await.refused(403)["message"], "仅商家可以操作");
    app.get("/api/merchant/exchange/records", &token).await.refused(403);
    set_status(&app, &merchant, &json!("EX1"), "shipped").await.refused(404);
    set_status(&app, &merchant, &json!("%FF"), "shipped").await.refused(404);
    set_status(&app, &merchant, &one, "sent").await.bad_field("status");
    let path = format!("/api/merchant/exchange/{}/status", one.as_str().unwrap());
    app.post(&path, Some(&merchant), &json!({ "status": 1 })).await.bad_field("status");

    let shipped = set_status(&app, &merchant, &one, "shipped").await.ok();
    assert_eq!((&shipped["status"], &shipped["user_phone"]), (&json!("shipped"), &json!("139****9000")));
    assert_eq!(set_status(&app, &merchant, &one, "shipped").await.ok(), shipped);
    for status in ["cancelled", "pending"] {
        let refused = set_status(&app, &merchant, &one, status).await.refused(409);
        assert_eq!(refused["data"], json!({ "status": "shipped" }));
    }
    set_status(&app, &merchant, &one, "completed").await.ok();
    for status in ["shipped", "cancelled", "pending"] {
        let refused = set_status(&app, &merchant, &one, status).await.refused(409);
        assert_eq!(refused["data"], json!({ "status": "completed" }));
    }
    set_status(&app, &merchant, &other, "completed").await.ok();

    let list = async |query: &str| app.get(&format!("/api/merchant/exchange/records?{query}"), &merchant).await;
    let all = list("").await.ok();
    assert_eq!((&all["total"], &all["records"][0]["order_id"]), (&json!(2), &other));
    assert!(!all.to_string().contains(PHONE));
    assert_eq!(list("status=completed&size=1").await.ok()["has_more"], true);
    assert_eq!(list("status=pending").await.ok()["total"], 0);
    list("status=done").await.bad_field("status");
    let mine = async |query: &str| app.get(&format!("/api/exchange/records?{query}"), &token).await;
    assert_eq!(mine("status=completed").await.ok()["total"], 2);
    assert_eq!(mine("status=all&page=2&size=1").await.ok()["records"][0]["order_id"], one);
    mine("status=done").await.bad_field("status");
    assert_eq!(app.get("/api/exchange/records", &merchant).await.ok()["total"], 0);
    assert_eq!(state(&app).await, (7, 2, 300));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_returns_points_and_stock_once() {
    let app = Arc::new(shop(9).await);
    let token = app.diner(PHONE, 500).await;
    let merchant = merchant(&app).await;
    let order = redeem(&app, &token, 3).await.ok()["order_id"].clone();
    let before = event::last_id(&app.state.db).await.unwrap();
    let cancel = |_| {
        let (app, merchant, order) = (app.clone(), merchant.clone(), order.clone());
        tokio::spawn(async move { set_status(&app, &merchant, &order, "cancelled").await.ok() })
    };
    let tasks: Vec<_> = (0..8).map(cancel).collect();
    for task in tasks {
        assert_eq!(task.await.unwrap()["status"], "cancelled");
    }
    assert_eq!(state(&app).await, (9, 0, 500));
    let events = event::after(&app.state.db, before, 100).await.unwrap();
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["points_update", "stock_update"]);
    let ledger = app.get("/api/user/points-records", &token).await.ok()["records"][0].clone();
    assert_eq!(
        (&ledger["type"], &ledger["points"], &ledger["reason"], &ledger["description"], &ledger["related_id"]),
        (&json!("earn"), &json!(300), &json!("exchange_redeem"), &json!("兑换取消退回"), &order)
    );
    assert_eq!(set_status(&app, &merchant, &order, "shipped").await.refused(409)["data"]["status"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelled_or_shipped_never_both() {
    let app = Arc::new(shop(100).await);
    let token = app.diner(PHONE, 10_000).await;
    let merchant = merchant(&app).await;
    for _ in 0..10 {
        let order = redeem(&app, &token, 1).await.ok()["order_id"].clone();
        let (cancelled, shipped) = tokio::join!(
            set_status(&app, &merchant, &order, "cancelled"),
            set_status(&app, &merchant, &order, "shipped")
        );
        let codes = [cancelled.json()["code"].as_u64().unwrap(), shipped.json()["code"].as_u64().unwrap()];
        assert!(codes == [0, 409] || codes == [409, 0], "{codes:?}");
    }
}

#[tokio::test]
async fn a_merchants_request_that_names_itself_is_answered_once() {
    let app = shop(9).await;
    let token = app.diner(PHONE, 500).await;
    let merchant = merchant(&app).await;
    let order = redeem(&app, &token, 1).await.ok()["order_id"].clone();
    let path = format!("/api/merchant/exchange/{}/status", order.as_str().unwrap());
    let ask = |status: &str| json!({ "status": status, "request_id": "m1" });
    let first = app.post(&path, Some(&merchant), &ask("shipped")).await;
    first.ok();
    set_status(&app, &merchant, &order, "completed").await.ok();
    assert_eq!(app.post(&path, Some(&merchant), &ask("shipped")).await.bytes, first.bytes);
    app.post(&path, Some(&merchant), &ask("cancelled")).await.refused(409);
    assert_eq!(state(&app).await, (8, 1, 400));
}

#[tokio::test]
async fn points_that_find_no_room_keep_the_order() {
    let app = shop(9).await;
    let token = app.diner(PHONE, 1_000_000_000_000).await;
    let merchant = merchant(&app).await;
    let order = redeem(&app, &token, 1).await.ok()["order_id"].clone();
    credit(&app, PHONE, 1).await;
    assert_eq!(set_status(&app, &merchant, &order, "cancelled").await.refused(409)["data"]["status"], "pending");
    assert_eq!(state(&app).await, (8, 1, 1_000_000_000_000 - 99));
    set_status(&app, &merchant, &order, "completed").await.ok();
}

#[tokio::test]
async fn a_prize_is_an_order_that_cost_nothing() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let merchant = merchant(&app).await;
    let mut won = String::new();
    while !matches!(won.as_str(), "coupon" | "physical") {
        let drawn = app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
        drawn["results"][0]["prize_type"].as_str().unwrap().clone_into(&mut won);
    }
    // The row that a draw makes of such a prize, if it did not.
    app.execute(
        "INSERT INTO exchange_records (order_id, user_id, draw_id, seq, product_name, quantity, points_cost,
                                       created_at, updated_at)
         SELECT 'LW1', r.user_id, r.draw_id, r.seq, r.prize_name, 1, 0, r.created_at, r.created_at
         FROM lottery_records r WHERE r.prize_type IN ('coupon', 'physical')
           AND NOT EXISTS (SELECT 1 FROM exchange_records e WHERE e.draw_id = r.draw_id AND e.seq = r.seq)",
    )
    .await;
    let prize = app.get("/api/exchange/records", &token).await.ok()["records"][0].clone();
    assert_eq!(
        (&prize["source"], &prize["product_id"], &prize["points_cost"]),
        (&json!("lottery"), &json!(null), &json!(0))
    );
    assert!(prize["draw_id"].as_str().unwrap().starts_with("d1-"));
    let before = event::last_id(&app.state.db).await.unwrap();
    assert_eq!(set_status(&app, &merchant, &prize["order_id"], "cancelled").await.ok()["status"], "cancelled");
    assert_eq!(event::last_id(&app.state.db).await.unwrap(), before);
    assert_eq!(app.get("/api/user/statistics", &token).await.ok()["total_exchange"], 0);
}

#[tokio::test]
async fn a_spoiled_order_is_noticed() {
    for (sql, says) in [
        ("UPDATE products SET sales_count = sales_count + 1", "product 1: 3 left, 3 sold, 2 ordered"),
        ("UPDATE exchange_records SET quantity = 3", "product 1: 3 left, 2 sold, 3 ordered"),
        ("UPDATE exchange_records SET points_cost = 100", "pending: cost 100, moved -200"),
        ("UPDATE exchange_records SET status = 'cancelled'", "cancelled: cost 200, moved -200"),
        ("UPDATE exchange_records SET order_id = 'EX1'", "1 ledger rows of redeeming belong to no order"),
        ("UPDATE exchange_records SET product_id = NULL", "product 0, draw 0"),
    ] {
        let app = shop(5).await;
        let token = app.diner(PHONE, 500).await;
        redeem(&app, &token, 2).await.ok();
        app.execute(sql).await;
        let panic = std::panic::catch_unwind(AssertUnwindSafe(|| drop(app))).unwrap_err();
        let panic = panic.downcast_ref::<String>().cloned().unwrap_or_default();
        assert!(panic.contains(says), "{sql}: {panic}");
    }
}

#[tokio::test]
async fn the_database_itself_refuses_negative_numbers() {
    let app = shop(5).await;
    for sql in [
        "UPDATE products SET stock = -1",
        "UPDATE products SET sales_count = -1",
        "UPDATE products SET exchange_points = 0",
        "UPDATE products SET status = 'none'",
    ] {
        assert!(app.try_execute(sql).await.is_err(), "{sql}");
    }
}
