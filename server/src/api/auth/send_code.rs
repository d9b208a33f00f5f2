//! POST `/api/auth/send-code`.

use axum::extract::State;
use jiff::{Timestamp, Zoned};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::to_the_end;
use crate::{
    api::{
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::{App, AppState},
    error::ApiError,
    phone::Phone,
    sms::Message,
    store::code::{self, COOLDOWN_MS, DAILY_CAP, LIFE_MS, Sent},
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

const GATEWAY_DOWN: &str = "短信服务暂不可用，请稍后再试";

/// What it refuses.
const REFUSALS: Refusals = &[
    (1001, "手机号格式不正确", r#"{"field": "phone"}"#),
    (1002, "获取验证码过于频繁，请 42 秒后再试", r#"{"retry_after_s": 42}"#),
    (1003, "今日获取验证码已达 10 次，请明天再试", r#"{"retry_after_s": 32400}"#),
    (1003, "今日验证码错误次数过多，请明天再试", r#"{"retry_after_s": 32400}"#),
    (1004, GATEWAY_DOWN, "{}"),
];

/// Makes a code for a phone, and sends it.
///
/// It has six digits, five tries, and lives five minutes. A phone gets one in 60 seconds, and 10 in a local day with 50 tries
/// in all. After 1004 it may ask again at once; a code that may have reached the gateway counts as one of the day's, any
/// other is dead. In development the code is in the answer, too.
///
/// # Errors
///
/// 1001 bad phone, 1002 asked too often, 1003 the day's codes or tries are used up, 1004 not sent.
#[utoipa::path(
    post, path = "/auth/send-code", request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, body: JsonBody<Ask>) -> ApiResult {
    let phone = Phone::new(&body.content.phone).ok_or_else(bad_phone)?;
    to_the_end(async move { send(&app, &phone).await }).await?
}

async fn send(app: &App, phone: &Phone) -> ApiResult {
    let now = app.clock.now();
    // Nothing is stored for a message that can't be tried: asking again at once costs nothing.
    if let Err(error) = app.sms.ready(now) {
        let data = json!({ "phone": phone.to_string() });
        tracing::warn!(module = "auth", action = "code_not_sent", data = %data, error = %error, "SMS gateway failed");
        return Err(ApiError::refused(1004, GATEWAY_DOWN));
    }
    let code = match &app.config.dev_code {
        Some(fixed) => fixed.expose_secret().to_owned(),
        None => app.rng.six_digits(),
    };
    let hash = app.keys.code_hash(phone.digits(), &code);
    // It is the phone's code before it is sent, so that nobody can have more sent by asking in parallel.
    match code::send(&app.db, phone.digits(), &hash, app.day(now), now).await? {
        Sent::Stored => {}
        Sent::TooSoon { wait_ms } => return Err(too_soon(wait_ms)),
        Sent::TooMany => {
            return Err(tomorrow(app, now, format!("今日获取验证码已达 {DAILY_CAP} 次，请明天再试")));
        }
        Sent::TooManyTries => return Err(tomorrow(app, now, "今日验证码错误次数过多，请明天再试".to_owned())),
    }
    let request_id = app.rng.hex::<16>();
    let data = json!({ "phone": phone.to_string(), "sms_id": request_id });
    let message = Message { phone, code: &code, expires_in_s: LIFE_MS / 1000, request_id: &request_id };
    if let Err(error) = app.sms.send(&message, now).await {
        tracing::warn!(module = "auth", action = "code_not_sent", data = %data, error = %error, "SMS gateway failed");
        if let Err(error) = code::not_sent(&app.db, phone.digits(), &hash, now, error.is_certain()).await {
            tracing::warn!(module = "auth", action = "code_not_taken_back", error = %error, "the phone waits its minute");
        }
        return Err(ApiError::refused(1004, GATEWAY_DOWN));
    }
    tracing::info!(module = "auth", action = "send_code", data = %data, "code sent");
    let dev_code = app.config.is_development().then_some(code);
    Ok(Envelope::ok(&Answer { expires_in: LIFE_MS / 1000, retry_after: COOLDOWN_MS / 1000, dev_code }))
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

/// 1003.
fn tomorrow(app: &App, now: Timestamp, message: String) -> ApiError {
    let local = now.to_zoned(app.config.time_zone.clone());
    let midnight = local.tomorrow().and_then(|tomorrow| tomorrow.start_of_day());
    // Days end within the range of times but for the last one.
    let ends = midnight.as_ref().map_or(now, Zoned::timestamp);
    ApiError::Refused {
        code: 1003,
        message,
        data: json!({ "retry_after_s": (ends.as_millisecond() - now.as_millisecond() + 999) / 1000 }),
    }
}
