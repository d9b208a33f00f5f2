//! POST `/api/auth/login`.

use axum::extract::State;
use serde::Deserialize;
use serde_json::json;

use super::send_code::bad_phone;
use crate::{
    api::{
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        user::user_info,
    },
    app::AppState,
    error::{ApiError, BANNED},
    keys::ACCESS_TOKEN_S,
    phone::Phone,
    store::user::{self, LoginOutcome, NewUser},
};

/// What is asked.
#[derive(Deserialize)]
pub struct Ask {
    phone: String,
    code: String,
    nickname: Option<String>,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("login::Ask")
    }
}

/// Spends a code; an unknown phone is registered.
///
/// # Errors
///
/// 1001 bad phone, 1002 code wrong or expired, 1003 too many tries, 1004 banned, 400 bad nickname.
pub async fn handle(State(app): State<AppState>, body: JsonBody<Ask>) -> ApiResult {
    let ask = body.content;
    let phone = Phone::new(&ask.phone).ok_or_else(bad_phone)?;
    let new = NewUser {
        mobile: phone.digits().to_owned(),
        nickname: nickname(ask.nickname.as_deref(), &phone)?,
        client_seed: app.rng.hex::<16>(),
        points: app.config.welcome_points,
        points_description: "新用户注册奖励",
    };
    let now = app.clock.now();
    let hash = app.keys.code_hash(phone.digits(), &ask.code);
    let user = match user::login(&app.db, &hash, &new, now).await? {
        LoginOutcome::LoggedIn(user) => user,
        LoginOutcome::WrongCode => return Err(ApiError::refused(1002, "验证码错误或已过期")),
        LoginOutcome::TooManyTries => return Err(ApiError::refused(1003, "验证码错误次数过多，请重新获取")),
        LoginOutcome::Banned => return Err(ApiError::refused(1004, BANNED)),
    };
    tracing::Span::current().record("user_id", user.user_id);
    tracing::info!(module = "auth", action = "login", data = %json!({ "phone": phone.to_string() }), "logged in");
    Ok(Envelope::ok(&json!({
        "access_token": app.keys.access_token(user.user_id, now).map_err(ApiError::internal)?,
        "token_type": "Bearer",
        "expires_in": ACCESS_TOKEN_S,
        "user_info": user_info(&user),
    })))
}

const NICKNAME_MAX_CHARS: usize = 32;

/// The name given, or one made of the phone's last digits.
fn nickname(given: Option<&str>, phone: &Phone) -> Result<String, ApiError> {
    let given = given.map(str::trim).filter(|name| !name.is_empty());
    let Some(name) = given else { return Ok(format!("用户{}", &phone.digits()[7..])) };
    if name.chars().count() > NICKNAME_MAX_CHARS || name.chars().any(char::is_control) {
        return Err(ApiError::field("nickname", "最多 32 个字符，且不能含控制字符"));
    }
    Ok(name.to_owned())
}
