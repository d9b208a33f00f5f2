//! POST `/api/auth/send-code`.

use axum::extract::State;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

use crate::{
    api::{
        body::JsonBody,
        envelope::{ApiResult, Envelope},
    },
    app::AppState,
    error::ApiError,
    phone::Phone,
    store::code::{self, COOLDOWN_MS, LIFE_MS, Sent},
};

/// What is asked.
#[derive(Debug, Deserialize)]
pub struct Ask {
    phone: String,
}

/// Makes a code for a phone. In development it is in the answer; there is no other way to send it yet.
///
/// # Errors
///
/// 1001 bad phone, 1002 asked too often, 1004 no way to send it.
pub async fn handle(State(app): State<AppState>, body: JsonBody<Ask>) -> ApiResult {
    let phone = Phone::new(&body.content.phone).ok_or_else(bad_phone)?;
    if !app.config.is_development() {
        return Err(ApiError::refused(1004, "短信服务暂不可用，请稍后再试"));
    }
    let code = match &app.config.dev_code {
        Some(fixed) => fixed.expose_secret().to_owned(),
        None => app.rng.six_digits(),
    };
    let hash = app.keys.code_hash(phone.digits(), &code);
    match code::send(&app.db, phone.digits(), &hash, app.clock.now()).await? {
        Sent::Stored => {}
        Sent::TooSoon { wait_ms } => return Err(too_soon(wait_ms)),
    }
    tracing::info!(module = "auth", action = "send_code", data = %json!({ "phone": phone.to_string() }), "code sent");
    Ok(Envelope::ok(&json!({
        "expires_in": LIFE_MS / 1000,
        "retry_after": COOLDOWN_MS / 1000,
        "dev_code": code,
    })))
}

/// 1001.
pub(super) fn bad_phone() -> ApiError {
    ApiError::Refused { code: 1001, message: "手机号格式不正确".into(), data: json!({ "field": "phone" }) }
}

fn too_soon(wait_ms: i64) -> ApiError {
    // Rounded up: after these seconds it works.
    let seconds = (wait_ms + 999) / 1000;
    ApiError::Refused {
        code: 1002,
        message: format!("获取验证码过于频繁，请 {seconds} 秒后再试"),
        data: json!({ "retry_after_s": seconds }),
    }
}
