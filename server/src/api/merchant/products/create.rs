//! POST `/api/merchant/products`.

use axum::{extract::State, http::HeaderMap};
use serde::Deserialize;
use utoipa::ToSchema;

use super::fields::{Fields, flag};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::ApiResult,
        exchange::products,
        once,
        openapi::Refusals,
    },
    app::AppState,
    store::product::{
        NewProduct,
        manage::{Order, Work},
    },
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::products::create::Ask)]
pub struct Ask {
    /// Its name, 1 to 100 characters.
    #[schema(example = "招牌酸梅汤", min_length = 1, max_length = 100)]
    name: String,
    /// What it is; empty if left out. Up to 2,000 characters.
    #[schema(example = "乌梅、山楂与陈皮慢熬，冰镇一壶。", max_length = 2000)]
    description: Option<String>,
    /// The category it is listed under, 1 to 50 characters; a new name is a new category. Not `all`.
    #[schema(example = "饮品", min_length = 1, max_length = 50)]
    category: String,
    /// Price of one, in points.
    #[schema(example = 200, minimum = 1, maximum = 1_000_000)]
    exchange_points: i64,
    /// How many there are.
    #[schema(example = 80, minimum = 0, maximum = 1_000_000)]
    stock: i64,
    /// Address of the picture, with `http` or `https`, or a path; empty, or left out, for none.
    #[schema(example = "", max_length = 1000)]
    image: Option<String>,
    /// Whether the merchant recommends it; false if left out. 1 and 0 will do.
    #[serde(default, deserialize_with = "flag")]
    #[schema(example = true)]
    is_hot: Option<bool>,
    /// Its place in the list, small ones first; 0 if left out.
    #[schema(example = 30, minimum = -1_000_000, maximum = 1_000_000)]
    sort_order: Option<i64>,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 exchange_points 必须是 1 到 1000000 的整数", r#"{"field": "exchange_points"}"#),
    (403, MERCHANTS_ONLY, "{}"),
];

/// Puts a new product on the shelf. Everybody is told by `stock_update`.
///
/// # Errors
///
/// 400 names the field; 409 a request id used otherwise; 401, 403.
#[utoipa::path(
    post, path = "/merchant/products", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = products::Item)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(user): Merchant,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let key = once::key(user.user_id, "merchant/products", &headers, &body.raw)?;
    let (ask, fields) = (body.content, Fields(""));
    let name = fields.name(&ask.name)?;
    let description = fields.description(ask.description.as_deref().unwrap_or_default())?;
    let category = fields.category(&ask.category)?;
    let image = fields.image(ask.image.as_deref().unwrap_or_default())?;
    let new = NewProduct {
        name: &name,
        description: &description,
        category: &category,
        exchange_points: fields.exchange_points(ask.exchange_points)?,
        stock: fields.stock(ask.stock)?,
        image: &image,
        is_hot: ask.is_hot.unwrap_or(false),
        sort_order: fields.sort_order(ask.sort_order.unwrap_or(0))?,
    };
    let order = Order { user_id: user.user_id, work: Work::Add(new), key, now: app.clock.now() };
    super::settle(&app, &order, "create", &super::one).await
}
