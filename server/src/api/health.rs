//! GET `/healthz`, `/readyz` and `/metrics`: for whoever runs the server.

use axum::{
    extract::State,
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::envelope::{ApiResult, Envelope};
use crate::{app::AppState, error::ApiError};

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = health::Answer)]
struct Answer {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process runs.
///
/// It says nothing of the database: restarting the server would not help there.
///
/// # Errors
///
/// None.
#[utoipa::path(get, path = "/healthz", responses((status = 200, body = Answer)))]
pub async fn live() -> ApiResult {
    Ok(Envelope::ok(&Answer { status: "ok" }))
}

/// Whether requests can be served: the database answers. 503 while it does not.
///
/// # Errors
///
/// When the database does not answer.
#[utoipa::path(get, path = "/readyz", responses((status = 200, body = Answer)))]
pub async fn ready(State(app): State<AppState>) -> ApiResult {
    app.db.ping().await.map_err(|error| ApiError::Unavailable(error.into()))?;
    Ok(Envelope::ok(&Answer { status: "ok" }))
}

/// Counters and durations, in the text format of Prometheus.
///
/// # Errors
///
/// Not known to happen.
pub async fn metrics(State(app): State<AppState>) -> Result<Response, ApiError> {
    let text = app.metrics.text(app.push.len()).map_err(ApiError::internal)?;
    Ok(([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response())
}
