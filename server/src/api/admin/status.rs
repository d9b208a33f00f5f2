//! POST `/api/admin/users/{id}/status`.

use axum::extract::{Path, State, rejection::PathRejection};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::{ADMINS_ONLY, Admin},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
        user::UserInfo,
    },
    app::AppState,
    error::ApiError,
    store::user::{self, UserStatus},
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = admin::status::Ask)]
pub struct Ask {
    /// `active`, or `banned`.
    #[schema(example = "banned", pattern = "^(active|banned)$")]
    status: String,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = admin::status::Answer)]
struct Answer {
    /// The user as they are now.
    user_info: UserInfo,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 status 必须是 active 或 banned", r#"{"field": "status"}"#),
    (400, "参数 id 必须是用户编号", r#"{"field": "id"}"#),
    (403, ADMINS_ONLY, "{}"),
    (404, super::NO_USER, "{}"),
    (409, ONESELF, "{}"),
];
const ONESELF: &str = "不能停用自己的账号";

/// Locks a user out, or lets them in again.
///
/// It holds from the next request on; open sockets of somebody locked out are closed. No admin locks themselves out: the
/// last one could not be let in again.
///
/// # Errors
///
/// 400, 401, 403; 404 if there is no such user; 409 for locking out oneself.
#[utoipa::path(
    post, path = "/admin/users/{id}/status", security(("bearer" = [])),
    params(("id" = i64, Path, description = "The user's id", example = 1)), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Admin(admin): Admin,
    id: Result<Path<String>, PathRejection>,
    body: JsonBody<Ask>,
) -> ApiResult {
    let user_id = super::user_id(id)?;
    let status = UserStatus::try_from(body.content.status);
    let status = status.map_err(|_| ApiError::field("status", "必须是 active 或 banned"))?;
    if user_id == admin.user_id && status == UserStatus::Banned {
        return Err(ApiError::refused(409, ONESELF));
    }
    let user = user::set_status(&app.db, user_id, status, app.clock.now()).await?;
    let user = user.ok_or_else(|| ApiError::refused(404, super::NO_USER))?;
    let data = json!({ "of_user_id": user_id, "status": status.name() });
    tracing::info!(module = "admin", action = "user_status", data = %data, "status set");
    Ok(Envelope::ok(&Answer { user_info: (&user).into() }))
}
