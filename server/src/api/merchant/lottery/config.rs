//! GET `/api/merchant/lottery/config`.

use axum::extract::State;
use fairwheel_core::prize::PrizeTable;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        envelope::{ApiResult, Envelope},
        number::{hundredths, ten_thousandths},
        openapi::Refusals,
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::table::{self, Piece},
};

/// What is answered: what a publication takes, and what became of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = merchant::lottery::config::Answer)]
pub struct Answer<'a> {
    /// Price of one draw, in points.
    #[schema(example = 100, minimum = 1)]
    cost_points: u32,
    /// Draws that a diner may make in a local day.
    #[schema(example = 10, minimum = 1)]
    daily_limit: u32,
    /// The prize given in place of one that ran out; null if none can.
    #[schema(example = 8, required)]
    fallback: Option<u32>,
    /// The rules, in words.
    #[schema(example = "每次抽奖消耗 100 积分，每日最多 10 次。")]
    rules: &'a str,
    /// The prizes in the order of the wheel.
    prizes: Vec<Prize<'a>>,
    /// SHA-256 of `table_text`.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", pattern = "^[0-9a-f]{64}$")]
    table_hash: String,
    /// Canonical text of the prize table: prizes, weights, sectors, price, daily limit.
    #[schema(example = "fairwheel-table-v1\n…\n")]
    table_text: &'a str,
    /// When it was published, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    published_at: String,
}

/// A prize on the wheel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = merchant::lottery::config::Prize)]
struct Prize<'a> {
    /// Identifier, from 1.
    #[schema(example = 1)]
    id: u32,
    /// Its name.
    #[schema(example = "八八折券")]
    name: &'a str,
    /// What it is: `points`, `coupon`, `physical` or `empty`.
    #[serde(rename = "type")]
    #[schema(example = "coupon", pattern = "^(points|coupon|physical|empty)$")]
    kind: &'static str,
    /// Its worth: points, yuan, or a coupon's share of the price.
    #[schema(example = 0.88, value_type = f64, minimum = 0)]
    value: Number,
    /// Its chance, 0 to 1 with four decimals; all add up to 1.
    #[schema(example = 0.05, value_type = f64, minimum = 0, maximum = 1)]
    probability: Number,
    /// Where its sector starts, in whole degrees.
    #[schema(example = 0, minimum = 0, maximum = 359)]
    angle: u32,
    /// Colour of its sector, `#rrggbb`.
    #[schema(example = "#cb3a22", required)]
    color: Option<&'a str>,
    /// Address or path of its picture; empty for none.
    #[schema(example = "/media/pictures/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png")]
    image: &'a str,
    /// Whether it belongs to an activity.
    #[schema(example = true)]
    is_activity: bool,
    /// Pieces promised in all since the prize was introduced; null is unlimited.
    #[schema(example = 500, required)]
    stock: Option<u32>,
    /// Pieces left of these; null is unlimited.
    #[schema(example = 257, required)]
    stock_left: Option<u32>,
}

/// What it refuses.
const REFUSALS: Refusals = &[(403, MERCHANTS_ONLY, "{}"), (404, "暂时没有进行中的转盘", "{}")];

/// The active wheel with its stock, in the shape in which it is published.
///
/// # Errors
///
/// 401, 403; 404 while no wheel is active.
#[utoipa::path(
    get, path = "/merchant/lottery/config", security(("bearer" = [])),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Merchant(_): Merchant) -> ApiResult {
    let active = table::active(&app.db).await?.ok_or_else(|| ApiError::refused(404, "暂时没有进行中的转盘"))?;
    let pieces = table::pieces(&app.db, active.table_id).await?;
    Ok(Envelope::ok(&answer(&active.table, &active.rules, active.published_at, &pieces)))
}

/// A published table, and what its text does not hold.
pub(super) fn answer<'a>(
    table: &'a PrizeTable,
    rules: &'a str,
    published_at: Timestamp,
    pieces: &'a [Piece],
) -> Answer<'a> {
    let prize = |prize: &'a fairwheel_core::prize::Prize| {
        let piece = pieces.iter().find(|piece| piece.prize_id == prize.id);
        Prize {
            id: prize.id,
            name: &prize.name,
            kind: prize.kind.name(),
            value: hundredths(prize.value_cents),
            probability: ten_thousandths(prize.weight.into()),
            angle: prize.angle,
            color: piece.map(|piece| piece.color.as_str()),
            image: piece.map_or("", |piece| &piece.image),
            is_activity: prize.is_activity,
            stock: prize.stock,
            stock_left: piece.and_then(|piece| piece.stock_left),
        }
    };
    Answer {
        cost_points: table.cost(),
        daily_limit: table.daily_limit(),
        fallback: table.fallback(),
        rules,
        prizes: table.prizes().iter().map(prize).collect(),
        table_hash: table.hash().to_string(),
        table_text: table.text(),
        published_at: iso(published_at),
    }
}
