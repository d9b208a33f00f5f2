//! GET `/api/merchant/exchange/records`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        envelope::{ApiResult, Envelope},
        exchange::records as diners,
        openapi::Refusals,
        page::{List, Listed, Page},
        query::Narrowed,
    },
    app::AppState,
    phone::masked,
    store::exchange::records::{self, Record},
};

/// An order, with its diner.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = merchant::exchange::records::Item)]
pub struct Item {
    /// The order, as its diner sees it.
    #[serde(flatten)]
    order: diners::Item,
    /// Whose it is.
    #[schema(example = 1)]
    user_id: i64,
    /// Their phone, masked.
    #[schema(example = "138****8000")]
    user_phone: String,
}

impl Listed for Item {
    const NAME: &'static str = "records";
}

impl From<&Record> for Item {
    fn from(row: &Record) -> Self {
        Self { order: row.into(), user_id: row.user_id, user_phone: masked(&row.mobile) }
    }
}

/// What is answered.
type Answer = List<Item>;

/// What it refuses.
const REFUSALS: Refusals = &[(403, MERCHANTS_ONLY, "{}")];

/// A page of all diners' orders, newest first.
///
/// # Errors
///
/// 400 bad page or status, 401, 403.
#[utoipa::path(
    get, path = "/merchant/exchange/records", security(("bearer" = [])), params(diners::Query, Page),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(_): Merchant,
    Narrowed(query): Narrowed<diners::Query>,
    page: Page,
) -> ApiResult {
    let (rows, total) = records::of_all(&app.db, query.status()?, page.skip(), page.size).await?;
    Ok(Envelope::ok(&page.list(rows.iter().map(Item::from).collect(), total)))
}
