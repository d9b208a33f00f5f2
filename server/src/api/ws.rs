//! `GET /ws`: the handshake. What follows is in [`crate::push`].

use axum::{
    extract::{Query, State, WebSocketUpgrade, rejection::QueryRejection, ws::rejection::WebSocketUpgradeRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::bearer;
use crate::{app::AppState, error::ApiError, push};

/// The largest message that is read at all, in bytes. The library drops who sends a longer one without a word; of those
/// in between we say so.
const READ_LIMIT_BYTES: usize = 4 * push::MESSAGE_LIMIT_BYTES;
/// Room for a message of a client, in bytes; it grows for a longer one. Of thousands of sockets, most are idle.
const READ_BUFFER_BYTES: usize = 512;

/// `client_type`, and whatever else clients add, is of no interest.
#[derive(Debug, Deserialize)]
pub struct Ask {
    token: Option<SecretString>,
    last_id: Option<String>,
}

/// Opens a socket. Old clients look at the status, so that is what a refusal has here.
///
/// # Errors
///
/// 401 for a token that opens nothing, or a banned user, who learns of it when they try to refresh; 426 for a plain
/// request.
pub async fn handle(
    State(app): State<AppState>,
    ask: Result<Query<Ask>, QueryRejection>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let Query(ask) = ask.map_err(|_| ApiError::Http(StatusCode::BAD_REQUEST))?;
    let token = ask.token.as_ref().map(ExposeSecret::expose_secret).or_else(|| bearer::token(&headers));
    let token = token.ok_or(ApiError::Http(StatusCode::UNAUTHORIZED))?;
    let access = bearer::access(&app, token).await.map_err(|error| match error {
        ApiError::Refused { .. } => ApiError::Http(StatusCode::UNAUTHORIZED),
        other => other,
    })?;
    let upgrade = upgrade.map_err(|rejection| ApiError::Http(rejection.into_response().status()))?;
    if app.push.is_closing() {
        return Err(ApiError::Unavailable("the server stops".into()));
    }
    // What can't be read is nothing to go on from: the phone that sent it is better served with a fresh start.
    let last_id = ask.last_id.and_then(|id| id.parse().ok()).filter(|id| *id >= 0);
    let arrival = push::Arrival { access, last_id };
    Ok(upgrade
        .protocols(["wss"])
        .max_message_size(READ_LIMIT_BYTES)
        .max_frame_size(READ_LIMIT_BYTES)
        .read_buffer_size(READ_BUFFER_BYTES)
        // Every message is written at once. The buffer holds what the network has not taken of one message, as the next
        // is not begun before.
        .write_buffer_size(0)
        .on_upgrade(move |socket| push::run(app, socket, arrival)))
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use axum::{body::Body, http::Request};
    use tower::ServiceExt;
    use tracing_subscriber::layer::SubscriberExt;

    use crate::{api, app::temporary, clock::Clock, logs::Lines};

    #[tokio::test]
    async fn the_token_is_not_logged() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = lines.clone();
        let layer = Lines { clock: Clock::System, write: move |line: &str| sink.lock().unwrap().push(line.to_owned()) };
        let (_scratch, app) = temporary().await;
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        let request = Request::get("/ws?token=TELLTALE&client_type=TELLTALE&last_id=TELLTALE");
        let answer = api::router(app).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        drop(guard);
        assert_eq!(answer.status(), 401);
        let lines = lines.lock().unwrap();
        assert!(lines.iter().any(|line| line.contains(r#""route":"/ws""#)), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains("TELLTALE")), "{lines:?}");
    }
}
