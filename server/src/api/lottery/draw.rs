//! POST `/api/lottery/draw`.

mod wire;

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap};
use fairwheel_core::{
    digest::Digest,
    draw::{ClientSeed, InputError},
    points::DrawRefusal,
};
use serde_json::json;

use self::wire::{Answer, Ask, REFUSALS, Won};
use crate::{
    api::{
        bearer::Claim,
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        number::hundredths,
        once,
    },
    app::AppState,
    clock::Stopwatch,
    error::ApiError,
    store::{
        StoreError,
        idempotency::Settled,
        lottery::{self, DrawOrder, DrawOutcome, DrawType, Drawn},
    },
};

/// Draws one, three, five or ten times; all or none.
///
/// The price is `cost_points` times the number of draws. A batch must fit whole under the daily limit. Prizes of points
/// are credited at once.
///
/// # Errors
///
/// 1001 points short, 1002 daily limit, 1003 no wheel or other odds, 1004 busy; 409 another nonce than shown, or a request id used otherwise;
/// 400, 401, 403.
#[utoipa::path(
    post, path = "/lottery/draw", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Claim { user_id, session_id }: Claim,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let watch = Stopwatch::start();
    let key = once::key(user_id, "lottery/draw", &headers, &body.raw)?;
    let ask = body.content;
    let now = app.clock.now();
    let order = Arc::new(DrawOrder {
        user_id,
        session: Some(session_id),
        draw_type: draw_type(&ask)?,
        client_seed: ask.client_seed.map(ClientSeed::new).transpose().map_err(bad_seed)?,
        table_hash: table_hash(ask.table_hash.as_deref())?,
        spent_nonce: ask.nonce.map(spent_nonce).transpose()?,
        key,
        day: app.day(now),
        now,
    });
    match lottery::draw(&app.db, &app.keys, &order, |outcome| envelope(outcome).into()).await {
        Ok(Settled::Now(outcome, answer)) => {
            if let DrawOutcome::Drawn(drawn) = &outcome {
                log(&order, drawn, watch);
            }
            Ok(answer.into())
        }
        Ok(Settled::Before(answer)) => Ok(answer.into()),
        Ok(Settled::Otherwise) => Err(once::used_otherwise()),
        Err(error @ (StoreError::Busy(_) | StoreError::Full)) => {
            tracing::warn!(module = "lottery", action = "busy", error = %error, "draw not possible just now");
            Err(ApiError::refused(1004, "抽奖人数较多，请稍后再试"))
        }
        Err(error) => Err(error.into()),
    }
}

fn draw_type(ask: &Ask) -> Result<DrawType, ApiError> {
    let known = DrawType::ALL.into_iter().find(|known| known.name() == ask.draw_type);
    let draw_type = known.ok_or_else(|| ApiError::field("draw_type", "必须是 single、triple、five 或 ten"))?;
    match ask.count {
        Some(count) if count != draw_type.draws() => {
            let (name, draws) = (draw_type.name(), draw_type.draws());
            Err(ApiError::field("count", &format!("与 draw_type 不符：{name} 应为 {draws}")))
        }
        _ => Ok(draw_type),
    }
}

fn table_hash(text: Option<&str>) -> Result<Option<Digest>, ApiError> {
    let read = |text: &str| text.parse().map_err(|_| ApiError::field("table_hash", "必须是 64 位小写十六进制"));
    text.map(read).transpose()
}

/// The nonce before the one that the client expects.
fn spent_nonce(due: u64) -> Result<i64, ApiError> {
    let due = i64::try_from(due).ok().filter(|due| *due >= 1);
    due.map(|due| due - 1).ok_or_else(|| ApiError::field("nonce", "必须是 1 到 9223372036854775807 的整数"))
}

/// 400: a client seed is too long, empty, or has control characters.
pub(in crate::api) fn bad_seed(error: InputError) -> ApiError {
    let problem = match error {
        InputError::ClientSeedControl => "不能含控制字符",
        _ => "长度必须是 1 到 64 字节",
    };
    ApiError::field("client_seed", problem)
}

fn envelope(outcome: &DrawOutcome) -> Envelope {
    match outcome {
        DrawOutcome::Drawn(drawn) => Envelope::ok(&answer(drawn)),
        DrawOutcome::Refused(DrawRefusal::PointsShort { missing }) => {
            Envelope::new(1001, &format!("积分不足，还差 {missing} 积分"), &json!({ "missing_points": missing }))
        }
        DrawOutcome::Refused(DrawRefusal::DailyLimit { remaining: 0 }) => {
            Envelope::new(1002, "今日抽奖次数已用完，明天再来吧", &json!({ "remaining_draws": 0 }))
        }
        DrawOutcome::Refused(DrawRefusal::DailyLimit { remaining }) => {
            Envelope::new(1002, &format!("今日还可抽 {remaining} 次"), &json!({ "remaining_draws": remaining }))
        }
        DrawOutcome::NoTable => Envelope::new(1003, "暂时没有进行中的转盘", &json!({})),
        DrawOutcome::OtherTable => {
            Envelope::new(1003, "奖品概率已更新，请刷新后再抽", &json!({ "field": "table_hash" }))
        }
        DrawOutcome::OtherNonce => Envelope::new(409, "您在别处抽过奖，请刷新后再抽", &json!({ "field": "nonce" })),
    }
}

fn answer(drawn: &Drawn) -> Answer<'_> {
    let result = |result: &fairwheel_core::draw::DrawResult| {
        let prize = drawn.active.table.prize(result.prize_id);
        Won {
            prize_id: result.prize_id,
            prize_name: prize.map(|prize| prize.name.as_str()),
            prize_type: prize.map(|prize| prize.kind.name()),
            prize_value: prize.map(|prize| hundredths(prize.value_cents)),
            angle: hundredths(result.angle),
            is_near_miss: result.is_near_miss,
            is_activity: prize.is_some_and(|prize| prize.is_activity),
            drawn_prize_id: result.drawn_prize_id,
        }
    };
    Answer {
        results: drawn.proof.results.iter().map(result).collect(),
        remaining_points: drawn.balance,
        today_draw_count: drawn.today,
        points_cost: drawn.price,
        draw_id: &drawn.proof.draw_id,
        fairness: (&drawn.proof).into(),
    }
}

fn log(order: &DrawOrder, drawn: &Drawn, watch: Stopwatch) {
    let data = json!({
        "draw_type": order.draw_type.name(),
        "draw_id": drawn.proof.draw_id,
        "points_cost": drawn.price,
        "prize_ids": drawn.proof.results.iter().map(|result| result.prize_id).collect::<Vec<_>>(),
        "duration_ms": watch.ms(),
    });
    tracing::info!(module = "lottery", action = "draw", data = %data, "draw committed");
}
