//! Who is asking: the bearer token, checked against the user as the database knows them now.

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};

use crate::{
    app::AppState,
    error::ApiError,
    store::user::{self, User, UserStatus},
};

/// The user that a valid access token belongs to; not banned.
#[derive(Debug)]
pub struct Bearer(pub User);

impl FromRequestParts<AppState> for Bearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, ApiError> {
        let token = token(parts).ok_or_else(|| ApiError::refused(401, "请先登录"))?;
        let user_id = app.keys.user_of(token, app.clock.now()).ok_or_else(ApiError::unauthorized)?;
        let user = user::by_id(&app.db, user_id).await?.ok_or_else(ApiError::unauthorized)?;
        tracing::Span::current().record("user_id", user_id);
        match user.status {
            UserStatus::Active => Ok(Self(user)),
            UserStatus::Banned => Err(ApiError::banned()),
        }
    }
}

fn token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
