//! GET `/api/photo/records`.

use axum::extract::State;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        number::yuan,
        page::{List, Listed, Page},
        query::{Narrowed, one_of},
    },
    app::{App, AppState},
    clock::iso,
    error::ApiError,
    store::{
        photo::{
            records::{self, Record},
            thumbnail_key,
        },
        status::Status,
    },
};

/// What the list is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// A status; `all`, or none, for all.
    #[param(example = "pending", pattern = "^(all|pending|approved|rejected)$")]
    status: Option<String>,
}

/// A receipt as its diner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = photo::records::Item)]
struct Item {
    /// Its name.
    #[schema(example = "UP1795320000000482913")]
    id: String,
    /// The same.
    #[schema(example = "UP1795320000000482913")]
    upload_id: String,
    /// Address of the picture, good for 15 minutes.
    #[schema(example = "https://example.com/media/receipts/up1795320000000482913-5f1d7a84db00d2fc.jpg")]
    image_url: String,
    /// Address of a small one, good for 15 minutes.
    #[schema(example = "https://example.com/media/receipts/up1795320000000482913-5f1d7a84db00d2fc-small.jpg")]
    thumbnail_url: String,
    /// What the receipt is about, in yuan, as the diner said or the merchant put right; null if nobody said.
    #[schema(example = 58.5, value_type = Option<f64>, minimum = 0, required)]
    amount: Option<Number>,
    /// The amount that was read from the picture, in yuan; null if nothing was, or nobody reads.
    #[schema(example = 58.5, value_type = Option<f64>, minimum = 0, required)]
    estimated_amount: Option<Number>,
    /// Points that it earned; 0 until it is approved.
    #[schema(example = 585, minimum = 0)]
    points_awarded: i64,
    /// `pending`, `approved` or `rejected`.
    #[schema(example = "approved", pattern = "^(pending|approved|rejected)$")]
    status: &'static str,
    /// The same.
    #[schema(example = "approved", pattern = "^(pending|approved|rejected)$")]
    review_status: &'static str,
    /// The same for a diner.
    #[schema(example = "已通过")]
    status_text: &'static str,
    /// What the merchant said; null if nothing.
    #[schema(example = "小票清晰", required)]
    review_reason: Option<String>,
    /// When it was decided, ISO-8601 UTC with milliseconds; null before.
    #[schema(example = "2026-11-22T04:05:00.000Z", format = DateTime, required)]
    review_time: Option<String>,
    /// When it was sent in, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
}

impl Listed for Item {
    const NAME: &'static str = "records";
}

/// What is answered.
type Answer = List<Item>;

/// A page of the asking user's receipts, newest first.
///
/// # Errors
///
/// 400 bad page or status, 401, 403.
#[utoipa::path(
    get, path = "/photo/records", security(("bearer" = [])), params(Query, Page),
    responses((status = 200, body = Answer))
)]
pub async fn handle(
    State(app): State<AppState>,
    Bearer(user): Bearer,
    Narrowed(query): Narrowed<Query>,
    page: Page,
) -> ApiResult {
    let status = one_of("status", query.status.as_deref(), Status::ALL, Status::name)?;
    let (rows, total) = records::of_user(&app.db, user.user_id, status, page.skip(), page.size).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(item(&app, row).await?);
    }
    Ok(Envelope::ok(&page.list(items, total)))
}

async fn item(app: &App, row: Record) -> Result<Item, ApiError> {
    let now = app.clock.now();
    let review_time = row.review_time.map(Timestamp::from_millisecond).transpose().map_err(ApiError::internal)?;
    Ok(Item {
        id: row.upload_id.clone(),
        upload_id: row.upload_id,
        thumbnail_url: app.storage.url(&thumbnail_key(&row.image_url), now).await.map_err(ApiError::internal)?,
        image_url: app.storage.url(&row.image_url, now).await.map_err(ApiError::internal)?,
        amount: yuan(row.amount),
        estimated_amount: yuan(row.estimated_amount),
        points_awarded: row.points_awarded.unwrap_or(0),
        status: row.review_status.name(),
        review_status: row.review_status.name(),
        status_text: text(row.review_status),
        review_reason: row.review_reason,
        review_time: review_time.map(iso),
        created_at: iso(row.created_at.0),
    })
}

const fn text(status: Status) -> &'static str {
    match status {
        Status::Pending => "待审核",
        Status::Approved => "已通过",
        Status::Rejected => "已拒绝",
    }
}
