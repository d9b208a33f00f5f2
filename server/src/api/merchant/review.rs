//! Receipts, as those see them who decide them.

pub mod batch;
pub mod decide;
pub mod pending;
pub mod statistics;

use serde_json::{Value, json};

use crate::{
    app::App,
    clock::Stopwatch,
    error::ApiError,
    store::{
        review::{Decision, Outcome},
        status::Status,
    },
};

const REASON_MAX_CHARS: usize = 200;

const MISSING: &str = "该小票不存在";
const ALREADY: &str = "该小票已审核";
const BALANCE_FULL: &str = "用户积分已达上限，无法发放";
const REASON_REQUIRED: &str = "驳回时必须填写原因";
const OWN: &str = "不能审核自己上传的小票";
const ONE_OF_TWO: &str = "必须是 approve 或 reject";
const BAD_REASON: &str = "不能超过 200 个字符，也不能含控制字符";

/// What is to become of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Approve,
    Reject,
}

impl Action {
    fn named(name: &str) -> Result<Self, ApiError> {
        match name {
            "approve" => Ok(Self::Approve),
            "reject" => Ok(Self::Reject),
            _ => Err(ApiError::field("action", ONE_OF_TWO)),
        }
    }

    /// The reason given for it, without spaces around it; lines become one, as it is shown in one. A rejection needs one.
    fn reason(self, field: &str, given: Option<&str>) -> Result<Option<String>, ApiError> {
        let given = given.map(|reason| reason.replace("\r\n", " ").replace(['\r', '\n'], " ").trim().to_owned());
        let given = given.filter(|reason| !reason.is_empty());
        if let Some(reason) = &given
            && (reason.chars().count() > REASON_MAX_CHARS || reason.chars().any(char::is_control))
        {
            return Err(ApiError::field(field, BAD_REASON));
        }
        if self == Self::Reject && given.is_none() {
            let data = json!({ "field": "review_reason" });
            return Err(ApiError::Refused { code: 1004, message: REASON_REQUIRED.to_owned(), data });
        }
        Ok(given)
    }
}

/// What is given under either of two names, and under which. Under both, it must be the same.
fn either<T: PartialEq>(
    (name, given): (&'static str, Option<T>),
    (other, also): (&'static str, Option<T>),
) -> Result<(&'static str, Option<T>), ApiError> {
    match (given, also) {
        (None, Some(also)) => Ok((other, Some(also))),
        (Some(given), Some(also)) if given != also => Err(ApiError::field(other, &format!("与 {name} 不一致"))),
        (given, _) => Ok((name, given)),
    }
}

/// What became of a receipt, on the wire: code, text, data.
fn told(outcome: Outcome) -> (u16, &'static str, Value) {
    match outcome {
        Outcome::Decided(_) => (0, "success", json!({})),
        Outcome::Missing => (1001, MISSING, json!({})),
        Outcome::Already(status) => (1002, ALREADY, json!({ "status": status.name() })),
        Outcome::BalanceFull => (1003, BALANCE_FULL, json!({})),
        Outcome::Own => (1005, OWN, json!({})),
    }
}

/// Counts and logs what was decided, a line a receipt.
fn record(app: &App, decision: &Decision, outcomes: &[Outcome], watch: Stopwatch) {
    let action = match decision.verdict.status() {
        Status::Rejected => "reject",
        Status::Approved | Status::Pending => "approve",
    };
    for (upload_id, outcome) in decision.upload_ids.iter().zip(outcomes) {
        if let Outcome::Decided(points) = outcome {
            app.metrics.reviewed(decision.verdict.status().name());
            let data = json!({ "upload_id": upload_id, "points_awarded": points, "duration_ms": watch.ms() });
            tracing::info!(module = "review", action = action, data = %data, "receipt decided");
        }
    }
}
