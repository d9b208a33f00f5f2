//! GET `/api/merchant/pending-reviews`.

use axum::extract::State;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        envelope::{ApiResult, Envelope},
        number::yuan,
        openapi::Refusals,
        page::{List, Listed, Page},
    },
    app::{App, AppState},
    clock::iso,
    error::ApiError,
    phone::masked,
    store::{
        photo::thumbnail_key,
        review::pending::{self, Pending},
        status::Status,
    },
};

/// A receipt that waits.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::pending_reviews::Item)]
struct Item {
    /// Its name: `UP` and digits.
    #[schema(example = "UP1795320000000004213")]
    upload_id: String,
    /// The same.
    #[schema(example = "UP1795320000000004213")]
    id: String,
    /// Whose it is.
    #[schema(example = 1)]
    user_id: i64,
    /// Their phone, masked.
    #[schema(example = "138****8000")]
    user_phone: String,
    /// Their name.
    #[schema(example = "小王")]
    user_nickname: String,
    /// Whether the asking merchant sent it in, and so can't decide it.
    #[schema(example = false)]
    is_own: bool,
    /// Address of the photo, good for a quarter of an hour.
    #[schema(example = "/media/receipts/up1795320000000004213-3f1c0a7b.jpg")]
    image_url: String,
    /// The same.
    #[schema(example = "/media/receipts/up1795320000000004213-3f1c0a7b.jpg")]
    receipt_image: String,
    /// Address of a small one.
    #[schema(example = "/media/receipts/up1795320000000004213-3f1c0a7b-small.jpg")]
    thumbnail_url: String,
    /// What the diner says was paid, in yuan with two decimals.
    #[schema(example = 58.5, value_type = Option<f64>, required, minimum = 0)]
    amount: Option<Number>,
    /// What was read from the photo, in yuan with two decimals.
    #[schema(example = 58.5, value_type = Option<f64>, required, minimum = 0)]
    estimated_amount: Option<Number>,
    /// Points that the rule gives: for the smaller amount, if there are two, and the fewest, if there is none.
    #[schema(example = 585, minimum = 1)]
    expected_points: i64,
    /// The same.
    #[schema(example = 585, minimum = 1)]
    suggested_points: i64,
    /// An earlier upload whose photo looks the same.
    #[schema(example = "UP1795220000000001377", required)]
    possible_duplicate_of: Option<String>,
    /// When it was sent in, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    upload_time: String,
    /// `pending`.
    #[schema(example = "pending", pattern = "^pending$")]
    status: &'static str,
}

impl Listed for Item {
    const NAME: &'static str = "reviews";
}

/// What is answered.
type Answer = List<Item>;

/// What it refuses.
const REFUSALS: Refusals = &[(403, MERCHANTS_ONLY, "{}")];

/// A page of the receipts that wait for a merchant, the oldest first.
///
/// # Errors
///
/// 400 bad page, 401, 403.
#[utoipa::path(
    get, path = "/merchant/pending-reviews", security(("bearer" = [])), params(Page),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Merchant(merchant): Merchant, page: Page) -> ApiResult {
    let (rows, total) = pending::page(&app.db, page.skip(), page.size).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(item(&app, row, merchant.user_id).await?);
    }
    Ok(Envelope::ok(&page.list(items, total)))
}

async fn item(app: &App, row: Pending, merchant_id: i64) -> Result<Item, ApiError> {
    let now = app.clock.now();
    let expected = row.expected(app.config.receipt_rule);
    let image_url = app.storage.url(&row.image_url, now).await.map_err(ApiError::internal)?;
    Ok(Item {
        id: row.upload_id.clone(),
        upload_id: row.upload_id,
        user_id: row.user_id,
        user_phone: masked(&row.mobile),
        user_nickname: row.nickname,
        is_own: row.user_id == merchant_id,
        receipt_image: image_url.clone(),
        image_url,
        thumbnail_url: app.storage.url(&thumbnail_key(&row.image_url), now).await.map_err(ApiError::internal)?,
        amount: yuan(row.amount),
        estimated_amount: yuan(row.estimated_amount),
        expected_points: expected,
        suggested_points: expected,
        possible_duplicate_of: row.possible_duplicate_of,
        upload_time: iso(row.created_at.0),
        status: Status::Pending.name(),
    })
}
