//! POST `/api/admin/merchant-applications/{id}/review`.

use axum::extract::{Path, State, rejection::PathRejection};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Item;
use crate::{
    api::{
        bearer::{ADMINS_ONLY, Admin},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    store::application::{self, Decided, Decision},
};

const REASON_MAX_CHARS: usize = 200;

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = admin::applications::review::Ask)]
pub struct Ask {
    /// `approve` or `reject`.
    #[schema(example = "reject", pattern = "^(approve|reject)$")]
    action: String,
    /// Why, in the words the applicant reads; up to 200 characters without control characters. A rejection needs one.
    #[schema(example = "营业执照号有误", max_length = 200)]
    reason: Option<String>,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = admin::applications::review::Answer)]
struct Answer {
    /// The application as it is now.
    application: Item,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 action 必须是 approve 或 reject", r#"{"field": "action"}"#),
    (400, "参数 reason 缺失：驳回申请必须说明理由", r#"{"field": "reason"}"#),
    (400, "参数 reason 必须是 1 到 200 个字符，且不能含控制字符", r#"{"field": "reason"}"#),
    (400, "参数 id 必须是申请编号", r#"{"field": "id"}"#),
    (403, ADMINS_ONLY, "{}"),
    (403, OWN, "{}"),
    (404, MISSING, "{}"),
    (409, DECIDED, r#"{"status": "approved"}"#),
];
const OWN: &str = "不能审核自己的申请";
const MISSING: &str = "申请不存在";
const DECIDED: &str = "该申请已审核";

/// Decides an application, once.
///
/// Approved, its user is a merchant from the next request on; nothing else is asked of them. Of two admins who decide at once,
/// one does, and the other is told so.
///
/// # Errors
///
/// 400, 401; 403 for others than admins and for one's own application; 404 no such application; 409 it is decided, `data`
/// says how.
#[utoipa::path(
    post, path = "/admin/merchant-applications/{id}/review", security(("bearer" = [])),
    params(("id" = i64, Path, description = "The application's id", example = 1)), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Admin(admin): Admin,
    id: Result<Path<String>, PathRejection>,
    body: JsonBody<Ask>,
) -> ApiResult {
    let id = id.ok().and_then(|Path(text)| text.parse().ok()).filter(|id| *id >= 1);
    let application_id = id.ok_or_else(|| ApiError::field("id", "必须是申请编号"))?;
    let approved = match body.content.action.as_str() {
        "approve" => true,
        "reject" => false,
        _ => return Err(ApiError::field("action", "必须是 approve 或 reject")),
    };
    let reason = reason(body.content.reason.as_deref())?;
    if !approved && reason.is_none() {
        return Err(ApiError::field("reason", "缺失：驳回申请必须说明理由"));
    }
    let decision = Decision { application_id, reviewer_id: admin.user_id, approved, reason, now: app.clock.now() };
    match application::review(&app.db, &decision).await? {
        Decided::Now(application) => {
            let data = json!({
                "application_id": application_id,
                "of_user_id": application.user_id,
                "status": application.status.name(),
            });
            tracing::info!(module = "admin", action = "merchant_application", data = %data, "application decided");
            Ok(Envelope::ok(&Answer { application: (&*application).try_into()? }))
        }
        Decided::Before(status) => Ok(Envelope::new(409, DECIDED, &json!({ "status": status.name() }))),
        Decided::Own => Err(ApiError::refused(403, OWN)),
        Decided::Missing => Err(ApiError::refused(404, MISSING)),
    }
}

/// The reason without the spaces around it; an empty one is none.
fn reason(given: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(reason) = given.map(str::trim).filter(|reason| !reason.is_empty()) else { return Ok(None) };
    if reason.chars().count() > REASON_MAX_CHARS || reason.chars().any(char::is_control) {
        return Err(ApiError::field("reason", "必须是 1 到 200 个字符，且不能含控制字符"));
    }
    Ok(Some(reason.to_owned()))
}
