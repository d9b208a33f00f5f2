//! GET `/api/lottery/records`.

use axum::extract::State;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        number::hundredths,
        page::Page,
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::lottery::records::{self, Record},
};

/// A page of the asking user's draws, newest first.
///
/// # Errors
///
/// 400 bad page, 401, 403.
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer, page: Page) -> ApiResult {
    let (rows, total) = records::page(&app.db, user.user_id, page.skip(), page.size).await?;
    let items = rows.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    Ok(Envelope::ok(&page.list("records", &items, total)))
}

fn item(row: &Record) -> Result<Value, ApiError> {
    let created_at = Timestamp::from_millisecond(row.created_at).map_err(ApiError::internal)?;
    Ok(json!({
        "id": row.id,
        "draw_id": row.draw_id,
        "draw_type": row.draw_type,
        "prize_id": row.prize_id,
        "prize_name": row.prize_name,
        "prize_type": row.prize_type,
        "prize_value": hundredths(row.prize_value.try_into().map_err(ApiError::internal)?),
        "points_cost": row.points_cost,
        "is_near_miss": row.is_near_miss,
        "angle": hundredths(row.angle.try_into().map_err(ApiError::internal)?),
        "nonce": row.nonce,
        "created_at": iso(created_at),
    }))
}
