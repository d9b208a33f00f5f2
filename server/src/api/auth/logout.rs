//! POST `/api/auth/logout`.

use axum::{extract::State, http::HeaderMap};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer,
        envelope::{ApiResult, Envelope},
    },
    app::AppState,
    error::ApiError,
    store::session,
};

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = auth::logout::Answer)]
struct Answer {
    /// Always true.
    #[schema(example = true)]
    logged_out: bool,
}

/// Ends the session: its access tokens and refresh tokens are good for nothing from now on, and its sockets are closed.
///
/// Asked for again, it answers the same.
///
/// # Errors
///
/// 401.
#[utoipa::path(post, path = "/auth/logout", security(("bearer" = [])), responses((status = 200, body = Answer)))]
pub async fn handle(State(app): State<AppState>, headers: HeaderMap) -> ApiResult {
    let token = bearer::token(&headers).ok_or_else(bearer::log_in_first)?;
    let now = app.clock.now();
    // The session is not asked for: one that has ended is what was wanted, and somebody locked out may leave.
    let holder = app.keys.holder(token, now).ok_or_else(ApiError::unauthorized)?;
    tracing::Span::current().record("user_id", holder.user_id);
    if session::revoke(&app.db, holder.user_id, &holder.session_id, now).await? {
        tracing::info!(module = "auth", action = "logout", "logged out");
    }
    Ok(Envelope::ok(&Answer { logged_out: true }))
}
