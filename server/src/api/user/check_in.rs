//! POST `/api/user/check-in`.

use axum::{extract::State, http::HeaderMap};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::Claim,
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        once,
        openapi::Refusals,
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::{
        check_in::{self, CheckIn, Outcome},
        idempotency::Settled,
    },
};

/// What is asked: nothing but, perhaps, a name for the request. The body may be left out.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = user::check_in::Ask)]
pub struct Ask {}

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = user::check_in::Answer)]
struct Answer {
    /// Points given.
    #[schema(example = 10, minimum = 1)]
    points: i64,
    /// Points now.
    #[schema(example = 1510, minimum = 0)]
    remaining_points: i64,
    /// The same.
    #[schema(example = 1510, minimum = 0)]
    total_points: i64,
    /// When, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    checked_in_at: String,
    /// When the next local day begins, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T16:00:00.000Z", format = DateTime)]
    next_at: String,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (409, ALREADY, r#"{"next_at": "2026-11-22T16:00:00.000Z"}"#),
    (409, BALANCE_FULL, r#"{"next_at": "2026-11-22T16:00:00.000Z"}"#),
];
const ALREADY: &str = "今天已经签到过了，明天再来吧";
const BALANCE_FULL: &str = "您的积分已达上限，今天的签到没有积分";

/// Checks in, once a local day.
///
/// # Errors
///
/// 409 checked in today, or a request id used otherwise; 400, 401, 403.
#[utoipa::path(
    post, path = "/user/check-in", security(("bearer" = [])), params(once::Header), request_body = Option<Ask>,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Claim { user_id, session_id }: Claim,
    headers: HeaderMap,
    body: Option<JsonBody<Ask>>,
) -> ApiResult {
    let raw = body.map_or_else(|| json!({}), |body| body.raw);
    let key = once::key(user_id, "user/check-in", &headers, &raw)?;
    let now = app.clock.now();
    let points = app.config.check_in_points;
    let next_at = iso(app.next_day(now).map_err(ApiError::internal)?);
    let ask = CheckIn { user_id, session: Some(session_id), points, key, day: app.day(now), now };
    match check_in::check_in(&app.db, ask, move |outcome| envelope(points, now, *outcome, &next_at).into()).await? {
        Settled::Now(outcome, answer) => {
            if let Outcome::Done { .. } = outcome {
                tracing::info!(module = "user", action = "check_in", data = %json!({ "points": points }), "checked in");
            }
            Ok(answer.into())
        }
        Settled::Before(answer) => Ok(answer.into()),
        Settled::Otherwise => Err(once::used_otherwise()),
    }
}

fn envelope(points: i64, now: Timestamp, outcome: Outcome, next_at: &str) -> Envelope {
    match outcome {
        Outcome::Done { balance } => Envelope::ok(&Answer {
            points,
            remaining_points: balance,
            total_points: balance,
            checked_in_at: iso(now),
            next_at: next_at.to_owned(),
        }),
        Outcome::Already => Envelope::new(409, ALREADY, &json!({ "next_at": next_at })),
        Outcome::BalanceFull => Envelope::new(409, BALANCE_FULL, &json!({ "next_at": next_at })),
    }
}
