//! GET `/api/lottery/odds`.

use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::{
    api::{
        envelope::{ApiResult, Envelope},
        number::{hundredths, ten_thousandths},
        openapi::Refusals,
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::lottery::odds::Odds,
};

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::odds::Answer)]
struct Answer<'a> {
    /// Canonical text of the active prize table: prizes, weights, sectors, price, daily limit.
    #[schema(example = "fairwheel-table-v1\n…\n")]
    table_text: &'a str,
    /// SHA-256 of `table_text`.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", pattern = "^[0-9a-f]{64}$")]
    table_hash: String,
    /// When it was published, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    published_at: String,
    /// Price of one draw, in points.
    #[schema(example = 100, minimum = 1)]
    cost_points: u32,
    /// Draws since then, those of all diners.
    #[schema(example = 5000, minimum = 0)]
    total_draws: u64,
    /// The prizes in the order of the wheel.
    prizes: Vec<Prize<'a>>,
}

/// A prize, declared and observed.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::odds::Prize)]
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
    /// Its declared chance, 0 to 1 with four decimals; all add up to 1.
    #[schema(example = 0.05, value_type = f64, minimum = 0, maximum = 1)]
    probability: Number,
    /// `total_draws` times `probability`, exactly.
    #[schema(example = 250, value_type = f64, minimum = 0)]
    expected_count: Number,
    /// How often the tickets won it.
    #[schema(example = 243, minimum = 0)]
    observed_count: u64,
    /// How often it was given: less than observed if it ran out, more if it stands in for what ran out.
    #[schema(example = 243, minimum = 0)]
    given_count: u64,
    /// Pieces promised in all since the prize was introduced, which may be before this version; null is unlimited.
    #[schema(example = 500, required)]
    stock: Option<u32>,
    /// Pieces left of these; null is unlimited.
    #[schema(example = 257, required)]
    stock_left: Option<u64>,
}

/// What it refuses.
const REFUSALS: Refusals = &[(404, "暂时没有进行中的转盘", "{}")];

/// The active wheel's declared odds beside what was drawn since it was published; for anybody, and at most two seconds
/// old.
///
/// # Errors
///
/// 404 while no wheel is active.
#[utoipa::path(
    get, path = "/lottery/odds",
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>) -> ApiResult {
    let odds = app.odds.odds(&app.db, app.clock.now()).await?;
    let odds = odds.ok_or_else(|| ApiError::refused(404, "暂时没有进行中的转盘"))?;
    Ok(app.odds_answer.of(odds))
}

/// The last answer, and what it shows. One a server.
#[derive(Debug, Default)]
pub struct LastAnswer(Mutex<Option<(Arc<Odds>, Envelope)>>);

impl LastAnswer {
    /// The answer that shows these odds.
    fn of(&self, odds: Arc<Odds>) -> Envelope {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((shown, answer)) = &*last
            && Arc::ptr_eq(shown, &odds)
        {
            return answer.clone();
        }
        let answer = written(&odds);
        *last = Some((odds, answer.clone()));
        answer
    }
}

fn written(odds: &Odds) -> Envelope {
    let table = &odds.active.table;
    Envelope::ok(&Answer {
        table_text: table.text(),
        table_hash: table.hash().to_string(),
        published_at: iso(odds.active.published_at),
        cost_points: table.cost(),
        total_draws: odds.total(),
        prizes: table.prizes().iter().map(|prize| shown(odds, prize)).collect(),
    })
}

fn shown<'a>(odds: &Odds, prize: &'a fairwheel_core::prize::Prize) -> Prize<'a> {
    Prize {
        id: prize.id,
        name: &prize.name,
        kind: prize.kind.name(),
        value: hundredths(prize.value_cents),
        probability: ten_thousandths(prize.weight.into()),
        expected_count: ten_thousandths(odds.total().saturating_mul(prize.weight.into())),
        observed_count: odds.drawn(prize.id),
        given_count: odds.given(prize.id),
        stock: prize.stock,
        // Every piece that is gone was given by a draw that is counted, or before: so the two can't disagree.
        stock_left: prize.stock.map(|stock| u64::from(stock).saturating_sub(odds.gone(prize.id))),
    }
}
