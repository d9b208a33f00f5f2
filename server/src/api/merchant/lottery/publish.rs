//! PUT `/api/merchant/lottery/config`.

use std::collections::BTreeSet;

use axum::{extract::State, http::HeaderMap};
use serde_json::json;

use super::{ask::Ask, config};
use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        once,
        openapi::Refusals,
    },
    app::AppState,
    clock::iso,
    error::ApiError,
    store::{
        idempotency::{self, Seen, Settled},
        table::{self, Conflict, Order, Publication, PublishError, Published, Unmet, Version},
    },
};

/// Where it is, for what surrounds it.
pub const ROUTE: &str = "/api/merchant/lottery/config";
/// The largest body. Whatever is valid has room: of 100 prizes each with a name of 100 characters and an address of 1,000, and of
/// 5,000 characters of rules, all escaped in 12 bytes, are 1.4 MB; the text of the table, in what GET answers, is another 0.13.
pub const BODY_LIMIT_BYTES: usize = 2 * 1024 * 1024;

/// What is answered.
type Answer<'a> = config::Answer<'a>;

const OTHER: &str = "转盘已被他人更新，请刷新后再发布";
const NONE: &str = "暂时没有进行中的转盘";

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 prizes[3].probability 必须是 0 到 1 的数，最多四位小数", r#"{"field": "prizes[3].probability"}"#),
    (400, "参数 prizes 的概率之和必须是 1，现在是 0.9999", r#"{"field": "prizes"}"#),
    (400, "参数 prizes[3].image 的图片不存在或已过期，请重新上传", r#"{"field": "prizes[3].image"}"#),
    (403, MERCHANTS_ONLY, "{}"),
    (
        409,
        OTHER,
        r#"{"field": "expected_table_hash",
            "table_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "published_at": "2026-11-22T04:00:00.000Z"}"#,
    ),
    (
        409,
        OTHER,
        r#"{"field": "expected_published_at",
            "table_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "published_at": "2026-11-22T04:00:00.000Z"}"#,
    ),
    (409, NONE, r#"{"field": "expected_table_hash"}"#),
    (409, NONE, r#"{"field": "expected_published_at"}"#),
    (409, "参数 prizes[0].stock 不能少于已中出的 40 份", r#"{"field": "prizes[0].stock", "won": 40}"#),
];

/// Publishes another wheel: a new version. Everybody is told.
///
/// What was won stays won: `stock` is what a prize has in all since it was introduced, so publishing again what the GET
/// shows renews nothing, and raising `stock` adds the difference. A prize is the same as before if `id` and `type` are. One
/// that is new, or was unlimited, starts with its whole `stock`. The same prize keeps its `image` if none is named. A prize without an `id` is a new one each time, so a request
/// that has some should name itself: repeated, it gets the first answer, and is not published again. Draws that were asked of the old version keep it or are
/// refused (1003).
///
/// # Errors
///
/// 400 names the prize and the field, also if a picture is not there; 409 if another table is active than `expected_table_hash`, or a version that was published at another time than
/// `expected_published_at`, or more of a prize were
/// won than its `stock`, or a request id was used otherwise; 401, 403.
#[utoipa::path(
    put, path = "/merchant/lottery/config", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Merchant(user): Merchant,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let key = once::key(user.user_id, "merchant/lottery/config", &headers, &body.raw)?;
    if let Some(key) = &key {
        // Before the ids of new prizes are chosen: they depend on the wheel that is there by now.
        match idempotency::seen_before(&app.db, key, app.clock.now()).await? {
            Seen::Never => {}
            Seen::Before(answer) => return Ok(answer.into()),
            Seen::Otherwise => return Err(once::used_otherwise()),
        }
    }
    let ask = body.content;
    let expected = ask.expected()?;
    let taken: BTreeSet<u32> = match table::active(&app.db).await? {
        Some(active) => active.table.prizes().iter().map(|prize| prize.id).collect(),
        None => BTreeSet::new(),
    };
    let (table, looks) = ask.read(&taken)?;
    let (now, nameless) = (app.clock.now(), ask.nameless(&taken));
    let color = |id| looks.get(&id).map_or("", |look| &look.color);
    let image = |id| looks.get(&id).and_then(|look| look.image.as_deref());
    let publication =
        Publication { table: &table, nameless: &nameless, color: &color, image: &image, rules: &ask.rules, now };
    let order = Order { user_id: user.user_id, key: key.as_ref(), publication, expected };
    let envelope = |published: &Published| match published {
        Published::Done { pieces, published_at } => {
            Envelope::ok(&config::answer(&table, &ask.rules, *published_at, pieces))
        }
        Published::Conflict(conflict) => refused(*conflict),
        Published::Overdrawn { prize_id, won } => overdrawn(ask.index_of(&taken, *prize_id), *won),
        Published::NoPicture { prize_id } => no_picture(ask.index_of(&taken, *prize_id)),
    };
    match table::publish_for(&app.db, &order, &|published| envelope(published).into()).await {
        Ok(Settled::Now(published, answer)) => {
            if matches!(published, Published::Done { .. }) {
                let data = json!({ "table_hash": table.hash().to_string() });
                tracing::info!(module = "lottery", action = "publish", data = %data, "table published");
            }
            Ok(answer.into())
        }
        Ok(Settled::Before(answer)) => Ok(answer.into()),
        Ok(Settled::Otherwise) => Err(once::used_otherwise()),
        Err(PublishError::Store(error)) => Err(error.into()),
        // The values were looked at above.
        Err(error @ PublishError::FractionOfPoint { .. }) => Err(ApiError::internal(error)),
    }
}

fn refused(Conflict { field, live }: Conflict) -> Envelope {
    let field = match field {
        Unmet::Hash => "expected_table_hash",
        Unmet::PublishedAt => "expected_published_at",
    };
    let Some(Version { hash, published_at }) = live else {
        return Envelope::new(409, NONE, &json!({ "field": field }));
    };
    let data = json!({ "field": field, "table_hash": hash.to_string(), "published_at": iso(published_at) });
    Envelope::new(409, OTHER, &data)
}

fn overdrawn(index: Option<usize>, won: u32) -> Envelope {
    let field = format!("prizes[{}].stock", index.unwrap_or_default());
    let message = format!("参数 {field} 不能少于已中出的 {won} 份");
    Envelope::new(409, &message, &json!({ "field": field, "won": won }))
}

fn no_picture(index: Option<usize>) -> Envelope {
    let field = format!("prizes[{}].image", index.unwrap_or_default());
    let message = format!("参数 {field} 的图片不存在或已过期，请重新上传");
    Envelope::new(400, &message, &json!({ "field": field }))
}
