//! GET `/api/merchant/export`.

mod body;
mod cell;
mod sheet;
mod span;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;

use self::{body::Rows, span::Span};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        openapi::Refusals,
        query::Narrowed,
    },
    app::AppState,
    error::ApiError,
    store::export::{Draw, Exchange, Points, Review},
};

/// What is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Query {
    /// What the file has: receipts, draws, orders, or the ledger of points.
    #[param(example = "draws", pattern = "^(reviews|draws|exchanges|points)$", required)]
    kind: Option<String>,
    /// Where it begins: a local date, or a time in ISO-8601 with its offset. 30 days before the day of its end by default.
    #[param(example = "2026-11-01")]
    start: Option<String>,
    /// Where it ends: the last local date, or a time that is itself left out. The present by default.
    #[param(example = "2026-11-22")]
    end: Option<String>,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 kind 必须是 reviews、draws、exchanges 或 points", r#"{"field": "kind"}"#),
    (400, "参数 start 必须是 yyyy-mm-dd 日期，或带时区的 ISO-8601 时间", r#"{"field": "start"}"#),
    (400, "参数 start 必须早于 end，且相距不超过 366 天", r#"{"field": "start"}"#),
    (400, "参数 end 必须是 yyyy-mm-dd 日期，或带时区的 ISO-8601 时间", r#"{"field": "end"}"#),
    (400, "网址中的参数无法解析", "{}"),
    (403, MERCHANTS_ONLY, "{}"),
];

/// A file of what took place in a span of time, in the order in which it did, as CSV.
///
/// UTF-8 with a byte order mark, lines end with CR and LF, and the first has the titles of the columns. Times are those of the
/// server's time zone, which the titles name; phones are masked. A text that a spreadsheet would take for a formula begins with
/// `'`. The span is at most 366 days and does not reach beyond the moment of the request. The body comes in chunks: one that
/// ends without the last chunk is not whole. It breaks off so if the merchant loses the right to it meanwhile.
///
/// # Errors
///
/// 400, 401, 403, in JSON.
#[utoipa::path(
    get, path = "/merchant/export", security(("bearer" = [])), params(Query),
    responses((status = 200, body = String, content_type = "text/csv")), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(merchant): Merchant,
    Narrowed(query): Narrowed<Query>,
) -> Result<Response, ApiError> {
    let kind = query.kind.as_deref().unwrap_or_default();
    let body: fn(&AppState, i64, &Span) -> Body = match kind {
        "reviews" => Rows::<Review>::body,
        "draws" => Rows::<Draw>::body,
        "exchanges" => Rows::<Exchange>::body,
        "points" => Rows::<Points>::body,
        _ => return Err(ApiError::field("kind", "必须是 reviews、draws、exchanges 或 points")),
    };
    let zone = &app.config.time_zone;
    let span = Span::new(query.start.as_deref(), query.end.as_deref(), app.clock.now(), zone)?;
    let (first, last) = span.days(zone);
    let name = format!("attachment; filename=\"fairwheel-{kind}-{first}-{last}.csv\"");
    let name = HeaderValue::try_from(name).map_err(ApiError::internal)?;
    let data = json!({ "kind": kind, "first_day": first.to_string(), "last_day": last.to_string() });
    tracing::info!(module = "merchant", action = "export", data = %data, "export begins");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, body(&app, merchant.user_id, &span)).into_response())
}
