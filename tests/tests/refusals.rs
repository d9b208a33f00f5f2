//! Every bad request has a clear answer of its own, and moves nothing.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, Request},
};
use fairwheel_core::prize::{PrizeTable, TableSpec};
use fairwheel_server::seed::{self, DEMO_PHONE};
use fairwheel_tests::{Answer, JWT_SECRET, TestApp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const DRAW: &str = "/api/lottery/draw";

async fn raw_draw(app: &TestApp, token: &str, body: &str) -> Answer {
    app.request(Method::POST, DRAW, Some(token), Some(body.to_owned())).await
}

#[tokio::test]
async fn malformed_bodies_are_named_and_move_nothing() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let before = app.dump().await;

    let broken = raw_draw(&app, &token, "{\"draw_type\": \"single\",}").await.refused(400);
    assert_eq!((&broken["data"]["line"], &broken["data"]["column"]), (&json!(1), &json!(24)));
    assert!(broken["message"].as_str().unwrap().contains("第 1 行第 24 列"), "{broken}");
    raw_draw(&app, &token, "{\"draw_type\":").await.refused(400);
    raw_draw(&app, &token, "").await.refused(400);
    raw_draw(&app, &token, "[]").await.refused(400);
    raw_draw(&app, &token, &"[".repeat(60_000)).await.refused(400);
    raw_draw(&app, &token, "{\"draw_type\":\"single\"}{}").await.refused(400);

    let long = "é".repeat(32) + "x";
    for (field, body) in [
        ("draw_type", json!({})),
        ("draw_type", json!({ "draw_type": "twice" })),
        ("draw_type", json!({ "draw_type": 1 })),
        ("count", json!({ "draw_type": "single", "count": 10 })),
        ("count", json!({ "draw_type": "ten", "count": 1 })),
        ("count", json!({ "draw_type": "single", "count": -1 })),
        ("count", json!({ "draw_type": "single", "count": 1.5 })),
        ("count", json!({ "draw_type": "single", "count": "1" })),
        ("count", json!({ "draw_type": "single", "count": 4_294_967_297_u64 })),
        ("client_seed", json!({ "draw_type": "single", "client_seed": "" })),
        ("client_seed", json!({ "draw_type": "single", "client_seed": long })),
        ("client_seed", json!({ "draw_type": "single", "client_seed": "a\nb" })),
        ("client_seed", json!({ "draw_type": "single", "client_seed": "a\u{85}b" })),
        ("client_seed", json!({ "draw_type": "single", "client_seed": 7 })),
        ("table_hash", json!({ "draw_type": "single", "table_hash": "ABC" })),
        ("request_id", json!({ "draw_type": "single", "request_id": "a b" })),
        ("request_id", json!({ "draw_type": "single", "request_id": "x".repeat(65) })),
        ("request_id", json!({ "draw_type": "single", "request_id": 5 })),
    ] {
        app.draw(&token, &body).await.bad_field(field);
    }
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn stale_odds_are_refused() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let stale = app.get("/api/lottery/config", &token).await.ok()["fairness"]["table_hash"].clone();
    app.publish(TableSpec { cost: 50, ..seed::demo_spec() }).await;
    let before = app.dump().await;
    let body = json!({ "draw_type": "single", "table_hash": stale });
    let refused = app.draw(&token, &body).await.refused(1003);
    assert_eq!(refused["message"], "奖品概率已更新，请刷新后再抽");
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn too_few_points_are_counted_out() {
    let app = TestApp::new().await;
    let token = app.diner("13900139000", 240).await;
    let before = app.dump().await;
    let refused = app.draw(&token, &json!({ "draw_type": "triple" })).await.refused(1001);
    assert_eq!(refused["message"], "积分不足，还差 60 积分");
    assert_eq!(refused["data"]["missing_points"], 60);
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn tokens_that_are_none_are_refused() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    let before = app.dump().await;
    let now = app.state.clock.now().as_second();
    let sid = jsonwebtoken::dangerous::insecure_decode::<Value>(&token).unwrap().claims["sid"].clone();
    let claims = json!({ "sub": "1", "sid": sid, "iat": now, "exp": now + 3600 });
    let sign = |algorithm, claims: &Value, secret: &str| {
        jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes())).unwrap()
    };
    // With one claim changed; null takes it out.
    let but = |name: &str, value: Value| {
        let mut claims = claims.clone();
        let fields = claims.as_object_mut().unwrap();
        if value.is_null() {
            fields.remove(name)
        } else {
            fields.insert(name.to_owned(), value)
        };
        claims
    };
    let good = sign(Algorithm::HS256, &claims, JWT_SECRET);
    assert_eq!(app.get("/api/user/info", &good).await.ok()["user_id"], 1, "a token made like this is a token");

    let payload = good.split('.').nth(1).unwrap();
    let mut tampered = token.clone().into_bytes();
    let at = tampered.iter().position(|&b| b == b'.').unwrap() + 5;
    tampered[at] = if tampered[at] == b'A' { b'B' } else { b'A' };
    let forged = [
        ("another secret", sign(Algorithm::HS256, &claims, "another secret of 32 bytes or so")),
        ("another algorithm", sign(Algorithm::HS512, &claims, JWT_SECRET)),
        // {"typ":"JWT","alg":"none"}
        ("algorithm none", format!("eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.{payload}.")),
        ("a changed byte", String::from_utf8(tampered).unwrap()),
        ("expired", sign(Algorithm::HS256, &but("exp", json!(now)), JWT_SECRET)),
        ("without expiry", sign(Algorithm::HS256, &but("exp", Value::Null), JWT_SECRET)),
        ("of nobody", sign(Algorithm::HS256, &but("sub", json!("99")), JWT_SECRET)),
        ("not a number", sign(Algorithm::HS256, &but("sub", json!("x")), JWT_SECRET)),
        ("without a session", sign(Algorithm::HS256, &but("sid", Value::Null), JWT_SECRET)),
        ("of another session", sign(Algorithm::HS256, &but("sid", json!("0".repeat(32))), JWT_SECRET)),
        ("nothing", String::new()),
        ("no token", "hello".to_owned()),
    ];
    for (what, token) in forged {
        let answer = app.draw(&token, &json!({ "draw_type": "single" })).await;
        assert_eq!(answer.json()["code"], 401, "{what}");
        answer.refused(401);
    }
    app.post(DRAW, None, &json!({ "draw_type": "single" })).await.refused(401);

    app.state.clock.advance(Duration::from_hours(2));
    app.draw(&token, &json!({ "draw_type": "single" })).await.refused(401);
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn a_banned_diner_is_told_so() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    app.execute("UPDATE users SET status = 'banned'").await;
    let before = app.dump().await;
    app.draw(&token, &json!({ "draw_type": "single" })).await.refused(403);
    app.get("/api/user/info", &token).await.refused(403);
    assert_eq!(app.dump().await, before);
    app.state.clock.advance(Duration::from_mins(1));
    let sent = app.post("/api/auth/send-code", None, &json!({ "phone": DEMO_PHONE })).await.ok();
    let login = json!({ "phone": DEMO_PHONE, "code": sent["dev_code"] });
    app.post("/api/auth/login", None, &login).await.refused(1004);
}

#[tokio::test]
async fn weights_of_9999_are_never_published() {
    let app = TestApp::empty().await;
    let mut spec = seed::demo_spec();
    spec.prizes[3].weight -= 1;
    let error = PrizeTable::new(spec).unwrap_err();
    assert_eq!(error.to_string(), "weight: weights add up to 9999, not 10000");
    assert_eq!((error.prize, error.field.name()), (None, "weight"));

    // A text that came into the database some other way is noticed before anything is drawn from it.
    app.publish(seed::demo_spec()).await;
    let token = app.diner("13900139000", 500).await;
    let edit = "UPDATE lottery_tables SET table_text = REPLACE(table_text, ' 1500 physical', ' 1499 physical')";
    app.execute(edit).await;
    let before = app.dump().await;
    let answer = app.draw(&token, &json!({ "draw_type": "single" })).await.http(500);
    assert_eq!(answer["message"], "服务器内部错误，请稍后再试");
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn codes_are_refused_each_in_its_own_way() {
    let app = TestApp::empty().await;
    let (code_path, login_path) = ("/api/auth/send-code", "/api/auth/login");
    for phone in ["", "12345678901", "1380013800", "+8613800138000"] {
        app.post(code_path, None, &json!({ "phone": phone })).await.refused(1001);
        app.post(login_path, None, &json!({ "phone": phone, "code": "1" })).await.refused(1001);
    }
    app.post(code_path, None, &json!({})).await.bad_field("phone");
    app.post(code_path, None, &json!({ "phone": 13_800_138_000_u64 })).await.bad_field("phone");
    app.post(login_path, None, &json!({ "phone": DEMO_PHONE })).await.bad_field("code");

    app.post(login_path, None, &json!({ "phone": DEMO_PHONE, "code": "000000" })).await.refused(1002);
    let sent = app.post(code_path, None, &json!({ "phone": DEMO_PHONE })).await.ok();
    assert_eq!((&sent["expires_in"], &sent["retry_after"]), (&json!(300), &json!(60)));
    app.state.clock.advance(Duration::from_millis(58_500));
    let soon = app.post(code_path, None, &json!({ "phone": DEMO_PHONE })).await.refused(1002);
    assert_eq!(soon["data"]["retry_after_s"], 2);

    let wrong = if sent["dev_code"] == "000000" { "000001" } else { "000000" };
    let nickname = json!({ "phone": DEMO_PHONE, "code": wrong, "nickname": "x".repeat(33) });
    app.post(login_path, None, &nickname).await.bad_field("nickname");
    for _ in 0..5 {
        app.post(login_path, None, &json!({ "phone": DEMO_PHONE, "code": wrong })).await.refused(1002);
    }
    let right = json!({ "phone": DEMO_PHONE, "code": sent["dev_code"] });
    app.post(login_path, None, &right).await.refused(1003);

    app.state.clock.advance(Duration::from_secs(2));
    let sent = app.post(code_path, None, &json!({ "phone": DEMO_PHONE })).await.ok();
    let right = json!({ "phone": DEMO_PHONE, "code": sent["dev_code"], "nickname": " 小明 " });
    app.state.clock.advance(Duration::from_mins(5));
    app.post(login_path, None, &right).await.refused(1002);
    let sent = app.post(code_path, None, &json!({ "phone": DEMO_PHONE })).await.ok();
    let right = json!({ "phone": DEMO_PHONE, "code": sent["dev_code"], "nickname": " 小明 " });
    let user = app.post(login_path, None, &right).await.ok();
    assert_eq!(user["user_info"]["nickname"], "小明");
    assert_eq!((&user["token_type"], &user["expires_in"]), (&json!("Bearer"), &json!(7200)));
    app.post(login_path, None, &right).await.refused(1002);
}

#[tokio::test]
async fn other_answers_of_http_keep_their_status_and_the_envelope() {
    let app = TestApp::new().await;
    let token = app.login(DEMO_PHONE).await;
    app.get("/api/nothing", &token).await.http(404);
    app.get("/nothing", &token).await.http(404);
    app.get(DRAW, &token).await.http(405);
    let large = json!({ "draw_type": "single", "client_seed": "x".repeat(65_536) });
    app.draw(&token, &large).await.http(413);
    app.get("/healthz", "").await.ok();

    let request = |id: &str| Request::get("/healthz").header("x-request-id", id).body(Body::empty()).unwrap();
    assert_eq!(app.send(request("from-the-proxy_1")).await.header("x-request-id"), "from-the-proxy_1");
    assert_ne!(app.send(request("a b")).await.header("x-request-id"), "a b");
}

#[tokio::test]
async fn codes_are_not_handed_out_where_diners_are() {
    let app = TestApp::configured(&[("FAIRWHEEL_ENV", "testing")]).await;
    let sent = app.post("/api/auth/send-code", None, &json!({ "phone": DEMO_PHONE })).await.ok();
    assert_eq!(sent, json!({ "expires_in": 300, "retry_after": 60 }));
    let fixed = TestApp::configured(&[("FAIRWHEEL_DEV_CODE", "246810"), ("FAIRWHEEL_WELCOME_POINTS", "88")]).await;
    let sent = fixed.post("/api/auth/send-code", None, &json!({ "phone": DEMO_PHONE })).await.ok();
    assert_eq!(sent["dev_code"], "246810");
    let login = json!({ "phone": DEMO_PHONE, "code": "246810" });
    let user = fixed.post("/api/auth/login", None, &login).await.ok();
    assert_eq!(user["user_info"]["total_points"], 88);
}
