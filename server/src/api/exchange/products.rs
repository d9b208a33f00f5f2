//! GET `/api/exchange/products`.

use std::sync::Arc;

use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        number::tenths,
        page::{List, Listed, Page},
        query::{Narrowed, one_of},
    },
    app::AppState,
    cache::{Recent, Slot},
    clock::iso,
    store::{
        Db,
        mark::Part,
        product::{self, Filter, Place, Product, Sort},
    },
};

/// What the list is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// A category; `all`, or none, for all.
    #[param(example = "饮品")]
    category: Option<String>,
    /// `points` cheap ones first, `new` new ones first, `hot` recommended ones first and then those redeemed most,
    /// `stock` those with the most left first; `all`, or none, as the merchant put them.
    #[param(example = "points", pattern = "^(all|points|new|hot|stock)$")]
    sort: Option<String>,
}

/// A product.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = exchange::products::Item)]
pub struct Item {
    /// Identifier, from 1.
    #[schema(example = 3)]
    id: i64,
    /// The same.
    #[schema(example = 3)]
    commodity_id: i64,
    /// Its name.
    #[schema(example = "招牌酸梅汤")]
    name: String,
    /// What it is; empty if nothing was said.
    #[schema(example = "乌梅、山楂与陈皮慢熬，冰镇一壶。")]
    description: String,
    /// The category it is listed under.
    #[schema(example = "饮品")]
    category: String,
    /// Price of one, in points.
    #[schema(example = 200, minimum = 1)]
    exchange_points: i64,
    /// How many are left.
    #[schema(example = 80, minimum = 0)]
    stock: i64,
    /// Address of the picture; empty without one.
    #[schema(example = "")]
    image: String,
    /// `active`, `sold_out` when none is left, or `inactive` when it is off the shelf.
    #[schema(example = "active", pattern = "^(active|sold_out|inactive)$")]
    status: &'static str,
    /// Whether the merchant recommends it.
    #[schema(example = true)]
    is_hot: bool,
    /// Its place in the list: small ones first.
    #[schema(example = 30)]
    sort_order: i64,
    /// How many were redeemed.
    #[schema(example = 12, minimum = 0)]
    sales_count: i64,
    /// Stars, 0 to 5 with one decimal.
    #[schema(example = 4.8, value_type = f64, minimum = 0, maximum = 5)]
    rating: Number,
    /// When it was added, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_time: String,
}

impl Listed for Item {
    const NAME: &'static str = "products";
}

/// What is answered.
type Answer = List<Item>;

/// A page of the products on the shelf, sold out or not.
///
/// # Errors
///
/// 400 bad page or order, 401, 403.
#[utoipa::path(
    get, path = "/exchange/products", security(("bearer" = [])), params(Query, Page),
    responses((status = 200, body = Answer))
)]
pub async fn handle(
    State(app): State<AppState>,
    Bearer(_): Bearer,
    Narrowed(query): Narrowed<Query>,
    page: Page,
) -> ApiResult {
    let sort = one_of("sort", query.sort.as_deref(), Sort::NAMED, Sort::name)?.unwrap_or(Sort::Shelf);
    let category = query.category.as_deref().filter(|category| !matches!(*category, "" | "all"));
    let filter = Filter { place: Place::OnShelf, category, search: None };
    let key = Key { category: category.unwrap_or_default().to_owned(), sort, page };
    app.pages
        .get(&app.db, key, async || {
            let (rows, total) = product::page(&app.db, filter, sort, page.skip(), page.size).await?;
            Ok(Envelope::ok(&page.list(rows.into_iter().map(Item::from).collect(), total)))
        })
        .await
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    /// Empty for all.
    category: String,
    sort: Sort,
    page: Page,
}

/// Pages as they were answered. One a server.
#[derive(Debug)]
pub struct Pages(Recent<Key, Arc<Slot<Envelope>>>);

/// How many pages are kept that are asked for, and as many that were. The longest take some 200 KB.
const PAGES: usize = 64;

impl Default for Pages {
    fn default() -> Self {
        Self(Recent::new(PAGES))
    }
}

impl Pages {
    async fn get(&self, db: &Db, key: Key, read: impl AsyncFnOnce() -> ApiResult) -> ApiResult {
        let slot = self.0.get(&key).unwrap_or_else(|| {
            let slot = Arc::default();
            self.0.insert(key, Arc::clone(&slot));
            slot
        });
        let page = slot.get(|| db.mark(Part::Products), read).await?;
        Ok(Envelope::clone(&page))
    }
}

impl From<Product> for Item {
    fn from(row: Product) -> Self {
        Self {
            id: row.commodity_id,
            commodity_id: row.commodity_id,
            status: row.shelf().name(),
            name: row.name,
            description: row.description,
            category: row.category,
            exchange_points: row.exchange_points,
            stock: row.stock,
            image: row.image,
            is_hot: row.is_hot,
            sort_order: row.sort_order,
            sales_count: row.sales_count,
            // The database holds it to 0..=50.
            rating: tenths(row.rating.try_into().unwrap_or_default()),
            created_time: iso(row.created_at.0),
        }
    }
}
