//! POST `/api/auth/refresh`.

use axum::{extract::State, http::HeaderMap};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Tokens, is_refresh_token, to_the_end};
use crate::{
    api::{
        bearer,
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::AppState,
    error::{ApiError, BANNED},
    store::session::{self, Refreshed},
};

/// What is asked.
#[derive(Deserialize, ToSchema)]
#[schema(as = auth::refresh::Ask)]
pub struct Ask {
    /// The refresh token of the last pair. It may instead be sent as `Authorization: Bearer …`, without a body; if both
    /// are there, this counts.
    #[schema(example = "8f1c0a7be2d94c58a6b0f7e4d21c9385aa64be1790cd3f5b7a21e86f40d9c3b2", pattern = "^[0-9a-f]{64}$")]
    refresh_token: Option<String>,
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("refresh::Ask")
    }
}

const DEAD: &str = "登录已失效，请重新登录";

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 refresh_token 缺失", r#"{"field": "refresh_token"}"#),
    (400, "参数 refresh_token 必须是 64 位小写十六进制", r#"{"field": "refresh_token"}"#),
    (403, DEAD, "{}"),
    (403, BANNED, "{}"),
];

/// A new pair of tokens for a refresh token, which it replaces.
///
/// Phones refresh in parallel, and answers are lost: for 60 seconds the replaced token gets the same successor again. Used
/// later, it is a copy, and the whole session ends. This call never answers 401: whoever gets 403 has to log in.
///
/// # Errors
///
/// 400 missing or malformed; 403 unknown, expired, revoked, used again, or banned.
#[utoipa::path(
    post, path = "/auth/refresh", security((), ("refresh_token" = [])), request_body = Option<Ask>,
    responses((status = 200, body = Tokens)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, headers: HeaderMap, body: Option<JsonBody<Ask>>) -> ApiResult {
    let in_body = body.as_ref().and_then(|body| body.content.refresh_token.as_deref());
    let token = in_body.or_else(|| bearer::token(&headers));
    let token = token.ok_or_else(|| ApiError::field("refresh_token", "缺失"))?;
    if !is_refresh_token(token) {
        return Err(ApiError::field("refresh_token", "必须是 64 位小写十六进制"));
    }
    let now = app.clock.now();
    let next = app.keys.next_refresh_token(token);
    let hashes = (app.keys.refresh_hash(token), app.keys.refresh_hash(&next));
    let refresh = {
        let app = app.clone();
        // Whoever used a copy must not save the session by hanging up.
        to_the_end(async move { session::refresh(&app.db, &hashes.0, &hashes.1, now).await })
    };
    match refresh.await?? {
        Refreshed::Renewed { user, session_id } => {
            tracing::Span::current().record("user_id", user.user_id);
            Ok(Envelope::ok(&Tokens::new(&app, user.user_id, &session_id, next, now)?))
        }
        Refreshed::Replayed { user_id } => {
            tracing::Span::current().record("user_id", user_id);
            tracing::warn!(module = "auth", action = "replayed", "a replaced refresh token was used: session revoked");
            Err(ApiError::refused(403, DEAD))
        }
        Refreshed::Dead => Err(ApiError::refused(403, DEAD)),
        Refreshed::Banned => Err(ApiError::banned()),
    }
}
