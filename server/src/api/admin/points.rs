//! POST `/api/admin/users/{id}/points`.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::{ADMINS_ONLY, Admin},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        once,
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    store::user::{self, Adjusted, Adjustment},
};

/// The most points that are moved at once, either way.
const POINTS_MAX: i64 = 1_000_000;
const REASON_MAX_CHARS: usize = 200;

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = admin::points::Ask)]
pub struct Ask {
    /// Points added (positive) or taken (negative); not 0.
    #[schema(example = -50, minimum = -1_000_000, maximum = 1_000_000)]
    change_points: i64,
    /// Why, in the words the diner reads; 1 to 200 characters without control characters.
    #[schema(example = "重复发放，予以更正", min_length = 1, max_length = 200)]
    reason: String,
}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = admin::points::Answer)]
struct Answer {
    /// Whose points moved.
    #[schema(example = 1)]
    user_id: i64,
    /// Points that were added or taken.
    #[schema(example = -50)]
    change_points: i64,
    /// Points now.
    #[schema(example = 1450, minimum = 0)]
    total_points: i64,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 change_points 必须是 -1000000 到 1000000 的整数，且不为 0", r#"{"field": "change_points"}"#),
    (400, "参数 reason 必须是 1 到 200 个字符，且不能含控制字符", r#"{"field": "reason"}"#),
    (400, "参数 id 必须是用户编号", r#"{"field": "id"}"#),
    (400, OUT_OF_RANGE, r#"{"field": "change_points"}"#),
    (403, ADMINS_ONLY, "{}"),
    (404, super::NO_USER, "{}"),
];
const OUT_OF_RANGE: &str = "参数 change_points 会使该用户的积分为负数或超出上限";

/// Gives a user points, or takes some.
///
/// Nobody's points become negative: taking more than there are is refused with 400, and a repetition under the same request
/// id is refused likewise, whatever the user has by then.
///
/// # Errors
///
/// 400, 401, 403; 404 if there is no such user; 409 a request id used otherwise.
#[utoipa::path(
    post, path = "/admin/users/{id}/points", security(("bearer" = [])),
    params(("id" = i64, Path, description = "The user's id", example = 1), once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Admin(admin): Admin,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let user_id = super::user_id(id)?;
    let key = once::key(admin.user_id, &format!("admin/users/{user_id}/points"), &headers, &body.raw)?;
    let points = body.content.change_points;
    if points == 0 || !(-POINTS_MAX..=POINTS_MAX).contains(&points) {
        return Err(ApiError::field("change_points", "必须是 -1000000 到 1000000 的整数，且不为 0"));
    }
    let reason = reason(&body.content.reason)?;
    let (asker, now) = (Some(admin.user_id), app.clock.now());
    let adjustment = Adjustment { user_id, points, reason, asker, key, now };
    let answer = |total_points: Option<i64>| match total_points {
        Some(total_points) => Envelope::ok(&Answer { user_id, change_points: points, total_points }).into(),
        None => Envelope::new(400, OUT_OF_RANGE, &json!({ "field": "change_points" })).into(),
    };
    match user::adjust_points(&app.db, &adjustment, &answer).await? {
        Adjusted::Moved(answer) => {
            let data = json!({ "of_user_id": user_id, "change_points": points });
            tracing::info!(module = "admin", action = "user_points", data = %data, "points moved");
            Ok(answer.into())
        }
        Adjusted::Before(answer) | Adjusted::OutOfRange(answer) => Ok(answer.into()),
        Adjusted::Otherwise => Err(once::used_otherwise()),
        Adjusted::NoUser => Err(ApiError::refused(404, super::NO_USER)),
    }
}

fn reason(given: &str) -> Result<String, ApiError> {
    let reason = given.trim();
    if !(1..=REASON_MAX_CHARS).contains(&reason.chars().count()) || reason.chars().any(char::is_control) {
        return Err(ApiError::field("reason", "必须是 1 到 200 个字符，且不能含控制字符"));
    }
    Ok(reason.to_owned())
}
