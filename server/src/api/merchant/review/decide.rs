//! POST `/api/merchant/review`.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use serde_json::{Number, json};
use utoipa::ToSchema;

use super::{Action, either, record, told};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        number::{Written, parts},
        once,
        openapi::Refusals,
        photo::{BAD_AMOUNT, bad_amount},
    },
    app::{App, AppState},
    clock::{Stopwatch, iso},
    error::ApiError,
    store::{
        idempotency::Settled,
        photo::AMOUNTS,
        review::{self, Decision, Outcome, Verdict},
    },
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::review::Ask)]
pub struct Ask {
    /// The receipt.
    #[schema(example = "UP1795320000000004213")]
    upload_id: String,
    /// `approve`, or `reject`.
    #[schema(example = "approve", pattern = "^(approve|reject)$")]
    action: String,
    /// Points for it, needed to approve; at most what the rule of receipts allows.
    #[schema(example = 585, value_type = Option<i64>, minimum = 1, maximum = 1_000_000)]
    points_awarded: Option<Written<i64>>,
    /// Another name of `points_awarded`.
    #[schema(example = 585, value_type = Option<i64>, minimum = 1, maximum = 1_000_000)]
    points: Option<Written<i64>>,
    /// Why, in the words the diner reads, needed to reject; up to 200 characters without control characters;
    /// line breaks become spaces.
    #[schema(example = "金额与小票一致", max_length = 200)]
    review_reason: Option<String>,
    /// Another name of `review_reason`.
    #[schema(example = "金额与小票一致", max_length = 200)]
    reason: Option<String>,
    /// What was really paid, in yuan with up to two decimals; in place of what the diner says.
    #[schema(example = 58.5, value_type = Option<f64>, minimum = 0.01, maximum = 999_999.99)]
    amount: Option<Written<Number>>,
}

/// What was decided.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::review::Answer)]
struct Answer<'a> {
    /// The receipt.
    #[schema(example = "UP1795320000000004213")]
    upload_id: &'a str,
    /// `approved`, or `rejected`.
    #[schema(example = "approved", pattern = "^(approved|rejected)$")]
    status: &'static str,
    /// Points that the diner received; 0 if it was rejected.
    #[schema(example = 585, minimum = 0)]
    points_awarded: i64,
    /// Why, as the diner reads it.
    #[schema(example = "金额与小票一致", required)]
    review_reason: Option<&'a str>,
    /// When, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    review_time: String,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 action 必须是 approve 或 reject", r#"{"field": "action"}"#),
    (400, "参数 review_reason 不能超过 200 个字符，也不能含控制字符", r#"{"field": "review_reason"}"#),
    (400, "参数 points 与 points_awarded 不一致", r#"{"field": "points"}"#),
    (400, BAD_AMOUNT, r#"{"field": "amount"}"#),
    (403, MERCHANTS_ONLY, "{}"),
    (1001, super::MISSING, "{}"),
    (1002, super::ALREADY, r#"{"status": "approved"}"#),
    (1003, "积分必须是 1 到 2000", r#"{"field": "points_awarded", "min": 1, "max": 2000}"#),
    (1003, super::BALANCE_FULL, "{}"),
    (1004, super::REASON_REQUIRED, r#"{"field": "review_reason"}"#),
    (1005, super::OWN, "{}"),
];

/// Approves a receipt, with points for its diner, or rejects it, with a reason.
///
/// Numbers may be strings, as forms have them. A receipt is decided once. The diner is pushed `review_result` and then, if there are points, `points_update`; one who
/// is locked out gets the points as well.
///
/// # Errors
///
/// 1001 no such receipt, 1002 decided already, 1003 points out of range or too many for the balance, 1004 a rejection
/// without a reason, 1005 one's own; 409 a request id used otherwise; 400, 401, 403.
#[utoipa::path(
    post, path = "/merchant/review", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(merchant): Merchant,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let watch = Stopwatch::start();
    let key = once::key(merchant.user_id, "merchant/review", &headers, &body.raw)?;
    let Ask { upload_id, action, points_awarded, points, review_reason, reason, amount } = body.content;
    let action = Action::named(&action)?;
    let (field, reason) = either(("review_reason", review_reason), ("reason", reason))?;
    let (_, points) = either(("points_awarded", points_awarded), ("points", points))?;
    let decision = Arc::new(Decision {
        reviewer_id: merchant.user_id,
        upload_ids: vec![upload_id],
        reason: action.reason(field, reason.as_deref())?,
        verdict: match action {
            Action::Approve => Verdict::Approve(in_range(&app, points.map(|Written(points)| points))?),
            Action::Reject => Verdict::Reject,
        },
        amount: amount.as_ref().map(|Written(amount)| cents(amount)).transpose()?,
        key,
        now: app.clock.now(),
    });
    let asked = decision.clone();
    match review::decide(&app.db, &decision, move |outcomes| envelope(&asked, outcomes).into()).await? {
        Settled::Now(outcomes, answer) => {
            record(&app, &decision, &outcomes, watch);
            Ok(answer.into())
        }
        Settled::Before(answer) => Ok(answer.into()),
        Settled::Otherwise => Err(once::used_otherwise()),
    }
}

fn in_range(app: &App, points: Option<i64>) -> Result<i64, ApiError> {
    let max = app.config.receipt_rule.max();
    points.filter(|points| (1..=i64::from(max)).contains(points)).ok_or_else(|| ApiError::Refused {
        code: 1003,
        message: format!("积分必须是 1 到 {max}"),
        data: json!({ "field": "points_awarded", "min": 1, "max": max }),
    })
}

fn cents(amount: &Number) -> Result<i64, ApiError> {
    let cents = parts(amount, 2).map(i64::from).filter(|cents| AMOUNTS.contains(cents));
    cents.ok_or_else(|| bad_amount("amount"))
}

fn envelope(decision: &Decision, outcomes: &[Outcome]) -> Envelope {
    match outcomes {
        [Outcome::Decided(points)] => Envelope::ok(&Answer {
            upload_id: &decision.upload_ids[0],
            status: decision.verdict.status().name(),
            points_awarded: *points,
            review_reason: decision.reason.as_deref(),
            review_time: iso(decision.now),
        }),
        outcomes => {
            let (code, text, data) = told(outcomes.first().copied().unwrap_or(Outcome::Missing));
            Envelope::new(code, text, &data)
        }
    }
}
