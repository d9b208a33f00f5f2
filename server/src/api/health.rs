//! GET `/healthz`: the process runs and its database answers.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::envelope::{ApiResult, Envelope};
use crate::app::AppState;

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = health::Answer)]
struct Answer {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process runs and its database answers; 503 while the database is busy.
///
/// # Errors
///
/// When the database does not answer.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = Answer)))]
pub async fn handle(State(app): State<AppState>) -> ApiResult {
    app.db.ping().await?;
    Ok(Envelope::ok(&Answer { status: "ok" }))
}
