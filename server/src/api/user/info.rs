//! GET `/api/user/info`.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::UserInfo;
use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
    },
    app::{App, AppState},
    clock::iso,
    error::ApiError,
    store::user::User,
};

/// A level takes so many points, earned over the whole life of the account.
const POINTS_PER_LEVEL: i64 = 1000;

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = user::info::Answer)]
pub(super) struct Answer {
    /// The user.
    #[serde(flatten)]
    user: UserInfo,
    /// From 1; one more for every 1,000 points ever earned.
    #[schema(example = 2, minimum = 1)]
    level: i64,
    /// When they registered, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
}

/// The user who asks, with their level and when they registered.
///
/// # Errors
///
/// 401, 403.
#[utoipa::path(get, path = "/user/info", security(("bearer" = [])), responses((status = 200, body = Answer)))]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer) -> ApiResult {
    answer(&app, &user).await
}

/// How a user is now.
pub(super) async fn answer(app: &App, user: &User) -> ApiResult {
    let earned = app.earned.by(&app.db, user.user_id).await?;
    let created_at = Timestamp::from_millisecond(user.created_at).map_err(ApiError::internal)?;
    let level = 1 + earned / POINTS_PER_LEVEL;
    Ok(Envelope::ok(&Answer { user: user.into(), level, created_at: iso(created_at) }))
}
