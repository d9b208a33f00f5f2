//! GET `/api/user/statistics`.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
    },
    app::{App, AppState},
    error::ApiError,
    store::statistics,
};

/// What is answered. Each count but the month's has two names.
#[derive(Serialize, ToSchema)]
#[schema(as = user::statistics::Answer)]
struct Answer {
    /// Draws, each one of a batch counted.
    #[schema(example = 12, minimum = 0)]
    total_lottery: i64,
    /// The same.
    #[schema(example = 12, minimum = 0)]
    total_draws: i64,
    /// Products redeemed, by orders; cancelled ones and prizes are not counted.
    #[schema(example = 2, minimum = 0)]
    total_exchange: i64,
    /// The same.
    #[schema(example = 2, minimum = 0)]
    total_exchanges: i64,
    /// Receipts sent in.
    #[schema(example = 5, minimum = 0)]
    total_upload: i64,
    /// The same.
    #[schema(example = 5, minimum = 0)]
    total_uploads: i64,
    /// Points received since the first of the local month.
    #[schema(example = 320, minimum = 0)]
    this_month_points: i64,
    /// Points ever received. What a cancelled order returned is not counted here: it lowers what was spent.
    #[schema(example = 3200, minimum = 0)]
    total_earned_points: i64,
    /// The same.
    #[schema(example = 3200, minimum = 0)]
    total_points_earned: i64,
    /// Points ever spent.
    #[schema(example = 1700, minimum = 0)]
    total_spent_points: i64,
    /// The same.
    #[schema(example = 1700, minimum = 0)]
    total_points_spent: i64,
}

/// What the asking user has done so far. Points received less points spent are the points to spend.
///
/// # Errors
///
/// 401, 403.
#[utoipa::path(get, path = "/user/statistics", security(("bearer" = [])), responses((status = 200, body = Answer)))]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer) -> ApiResult {
    let counted = statistics::of_user(&app.db, user.user_id, month_start(&app, app.clock.now())?).await?;
    Ok(Envelope::ok(&Answer {
        total_lottery: counted.draws,
        total_draws: counted.draws,
        total_exchange: counted.exchanges,
        total_exchanges: counted.exchanges,
        total_upload: counted.uploads,
        total_uploads: counted.uploads,
        this_month_points: counted.earned_this_month,
        total_earned_points: counted.earned,
        total_points_earned: counted.earned,
        total_spent_points: counted.spent,
        total_points_spent: counted.spent,
    }))
}

/// When the local month began.
fn month_start(app: &App, now: Timestamp) -> Result<Timestamp, ApiError> {
    let first = now.to_zoned(app.config.time_zone.clone()).first_of_month().and_then(|first| first.start_of_day());
    first.map(|first| first.timestamp()).map_err(ApiError::internal)
}
