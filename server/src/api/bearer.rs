//! Who is asking: the bearer token, checked against the user and the session as the database knows them now.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use jiff::Timestamp;

use crate::{
    app::{App, AppState},
    error::ApiError,
    store::{
        session,
        user::{User, UserStatus},
    },
};

/// What a diner reads who asks for what is for merchants.
pub const MERCHANTS_ONLY: &str = "仅商家可以操作";
/// What a diner reads who asks for what is for admins.
pub const ADMINS_ONLY: &str = "仅管理员可以操作";

/// What a valid access token opens.
#[derive(Debug)]
pub struct Access {
    /// Whose it is; not banned.
    pub user: User,
    /// The session that it belongs to; not revoked.
    pub session_id: String,
    /// From then on it opens nothing.
    pub expires_at: Timestamp,
}

/// Checks an access token.
///
/// # Errors
///
/// 401 if it is bad or expired, or its session is unknown or revoked; 403 if the user is banned; what the database says.
pub async fn access(app: &App, token: &str) -> Result<Access, ApiError> {
    let holder = app.keys.holder(token, app.clock.now()).ok_or_else(ApiError::unauthorized)?;
    let user = session::user(&app.db, &holder.session_id, holder.user_id).await?;
    let user = user.ok_or_else(ApiError::unauthorized)?;
    tracing::Span::current().record("user_id", user.user_id);
    match user.status {
        UserStatus::Active => Ok(Access { user, session_id: holder.session_id, expires_at: holder.expires_at }),
        UserStatus::Banned => Err(ApiError::banned()),
    }
}

/// The user that a valid access token belongs to; not banned.
#[derive(Debug)]
pub struct Bearer(pub User);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let token = token(&parts.headers).ok_or_else(log_in_first)?;
        access(app, token).await.map(|access| Self(access.user))
    }
}

/// A [`Bearer`] who is a merchant. Calls that take it list [`MERCHANTS_ONLY`] among their refusals, as 403.
#[derive(Debug)]
pub struct Merchant(pub User);

impl FromRequestParts<AppState> for Merchant {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let Bearer(user) = Bearer::from_request_parts(parts, app).await?;
        if user.is_merchant { Ok(Self(user)) } else { Err(ApiError::refused(403, MERCHANTS_ONLY)) }
    }
}

/// A [`Bearer`] whose phone is in `FAIRWHEEL_ADMIN_PHONES`. Calls that take it list [`ADMINS_ONLY`] among their refusals,
/// as 403.
#[derive(Debug)]
pub struct Admin(pub User);

impl FromRequestParts<AppState> for Admin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let Bearer(user) = Bearer::from_request_parts(parts, app).await?;
        let listed = app.config.admin_phones.iter().any(|phone| phone.digits() == user.mobile);
        if listed { Ok(Self(user)) } else { Err(ApiError::refused(403, ADMINS_ONLY)) }
    }
}

/// 401 for a request without any token.
pub(super) fn log_in_first() -> ApiError {
    ApiError::refused(401, "请先登录")
}

/// The token in the header `Authorization: Bearer …`.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
