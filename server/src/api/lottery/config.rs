//! GET `/api/lottery/config`.

use axum::extract::State;
use fairwheel_core::{
    draw::{ALGORITHM, Nonce},
    prize::PrizeTable,
};
use serde::Serialize;
use serde_json::{Number, json, value::RawValue};
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        number::{hundredths, ten_thousandths},
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    store::{
        Db,
        mark::Part,
        table::{self, Piece},
        user::User,
    },
};

// The fields of this and of what it holds are in alphabetical order.
/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::config::Answer)]
struct Answer<'a> {
    /// Price of one draw, in points.
    #[schema(example = 100)]
    cost_points: u32,
    /// Draws that a diner may make in a local day.
    #[schema(example = 10)]
    daily_limit: u32,
    /// What the next draw will be held to.
    fairness: Promise<'a>,
    /// The prizes in the order of the wheel.
    #[schema(value_type = Vec<Prize<'a>>)]
    prizes: &'a RawValue,
    /// Draws that the day still allows.
    #[schema(example = 7)]
    remaining_draws: u32,
    /// The rules, in words.
    #[schema(example = "每次抽奖消耗 100 积分，每日最多 10 次。", value_type = String)]
    rules: &'a RawValue,
    /// Draws of the diner's day so far.
    #[schema(example = 3)]
    today_draw_count: i64,
}

/// A prize on the wheel.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::config::Prize)]
struct Prize<'a> {
    /// Identifier, from 1.
    #[schema(example = 1)]
    id: u32,
    /// Its name.
    #[schema(example = "八八折券")]
    name: &'a str,
    /// Where its sector starts, in whole degrees.
    #[schema(example = 0, minimum = 0, maximum = 359)]
    angle: u32,
    /// Colour of its sector, `#rrggbb`.
    #[schema(example = "#cb3a22", required)]
    color: Option<&'a str>,
    /// Address or path of its picture; empty for none.
    #[schema(example = "/media/pictures/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png")]
    image: &'a str,
    /// Its chance, 0 to 1 with four decimals; all add up to 1.
    #[schema(example = 0.05, value_type = f64, minimum = 0, maximum = 1)]
    probability: Number,
    /// Whether it belongs to an activity.
    #[schema(example = true)]
    is_activity: bool,
    /// What it is: `points`, `coupon`, `physical` or `empty`.
    #[serde(rename = "type")]
    #[schema(example = "coupon", pattern = "^(points|coupon|physical|empty)$")]
    kind: &'static str,
    /// Its worth: points, yuan, or a coupon's share of the price.
    #[schema(example = 0.88, value_type = f64, minimum = 0)]
    value: Number,
    /// Whether none is left. Whoever draws it gets the fallback prize instead.
    #[schema(example = false)]
    sold_out: bool,
}

/// What the next draw will be held to.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::config::Promise)]
struct Promise<'a> {
    /// Always `fairwheel-draw-v1`.
    #[schema(example = "fairwheel-draw-v1")]
    algorithm: &'static str,
    /// The seed of a draw that brings none, 1 to 64 bytes.
    #[schema(example = "5f1d7a84db00d2fc5f1d7a84db00d2fc")]
    client_seed: &'a str,
    /// SHA-256 of the server seed that the next request will be drawn with.
    #[schema(example = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", pattern = "^[0-9a-f]{64}$")]
    commitment: String,
    /// Number of the diner's next request, from 1.
    #[schema(example = 7, minimum = 1)]
    nonce: u64,
    /// SHA-256 of `table_text`.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", pattern = "^[0-9a-f]{64}$")]
    table_hash: &'a str,
    /// Canonical text of the prize table: prizes, weights, sectors, price, daily limit.
    #[schema(example = "fairwheel-table-v1\n…\n", value_type = String)]
    table_text: &'a RawValue,
}

/// What it refuses.
const REFUSALS: Refusals = &[(404, "暂时没有进行中的转盘", "{}")];

/// The active wheel, what the day still allows, and the promise that the next draw will be held to.
///
/// # Errors
///
/// 401, 403; 404 while no wheel is active.
#[utoipa::path(
    get, path = "/lottery/config", security(("bearer" = [])),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer) -> ApiResult {
    let db = &app.db;
    let wheel = app.wheel.get(|| db.mark(Part::Wheel), async || Wheel::read(db).await).await?;
    let wheel = Option::as_ref(&wheel).ok_or_else(|| ApiError::refused(404, "暂时没有进行中的转盘"))?;
    let table = &wheel.table;
    let today = user.draws_on(app.day(app.clock.now()));
    let remaining = table.remaining_draws(u32::try_from(today).map_err(ApiError::internal)?);
    Ok(Envelope::ordered(&Answer {
        cost_points: table.cost(),
        daily_limit: table.daily_limit(),
        fairness: promise(&app, wheel, &user)?,
        prizes: &wheel.prizes,
        remaining_draws: remaining,
        rules: &wheel.rules,
        today_draw_count: today,
    }))
}

/// What is the same for everybody, written down once.
#[derive(Debug)]
pub struct Wheel {
    table: PrizeTable,
    table_hash: String,
    table_text: Box<RawValue>,
    rules: Box<RawValue>,
    prizes: Box<RawValue>,
}

impl Wheel {
    /// The active one, and which of its prizes are sold out.
    async fn read(db: &Db) -> Result<Option<Self>, ApiError> {
        let active = table::kept(db).await?;
        let Some(active) = Option::as_ref(&active) else { return Ok(None) };
        let pieces = table::pieces(db, active.table_id).await?;
        let table = active.table.clone();
        Ok(Some(Self {
            table_hash: table.hash().to_string(),
            table_text: written(table.text())?,
            rules: written(&active.rules)?,
            // As a value first, which puts the names in order.
            prizes: written(&json!(prizes(&table, &pieces)))?,
            table,
        }))
    }
}

fn written(data: &(impl Serialize + ?Sized)) -> Result<Box<RawValue>, ApiError> {
    serde_json::value::to_raw_value(data).map_err(ApiError::internal)
}

fn prizes<'a>(table: &'a PrizeTable, pieces: &'a [Piece]) -> Vec<Prize<'a>> {
    let piece = |id| pieces.iter().find(|piece| piece.prize_id == id);
    let prize = |prize: &'a fairwheel_core::prize::Prize| Prize {
        id: prize.id,
        name: &prize.name,
        angle: prize.angle,
        color: piece(prize.id).map(|piece| piece.color.as_str()),
        image: piece(prize.id).map_or("", |piece| &piece.image),
        probability: ten_thousandths(prize.weight.into()),
        is_activity: prize.is_activity,
        kind: prize.kind.name(),
        value: hundredths(prize.value_cents),
        sold_out: piece(prize.id).is_some_and(|piece| piece.stock_left == Some(0)),
    };
    table.prizes().iter().map(prize).collect()
}

fn promise<'a>(app: &AppState, wheel: &'a Wheel, user: &'a User) -> Result<Promise<'a>, ApiError> {
    let spent = u64::try_from(user.nonce).map_err(ApiError::internal)?;
    let nonce = Nonce::new(spent + 1).map_err(ApiError::internal)?;
    Ok(Promise {
        algorithm: ALGORITHM,
        client_seed: &user.client_seed,
        commitment: app.keys.server_seed(user.user_id, nonce).commitment().to_string(),
        nonce: nonce.get(),
        table_hash: &wheel.table_hash,
        table_text: &wheel.table_text,
    })
}
