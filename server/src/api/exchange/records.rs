//! GET `/api/exchange/records`.

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        page::{List, Listed, Page},
        query::{Narrowed, one_of},
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::exchange::records::{self, Record, Status},
};

/// What the list is narrowed to.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// A status; `all`, or none, for all.
    #[param(example = "pending", pattern = "^(all|pending|shipped|completed|cancelled)$")]
    status: Option<String>,
}

impl Query {
    /// The status asked for.
    ///
    /// # Errors
    ///
    /// 400 if there is none of this name.
    pub fn status(&self) -> Result<Option<Status>, ApiError> {
        one_of("status", self.status.as_deref(), Status::ALL, Status::name)
    }
}

/// An order: a product redeemed, or a prize won that is to be received.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = exchange::records::Item)]
pub struct Item {
    /// Identifier, from 1.
    #[schema(example = 42)]
    id: i64,
    /// Its number: `EX…` of a product, `LW…` of a prize.
    #[schema(example = "EX202611224830157726")]
    order_id: String,
    /// The same.
    #[schema(example = "EX202611224830157726")]
    order_no: String,
    /// `redeem` for a product, `lottery` for a prize.
    #[schema(example = "redeem", pattern = "^(redeem|lottery)$")]
    source: &'static str,
    /// The product; null for a prize.
    #[schema(example = 3, required)]
    product_id: Option<i64>,
    /// The request of draws that won the prize; null for a product.
    #[schema(example = "d1-3f1c0a7be2d94c58a6b0f7e4d21c9385aa64be17", required)]
    draw_id: Option<String>,
    /// Name of the product when it was redeemed, or of the prize.
    #[schema(example = "招牌酸梅汤")]
    product_name: String,
    /// Address of its picture; empty without one.
    #[schema(example = "")]
    product_image: String,
    /// How many.
    #[schema(example = 2, minimum = 1)]
    quantity: i64,
    /// Points paid; 0 for a prize.
    #[schema(example = 400, minimum = 0)]
    points_cost: i64,
    /// `pending`, `shipped`, `completed` or `cancelled`.
    #[schema(example = "pending", pattern = "^(pending|shipped|completed|cancelled)$")]
    status: &'static str,
    /// When it was made, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
}

impl Listed for Item {
    const NAME: &'static str = "records";
}

/// What is answered.
type Answer = List<Item>;

/// A page of the asking user's orders, newest first.
///
/// # Errors
///
/// 400 bad page or status, 401, 403.
#[utoipa::path(
    get, path = "/exchange/records", security(("bearer" = [])), params(Query, Page),
    responses((status = 200, body = Answer))
)]
pub async fn handle(
    State(app): State<AppState>,
    Bearer(user): Bearer,
    Narrowed(query): Narrowed<Query>,
    page: Page,
) -> ApiResult {
    let (rows, total) = records::of_user(&app.db, user.user_id, query.status()?, page.skip(), page.size).await?;
    Ok(Envelope::ok(&page.list(rows.iter().map(Item::from).collect(), total)))
}

impl From<&Record> for Item {
    fn from(row: &Record) -> Self {
        Self {
            id: row.id,
            order_id: row.order_id.clone(),
            order_no: row.order_id.clone(),
            source: if row.draw_id.is_some() { "lottery" } else { "redeem" },
            product_id: row.product_id,
            draw_id: row.draw_id.clone(),
            product_name: row.product_name.clone(),
            product_image: row.product_image.clone(),
            quantity: row.quantity,
            points_cost: row.points_cost,
            status: row.status.name(),
            created_at: iso(row.created_at.0),
        }
    }
}
