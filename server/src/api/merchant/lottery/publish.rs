//! PUT `/api/merchant/lottery/config`.

use axum::extract::State;
use serde_json::json;

use super::{ask::Ask, config};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    store::table::{self, Publication, PublishError, Published},
};

/// What is answered.
type Answer<'a> = config::Answer<'a>;

const OTHER: &str = "转盘已被他人更新，请刷新后再发布";
const NONE: &str = "暂时没有进行中的转盘";

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 prizes[3].probability 必须是 0 到 1 的数，最多四位小数", r#"{"field": "prizes[3].probability"}"#),
    (400, "参数 prizes 的概率之和必须是 1，现在是 0.9999", r#"{"field": "prizes"}"#),
    (403, MERCHANTS_ONLY, "{}"),
    (
        409,
        OTHER,
        r#"{"field": "expected_table_hash",
            "table_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}"#,
    ),
    (409, NONE, r#"{"field": "expected_table_hash"}"#),
    (409, "参数 prizes[0].stock 不能少于已中出的 40 份", r#"{"field": "prizes[0].stock", "won": 40}"#),
];

/// Publishes another wheel: a new version. Everybody is told.
///
/// What was won stays won: `stock` is what a prize has in all since it was introduced, so publishing again what the GET
/// shows renews nothing, and raising `stock` adds the difference. A prize is the same as before if `id` and `type` are. One
/// that is new, or was unlimited, starts with its whole `stock`. Draws that were asked of the old version keep it or are
/// refused (1003).
///
/// # Errors
///
/// 400 names the prize and the field; 409 if another table is active than `expected_table_hash`, or more of a prize were
/// won than its `stock`; 401, 403.
#[utoipa::path(
    put, path = "/merchant/lottery/config", security(("bearer" = [])), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Merchant(_): Merchant, body: JsonBody<Ask>) -> ApiResult {
    let ask = body.content;
    let bad_hash = |_| ApiError::field("expected_table_hash", "必须是 64 位小写十六进制");
    let expected = ask.expected_table_hash.as_deref().map(str::parse).transpose().map_err(bad_hash)?;
    let (table, colors) = ask.read()?;
    let (now, nameless) = (app.clock.now(), ask.nameless());
    let color = |id| colors.get(&id).map_or("", String::as_str);
    let publication = Publication { table: &table, nameless: &nameless, color: &color, rules: &ask.rules, now };
    match table::publish(&app.db, &publication, expected).await {
        Ok(Published::Done(pieces)) => {
            let data = json!({ "table_hash": table.hash().to_string() });
            tracing::info!(module = "lottery", action = "publish", data = %data, "table published");
            Ok(Envelope::ok(&config::answer(&table, &ask.rules, now, &pieces)))
        }
        Ok(Published::Conflict { live }) => Err(conflict(live.map(|hash| hash.to_string()))),
        Ok(Published::Overdrawn { prize_id, won }) => Err(overdrawn(ask.index_of(prize_id), won)),
        Err(PublishError::Store(error)) => Err(error.into()),
        // The values were looked at above.
        Err(error @ PublishError::FractionOfPoint { .. }) => Err(ApiError::internal(error)),
    }
}

fn conflict(live: Option<String>) -> ApiError {
    let field = "expected_table_hash";
    let (message, data) = match live {
        Some(hash) => (OTHER, json!({ "field": field, "table_hash": hash })),
        None => (NONE, json!({ "field": field })),
    };
    ApiError::Refused { code: 409, message: message.into(), data }
}

fn overdrawn(index: Option<usize>, won: u32) -> ApiError {
    let field = format!("prizes[{}].stock", index.unwrap_or_default());
    let message = format!("参数 {field} 不能少于已中出的 {won} 份");
    ApiError::Refused { code: 409, message, data: json!({ "field": field, "won": won }) }
}
