//! POST `/api/merchant/batch-review`.

use std::{collections::BTreeSet, sync::Arc};

use axum::{extract::State, http::HeaderMap};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Action, either, record, told};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        once,
        openapi::Refusals,
    },
    app::AppState,
    clock::Stopwatch,
    error::ApiError,
    store::{
        idempotency::Settled,
        review::{self, Decision, Outcome, Verdict},
    },
};

/// The most receipts in one batch.
const BATCH_MAX: usize = 100;

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::batch_review::Ask)]
pub struct Ask {
    /// The receipts, each once; up to 100.
    #[schema(example = json!(["UP1795320000000004213", "UP1795320000000004214"]), min_items = 1, max_items = 100)]
    upload_ids: Vec<String>,
    /// `approve`, or `reject`.
    #[schema(example = "approve", pattern = "^(approve|reject)$")]
    action: String,
    /// Why, in the words the diners read, needed to reject; up to 200 characters without control characters;
    /// line breaks become spaces.
    #[schema(example = "金额与小票一致", max_length = 200)]
    review_reason: Option<String>,
    /// Another name of `review_reason`.
    #[schema(example = "金额与小票一致", max_length = 200)]
    reason: Option<String>,
}

/// What became of a batch.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::batch_review::Answer)]
struct Answer<'a> {
    /// Receipts in the batch.
    #[schema(example = 1, minimum = 1)]
    processed_count: usize,
    /// Of these, decided.
    #[schema(example = 1, minimum = 0)]
    success_count: usize,
    /// Of these, not.
    #[schema(example = 0, minimum = 0)]
    failed_count: usize,
    /// What became of each, in the order asked.
    results: Vec<Item<'a>>,
}

/// What became of a receipt.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::batch_review::Item)]
struct Item<'a> {
    /// The receipt.
    #[schema(example = "UP1795320000000004213")]
    upload_id: &'a str,
    /// Whether it was decided now.
    #[schema(example = true)]
    ok: bool,
    /// 0, or why not, as `merchant/review` says it: 1001, 1002, 1003 or 1005.
    #[schema(example = 0)]
    code: u16,
    /// The same in words.
    #[schema(example = "success")]
    message: &'static str,
    /// Points that the diner received.
    #[schema(example = 585, minimum = 0)]
    points_awarded: i64,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 action 必须是 approve 或 reject", r#"{"field": "action"}"#),
    (400, "参数 upload_ids 不能为空", r#"{"field": "upload_ids"}"#),
    (400, "参数 upload_ids[1] 重复", r#"{"field": "upload_ids[1]"}"#),
    (403, MERCHANTS_ONLY, "{}"),
    (
        1001,
        SOME_FAILED,
        r#"{"processed_count": 2, "success_count": 1, "failed_count": 1, "results": [
            {"upload_id": "UP1795320000000004213", "ok": true, "code": 0, "message": "success", "points_awarded": 585},
            {"upload_id": "UP1795320000000004214", "ok": false, "code": 1002, "message": "该小票已审核", "points_awarded": 0}]}"#,
    ),
    (1002, "一次最多审核 100 张小票", r#"{"field": "upload_ids"}"#),
    (1004, super::REASON_REQUIRED, r#"{"field": "review_reason"}"#),
];
const SOME_FAILED: &str = "部分小票未能审核";

/// Approves many receipts, each with the points that the rule expects for it, or rejects them for one reason.
///
/// Each is decided or refused on its own, all in one transaction. `data` is the same whether all were decided (0) or not
/// (1001).
///
/// # Errors
///
/// 1001 some were not decided, 1002 more than 100, 1004 a rejection without a reason; 409 a request id used otherwise; 400,
/// 401, 403.
#[utoipa::path(
    post, path = "/merchant/batch-review", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(merchant): Merchant,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let watch = Stopwatch::start();
    let key = once::key(merchant.user_id, "merchant/batch-review", &headers, &body.raw)?;
    let Ask { upload_ids, action, review_reason, reason } = body.content;
    let action = Action::named(&action)?;
    let (field, reason) = either(("review_reason", review_reason), ("reason", reason))?;
    check(&upload_ids)?;
    let decision = Arc::new(Decision {
        reviewer_id: merchant.user_id,
        upload_ids,
        reason: action.reason(field, reason.as_deref())?,
        verdict: match action {
            Action::Approve => Verdict::ApproveAsExpected(app.config.receipt_rule),
            Action::Reject => Verdict::Reject,
        },
        amount: None,
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

fn check(upload_ids: &[String]) -> Result<(), ApiError> {
    if upload_ids.is_empty() {
        return Err(ApiError::field("upload_ids", "不能为空"));
    }
    if upload_ids.len() > BATCH_MAX {
        let message = format!("一次最多审核 {BATCH_MAX} 张小票");
        return Err(ApiError::Refused { code: 1002, message, data: json!({ "field": "upload_ids" }) });
    }
    let mut seen = BTreeSet::new();
    match upload_ids.iter().position(|upload_id| !seen.insert(upload_id)) {
        Some(at) => Err(ApiError::field(&format!("upload_ids[{at}]"), "重复")),
        None => Ok(()),
    }
}

fn envelope(decision: &Decision, outcomes: &[Outcome]) -> Envelope {
    let results: Vec<_> = decision.upload_ids.iter().zip(outcomes).map(item).collect();
    let success_count = results.iter().filter(|item| item.ok).count();
    let failed_count = results.len() - success_count;
    let answer = Answer { processed_count: results.len(), success_count, failed_count, results };
    if failed_count == 0 {
        return Envelope::ok(&answer);
    }
    Envelope::new(1001, SOME_FAILED, &json!(answer))
}

fn item<'a>((upload_id, outcome): (&'a String, &Outcome)) -> Item<'a> {
    let (code, message, _) = told(*outcome);
    let points_awarded = if let Outcome::Decided(points) = outcome { *points } else { 0 };
    Item { upload_id, ok: code == 0, code, message, points_awarded }
}
