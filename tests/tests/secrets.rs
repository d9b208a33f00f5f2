//! No token, code, whole phone number or secret is stored or logged.
//!
//! One test, in a program of its own: everything that any thread of it logs is seen.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use fairwheel_server::{clock::Clock, logs::Lines};
use fairwheel_tests::{
    TestApp,
    gateway::{ADDRESS_KEY, Gateway, SMS_SECRET},
};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

const PHONE: &str = "13900139000";
const SEND: &str = "/api/auth/send-code";
const LOGIN: &str = "/api/auth/login";
const REFRESH: &str = "/api/auth/refresh";

#[tokio::test]
async fn nothing_secret_is_stored_or_logged() {
    let lines = Arc::new(Mutex::new(String::new()));
    let sink = lines.clone();
    let write = move |line: &str| {
        let mut lines = sink.lock().unwrap();
        lines.push_str(line);
        lines.push('\n');
    };
    let layer = Lines { clock: Clock::System, write };
    tracing::subscriber::set_global_default(tracing_subscriber::registry().with(layer)).unwrap();

    let gateway = Gateway::answering(&[500, 200, 500, 500]).await;
    let app = gateway.app().await;
    let phone = json!({ "phone": PHONE });
    app.post(SEND, None, &phone).await.ok();
    let code = |turn| gateway.message(turn)["code"].as_str().unwrap().to_owned();
    let first = app.post(LOGIN, None, &json!({ "phone": PHONE, "code": code(0) })).await.ok();
    let again = json!({ "refresh_token": first["refresh_token"] });
    let second = app.post(REFRESH, None, &again).await.ok();
    app.state.clock.advance(Duration::from_mins(2));
    app.post(SEND, None, &phone).await.refused(1004);
    app.post(REFRESH, None, &again).await.refused(403);
    let third = app.post(SEND, None, &phone).await.ok();
    assert!(third.get("dev_code").is_none());
    let third = app.post(LOGIN, None, &json!({ "phone": PHONE, "code": code(4) })).await.ok();
    app.post("/api/auth/logout", third["access_token"].as_str(), &json!({})).await.ok();

    let dump = app.dump().await;
    let logged = std::mem::take(&mut *lines.lock().unwrap());
    for action in ["send_code", "code_not_sent", "login", "replayed", "logout"] {
        assert!(logged.contains(&format!("\"action\":\"{action}\"")), "{action} is not in:\n{logged}");
    }
    assert!(logged.contains("139****9000") && dump.contains(&format!("mobile={PHONE}")));
    let tokens = [&first, &second, &third].map(|pair| [&pair["access_token"], &pair["refresh_token"]]);
    let tokens = tokens.as_flattened().iter().map(|token| token.as_str().unwrap());
    for secret in tokens.chain([SMS_SECRET, ADDRESS_KEY]) {
        assert!(!dump.contains(secret), "{secret} is stored:\n{dump}");
        assert!(!logged.contains(secret), "{secret} is logged:\n{logged}");
    }
    assert!(!logged.contains(PHONE), "{logged}");
    for code in [code(0), code(2), code(4)] {
        // Six digits occur in identifiers and times by chance: what is looked for is a code that stands alone.
        for text in [&dump, &logged] {
            assert_eq!(times_alone(text, &code), 0, "{code} is in:\n{text}");
        }
    }
    without_a_gateway(&lines).await;
}

/// Then codes go to the log, and only there.
async fn without_a_gateway(lines: &Mutex<String>) {
    let app = TestApp::configured(&[("FAIRWHEEL_ENV", "testing")]).await;
    let sent = app.post(SEND, None, &json!({ "phone": PHONE })).await.ok();
    assert!(sent.get("dev_code").is_none());
    let logged = lines.lock().unwrap().clone();
    let mut parsed = logged.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let data = parsed.find(|line| line["action"] == "code_logged").unwrap()["data"].clone();
    assert_eq!(data["phone"], "139****9000");
    app.post(LOGIN, None, &json!({ "phone": PHONE, "code": data["code"] })).await.ok();
    assert_eq!(times_alone(&lines.lock().unwrap(), data["code"].as_str().unwrap()), 1);
}

fn times_alone(text: &str, code: &str) -> usize {
    text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| *word == code).count()
}
