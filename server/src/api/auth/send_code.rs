//! POST `/api/auth/send-code`.

use axum::extract::State;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    phone::Phone,
    store::code::{self, COOLDOWN_MS, LIFE_MS, Sent},
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = auth::send_code::Ask)]
pub struct Ask {
    /// A mobile number of mainland China, 11 digits.
    #[schema(example = "13800138000", pattern = r"^1[3-9]\d{9}$")]
    phone: String,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = auth::send_code::Answer)]
struct Answer {
    /// How long the code lives, in seconds.
    #[schema(example = 300)]
    expires_in: i64,
    /// After so many seconds another one may be asked for.
    #[schema(example = 60)]
    retry_after: i64,
    /// The code itself, 6 digits; in development only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "482913", nullable = false)]
    dev_code: Option<String>,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (1001, "手机号格式不正确", r#"{"field": "phone"}"#),
    (1002, "获取验证码过于频繁，请 42 秒后再试", r#"{"retry_after_s": 42}"#),
    (1004, "短信服务暂不可用，请稍后再试", "{}"),
];

/// Makes a code for a phone.
///
/// It has six digits, five tries, and lives five minutes. In development it is in the answer; there is no other way to
/// send it yet.
///
/// # Errors
///
/// 1001 bad phone, 1002 asked too often, 1004 no way to send it.
#[utoipa::path(
    post, path = "/auth/send-code", request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
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
    Ok(Envelope::ok(&Answer { expires_in: LIFE_MS / 1000, retry_after: COOLDOWN_MS / 1000, dev_code: Some(code) }))
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
