//! DELETE `/api/merchant/products/{id}`.

use axum::extract::{Path, State, rejection::PathRejection};

use super::{NO_PRODUCT, no_product};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        envelope::ApiResult,
        exchange::products,
        openapi::Refusals,
    },
    app::AppState,
    store::product::manage::{Order, Work},
};

/// What it refuses.
const REFUSALS: Refusals = &[(403, MERCHANTS_ONLY, "{}"), (404, NO_PRODUCT, "{}")];

/// Takes a product away for good; answers the product as it was. Orders keep naming it.
///
/// Everybody is told by a `stock_update` of 0. One that was taken away already is answered as if it had been now.
///
/// # Errors
///
/// 404 there never was such a product; 401, 403.
#[utoipa::path(
    delete, path = "/merchant/products/{id}", security(("bearer" = [])),
    params(("id" = i64, Path, description = "The product", example = 3)),
    responses((status = 200, body = products::Item)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(user): Merchant,
    id: Result<Path<i64>, PathRejection>,
) -> ApiResult {
    let Path(id) = id.map_err(|_| no_product())?;
    let order = Order { user_id: user.user_id, work: Work::Remove([id].into()), key: None, now: app.clock.now() };
    super::settle(&app, &order, "remove", &super::one).await
}
