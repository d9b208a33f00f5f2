//! GET `/api/exchange/categories`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
    },
    app::AppState,
    store::product,
};

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = exchange::categories::Answer)]
struct Answer {
    /// All products, and then each category that has any on the shelf.
    categories: Vec<Category>,
}

/// A category.
#[derive(Serialize, ToSchema)]
#[schema(as = exchange::categories::Category)]
struct Category {
    /// What `category` of the products takes: the name, or `all`.
    #[schema(example = "饮品")]
    id: String,
    /// Its name.
    #[schema(example = "饮品")]
    name: String,
    /// Its products on the shelf.
    #[schema(example = 4, minimum = 0)]
    count: i64,
}

/// The categories of the products on the shelf.
///
/// # Errors
///
/// 401, 403.
#[utoipa::path(get, path = "/exchange/categories", security(("bearer" = [])), responses((status = 200, body = Answer)))]
pub async fn handle(State(app): State<AppState>, Bearer(_): Bearer) -> ApiResult {
    let rows = product::categories(&app.db).await?;
    let count = rows.iter().map(|(_, count)| count).sum();
    let mut categories = vec![Category { id: "all".to_owned(), name: "全部".to_owned(), count }];
    categories.extend(rows.into_iter().map(|(name, count)| Category { id: name.clone(), name, count }));
    Ok(Envelope::ok(&Answer { categories }))
}
