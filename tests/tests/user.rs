//! The diner's own calls: profile, figures, the ledger, and the daily check-in.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::sync::Arc;

use axum::http::Method;
use fairwheel_server::seed::DEMO_PHONE;
use fairwheel_tests::{Answer, TestApp};
use serde_json::{Value, json};

const PHONE: &str = "13900139000";
const CHECK_IN: &str = "/api/user/check-in";

async fn put(app: &TestApp, token: &str, body: &Value) -> Answer {
    app.request(Method::PUT, "/api/user/info", Some(token), Some(body.to_string())).await
}

async fn check_in(app: &TestApp, token: &str) -> Answer {
    app.post(CHECK_IN, Some(token), &json!({})).await
}

#[tokio::test]
async fn a_profile_changes_in_what_is_given() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let before = app.get("/api/user/info", &token).await.ok();
    let named = put(&app, &token, &json!({ "nickname": "  小王 " })).await.ok();
    assert_eq!(named["nickname"], "小王");
    let pictured = put(&app, &token, &json!({ "avatar": "https://example.com/a.png", "nickname": null })).await.ok();
    assert_eq!((&pictured["nickname"], &pictured["avatar"]), (&json!("小王"), &json!("https://example.com/a.png")));
    assert_eq!((&pictured["level"], &pictured["created_at"]), (&before["level"], &before["created_at"]));
    assert_eq!(app.get("/api/user/info", &token).await.ok(), pictured);
    assert_eq!(put(&app, &token, &json!({ "avatar": "" })).await.ok()["avatar"], "");
    put(&app, &token, &json!({ "client_seed": "我的种子" })).await.ok();
    let config = app.get("/api/lottery/config", &token).await.ok();
    assert_eq!(config["fairness"]["client_seed"], "我的种子");
    let drawn = app.draw(&token, &json!({ "draw_type": "single" })).await.ok();
    assert_eq!(drawn["fairness"]["client_seed"], "我的种子");

    let before = app.dump().await;
    for (body, field) in [
        (json!({ "nickname": " " }), "nickname"),
        (json!({ "nickname": "字".repeat(33) }), "nickname"),
        (json!({ "nickname": "a\u{0}b" }), "nickname"),
        (json!({ "nickname": 5 }), "nickname"),
        (json!({ "nickname": "好", "avatar": "http://example.com/a.png" }), "avatar"),
        (json!({ "avatar": "x" }), "avatar"),
        (json!({ "nickname": "好", "client_seed": "" }), "client_seed"),
        (json!({ "client_seed": "字".repeat(22) }), "client_seed"),
        (json!({ "client_seed": "a\nb" }), "client_seed"),
    ] {
        put(&app, &token, &body).await.bad_field(field);
    }
    put(&app, &token, &json!({})).await.refused(400);
    put(&app, &token, &json!({ "phone": "13900139001", "is_merchant": true })).await.refused(400);
    assert_eq!(app.dump().await, before, "all of it or nothing");
}

#[tokio::test]
async fn figures_add_up_to_the_points_there_are() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    app.draw(&token, &json!({ "draw_type": "triple" })).await.ok();
    let redeem = json!({ "product_id": 7, "quantity": 2 });
    app.post("/api/exchange/redeem", Some(&token), &redeem).await.ok();
    let order = app.post("/api/exchange/redeem", Some(&token), &redeem).await.ok()["order_id"].clone();
    check_in(&app, &token).await.ok();
    let figures = app.get("/api/user/statistics", &token).await.ok();
    for (name, other) in [
        ("total_lottery", "total_draws"),
        ("total_exchange", "total_exchanges"),
        ("total_upload", "total_uploads"),
        ("total_earned_points", "total_points_earned"),
        ("total_spent_points", "total_points_spent"),
    ] {
        assert_eq!(figures[name], figures[other], "{name}");
    }
    assert_eq!((&figures["total_lottery"], &figures["total_exchange"]), (&json!(3), &json!(2)));
    assert_eq!(figures["total_upload"], 0);
    let points = app.get("/api/user/info", &token).await.ok()["total_points"].as_i64().unwrap();
    let number = |figures: &Value, name: &str| figures[name].as_i64().unwrap();
    assert_eq!(number(&figures, "total_earned_points") - number(&figures, "total_spent_points"), points);
    assert_eq!(figures["this_month_points"], figures["total_earned_points"]);

    // What a cancelled order returned was not earned a second time: neither the figures nor the level grow by it.
    app.execute("UPDATE users SET is_merchant = 1").await;
    let level = app.get("/api/user/info", &token).await.ok()["level"].clone();
    let path = format!("/api/merchant/exchange/{}/status", order.as_str().unwrap());
    app.post(&path, Some(&token), &json!({ "status": "cancelled" })).await.ok();
    let after = app.get("/api/user/statistics", &token).await.ok();
    assert_eq!(after["total_earned_points"], figures["total_earned_points"]);
    assert_eq!(number(&after, "total_spent_points"), number(&figures, "total_spent_points") - 240);
    assert_eq!(after["total_exchange"], 1);
    assert_eq!(app.get("/api/user/info", &token).await.ok()["level"], level);
}

#[tokio::test]
async fn a_month_begins_at_local_midnight() {
    let app = TestApp::empty().await;
    app.state.clock.set("2026-11-30T15:59:59.999Z".parse().unwrap());
    let token = app.diner(PHONE, 70).await;
    let this_month = async || app.get("/api/user/statistics", &token).await.ok()["this_month_points"].clone();
    assert_eq!(this_month().await, 70);
    app.state.clock.set("2026-11-30T16:00:00.000Z".parse().unwrap());
    assert_eq!(this_month().await, 0);
    check_in(&app, &token).await.ok();
    assert_eq!(this_month().await, 10);
}

#[tokio::test]
async fn the_ledger_is_listed_both_ways() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    check_in(&app, &token).await.ok();
    app.post("/api/exchange/redeem", Some(&token), &json!({ "product_id": 7, "quantity": 1 })).await.ok();
    let list = async |query: &str| app.get(&format!("/api/user/points-records?{query}"), &token).await;
    let all = list("").await.ok();
    let shown = |list: &Value| -> Vec<(i64, String)> {
        let rows = list["records"].as_array().unwrap().iter();
        rows.map(|row| (row["points"].as_i64().unwrap(), row["reason"].as_str().unwrap().to_owned())).collect()
    };
    let row = |points: i64, reason: &str| (points, reason.to_owned());
    assert_eq!(shown(&all), [row(-120, "exchange_redeem"), row(10, "check_in"), row(1500, "register")]);
    assert_eq!(
        all["records"][1],
        json!({
            "id": 2, "type": "earn", "points": 10, "change_points": 10, "source": "check_in", "reason": "check_in",
            "reason_text": "每日签到", "description": "每日签到", "balance_after": 1510, "related_id": null,
            "created_at": "2026-11-22T04:00:00.000Z",
        })
    );
    assert_eq!(shown(&list("type=earn").await.ok()), [row(10, "check_in"), row(1500, "register")]);
    let spent = list("type=spend").await.ok();
    assert_eq!((&spent["total"], &spent["records"][0]["type"]), (&json!(1), &json!("spend")));
    assert_eq!(shown(&list("type=all&page=2&limit=2").await.ok()), [row(1500, "register")]);
    list("type=Earn").await.bad_field("type");
    list("type=earn&size=0").await.bad_field("size");
}

#[tokio::test]
async fn a_check_in_counts_once_a_local_day() {
    let app = TestApp::configured(&[("FAIRWHEEL_CHECK_IN_POINTS", "25")]).await;
    let at = |time: &str| app.state.clock.set(time.parse().unwrap());
    at("2026-11-22T15:59:59.999Z");
    let token = app.diner(PHONE, 0).await;
    let first = check_in(&app, &token).await.ok();
    assert_eq!(
        first,
        json!({
            "points": 25, "remaining_points": 25, "total_points": 25, "checked_in_at": "2026-11-22T15:59:59.999Z",
            "next_at": "2026-11-22T16:00:00.000Z",
        })
    );
    let refused = check_in(&app, &token).await.refused(409);
    assert_eq!(refused["data"], json!({ "next_at": "2026-11-22T16:00:00.000Z" }));
    at("2026-11-22T16:00:00.000Z");
    // No body at all is fine, too.
    let second = app.request(Method::POST, CHECK_IN, Some(&token), None).await.ok();
    assert_eq!((&second["total_points"], &second["next_at"]), (&json!(50), &json!("2026-11-23T16:00:00.000Z")));
    at("2026-11-23T15:59:59.999Z");
    let token = app.login(PHONE).await;
    check_in(&app, &token).await.refused(409);
    assert_eq!(app.get("/api/user/info", &token).await.ok()["total_points"], 50);
}

#[tokio::test]
async fn a_check_in_that_names_itself_is_answered_once() {
    let app = TestApp::empty().await;
    let token = app.diner(PHONE, 0).await;
    let named = |name: &str| json!({ "request_id": name });
    let first = app.post(CHECK_IN, Some(&token), &named("c1")).await;
    first.ok();
    assert_eq!(app.post(CHECK_IN, Some(&token), &named("c1")).await.bytes, first.bytes);
    app.post(CHECK_IN, Some(&token), &named("c2")).await.refused(409);
    app.post(CHECK_IN, Some(&token), &json!({ "request_id": 5 })).await.bad_field("request_id");
    app.post(CHECK_IN, Some(&token), &json!({ "request_id": "c1", "x": 1 })).await.refused(409);
}

#[tokio::test(flavor = "multi_thread")]
async fn check_ins_at_once_are_one() {
    let app = Arc::new(TestApp::empty().await);
    let token = app.diner(PHONE, 0).await;
    let go = |_| {
        let (app, token) = (app.clone(), token.clone());
        tokio::spawn(async move { check_in(&app, &token).await.json()["code"].clone() })
    };
    let tasks: Vec<_> = (0..10).map(go).collect();
    let mut done = 0;
    for task in tasks {
        let code = task.await.unwrap();
        assert!(code == 0 || code == 409, "{code}");
        done += i32::from(code == 0);
    }
    assert_eq!(done, 1);
    assert_eq!(app.get("/api/user/info", &token).await.ok()["total_points"], 10);
}
