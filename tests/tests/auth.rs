//! Codes and how they are sent, sessions and how they end, rights and how they change.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{sync::Arc, time::Duration};

use axum::http::Method;
use fairwheel_server::store::{event, session, user};
use fairwheel_tests::{
    Answer, TestApp,
    gateway::{Gateway, SMS_SECRET},
};
use serde_json::{Value, json};
use tokio::{io::AsyncReadExt, net::TcpListener};

const PHONE: &str = "13900139000";
const ADMIN: &str = "13700137000";
const SEND: &str = "/api/auth/send-code";
const LOGIN: &str = "/api/auth/login";
const REFRESH: &str = "/api/auth/refresh";
const VERIFY: &str = "/api/auth/verify";
const LOGOUT: &str = "/api/auth/logout";

/// The tokens of a login.
#[derive(Clone, Debug)]
struct Pair {
    access: String,
    refresh: String,
}

impl Pair {
    fn of(answer: &Value) -> Self {
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        assert_eq!((&answer["token_type"], &answer["expires_in"]), (&json!("Bearer"), &json!(7200)));
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }
}

async fn send_code(app: &TestApp, phone: &str) -> Answer {
    app.post(SEND, None, &json!({ "phone": phone })).await
}

async fn log_in(app: &TestApp, phone: &str) -> Pair {
    let code = send_code(app, phone).await.ok()["dev_code"].clone();
    Pair::of(&app.post(LOGIN, None, &json!({ "phone": phone, "code": code })).await.ok())
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post(REFRESH, None, &json!({ "refresh_token": token })).await
}

async fn user_id(app: &TestApp, phone: &str) -> i64 {
    user::by_mobile(&app.state.db, phone).await.unwrap().unwrap().user_id
}

/// How often the servers were told to look at somebody's rights again.
async fn access_changes(app: &TestApp) -> usize {
    let events = event::after(&app.state.db, 0, 1000).await.unwrap();
    events.iter().filter(|event| event.kind == event::ACCESS_CHANGED).count()
}

#[tokio::test]
async fn a_refresh_gives_a_new_pair_and_the_old_one_the_same_for_a_minute() {
    let app = TestApp::empty().await;
    let first = log_in(&app, PHONE).await;
    app.state.clock.advance(Duration::from_hours(3));
    app.get(VERIFY, &first.access).await.refused(401);

    let second = Pair::of(&refresh(&app, &first.refresh).await.ok());
    assert_ne!(second.refresh, first.refresh);
    assert_eq!(app.get(VERIFY, &second.access).await.ok()["user_info"]["phone"], "139****9000");
    app.state.clock.advance(Duration::from_millis(59_999));
    let again = Pair::of(&refresh(&app, &first.refresh).await.ok());
    assert_eq!(again.refresh, second.refresh);
    app.get(VERIFY, &again.access).await.ok();

    // The token may also come as a bearer; what is in the body counts first.
    let third = app.request(Method::POST, REFRESH, Some(&second.refresh), None).await.ok();
    let third = Pair::of(&third);
    let body = json!({ "refresh_token": third.refresh });
    let fourth = Pair::of(&app.post(REFRESH, Some("expired.access.token"), &body).await.ok());
    assert_ne!(fourth.refresh, third.refresh);
    assert_eq!(access_changes(&app).await, 0);
}

#[tokio::test]
async fn an_old_token_used_again_later_ends_the_whole_session_and_no_other() {
    let app = TestApp::empty().await;
    let elsewhere = log_in(&app, PHONE).await;
    app.state.clock.advance(Duration::from_mins(1));
    let first = log_in(&app, PHONE).await;
    let second = Pair::of(&refresh(&app, &first.refresh).await.ok());
    app.state.clock.advance(Duration::from_mins(1));
    let refused = refresh(&app, &first.refresh).await.refused(403);
    assert_eq!(refused["message"], "登录已失效，请重新登录");
    for token in [&first.access, &second.access] {
        app.get(VERIFY, token).await.refused(401);
    }
    for token in [&first.refresh, &second.refresh] {
        refresh(&app, token).await.refused(403);
    }
    assert_eq!(access_changes(&app).await, 1);
    app.get(VERIFY, &elsewhere.access).await.ok();
    refresh(&app, &elsewhere.refresh).await.ok();
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused_and_never_with_401() {
    let app = TestApp::empty().await;
    let pair = log_in(&app, PHONE).await;
    let before = app.dump().await;
    app.post(REFRESH, None, &json!({})).await.bad_field("refresh_token");
    app.post(REFRESH, None, &json!({ "refresh_token": null })).await.bad_field("refresh_token");
    app.request(Method::POST, REFRESH, None, None).await.bad_field("refresh_token");
    for malformed in ["", "x", &pair.access, &pair.refresh.to_uppercase(), &format!("{}0", pair.refresh)] {
        refresh(&app, malformed).await.bad_field("refresh_token");
    }
    app.post(REFRESH, None, &json!({ "refresh_token": 7 })).await.bad_field("refresh_token");
    app.request(Method::POST, REFRESH, Some(&pair.access), None).await.bad_field("refresh_token");
    app.request(Method::POST, REFRESH, Some(&pair.refresh), Some("{".into())).await.refused(400);
    refresh(&app, &"0".repeat(64)).await.refused(403);
    assert_eq!(app.dump().await, before);

    app.state.clock.advance(Duration::from_hours(7 * 24));
    refresh(&app, &pair.refresh).await.refused(403);
    assert_eq!(app.dump().await, before);
    // A token, and its session.
    assert_eq!(session::forget_expired(&app.state.db, app.state.clock.now()).await.unwrap(), 2);
    refresh(&app, &pair.refresh).await.refused(403);
}

#[tokio::test]
async fn phones_that_refresh_at_the_same_moment_get_the_same_successor() {
    let app = Arc::new(TestApp::empty().await);
    let pair = log_in(&app, PHONE).await;
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (app, token) = (app.clone(), pair.refresh.clone());
            tokio::spawn(async move { Pair::of(&refresh(&app, &token).await.ok()) })
        })
        .collect();
    let mut successors = Vec::new();
    for task in tasks {
        let pair = task.await.unwrap();
        app.get(VERIFY, &pair.access).await.ok();
        successors.push(pair.refresh);
    }
    successors.dedup();
    assert_eq!(successors.len(), 1);
    refresh(&app, &successors[0]).await.ok();
}

#[tokio::test]
async fn of_two_logins_with_the_same_code_one_wins() {
    let app = Arc::new(TestApp::empty().await);
    let code = send_code(&app, PHONE).await.ok()["dev_code"].clone();
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (app, body) = (app.clone(), json!({ "phone": PHONE, "code": code }));
            tokio::spawn(async move { app.post(LOGIN, None, &body).await.json()["code"].as_i64().unwrap() })
        })
        .collect();
    let mut codes = Vec::new();
    for task in tasks {
        codes.push(task.await.unwrap());
    }
    codes.sort_unstable();
    assert_eq!(codes, [0, 1002, 1002, 1002]);
}

/// What is carried out in a transaction that looks at the session itself.
fn hot_calls() -> [(&'static str, Value); 3] {
    [
        ("/api/lottery/draw", json!({ "draw_type": "single" })),
        ("/api/exchange/redeem", json!({ "product_id": 1, "quantity": 1 })),
        ("/api/user/check-in", json!({})),
    ]
}

#[tokio::test]
async fn a_logout_ends_the_session_at_once_and_may_be_repeated() {
    let app = TestApp::empty().await;
    let other = log_in(&app, PHONE).await;
    app.state.clock.advance(Duration::from_mins(1));
    let pair = log_in(&app, PHONE).await;
    let valid = app.get(VERIFY, &pair.access).await.ok();
    assert_eq!((&valid["valid"], &valid["user_info"]["status"]), (&json!(true), &json!("active")));

    let hot = hot_calls();
    for _ in 0..2 {
        app.post(LOGOUT, Some(&pair.access), &json!({})).await.ok();
        app.get(VERIFY, &pair.access).await.refused(401);
        for (path, ask) in &hot {
            app.post(path, Some(&pair.access), ask).await.refused(401);
        }
        refresh(&app, &pair.refresh).await.refused(403);
        assert_eq!(access_changes(&app).await, 1);
    }
    app.get(VERIFY, &other.access).await.ok();
    app.request(Method::POST, LOGOUT, None, None).await.refused(401);
    app.post(LOGOUT, Some("x"), &json!({})).await.refused(401);
    app.state.clock.advance(Duration::from_hours(2));
    app.post(LOGOUT, Some(&pair.access), &json!({})).await.refused(401);
}

#[tokio::test]
async fn admins_lock_out_and_let_in_and_it_holds_at_once() {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", ADMIN)]).await;
    let (admin, pair) = (log_in(&app, ADMIN).await.access, log_in(&app, PHONE).await);
    let id = user_id(&app, PHONE).await;
    let path = format!("/api/admin/users/{id}/status");
    let set = async |status: &str| app.post(&path, Some(&admin), &json!({ "status": status })).await;

    assert_eq!(set("banned").await.ok()["user_info"]["status"], "banned");
    app.get(VERIFY, &pair.access).await.refused(403);
    for (path, ask) in hot_calls() {
        app.post(path, Some(&pair.access), &ask).await.refused(403);
    }
    assert_eq!(refresh(&app, &pair.refresh).await.refused(403)["message"], "账号已被停用，请联系商家");
    app.state.clock.advance(Duration::from_mins(1));
    let code = send_code(&app, PHONE).await.ok()["dev_code"].clone();
    app.post(LOGIN, None, &json!({ "phone": PHONE, "code": code })).await.refused(1004);
    set("banned").await.ok();
    assert_eq!(access_changes(&app).await, 1, "nothing changed the second time");

    assert_eq!(set("active").await.ok()["user_info"]["status"], "active");
    app.get(VERIFY, &pair.access).await.ok();
    refresh(&app, &pair.refresh).await.ok();
    assert_eq!(access_changes(&app).await, 2);

    set("frozen").await.bad_field("status");
    app.post(&path, Some(&admin), &json!({})).await.bad_field("status");
    app.post("/api/admin/users/99/status", Some(&admin), &json!({ "status": "banned" })).await.refused(404);
    for id in ["0", "-1", "x", "99999999999999999999"] {
        let path = format!("/api/admin/users/{id}/status");
        app.post(&path, Some(&admin), &json!({ "status": "banned" })).await.bad_field("id");
    }
    let refused = app.post(&path, Some(&pair.access), &json!({ "status": "active" })).await.refused(403);
    assert_eq!(refused["message"], "仅管理员可以操作");
    app.post(&path, None, &json!({ "status": "active" })).await.refused(401);

    let own = format!("/api/admin/users/{}/status", user_id(&app, ADMIN).await);
    let refused = app.post(&own, Some(&admin), &json!({ "status": "banned" })).await.refused(409);
    assert_eq!(refused["message"], "不能停用自己的账号");
    app.post(&own, Some(&admin), &json!({ "status": "active" })).await.ok();
}

#[tokio::test]
async fn whatever_happens_to_a_session_at_once_each_has_a_clear_answer() {
    let app = Arc::new(TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", ADMIN)]).await);
    let (admin, pair) = (log_in(&app, ADMIN).await.access, log_in(&app, PHONE).await);
    let path = format!("/api/admin/users/{}", user_id(&app, PHONE).await);
    let old = refresh(&app, &pair.refresh).await.ok();
    let before = user::by_mobile(&app.state.db, PHONE).await.unwrap().unwrap().total_points;
    app.state.clock.advance(Duration::from_mins(1));
    let code = send_code(&app, PHONE).await.ok()["dev_code"].clone();
    // Each with what may be answered: a session that has ended, or a user who is locked out, can't be refreshed; a code is
    // good for one login; and what an admin asks for is done.
    let asks: [(String, _, _, &[u64]); 7] = [
        (REFRESH.to_owned(), None, json!({ "refresh_token": pair.refresh }), &[0, 403]),
        (REFRESH.to_owned(), None, json!({ "refresh_token": old["refresh_token"] }), &[0, 403]),
        (LOGOUT.to_owned(), Some(pair.access.clone()), json!({}), &[0]),
        (LOGIN.to_owned(), None, json!({ "phone": PHONE, "code": code }), &[0, 1002, 1004]),
        (format!("{path}/status"), Some(admin.clone()), json!({ "status": "banned" }), &[0]),
        (format!("{path}/status"), Some(admin.clone()), json!({ "status": "active" }), &[0]),
        (format!("{path}/points"), Some(admin.clone()), json!({ "change_points": 1, "reason": "x" }), &[0]),
    ];
    let tasks = asks.into_iter().cycle().take(21).map(|(path, token, body, codes)| {
        let app = app.clone();
        tokio::spawn(async move {
            let answer = app.post(&path, token.as_deref(), &body).await;
            let code = answer.json()["code"].as_u64().unwrap();
            assert!(answer.status == 200 && codes.contains(&code), "{path}: {}", answer.text());
            (path, code)
        })
    });
    let mut logins = 0;
    for task in tasks.collect::<Vec<_>>() {
        let (path, code) = task.await.unwrap();
        logins += usize::from(path == LOGIN && code == 0);
    }
    assert!(logins <= 1, "{logins} logins with one code");
    assert_eq!(user::by_mobile(&app.state.db, PHONE).await.unwrap().unwrap().total_points, before + 3);
    app.get(VERIFY, &pair.access).await.refused(401);
    refresh(&app, &pair.refresh).await.refused(403);
}

#[tokio::test]
async fn a_merchant_s_right_comes_and_goes_at_once() {
    let app = TestApp::empty().await;
    let token = app.login(PHONE).await;
    let id = user_id(&app, PHONE).await;
    for (is_merchant, told) in [(true, 1), (false, 2)] {
        user::set_merchant(&app.state.db, id, is_merchant, app.state.clock.now()).await.unwrap().unwrap();
        assert_eq!(app.get(VERIFY, &token).await.ok()["user_info"]["is_merchant"], is_merchant);
        assert_eq!(access_changes(&app).await, told);
    }
}

#[tokio::test]
async fn admins_move_points_once() {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", &format!("{ADMIN},13600136000"))]).await;
    let (admin, diner) = (log_in(&app, ADMIN).await.access, app.diner(PHONE, 100).await);
    let id = user_id(&app, PHONE).await;
    let path = format!("/api/admin/users/{id}/points");
    let give = async |body: Value| app.post(&path, Some(&admin), &body).await;

    let body = json!({ "change_points": 50, "reason": " 补发 ", "request_id": "p-1" });
    let first = give(body.clone()).await;
    assert_eq!(first.ok(), json!({ "user_id": id, "change_points": 50, "total_points": 150 }));
    let before = app.dump().await;
    assert_eq!(give(body.clone()).await.bytes, first.bytes);
    give(json!({ "change_points": 51, "reason": "补发", "request_id": "p-1" })).await.refused(409);
    let elsewhere = format!("/api/admin/users/{}/points", user_id(&app, ADMIN).await);
    app.post(&elsewhere, Some(&admin), &body).await.refused(409);

    for (field, body) in [
        ("change_points", json!({ "change_points": -151, "reason": "x" })),
        ("change_points", json!({ "change_points": 0, "reason": "x" })),
        ("change_points", json!({ "change_points": 1_000_001, "reason": "x" })),
        ("change_points", json!({ "change_points": -1_000_001, "reason": "x" })),
        ("change_points", json!({ "change_points": 1.5, "reason": "x" })),
        ("change_points", json!({ "change_points": i64::MIN, "reason": "x" })),
        ("change_points", json!({ "reason": "x" })),
        ("reason", json!({ "change_points": 1 })),
        ("reason", json!({ "change_points": 1, "reason": "  " })),
        ("reason", json!({ "change_points": 1, "reason": "a\nb" })),
        ("reason", json!({ "change_points": 1, "reason": "字".repeat(201) })),
        ("request_id", json!({ "change_points": 1, "reason": "x", "request_id": "a b" })),
    ] {
        give(body).await.bad_field(field);
    }
    app.post("/api/admin/users/99/points", Some(&admin), &json!({ "change_points": 1, "reason": "x" }))
        .await
        .refused(404);
    app.post(&path, Some(&diner), &body).await.refused(403);
    assert_eq!(app.dump().await, before);

    give(json!({ "change_points": -150, "reason": "字".repeat(200), "request_id": "p-2" })).await.ok();
    assert_eq!(app.get("/api/user/info", &diner).await.ok()["total_points"], 0);
    assert!(app.dump().await.contains("reason=admin description=补发"));
}

#[tokio::test]
async fn points_that_could_not_be_taken_are_not_taken_by_a_late_duplicate() {
    let app = TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", ADMIN)]).await;
    let (admin, _) = (log_in(&app, ADMIN).await.access, app.diner(PHONE, 50).await);
    let path = format!("/api/admin/users/{}/points", user_id(&app, PHONE).await);
    let take = json!({ "change_points": -100, "reason": "更正", "request_id": "r1" });
    let refused = app.post(&path, Some(&admin), &take).await;
    assert_eq!(refused.refused(400)["data"], json!({ "field": "change_points" }));
    app.post(&path, Some(&admin), &json!({ "change_points": 500, "reason": "补发" })).await.ok();
    let before = app.dump().await;
    assert_eq!(app.post(&path, Some(&admin), &take).await.bytes, refused.bytes);
    assert_eq!(app.dump().await, before);
    // What asked for nobody is carried out once they are there.
    let missing = "/api/admin/users/99/points";
    let give = json!({ "change_points": 1, "reason": "x", "request_id": "r2" });
    app.post(missing, Some(&admin), &give).await.refused(404);
    app.post(&path, Some(&admin), &give).await.ok();
}

#[tokio::test]
async fn equal_requests_for_points_at_once_move_them_once() {
    let app = Arc::new(TestApp::configured(&[("FAIRWHEEL_ADMIN_PHONES", ADMIN)]).await);
    let admin = log_in(&app, ADMIN).await.access;
    app.diner(PHONE, 0).await;
    let path = format!("/api/admin/users/{}/points", user_id(&app, PHONE).await);
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let (app, path, admin) = (app.clone(), path.clone(), admin.clone());
            let body = json!({ "change_points": 7, "reason": "x", "request_id": "p" });
            tokio::spawn(async move { app.post(&path, Some(&admin), &body).await.ok()["total_points"].clone() })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 7);
    }
}

#[tokio::test]
async fn a_phone_has_ten_codes_in_a_local_day() {
    let app = TestApp::empty().await;
    for _ in 0..10 {
        send_code(&app, PHONE).await.ok();
        app.state.clock.advance(Duration::from_mins(1));
    }
    // It is 12:10 in Shanghai.
    let refused = send_code(&app, PHONE).await.refused(1003);
    assert_eq!(refused["data"]["retry_after_s"], 11 * 3600 + 50 * 60);
    assert_eq!(refused["message"], "今日获取验证码已达 10 次，请明天再试");
    send_code(&app, ADMIN).await.ok();
    app.state.clock.set("2026-11-22T15:59:59.001Z".parse().unwrap());
    assert_eq!(send_code(&app, PHONE).await.refused(1003)["data"]["retry_after_s"], 1);
    app.state.clock.set("2026-11-22T16:00:00Z".parse().unwrap());
    send_code(&app, PHONE).await.ok();
}

#[tokio::test]
async fn a_gateway_gets_a_signed_message_and_its_code_logs_in() {
    let gateway = Gateway::answering(&[]).await;
    let app = gateway.app().await;
    assert_eq!(send_code(&app, PHONE).await.ok(), json!({ "expires_in": 300, "retry_after": 60 }));
    assert_eq!(gateway.requests(), 1);
    let message = gateway.message(0);
    assert_eq!(message.as_object().unwrap().len(), 5);
    assert_eq!((&message["phone"], &message["expires_in"]), (&json!(PHONE), &json!(300)));
    assert_eq!(message["timestamp"], app.state.clock.now().as_second());
    assert_eq!(message["request_id"].as_str().unwrap().len(), 32);
    app.post(LOGIN, None, &json!({ "phone": PHONE, "code": message["code"] })).await.ok();
}

#[tokio::test]
async fn a_gateway_that_fails_is_asked_once_more_with_the_same_message() {
    let gateway = Gateway::answering(&[500, 200, 503, 502, 400]).await;
    let app = gateway.app().await;
    send_code(&app, PHONE).await.ok();
    assert_eq!(gateway.requests(), 2);
    assert_eq!(gateway.body(0), gateway.body(1));
    gateway.message(1);
    app.state.clock.advance(Duration::from_mins(1));
    send_code(&app, PHONE).await.refused(1004);
    assert_eq!(gateway.requests(), 4);
    // What it refuses, it would refuse again. The phone may ask again at once, until its day is used up.
    send_code(&app, PHONE).await.refused(1004);
    assert_eq!(gateway.requests(), 5);
    send_code(&app, PHONE).await.ok();
    send_code(&app, PHONE).await.refused(1002);
    for _ in 0..6 {
        app.state.clock.advance(Duration::from_mins(1));
        send_code(&app, PHONE).await.ok();
    }
    app.state.clock.advance(Duration::from_mins(1));
    send_code(&app, PHONE).await.refused(1003);
    assert_eq!(gateway.requests(), 12);
}

#[tokio::test]
async fn a_gateway_that_stays_down_is_left_alone_and_no_phone_pays_for_it() {
    let gateway = Gateway::answering(&[500; 6]).await;
    let app = gateway.app().await;
    for _ in 0..20 {
        send_code(&app, PHONE).await.refused(1004);
    }
    assert_eq!(gateway.requests(), 6, "three messages, each tried twice");
    app.state.clock.advance(Duration::from_secs(10));
    send_code(&app, PHONE).await.ok();
    send_code(&app, ADMIN).await.ok();
}

#[tokio::test]
async fn nobody_gets_in_by_guessing_while_no_code_is_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("http://{closed}/");
    let app = TestApp::configured(&[
        ("FAIRWHEEL_DEV_CODE", "482913"),
        ("FAIRWHEEL_SMS_WEBHOOK", &url),
        ("FAIRWHEEL_SMS_SECRET", SMS_SECRET),
    ])
    .await;
    for round in 0..100 {
        send_code(&app, PHONE).await.refused(1004);
        for code in ["000000", "482913"] {
            app.post(LOGIN, None, &json!({ "phone": PHONE, "code": code })).await.refused(1002);
        }
        // Not only while the gateway rests.
        if round % 10 == 0 {
            app.state.clock.advance(Duration::from_secs(10));
        }
    }
    assert!(user::by_mobile(&app.state.db, PHONE).await.unwrap().is_none());

    // While the gateway rests, nothing is stored.
    let before = app.dump().await;
    send_code(&app, ADMIN).await.refused(1004);
    assert_eq!(app.dump().await, before);
}

#[tokio::test]
async fn a_phone_whose_guesses_of_the_day_are_used_up_is_told_so() {
    let app = TestApp::configured(&[("FAIRWHEEL_DEV_CODE", "482913")]).await;
    send_code(&app, PHONE).await.ok();
    app.execute("UPDATE login_codes SET day_tries = 49").await;
    app.post(LOGIN, None, &json!({ "phone": PHONE, "code": "000000" })).await.refused(1002);
    app.post(LOGIN, None, &json!({ "phone": PHONE, "code": "482913" })).await.refused(1003);
    app.state.clock.advance(Duration::from_mins(1));
    let refused = send_code(&app, PHONE).await.refused(1003);
    assert_eq!(refused["message"], "今日验证码错误次数过多，请明天再试");
    app.state.clock.advance(Duration::from_hours(12));
    log_in(&app, PHONE).await;
}

#[tokio::test]
async fn whoever_hangs_up_meanwhile_may_ask_again_too() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let settings =
        [("FAIRWHEEL_ENV", "testing"), ("FAIRWHEEL_SMS_WEBHOOK", &url), ("FAIRWHEEL_SMS_SECRET", SMS_SECRET)];
    let app = Arc::new(TestApp::configured(&settings).await);
    let asking = tokio::spawn({
        let app = app.clone();
        async move { send_code(&app, PHONE).await }
    });
    let mut connection = listener.accept().await.unwrap().0;
    connection.read_exact(&mut [0; 1]).await.unwrap();
    asking.abort();
    assert!(asking.await.unwrap_err().is_cancelled());
    assert!(!app.dump().await.contains("next_at=0"));
    drop((listener, connection));
    eventually(async || app.dump().await.contains("next_at=0")).await;
}

#[tokio::test]
async fn whoever_uses_a_copy_and_hangs_up_ends_the_session_all_the_same() {
    let app = TestApp::empty().await;
    let first = log_in(&app, PHONE).await;
    refresh(&app, &first.refresh).await.ok();
    app.state.clock.advance(Duration::from_mins(1));
    // The request comes as far as it can without waiting, and is dropped.
    tokio::select! {
        biased;
        _ = refresh(&app, &first.refresh) => panic!("answered without waiting"),
        () = std::future::ready(()) => {}
    }
    eventually(async || app.get(VERIFY, &first.access).await.json()["code"] == 401).await;
}

/// Waits until it is so.
async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..1000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within ten seconds");
}

#[tokio::test]
async fn a_gateway_that_does_not_answer_is_given_up_and_a_late_message_counts() {
    let gateway = Gateway::answering(&[0, 0]).await;
    let app = gateway.app().await;
    send_code(&app, PHONE).await.refused(1004);
    assert_eq!(gateway.requests(), 2);
    let message = gateway.message(0);
    app.post(LOGIN, None, &json!({ "phone": PHONE, "code": message["code"] })).await.ok();
}
