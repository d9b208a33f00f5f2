//! POST `/api/merchant/products/batch-delete`.

use axum::{extract::State, http::HeaderMap};
use serde::Deserialize;
use utoipa::ToSchema;

use super::batch;
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::ApiResult,
        once,
        openapi::Refusals,
    },
    app::AppState,
    store::product::manage::{Order, Work},
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::products::batch_remove::Ask)]
pub struct Ask {
    /// The products, 1 to 100. `product_ids` is another name.
    #[serde(alias = "product_ids")]
    #[schema(example = json!([3, 5]), min_items = 1, max_items = 100)]
    ids: Vec<i64>,
}

/// What is answered.
type Answer = batch::Answer;

/// What it refuses.
const REFUSALS: Refusals =
    &[(400, "参数 ids 必须有 1 到 100 个商品", r#"{"field": "ids"}"#), (403, MERCHANTS_ONLY, "{}")];

/// Takes many products away for good, all in one transaction. One that never was harms no other; `results` says which.
///
/// # Errors
///
/// 400 names the field; 409 a request id used otherwise; 401, 403.
#[utoipa::path(
    post, path = "/merchant/products/batch-delete", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(user): Merchant,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let key = once::key(user.user_id, "merchant/products/batch-delete", &headers, &body.raw)?;
    let asked = body.content.ids;
    let work = Work::Remove(batch::ids(&asked)?);
    let order = Order { user_id: user.user_id, work, key, now: app.clock.now() };
    super::settle(&app, &order, "batch_delete", &|each| batch::envelope(&asked, each)).await
}
