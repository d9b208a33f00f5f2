//! GET `/api/lottery/records`.

use axum::extract::State;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        number::hundredths,
        page::{List, Listed, Page},
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::lottery::records::{self, Record},
};

/// A draw as it is listed.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::records::Item)]
struct Item {
    /// Identifier, from 1.
    #[schema(example = 42)]
    id: i64,
    /// Name of the request it belongs to; its proof is read under it.
    #[schema(example = "d1-3f1c0a7be2d94c58a6b0f7e4d21c9385aa64be17")]
    draw_id: String,
    /// Type of the request: `single`, `triple`, `five` or `ten`.
    #[schema(example = "triple", pattern = "^(single|triple|five|ten)$")]
    draw_type: String,
    /// The prize that was given.
    #[schema(example = 7)]
    prize_id: i64,
    /// Its name.
    #[schema(example = "50积分")]
    prize_name: String,
    /// Its type: `points`, `coupon`, `physical` or `empty`.
    #[schema(example = "points", pattern = "^(points|coupon|physical|empty)$")]
    prize_type: String,
    /// Its worth: points, yuan, or a coupon's share of the price.
    #[schema(example = 50, value_type = f64, minimum = 0)]
    prize_value: Number,
    /// Points that this draw cost.
    #[schema(example = 100)]
    points_cost: i64,
    /// Whether the wheel rested within 2° of a rarer prize.
    #[schema(example = false)]
    is_near_miss: bool,
    /// Where the wheel rested, in degrees with two decimals.
    #[schema(example = 281.37, value_type = f64, minimum = 0, maximum = 360)]
    angle: Number,
    /// Number of the diner's request, from 1.
    #[schema(example = 7, minimum = 1)]
    nonce: i64,
    /// When it was drawn, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
}

impl Listed for Item {
    const NAME: &'static str = "records";
}

/// What is answered. (`utoipa` takes types with parameters only if it derived them: hence the alias.)
type Answer = List<Item>;

/// A page of the asking user's draws, newest first.
///
/// # Errors
///
/// 400 bad page, 401, 403.
#[utoipa::path(
    get, path = "/lottery/records", security(("bearer" = [])), params(Page),
    responses((status = 200, body = Answer))
)]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer, page: Page) -> ApiResult {
    let (rows, total) = records::page(&app.db, user.user_id, page.skip(), page.size).await?;
    let items = rows.into_iter().map(item).collect::<Result<Vec<_>, _>>()?;
    Ok(Envelope::ok(&page.list(items, total)))
}

fn item(row: Record) -> Result<Item, ApiError> {
    let created_at = Timestamp::from_millisecond(row.created_at).map_err(ApiError::internal)?;
    Ok(Item {
        id: row.id,
        draw_id: row.draw_id,
        draw_type: row.draw_type,
        prize_id: row.prize_id,
        prize_name: row.prize_name,
        prize_type: row.prize_type,
        prize_value: hundredths(row.prize_value.try_into().map_err(ApiError::internal)?),
        points_cost: row.points_cost,
        is_near_miss: row.is_near_miss,
        angle: hundredths(row.angle.try_into().map_err(ApiError::internal)?),
        nonce: row.nonce,
        created_at: iso(created_at),
    })
}
