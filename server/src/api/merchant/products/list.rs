//! GET `/api/merchant/products`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        envelope::{ApiResult, Envelope},
        exchange::products::Item,
        openapi::Refusals,
        page::{List, Page},
        query::{Narrowed, one_of},
    },
    app::AppState,
    store::product::{self, Filter, Place, Shelf, Sort},
};

/// What the list is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// A category; `all`, or none, for all.
    #[param(example = "饮品")]
    category: Option<String>,
    /// `active`, `sold_out` on the shelf with none left, `inactive` off the shelf; `all`, or none, for all.
    #[param(example = "inactive", pattern = "^(all|active|sold_out|inactive)$")]
    status: Option<String>,
    /// What its name has somewhere, however it is capitalised.
    #[param(example = "汤")]
    search: Option<String>,
    /// `points` cheap ones first, `new` new ones first, `hot` recommended ones first and then those redeemed most,
    /// `stock` those with the most left first; `all`, or none, as the merchant put them.
    #[param(example = "points", pattern = "^(all|points|new|hot|stock)$")]
    sort: Option<String>,
}

/// What is answered.
type Answer = List<Item>;

/// What it refuses.
const REFUSALS: Refusals = &[(403, MERCHANTS_ONLY, "{}")];

/// A page of all products, on the shelf and off it, in the shape in which diners see them.
///
/// # Errors
///
/// 400 bad page, status or order, 401, 403.
#[utoipa::path(
    get, path = "/merchant/products", security(("bearer" = [])), params(Query, Page),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(_): Merchant,
    Narrowed(query): Narrowed<Query>,
    page: Page,
) -> ApiResult {
    let sort = one_of("sort", query.sort.as_deref(), Sort::NAMED, Sort::name)?.unwrap_or(Sort::Shelf);
    let shelf = one_of("status", query.status.as_deref(), Shelf::ALL, Shelf::name)?;
    let category = query.category.as_deref().filter(|category| !matches!(*category, "" | "all"));
    let search = query.search.as_deref().map(str::trim);
    let filter = Filter { place: shelf.map_or(Place::Anywhere, Place::Only), category, search };
    let (rows, total) = product::page(&app.db, filter, sort, page.skip(), page.size).await?;
    Ok(Envelope::ok(&page.list(rows.into_iter().map(Item::from).collect(), total)))
}
