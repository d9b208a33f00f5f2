//! GET `/api/admin/merchant-applications`.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Item;
use crate::{
    api::{
        bearer::{ADMINS_ONLY, Admin},
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
        page::{List, Page},
        query::{Narrowed, one_of},
    },
    app::AppState,
    store::{application, status::Status},
};

/// What the list is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// A status; `all`, or none, for all.
    #[param(example = "pending", pattern = "^(all|pending|approved|rejected)$")]
    status: Option<String>,
}

/// What is answered.
type Answer = List<Item>;

/// What it refuses.
const REFUSALS: Refusals = &[(403, ADMINS_ONLY, "{}")];

/// A page of the applications to become a merchant: those that wait longest first, then what was decided, newest first.
///
/// # Errors
///
/// 400 bad page or status, 401, 403.
#[utoipa::path(
    get, path = "/admin/merchant-applications", security(("bearer" = [])), params(Query, Page),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Admin(_): Admin,
    Narrowed(query): Narrowed<Query>,
    page: Page,
) -> ApiResult {
    let status = one_of("status", query.status.as_deref(), Status::ALL, Status::name)?;
    let (rows, total) = application::page(&app.db, status, page.skip(), page.size).await?;
    let items = rows.iter().map(Item::try_from).collect::<Result<_, _>>()?;
    Ok(Envelope::ok(&page.list(items, total)))
}
