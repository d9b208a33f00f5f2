//! GET `/api/merchant/statistics`.

use axum::extract::State;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        envelope::{ApiResult, Envelope},
        number::hundredths,
        openapi::Refusals,
    },
    app::{App, AppState},
    error::ApiError,
    store::review::statistics::{self, Since, Statistics},
};

/// What was decided so long ago is not of late any more.
const LATE: SignedDuration = SignedDuration::from_hours(7 * 24);
const MINUTE_MS: i64 = 60_000;

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::statistics::Answer)]
struct Answer {
    /// Receipts that wait.
    #[schema(example = 3, minimum = 0)]
    pending_count: i64,
    /// Receipts approved since the local day began.
    #[schema(example = 12, minimum = 0)]
    today_approved: i64,
    /// Receipts rejected since the local day began.
    #[schema(example = 1, minimum = 0)]
    today_rejected: i64,
    /// Receipts ever decided.
    #[schema(example = 480, minimum = 0)]
    total_processed: i64,
    /// Receipts decided since the local week began, on Monday.
    #[schema(example = 60, minimum = 0)]
    this_week_processed: i64,
    /// How long the receipts decided in the last 7 days had waited, on average: minutes with two decimals; 0 if there are
    /// none.
    #[schema(example = 7.25, value_type = f64, minimum = 0)]
    average_processing_time: Number,
}

/// What it refuses.
const REFUSALS: Refusals = &[(403, MERCHANTS_ONLY, "{}")];

/// What all merchants together have decided.
///
/// # Errors
///
/// 401, 403.
#[utoipa::path(
    get, path = "/merchant/statistics", security(("bearer" = [])),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Merchant(_): Merchant) -> ApiResult {
    let counted = statistics::of_all(&app.db, since(&app, app.clock.now()).map_err(ApiError::internal)?).await?;
    Ok(Envelope::ok(&Answer {
        pending_count: counted.pending,
        today_approved: counted.approved_today,
        today_rejected: counted.rejected_today,
        total_processed: counted.decided,
        this_week_processed: counted.decided_this_week,
        average_processing_time: average_minutes(&counted),
    }))
}

fn since(app: &App, now: Timestamp) -> Result<Since, jiff::Error> {
    let today = now.to_zoned(app.config.time_zone.clone()).start_of_day()?;
    let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days())?.start_of_day()?;
    // A week in which clocks are put back is longer than seven days.
    let late = (now - LATE).min(monday.timestamp());
    Ok(Since { day: today.timestamp(), week: monday.timestamp(), late })
}

fn average_minutes(counted: &Statistics) -> Number {
    // Servers whose clocks differ may have decided a receipt before it came.
    let average_ms = counted.waited_ms.max(0) / counted.decided_of_late.max(1);
    // Hundredths, to the nearest.
    let hundredth_ms = MINUTE_MS / 100;
    hundredths(u32::try_from((average_ms + hundredth_ms / 2) / hundredth_ms).unwrap_or(u32::MAX))
}
