//! POST `/api/auth/login`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Tokens, send_code::bad_phone};
use crate::{
    api::{
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
        user::{UserInfo, nickname as user_name},
    },
    app::AppState,
    error::{ApiError, BANNED},
    keys::REFRESH_TOKEN_BYTES,
    phone::Phone,
    store::{
        session::NewSession,
        user::{self, LoginOutcome, NewUser},
    },
};

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[schema(as = auth::login::Ask)]
pub struct Ask {
    /// A mobile number of mainland China, 11 digits.
    #[schema(example = "13800138000", pattern = r"^1[3-9]\d{9}$")]
    phone: String,
    /// The six digits that were sent to it.
    #[schema(example = "482913")]
    code: String,
    /// A name for a phone that is registered now, up to 32 characters without control characters.
    #[schema(example = "小王", max_length = 32)]
    nickname: Option<String>,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = auth::login::Answer)]
struct Answer {
    /// The session's first tokens.
    #[serde(flatten)]
    tokens: Tokens,
    /// Who logged in.
    user_info: UserInfo,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 nickname 最多 32 个字符，且不能含控制字符", r#"{"field": "nickname"}"#),
    (1001, "手机号格式不正确", r#"{"field": "phone"}"#),
    (1002, "验证码错误或已过期", "{}"),
    (1003, "验证码错误次数过多，请重新获取", "{}"),
    (1004, BANNED, "{}"),
];

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("login::Ask")
    }
}

/// Spends a code, and opens a session; an unknown phone is registered.
///
/// # Errors
///
/// 1001 bad phone, 1002 code wrong or expired, 1003 too many tries, 1004 banned, 400 bad nickname.
#[utoipa::path(
    post, path = "/auth/login", request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
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
    let refresh_token = app.rng.hex::<REFRESH_TOKEN_BYTES>();
    let session = NewSession { session_id: app.rng.hex::<16>(), token_hash: app.keys.refresh_hash(&refresh_token) };
    let user = match user::login(&app.db, &hash, &new, &session, now).await? {
        LoginOutcome::LoggedIn(user) => user,
        LoginOutcome::WrongCode => return Err(ApiError::refused(1002, "验证码错误或已过期")),
        LoginOutcome::TooManyTries => return Err(ApiError::refused(1003, "验证码错误次数过多，请重新获取")),
        LoginOutcome::Banned => return Err(ApiError::refused(1004, BANNED)),
    };
    tracing::Span::current().record("user_id", user.user_id);
    tracing::info!(module = "auth", action = "login", data = %json!({ "phone": phone.to_string() }), "logged in");
    Ok(Envelope::ok(&Answer {
        tokens: Tokens::new(&app, user.user_id, &session.session_id, refresh_token, now)?,
        user_info: UserInfo::from(&*user),
    }))
}

/// The name given, or one made of the phone's last digits.
fn nickname(given: Option<&str>, phone: &Phone) -> Result<String, ApiError> {
    let given = given.map(user_name).transpose()?.flatten();
    Ok(given.unwrap_or_else(|| format!("用户{}", &phone.digits()[7..])))
}
