//! Whose rows are held, in which order, and what is looked at once they are: merchants who do two things at once don't lock
//! themselves out, and one whose right is taken in between does nothing.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use fairwheel_server::{execute, store::user};
use fairwheel_tests::{Answer, TestApp, sent_in::Receipt};
use serde_json::{Value, json};

const MERCHANT: &str = "13700137000";
const DINER: &str = "13900139000";
/// Long enough for a request to get as far as it can. If it is not, the tests prove less, and don't fail.
const A_WHILE: Duration = Duration::from_millis(300);

async fn id(app: &TestApp, phone: &str) -> i64 {
    user::by_mobile(&app.state.db, phone).await.unwrap().unwrap().user_id
}

/// The demo's shop, its merchant's token, and an order of a diner.
async fn shop() -> (Arc<TestApp>, String, String) {
    let app = TestApp::new().await;
    // The diner first: the merchant's id is the higher one.
    let diner = app.diner(DINER, 100_000).await;
    let merchant = app.merchant(MERCHANT).await;
    let ask = json!({ "product_id": 1, "quantity": 1 });
    let order =
        app.post("/api/exchange/redeem", Some(&diner), &ask).await.ok()["order_id"].as_str().unwrap().to_owned();
    (Arc::new(app), merchant, order)
}

fn ask(app: &Arc<TestApp>, method: Method, path: &str, token: &str, body: Value) -> tokio::task::JoinHandle<Answer> {
    let (app, path, token) = (app.clone(), path.to_owned(), token.to_owned());
    tokio::spawn(async move { app.request(method, &path, Some(&token), Some(body.to_string())).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merchant_cancels_an_order_while_they_manage_its_product() {
    let (app, merchant, order) = shop().await;
    let merchant_id = id(&app, MERCHANT).await;
    // As far as managing a product gets before it comes to the product.
    let mut tx = app.state.db.begin().await.unwrap();
    execute!(&mut tx, "UPDATE users SET updated_at = updated_at WHERE user_id = ?", merchant_id).unwrap();
    let body = json!({ "status": "cancelled", "request_id": "c" });
    let cancel = ask(&app, Method::POST, &format!("/api/merchant/exchange/{order}/status"), &merchant, body);
    tokio::time::sleep(A_WHILE).await;
    // A circle would end here: the engine undoes whoever has written less.
    execute!(&mut tx, "UPDATE products SET stock = stock + 1 WHERE commodity_id = 1").unwrap();
    tx.commit().await.unwrap();
    cancel.await.unwrap().ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_decides_for_a_user_who_is_held() {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", "13700137000")]).await;
    let diner = app.diner(DINER, 0).await;
    let admin = app.diner(MERCHANT, 0).await;
    let apply = json!({
        "store_name": "面馆", "business_license": "91310101MA1FPX1234", "contact_person": "王小明", "contact_phone": DINER,
    });
    app.post("/api/merchant/apply", Some(&diner), &apply).await.ok();
    let (diner_id, admin_id, app) = (id(&app, DINER).await, id(&app, MERCHANT).await, Arc::new(app));
    // Somebody holds the admin, and comes to the diner's application then.
    let mut tx = app.state.db.begin().await.unwrap();
    execute!(&mut tx, "UPDATE users SET updated_at = updated_at WHERE user_id = ?", admin_id).unwrap();
    let decide =
        ask(&app, Method::POST, "/api/admin/merchant-applications/1/review", &admin, json!({ "action": "approve" }));
    let give = json!({ "change_points": 5, "reason": "x", "request_id": "p" });
    let give = ask(&app, Method::POST, &format!("/api/admin/users/{admin_id}/points"), &admin, give);
    tokio::time::sleep(A_WHILE).await;
    execute!(&mut tx, "UPDATE merchant_applications SET review_reason = NULL WHERE user_id = ?", diner_id).unwrap();
    tx.commit().await.unwrap();
    decide.await.unwrap().ok();
    give.await.unwrap().ok();
}

/// All that a merchant may change, asked while their row is held.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_loses_their_right_meanwhile_does_nothing() {
    for right in [
        "UPDATE users SET is_merchant = 0 WHERE mobile = '13700137000'",
        "UPDATE users SET status = 'banned' WHERE mobile = '13700137000'",
    ] {
        let (app, merchant, order) = shop().await;
        app.receipt(Receipt { upload_id: "UP1", phone: DINER, amount: Some(1000), estimated: None }).await;
        let wheel = app.get("/api/merchant/lottery/config", &merchant).await.ok();
        let before = app.dump().await;
        let mut tx = app.state.db.begin().await.unwrap();
        execute!(&mut tx, right).unwrap();
        let asks = [
            (Method::PUT, "/api/merchant/products/1".to_owned(), json!({ "name": "x", "request_id": "a" })),
            (
                Method::POST,
                format!("/api/merchant/exchange/{order}/status"),
                json!({ "status": "shipped", "request_id": "b" }),
            ),
            (
                Method::POST,
                "/api/merchant/review".to_owned(),
                json!({ "upload_id": "UP1", "action": "approve", "points": 1, "request_id": "c" }),
            ),
            (Method::PUT, "/api/merchant/lottery/config".to_owned(), {
                let mut wheel = wheel.clone();
                wheel["request_id"] = json!("d");
                wheel
            }),
        ];
        let asked = asks.map(|(method, path, body)| ask(&app, method, &path, &merchant, body));
        tokio::time::sleep(A_WHILE).await;
        tx.commit().await.unwrap();
        for answer in asked {
            answer.await.unwrap().refused(403);
        }
        app.execute("UPDATE users SET is_merchant = 1, status = 'active' WHERE mobile = '13700137000'").await;
        assert_eq!(app.dump().await, before);
    }
}

/// With a request id, and without one.
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_who_is_locked_out_meanwhile_gives_nothing() {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", MERCHANT)]).await;
    app.diner(DINER, 0).await;
    let admin = app.diner(MERCHANT, 0).await;
    let (diner_id, app) = (id(&app, DINER).await, Arc::new(app));
    let path = format!("/api/admin/users/{diner_id}/points");
    let mut tx = app.state.db.begin().await.unwrap();
    execute!(&mut tx, "UPDATE users SET status = 'banned' WHERE mobile = '13700137000'").unwrap();
    let asks =
        [json!({ "change_points": 5, "reason": "x", "request_id": "p" }), json!({ "change_points": 5, "reason": "x" })];
    let asked = asks.map(|body| ask(&app, Method::POST, &path, &admin, body));
    tokio::time::sleep(A_WHILE).await;
    tx.commit().await.unwrap();
    for answer in asked {
        answer.await.unwrap().refused(403);
    }
    assert_eq!(user::by_mobile(&app.state.db, DINER).await.unwrap().unwrap().total_points, 0);
}
