//! What a merchant does with products: which are listed, what is refused, what is told, and what happens at once.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

#[path = "products/at_once.rs"]
mod at_once;

use axum::http::Method;
use fairwheel_server::{seed, store::event};
use fairwheel_tests::{Answer, TestApp};
use serde_json::{Value, json};

const PATH: &str = "/api/merchant/products";
const SHOP: &str = "/api/exchange/products";
const REDEEM: &str = "/api/exchange/redeem";

/// A merchant's token.
async fn merchant(app: &TestApp) -> String {
    let token = app.diner("13700137000", 0).await;
    app.execute("UPDATE users SET is_merchant = 1 WHERE mobile = '13700137000'").await;
    token
}

/// An empty shop and its merchant.
async fn shop() -> (TestApp, String) {
    let app = TestApp::empty().await;
    let token = merchant(&app).await;
    (app, token)
}

/// A product as a merchant writes it, every field given.
fn soup() -> Value {
    json!({
        "name": "酸梅汤", "description": "一壶。\n冰镇。", "category": "饮品", "exchange_points": 100, "stock": 10,
        "image": "/media/soup.png", "is_hot": true, "sort_order": -5,
    })
}

async fn create(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.post(PATH, Some(token), body).await
}

async fn put(app: &TestApp, token: &str, id: &Value, body: &Value) -> Answer {
    app.request(Method::PUT, &format!("{PATH}/{id}"), Some(token), Some(body.to_string())).await
}

async fn delete(app: &TestApp, token: &str, id: &Value) -> Answer {
    app.request(Method::DELETE, &format!("{PATH}/{id}"), Some(token), None).await
}

async fn batch(app: &TestApp, token: &str, what: &str, body: &Value) -> Answer {
    app.post(&format!("{PATH}/batch-{what}"), Some(token), body).await
}

/// The stock of a product as its merchant sees it.
async fn stock(app: &TestApp, token: &str, id: &Value) -> i64 {
    let list = app.get(&format!("{PATH}?size=100"), token).await.ok();
    let product = list["products"].as_array().unwrap().iter().find(|product| product["id"] == *id).unwrap();
    product["stock"].as_i64().unwrap()
}

/// What everybody was told of stocks: product, name, how many.
async fn told(app: &TestApp) -> Vec<Value> {
    let events = event::after(&app.state.db, 0, 1000).await.unwrap();
    let stock = events.iter().filter(|event| event.kind == "stock_update");
    let data = stock.map(|event| {
        assert_eq!(event.audience, "everybody");
        let data: Value = serde_json::from_str(&event.data).unwrap();
        json!([data["product_id"], data["product_name"], data["stock"]])
    });
    data.collect()
}

#[tokio::test]
async fn what_a_merchant_adds_is_what_everybody_sees() {
    let (app, token) = shop().await;
    let added = create(&app, &token, &soup()).await.ok();
    let mut expected = soup();
    for (name, value) in [("status", json!("active")), ("sales_count", json!(0)), ("rating", json!(5))] {
        expected[name] = value;
    }
    (expected["id"], expected["commodity_id"]) = (json!(1), json!(1));
    expected["created_time"] = json!("2026-11-22T04:00:00.000Z");
    assert_eq!(added, expected);
    let least = json!({ "name": " 凉 皮 ", "category": "小吃", "exchange_points": 1_000_000, "stock": 0, "is_hot": 0 });
    let second = create(&app, &token, &least).await.ok();
    assert_eq!((&second["id"], &second["name"], &second["status"]), (&json!(2), &json!("凉 皮"), &json!("sold_out")));
    assert_eq!((&second["description"], &second["image"], &second["is_hot"]), (&json!(""), &json!(""), &json!(false)));
    for path in [PATH, SHOP] {
        let list = app.get(path, &token).await.ok();
        assert_eq!((&list["products"][0], &list["products"][1], &list["total"]), (&added, &second, &json!(2)));
    }
    assert_eq!(told(&app).await, [json!([1, "酸梅汤", 10]), json!([2, "凉 皮", 0])]);
}

#[tokio::test]
async fn whatever_is_wrong_is_named_and_changes_nothing() {
    let (app, token) = shop().await;
    let id = create(&app, &token, &soup()).await.ok()["id"].clone();
    let before = app.dump().await;
    let texts = [
        ("name", json!("  ")),
        ("name", json!("长".repeat(101))),
        ("name", json!("a\nb")),
        ("name", json!(7)),
        ("description", json!("长".repeat(2001))),
        ("description", json!("\u{0}")),
        ("category", json!("")),
        ("category", json!("all")),
        ("category", json!("长".repeat(51))),
        ("exchange_points", json!(0)),
        ("exchange_points", json!(1_000_001)),
        ("exchange_points", json!(1.5)),
        ("exchange_points", json!("100")),
        ("image", json!("javascript:alert(1)")),
        ("image", json!("data:image/png;base64,AA")),
        ("image", json!(format!("/{}", "x".repeat(1000)))),
        ("is_hot", json!(2)),
        ("is_hot", json!("true")),
        ("sort_order", json!(1_000_001)),
        ("sort_order", json!(-1_000_001)),
        ("stock", json!(-1)),
        ("stock", json!(1_000_001)),
        ("stock", json!(1e30)),
    ];
    for (field, value) in texts {
        let mut body = soup();
        body[field] = value.clone();
        create(&app, &token, &body).await.bad_field(field);
        put(&app, &token, &id, &json!({ field: value })).await.bad_field(field);
    }
    for field in ["name", "category", "exchange_points", "stock"] {
        let mut body = soup();
        body.as_object_mut().unwrap().remove(field);
        create(&app, &token, &body).await.bad_field(field);
    }
    for (field, value) in [
        ("status", json!("sold_out")),
        ("status", json!("gone")),
        ("stock_delta", json!(1_000_001)),
        ("stock_delta", json!(i64::MIN)),
        ("expected_stock", json!(-1)),
    ] {
        put(&app, &token, &id, &json!({ "name": "x", field: value })).await.bad_field(field);
    }
    put(&app, &token, &id, &json!({ "stock": 10, "stock_delta": 1 })).await.bad_field("stock");
    put(&app, &token, &id, &json!({})).await.refused(400);
    put(&app, &token, &id, &json!({ "expected_stock": 10 })).await.refused(400);
    let ids: Vec<i64> = (1..=101).collect();
    for (ids, updates, field) in [
        (json!([]), json!({ "is_hot": true }), "ids"),
        (json!(ids), json!({ "is_hot": true }), "ids"),
        (json!(["1"]), json!({ "is_hot": true }), "ids[0]"),
        (json!([1]), json!({}), "updates"),
        (json!([1]), json!({ "name": "x" }), "updates"),
        (json!([1]), json!({ "exchange_points": 0 }), "updates.exchange_points"),
        (json!([1]), json!({ "status": "sold_out" }), "updates.status"),
        (json!([1]), json!({ "stock": 5, "is_hot": true }), "updates.stock"),
        (json!([1]), json!({ "stock_delta": 1_000_001 }), "updates.stock_delta"),
    ] {
        batch(&app, &token, "update", &json!({ "ids": ids, "updates": updates })).await.bad_field(field);
    }
    batch(&app, &token, "delete", &json!({ "ids": [] })).await.bad_field("ids");
    batch(&app, &token, "delete", &json!({})).await.bad_field("ids");
    for id in ["2", "0", "-1", "x", "9223372036854775808"] {
        let path = format!("{PATH}/{id}");
        app.request(Method::PUT, &path, Some(&token), Some(json!({ "name": "x" }).to_string())).await.refused(404);
        app.request(Method::DELETE, &path, Some(&token), None).await.refused(404);
    }
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn only_merchants_manage_products() {
    let (app, merchant) = shop().await;
    let id = create(&app, &merchant, &soup()).await.ok()["id"].clone();
    let token = app.diner("13900139000", 0).await;
    let before = app.dump().await;
    for (token, code) in [(token.as_str(), 403), ("", 401)] {
        app.get(PATH, token).await.refused(code);
        create(&app, token, &soup()).await.refused(code);
        put(&app, token, &id, &json!({ "name": "x" })).await.refused(code);
        delete(&app, token, &id).await.refused(code);
        batch(&app, token, "update", &json!({ "ids": [id], "updates": { "is_hot": true } })).await.refused(code);
        batch(&app, token, "delete", &json!({ "ids": [id] })).await.refused(code);
    }
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn each_field_is_changed_by_itself_and_what_shows_is_told() {
    let (app, token) = shop().await;
    let mut expected = create(&app, &token, &soup()).await.ok();
    let id = expected["id"].clone();
    for (ask, value, tells) in [
        (json!({ "name": "桂花酸梅汤" }), json!("桂花酸梅汤"), true),
        (json!({ "description": "" }), json!(""), false),
        (json!({ "category": "汤" }), json!("汤"), false),
        (json!({ "exchange_points": 120 }), json!(120), true),
        (json!({ "image": "https://example.com/x.png" }), json!("https://example.com/x.png"), false),
        (json!({ "is_hot": 0 }), json!(false), false),
        (json!({ "sort_order": 7 }), json!(7), false),
        (json!({ "status": "offline" }), json!("inactive"), true),
        (json!({ "status": "active" }), json!("active"), true),
        (json!({ "stock_delta": -3 }), json!(7), true),
        (json!({ "stock_delta": 0 }), json!(7), false),
        (json!({ "stock": 7 }), json!(7), false),
        (json!({ "stock": 20, "expected_stock": 7 }), json!(20), true),
    ] {
        let before = told(&app).await.len();
        let (field, _) = ask.as_object().unwrap().iter().find(|(name, _)| *name != "expected_stock").unwrap();
        expected[field.trim_end_matches("_delta")] = value;
        assert_eq!(put(&app, &token, &id, &ask).await.ok(), expected, "{ask}");
        assert_eq!(app.get(PATH, &token).await.ok()["products"][0], expected, "{ask}");
        assert_eq!(told(&app).await.len() > before, tells, "{ask}");
    }
    // What is off the shelf can't be had, so phones show it as sold out.
    assert_eq!(told(&app).await[3..5], [json!([1, "桂花酸梅汤", 0]), json!([1, "桂花酸梅汤", 10])]);
}

#[tokio::test]
async fn an_old_page_never_brings_a_stock_back() {
    let (app, token) = shop().await;
    let page = create(&app, &token, &soup()).await.ok();
    let diner = app.diner("13900139000", 1000).await;
    app.post(REDEEM, Some(&diner), &json!({ "product_id": 1, "quantity": 3 })).await.ok();
    let before = app.dump().await;
    // The whole page with what it showed; what it showed as expected; and more taken off than there is.
    for ask in [
        page.clone(),
        json!({ "stock": 7, "expected_stock": 10 }),
        json!({ "stock": 8 }),
        json!({ "name": "x", "stock_delta": -8 }),
        json!({ "stock_delta": 1_000_000 }),
        json!({ "name": "x", "stock_delta": 1, "expected_stock": 10 }),
    ] {
        let refused = put(&app, &token, &page["id"], &ask).await.refused(409);
        assert_eq!(refused["data"], json!({ "stock": 7 }), "{ask}");
        assert_eq!(refused["message"], "当前库存为 7，未作修改");
    }
    assert_eq!(app.dump().await, before);
    let sold_out = put(&app, &token, &page["id"], &json!({ "stock_delta": -7 })).await.ok();
    assert_eq!(sold_out["status"], "sold_out");
    // A page put back with what it showed is taken, this one as well; and so is one with another stock.
    assert_eq!(put(&app, &token, &page["id"], &sold_out).await.ok(), sold_out);
    let more = json!({ "status": "sold_out", "stock": 2, "expected_stock": 0 });
    assert_eq!(put(&app, &token, &page["id"], &more).await.ok()["status"], "active");
    put(&app, &token, &page["id"], &json!({ "status": "sold_out", "stock": 2 })).await.bad_field("status");
    put(&app, &token, &page["id"], &json!({ "stock_delta": -2 })).await.ok();
    assert_eq!(put(&app, &token, &page["id"], &json!({ "stock_delta": 1_000_000 })).await.ok()["stock"], 1_000_000);
    // Returned pieces may make more than a merchant can; the product can still be changed, and some taken off.
    app.execute("UPDATE products SET stock = 1000003").await;
    put(&app, &token, &page["id"], &json!({ "name": "x" })).await.ok();
    put(&app, &token, &page["id"], &json!({ "stock_delta": 1 })).await.refused(409);
    assert_eq!(put(&app, &token, &page["id"], &json!({ "stock_delta": -1 })).await.ok()["stock"], 1_000_002);
}

#[tokio::test]
async fn a_product_that_is_taken_away_is_gone_but_for_its_orders() {
    let (app, token) = shop().await;
    let id = create(&app, &token, &soup()).await.ok()["id"].clone();
    let diner = app.diner("13900139000", 1000).await;
    let ask = json!({ "product_id": 1, "quantity": 2 });
    let order = app.post(REDEEM, Some(&diner), &ask).await.ok()["order_id"].clone();
    let gone = delete(&app, &token, &id).await.ok();
    assert_eq!((&gone["id"], &gone["status"], &gone["stock"]), (&id, &json!("inactive"), &json!(8)));
    assert_eq!(told(&app).await.last().unwrap(), &json!([1, "酸梅汤", 0]));
    let before = app.dump().await;
    // A merchant who takes it away twice meant it once.
    assert_eq!(delete(&app, &token, &id).await.ok(), gone);
    for path in [PATH, SHOP, "/api/merchant/products?status=inactive"] {
        assert_eq!(app.get(path, &token).await.ok()["total"], 0, "{path}");
    }
    let categories = app.get("/api/exchange/categories", &diner).await.ok();
    assert_eq!(categories["categories"], json!([{ "id": "all", "name": "全部", "count": 0 }]));
    app.post(REDEEM, Some(&diner), &ask).await.refused(1001);
    put(&app, &token, &id, &json!({ "status": "active" })).await.refused(404);
    let each = batch(&app, &token, "update", &json!({ "ids": [id], "updates": { "stock_delta": 1 } })).await.ok();
    assert_eq!(each["results"], json!([{ "id": 1, "ok": false, "code": 404, "message": "商品不存在或已删除" }]));
    assert_eq!(app.dump().await, before);
    assert_eq!(app.get("/api/exchange/records", &diner).await.ok()["records"][0]["product_name"], "酸梅汤");
    // What is returned is on no shelf.
    let path = format!("/api/merchant/exchange/{}/status", order.as_str().unwrap());
    app.post(&path, Some(&token), &json!({ "status": "cancelled" })).await.ok();
    assert_eq!(told(&app).await.last().unwrap(), &json!([1, "酸梅汤", 0]));
    // Nor is it replaced by demo products.
    seed::run(&app.state).await.unwrap();
    assert_eq!(app.get(SHOP, &diner).await.ok()["total"], 0);
}

#[tokio::test]
async fn the_list_is_narrowed_and_ordered() {
    let app = TestApp::new().await;
    let token = merchant(&app).await;
    put(&app, &token, &json!(1), &json!({ "status": "inactive" })).await.ok();
    put(&app, &token, &json!(2), &json!({ "name": "Tea 50% (a_b) Éclair" })).await.ok();
    delete(&app, &token, &json!(3)).await.ok();
    let total = async |query: &str| app.get(&format!("{PATH}?{query}"), &token).await.ok()["total"].clone();
    for (query, expected) in [
        ("", 19),
        ("status=all&category=all&sort=all&search=", 19),
        ("status=inactive", 1),
        ("status=sold_out", 1),
        ("status=active", 17),
        ("category=%E4%BB%A3%E9%87%91%E5%88%B8", 4),
        ("category=%E4%BB%A3%E9%87%91%E5%88%B8&status=active", 3),
        ("search=%E6%B1%A4", 2),
        ("search=tEA%2050%25", 1),
        ("search=%25", 1),
        ("search=_", 1),
        ("search=%27%22%5C", 0),
        ("search=%C3%89clair", 1),
    ] {
        assert_eq!(total(query).await, expected, "{query}");
    }
    assert_eq!(app.get(SHOP, &token).await.ok()["total"], 18, "on the shelf, sold out or not");
    let sorted = app.get(&format!("{PATH}?sort=points&size=2&page=2"), &token).await.ok();
    assert_eq!((&sorted["size"], &sorted["has_more"]), (&json!(2), &json!(true)));
    for (query, field) in [("status=offline", "status"), ("sort=name", "sort"), ("size=0", "size")] {
        app.get(&format!("{PATH}?{query}"), &token).await.bad_field(field);
    }
}

#[tokio::test]
async fn many_at_once_are_each_done_or_refused() {
    let app = TestApp::new().await;
    let token = merchant(&app).await;
    app.execute("UPDATE products SET stock = commodity_id").await;
    let before = told(&app).await.len();
    let ask =
        json!({ "product_ids": [5, 99, 2, 3, 2], "updates": { "stock_delta": -3, "is_hot": 1, "category": "新" } });
    let done = batch(&app, &token, "update", &ask).await.ok();
    let counts = ["processed_count", "success_count", "failed_count"].map(|name| done[name].as_i64().unwrap());
    assert_eq!(counts, [4, 2, 2]);
    assert_eq!(
        done["results"],
        json!([
            { "id": 5, "ok": true, "code": 0, "message": "success" },
            { "id": 99, "ok": false, "code": 404, "message": "商品不存在或已删除" },
            { "id": 2, "ok": false, "code": 409, "message": "当前库存为 2，未作修改" },
            { "id": 3, "ok": true, "code": 0, "message": "success" },
        ])
    );
    assert_eq!(app.get(&format!("{PATH}?category=%E6%96%B0"), &token).await.ok()["total"], 2);
    assert_eq!((stock(&app, &token, &json!(2)).await, stock(&app, &token, &json!(5)).await), (2, 2));
    assert_eq!(told(&app).await.len(), before + 2);

    let ids: Vec<i64> = (1..=100).collect();
    let gone = batch(&app, &token, "delete", &json!({ "ids": ids })).await.ok();
    assert_eq!((&gone["success_count"], &gone["failed_count"]), (&json!(20), &json!(80)));
    assert_eq!(app.get(PATH, &token).await.ok()["total"], 0);
}

#[tokio::test]
async fn a_repeated_request_gets_the_first_answer_and_changes_nothing() {
    let (app, token) = shop().await;
    let mut body = soup();
    body["request_id"] = json!("c1");
    let first = create(&app, &token, &body).await;
    let id = first.ok()["id"].clone();
    let more = json!({ "stock_delta": 5, "request_id": "u1" });
    let updated = put(&app, &token, &id, &more).await;
    let less = json!({ "stock_delta": -100, "request_id": "u2" });
    let refused = put(&app, &token, &id, &less).await;
    refused.refused(409);
    let both = json!({ "ids": [id], "updates": { "stock_delta": 2 }, "request_id": "b1" });
    let batched = batch(&app, &token, "update", &both).await;
    let away = json!({ "ids": [2], "request_id": "d1" });
    let removed = batch(&app, &token, "delete", &away).await;
    put(&app, &token, &id, &json!({ "stock_delta": 1000 })).await.ok();
    let before = app.dump().await;
    assert_eq!(create(&app, &token, &body).await.bytes, first.bytes);
    assert_eq!(put(&app, &token, &id, &more).await.bytes, updated.bytes);
    assert_eq!(put(&app, &token, &id, &less).await.bytes, refused.bytes);
    assert_eq!(batch(&app, &token, "update", &both).await.bytes, batched.bytes);
    assert_eq!(batch(&app, &token, "delete", &away).await.bytes, removed.bytes);
    body["stock"] = json!(11);
    create(&app, &token, &body).await.refused(409);
    put(&app, &token, &json!(2), &more).await.refused(409);
    assert_eq!(app.dump().await, before);
}
