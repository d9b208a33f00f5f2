//! PUT `/api/merchant/products/{id}`.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    NO_PRODUCT, OTHER_STOCK,
    fields::{Fields, flag},
    no_product,
};
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
    error::ApiError,
    store::product::manage::{Change, Order, Work},
};

/// What is to be changed, at least one of them; the rest stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::products::update::Ask)]
pub struct Ask {
    /// Its name, 1 to 100 characters.
    #[schema(example = "招牌酸梅汤", min_length = 1, max_length = 100)]
    name: Option<String>,
    /// What it is, up to 2,000 characters.
    #[schema(example = "乌梅、山楂与陈皮慢熬，冰镇一壶。", max_length = 2000)]
    description: Option<String>,
    /// The category it is listed under, 1 to 50 characters. Not `all`.
    #[schema(example = "饮品", min_length = 1, max_length = 50)]
    category: Option<String>,
    /// Price of one, in points.
    #[schema(example = 200, minimum = 1, maximum = 1_000_000)]
    exchange_points: Option<i64>,
    /// Address of the picture, with `http` or `https`, or a path; empty for none.
    #[schema(example = "", max_length = 1000)]
    image: Option<String>,
    /// Whether the merchant recommends it. 1 and 0 will do.
    #[serde(default, deserialize_with = "flag")]
    #[schema(example = true)]
    is_hot: Option<bool>,
    /// Its place in the list, small ones first.
    #[schema(example = 30, minimum = -1_000_000, maximum = 1_000_000)]
    sort_order: Option<i64>,
    /// `active` puts it on the shelf, `inactive` or `offline` takes it off. The stock decides whether it is sold out:
    /// `sold_out`, as a page shows it, means `active`, and is taken from those who saw a stock of 0.
    #[schema(example = "active", pattern = "^(active|inactive|offline|sold_out)$")]
    status: Option<String>,
    /// Pieces that come, or go if it is negative; whatever was sold meanwhile.
    #[schema(example = 20, minimum = -1_000_000, maximum = 1_000_000)]
    stock_delta: Option<i64>,
    /// How many there shall be, if there are still `expected_stock`. Alone it changes nothing, and must be how many there
    /// are: a page that is put back with an old stock is refused.
    #[schema(example = 80, minimum = 0, maximum = 1_000_000)]
    stock: Option<i64>,
    /// How many the merchant saw. With another stock by now, nothing is changed.
    #[schema(example = 80, minimum = 0)]
    expected_stock: Option<i64>,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 status 必须是 active、inactive 或 offline", r#"{"field": "status"}"#),
    (400, NOTHING, "{}"),
    (403, MERCHANTS_ONLY, "{}"),
    (404, NO_PRODUCT, "{}"),
    (409, OTHER_STOCK, r#"{"stock": 3}"#),
];
const NOTHING: &str = "请至少填写一项要修改的内容";

/// Changes a product. The last who writes a name or a price wins; the stock moves by differences, so that nothing that was
/// sold meanwhile comes back.
///
/// Everybody is told by `stock_update` of another name, price, stock, or place; the stock of a product that is off the shelf
/// is told as 0.
///
/// # Errors
///
/// 404 no such product; 409 if the stock is another than was expected or would fall below 0 or rise above 1,000,000, or a
/// request id used otherwise; 400 names the field; 401, 403.
#[utoipa::path(
    put, path = "/merchant/products/{id}", security(("bearer" = [])),
    params(("id" = i64, Path, description = "The product", example = 3), once::Header), request_body = Ask,
    responses((status = 200, body = products::Item)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(user): Merchant,
    id: Result<Path<i64>, PathRejection>,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let Path(id) = id.map_err(|_| no_product())?;
    let key = once::key(user.user_id, &format!("merchant/products/{id}"), &headers, &body.raw)?;
    let change = body.content.read()?;
    let order = Order { user_id: user.user_id, work: Work::Change([id].into(), change), key, now: app.clock.now() };
    super::settle(&app, &order, "update", &super::one).await
}

impl Ask {
    fn read(self) -> Result<Change, ApiError> {
        let fields = Fields("");
        if self.is_empty() {
            return Err(ApiError::refused(400, NOTHING));
        }
        let (stock_delta, expected_stock) = self.stock()?;
        let seen = self.expected_stock.or(self.stock);
        Ok(Change {
            name: self.name.map(|name| fields.name(&name)).transpose()?,
            description: self.description.map(|text| fields.description(&text)).transpose()?,
            category: self.category.map(|category| fields.category(&category)).transpose()?,
            exchange_points: self.exchange_points.map(|points| fields.exchange_points(points)).transpose()?,
            image: self.image.map(|image| fields.image(&image)).transpose()?,
            is_hot: self.is_hot,
            sort_order: self.sort_order.map(|place| fields.sort_order(place)).transpose()?,
            on_shelf: self.status.map(|status| fields.status(&status, seen)).transpose()?,
            stock_delta,
            expected_stock,
        })
    }

    /// By how much the stock is to change, and what it must be.
    fn stock(&self) -> Result<(i64, Option<i64>), ApiError> {
        let fields = Fields("");
        let delta = self.stock_delta.map(|delta| fields.stock_delta(delta)).transpose()?;
        let stock = self.stock.map(|stock| fields.stock(stock)).transpose()?;
        let expected = self.expected_stock.map(|stock| fields.expected_stock(stock)).transpose()?;
        match (delta, stock) {
            (Some(_), Some(_)) => Err(fields.refuse("stock", "不能与 stock_delta 同时提交")),
            (_, None) => Ok((delta.unwrap_or(0), expected)),
            // A whole page that is put back says what it saw, not what shall be.
            (None, Some(stock)) => Ok((stock - expected.unwrap_or(stock), Some(expected.unwrap_or(stock)))),
        }
    }

    const fn is_empty(&self) -> bool {
        self.name.is_none()
            && self.description.is_none()
            && self.category.is_none()
            && self.exchange_points.is_none()
            && self.image.is_none()
            && self.is_hot.is_none()
            && self.sort_order.is_none()
            && self.status.is_none()
            && self.stock_delta.is_none()
            && self.stock.is_none()
    }
}
