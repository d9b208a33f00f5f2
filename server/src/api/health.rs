//! GET `/healthz`: the process runs and its database answers.

use axum::extract::State;
use serde_json::json;

use super::envelope::{ApiResult, Envelope};
use crate::app::AppState;

/// 200, or 503 while the database is busy, or 500.
///
/// # Errors
///
/// When the database does not answer.
pub async fn handle(State(app): State<AppState>) -> ApiResult {
    app.db.ping().await?;
    Ok(Envelope::ok(&json!({ "status": "ok" })))
}
