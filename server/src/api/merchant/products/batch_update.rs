//! POST `/api/merchant/products/batch-update`.

use axum::{extract::State, http::HeaderMap};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    batch,
    fields::{Fields, flag},
};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::ApiResult,
        once,
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    store::product::manage::{Change, Order, Work},
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::products::batch_update::Ask)]
pub struct Ask {
    /// The products, 1 to 100. `product_ids` is another name.
    #[serde(alias = "product_ids")]
    #[schema(example = json!([3, 5]), min_items = 1, max_items = 100)]
    ids: Vec<i64>,
    /// What is to be changed of each.
    updates: Updates,
}

/// What is to be changed, at least one of them; the rest stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::products::batch_update::Updates)]
struct Updates {
    /// `active` puts them on the shelf, `inactive` or `offline` takes them off.
    #[schema(example = "active", pattern = "^(active|inactive|offline)$")]
    status: Option<String>,
    /// The category they are listed under, 1 to 50 characters. Not `all`.
    #[schema(example = "饮品", min_length = 1, max_length = 50)]
    category: Option<String>,
    /// Whether the merchant recommends them. 1 and 0 will do.
    #[serde(default, deserialize_with = "flag")]
    #[schema(example = true)]
    is_hot: Option<bool>,
    /// Their place in the list, small ones first.
    #[schema(example = 30, minimum = -1_000_000, maximum = 1_000_000)]
    sort_order: Option<i64>,
    /// Price of one, in points.
    #[schema(example = 200, minimum = 1, maximum = 1_000_000)]
    exchange_points: Option<i64>,
    /// Pieces that come to each, or go if it is negative.
    #[schema(example = 20, minimum = -1_000_000, maximum = 1_000_000)]
    stock_delta: Option<i64>,
}

/// What is answered.
type Answer = batch::Answer;

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 ids 必须有 1 到 100 个商品", r#"{"field": "ids"}"#),
    (400, "参数 updates.stock 不能批量设置，请用 updates.stock_delta 增减", r#"{"field": "updates.stock"}"#),
    (400, "参数 updates 没有要修改的内容", r#"{"field": "updates"}"#),
    (403, MERCHANTS_ONLY, "{}"),
];

/// Changes many products, all in one transaction. One that is refused harms no other; `results` says which. There is no
/// `stock`, which would bring back what was sold of each: pieces come and go by `stock_delta`.
///
/// # Errors
///
/// 400 names the field; 409 a request id used otherwise; 401, 403.
#[utoipa::path(
    post, path = "/merchant/products/batch-update", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(user): Merchant,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let key = once::key(user.user_id, "merchant/products/batch-update", &headers, &body.raw)?;
    // One number for all of them would bring back what was sold of each.
    if !body.raw["updates"]["stock"].is_null() {
        return Err(ApiError::field("updates.stock", "不能批量设置，请用 updates.stock_delta 增减"));
    }
    let asked = body.content.ids;
    let work = Work::Change(batch::ids(&asked)?, body.content.updates.read()?);
    let order = Order { user_id: user.user_id, work, key, now: app.clock.now() };
    super::settle(&app, &order, "batch_update", &|each| batch::envelope(&asked, each)).await
}

impl Updates {
    fn read(self) -> Result<Change, ApiError> {
        let Self { status, category, is_hot, sort_order, exchange_points, stock_delta } = self;
        let fields = Fields("updates.");
        if status.is_none()
            && category.is_none()
            && is_hot.is_none()
            && sort_order.is_none()
            && exchange_points.is_none()
            && stock_delta.is_none()
        {
            return Err(ApiError::field("updates", "没有要修改的内容"));
        }
        Ok(Change {
            on_shelf: status.map(|status| fields.status(&status, None)).transpose()?,
            category: category.map(|category| fields.category(&category)).transpose()?,
            is_hot,
            sort_order: sort_order.map(|place| fields.sort_order(place)).transpose()?,
            exchange_points: exchange_points.map(|points| fields.exchange_points(points)).transpose()?,
            stock_delta: fields.stock_delta(stock_delta.unwrap_or(0))?,
            ..Change::default()
        })
    }
}
