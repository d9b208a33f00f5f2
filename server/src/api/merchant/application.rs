//! GET `/api/merchant/apply`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        admin::applications::{reviewed_at, text},
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
    },
    app::AppState,
    clock::iso,
    store::application,
};

/// An application, as its applicant sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::application::Item)]
struct Item {
    /// Identifier, from 1.
    #[schema(example = 1, minimum = 1)]
    application_id: i64,
    /// `pending`, `approved` or `rejected`.
    #[schema(example = "rejected", pattern = "^(pending|approved|rejected)$")]
    status: &'static str,
    /// The same in words: 审核中, 已通过 or 未通过.
    #[schema(example = "未通过")]
    status_text: &'static str,
    /// Name of the store.
    #[schema(example = "福轮酒家（人民路店）")]
    store_name: String,
    /// Why it was decided so; null without a reason.
    #[schema(example = "营业执照号有误", required)]
    review_reason: Option<String>,
    /// When it was made, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
    /// When it was decided, ISO-8601 UTC with milliseconds; null while it is open.
    #[schema(example = "2026-11-22T05:00:00.000Z", format = DateTime, required)]
    review_time: Option<String>,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::application::Answer)]
struct Answer {
    /// The application that the user made last; null before the first.
    #[schema(inline, required)]
    application: Option<Item>,
}

/// The application to become a merchant that the asking user made last.
///
/// # Errors
///
/// 401, 403.
#[utoipa::path(get, path = "/merchant/apply", security(("bearer" = [])), responses((status = 200, body = Answer)))]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer) -> ApiResult {
    let latest = application::latest(&app.db, user.user_id).await?;
    let item = |row: application::Application| {
        Ok::<_, crate::error::ApiError>(Item {
            application_id: row.application_id,
            status: row.status.name(),
            status_text: text(row.status),
            review_time: reviewed_at(&row)?,
            store_name: row.store_name,
            review_reason: row.review_reason,
            created_at: iso(row.created_at.0),
        })
    };
    Ok(Envelope::ok(&Answer { application: latest.map(item).transpose()? }))
}
