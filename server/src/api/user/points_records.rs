//! GET `/api/user/points-records`.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        page::{List, Listed, Page},
        query::{Narrowed, one_of},
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::ledger::{
        Reason,
        records::{self, Direction, Record},
    },
};

/// What the list is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// `earn` what was received, `spend` what was taken; `all`, or none, for both.
    #[serde(rename = "type")]
    #[param(example = "earn", pattern = "^(all|earn|spend)$")]
    direction: Option<String>,
}

/// A change of points.
#[derive(Serialize, ToSchema)]
#[schema(as = user::points_records::Item)]
struct Item {
    /// Identifier, from 1.
    #[schema(example = 42)]
    id: i64,
    /// `earn` if points were added, what a cancelled order returned included; `spend` if they were taken.
    #[serde(rename = "type")]
    #[schema(example = "spend", pattern = "^(earn|spend)$")]
    direction: &'static str,
    /// Points added (positive) or taken (negative).
    #[schema(example = -400)]
    points: i64,
    /// The same.
    #[schema(example = -400)]
    change_points: i64,
    /// The same as `reason`.
    #[schema(
        example = "exchange_redeem",
        pattern = "^(lottery_draw|lottery_prize|exchange_redeem|photo_review|check_in|register|admin)$"
    )]
    source: String,
    /// Why: `lottery_draw`, `lottery_prize`, `exchange_redeem` (also what a cancelled order returned), `photo_review`,
    /// `check_in`, `register` or `admin`.
    #[schema(
        example = "exchange_redeem",
        pattern = "^(lottery_draw|lottery_prize|exchange_redeem|photo_review|check_in|register|admin)$"
    )]
    reason: String,
    /// The same for diners.
    #[schema(example = "商品兑换")]
    reason_text: &'static str,
    /// What it was, in words.
    #[schema(example = "兑换 招牌酸梅汤 ×2")]
    description: String,
    /// Points after it.
    #[schema(example = 1100, minimum = 0)]
    balance_after: i64,
    /// What it belongs to: the id of a draw, an order or an upload; null if to nothing.
    #[schema(example = "EX202611224830157726", required)]
    related_id: Option<String>,
    /// When, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
}

impl Listed for Item {
    const NAME: &'static str = "records";
}

/// What is answered.
type Answer = List<Item>;

/// A page of the changes of the asking user's points, newest first.
///
/// # Errors
///
/// 400 bad page or type, 401, 403.
#[utoipa::path(
    get, path = "/user/points-records", security(("bearer" = [])), params(Query, Page),
    responses((status = 200, body = Answer))
)]
pub async fn handle(
    State(app): State<AppState>,
    Bearer(user): Bearer,
    Narrowed(query): Narrowed<Query>,
    page: Page,
) -> ApiResult {
    let both = [Direction::Earn, Direction::Spend];
    let direction = one_of("type", query.direction.as_deref(), both, Direction::name)?;
    let (rows, total) = records::page(&app.db, user.user_id, direction, page.skip(), page.size).await?;
    let items = rows.into_iter().map(item).collect::<Result<Vec<_>, _>>()?;
    Ok(Envelope::ok(&page.list(items, total)))
}

fn item(row: Record) -> Result<Item, ApiError> {
    let created_at = Timestamp::from_millisecond(row.created_at).map_err(ApiError::internal)?;
    let direction = if row.points > 0 { Direction::Earn } else { Direction::Spend };
    Ok(Item {
        id: row.id,
        direction: direction.name(),
        points: row.points,
        change_points: row.points,
        source: row.reason.clone(),
        reason_text: Reason::named(&row.reason).map_or("", |reason| reason.text(row.points)),
        reason: row.reason,
        description: row.description,
        balance_after: row.balance_after,
        related_id: row.related_id,
        created_at: iso(created_at),
    })
}
