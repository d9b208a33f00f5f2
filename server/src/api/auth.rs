//! Logging in, staying in, and leaving.

pub mod login;
pub mod logout;
pub mod refresh;
pub mod send_code;
pub mod verify;

use jiff::Timestamp;
use serde::Serialize;
use tracing::Instrument;
use utoipa::ToSchema;

use crate::{
    app::App,
    error::ApiError,
    keys::{ACCESS_TOKEN_S, REFRESH_TOKEN_BYTES},
};

/// A pair of tokens.
#[derive(Serialize, ToSchema)]
#[schema(as = auth::Tokens)]
struct Tokens {
    /// A JWT for the header `Authorization: Bearer …`.
    #[schema(example = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl")]
    access_token: String,
    /// What the next pair is asked for with; 64 lower-case hexadecimal digits, good for 7 days.
    #[schema(example = "8f1c0a7be2d94c58a6b0f7e4d21c9385aa64be1790cd3f5b7a21e86f40d9c3b2", pattern = "^[0-9a-f]{64}$")]
    refresh_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// How long the access token lives, in seconds.
    #[schema(example = 7200)]
    expires_in: i64,
}

impl Tokens {
    fn new(app: &App, user_id: i64, session_id: &str, refresh_token: String, now: Timestamp) -> Result<Self, ApiError> {
        let access_token = app.keys.access_token(user_id, session_id, now).map_err(ApiError::internal)?;
        Ok(Self { access_token, refresh_token, token_type: "Bearer", expires_in: ACCESS_TOKEN_S })
    }
}

/// Does to its end what must not stop half-way because the client hung up.
pub(super) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, ApiError> {
    tokio::spawn(work.in_current_span()).await.map_err(ApiError::internal)
}

/// Whether a text can be a refresh token of ours.
fn is_refresh_token(text: &str) -> bool {
    text.len() == 2 * REFRESH_TOKEN_BYTES && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
