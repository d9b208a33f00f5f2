//! POST `/api/merchant/exchange/{order_id}/status`.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::records::Item;
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        once,
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    store::{
        exchange::{
            fulfil::{self, Change, Outcome},
            records::Status,
        },
        idempotency::Settled,
    },
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::exchange::status::Ask)]
pub struct Ask {
    /// The new status: `shipped`, `completed` or `cancelled`.
    #[schema(example = "shipped", pattern = "^(pending|shipped|completed|cancelled)$")]
    status: String,
}

/// The order as it is now.
#[derive(Serialize, ToSchema)]
#[schema(as = merchant::exchange::status::Answer)]
struct Answer {
    /// The order.
    #[serde(flatten)]
    order: Item,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 status 必须是 pending、shipped、completed 或 cancelled", r#"{"field": "status"}"#),
    (403, MERCHANTS_ONLY, "{}"),
    (404, NO_ORDER, "{}"),
    (409, NO_WAY, r#"{"status": "completed"}"#),
    (409, BALANCE_FULL, r#"{"status": "pending"}"#),
];
const NO_ORDER: &str = "订单不存在";
const NO_WAY: &str = "订单当前状态不允许此操作";
const BALANCE_FULL: &str = "用户积分已达上限，无法退回";

/// Changes the status of an order: `pending` may become `shipped`, `completed` or `cancelled`, and `shipped` may become
/// `completed`.
///
/// Cancelling what was redeemed returns points and stock; a prize only changes its status. An order that has the status
/// already is answered as if it had changed now, and nothing moves.
///
/// # Errors
///
/// 404 no such order; 409 no way from its status, whose name is in `data`, or a request id used otherwise; 400, 401, 403.
#[utoipa::path(
    post, path = "/merchant/exchange/{order_id}/status", security(("bearer" = [])),
    params(("order_id" = String, Path, description = "Number of the order", example = "EX202611224830157726"), once::Header),
    request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(user): Merchant,
    order_id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let Path(order_id) = order_id.map_err(|_| ApiError::refused(404, NO_ORDER))?;
    let key = once::key(user.user_id, &format!("merchant/exchange/{order_id}/status"), &headers, &body.raw)?;
    let to = Status::named(&body.content.status)
        .ok_or_else(|| ApiError::field("status", "必须是 pending、shipped、completed 或 cancelled"))?;
    let change = Change { order_id, merchant_id: user.user_id, to, key, now: app.clock.now() };
    match fulfil::change(&app.db, &change, &|outcome| envelope(outcome).into()).await? {
        Settled::Now(outcome, answer) => {
            if let Outcome::Is(order) = &outcome {
                let data = json!({ "order_id": order.order_id, "status": to.name() });
                tracing::info!(module = "exchange", action = "status", data = %data, "order has its status");
            }
            Ok(answer.into())
        }
        Settled::Before(answer) => Ok(answer.into()),
        Settled::Otherwise => Err(once::used_otherwise()),
    }
}

fn envelope(outcome: &Outcome) -> Envelope {
    match outcome {
        Outcome::Is(order) => Envelope::ok(&Answer { order: (&**order).into() }),
        Outcome::NoWay(status) => Envelope::new(409, NO_WAY, &json!({ "status": status.name() })),
        Outcome::BalanceFull(status) => Envelope::new(409, BALANCE_FULL, &json!({ "status": status.name() })),
        Outcome::NoOrder => Envelope::new(404, NO_ORDER, &json!({})),
    }
}
