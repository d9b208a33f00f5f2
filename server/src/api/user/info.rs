//! GET `/api/user/info`.

use axum::extract::State;
use jiff::Timestamp;
use serde_json::json;

use super::user_info;
use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::ledger,
};

/// A level takes so many points, earned over the whole life of the account.
const POINTS_PER_LEVEL: i64 = 1000;

/// The user who asks, with their level (1 and up) and when they registered.
///
/// # Errors
///
/// 401, 403.
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer) -> ApiResult {
    let earned = ledger::total_earned(&app.db, user.user_id).await?;
    let created_at = Timestamp::from_millisecond(user.created_at).map_err(ApiError::internal)?;
    let mut info = user_info(&user);
    info["level"] = json!(1 + earned / POINTS_PER_LEVEL);
    info["created_at"] = json!(iso(created_at));
    Ok(Envelope::ok(&info))
}
