//! POST `/api/exchange/redeem`.

use std::sync::Arc;

use axum::{extract::State, http::HeaderMap};
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
    clock::{Stopwatch, iso},
    error::ApiError,
    store::{
        exchange::{self, Order, Outcome, QUANTITY_MAX, Redeemed},
        idempotency::Settled,
    },
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = exchange::redeem::Ask)]
pub struct Ask {
    /// The product.
    #[schema(example = 3, minimum = 1)]
    product_id: i64,
    /// How many.
    #[schema(example = 2, minimum = 1, maximum = 99)]
    quantity: i64,
    /// The price of one that was shown, in points. If it is another one by now, nothing is redeemed. Left out, or null:
    /// whatever the price is.
    #[schema(example = 200, minimum = 1)]
    exchange_points: Option<i64>,
}

/// What was redeemed.
#[derive(Serialize, ToSchema)]
#[schema(as = exchange::redeem::Answer)]
struct Answer<'a> {
    /// Points left.
    #[schema(example = 1100, minimum = 0)]
    remaining_points: i64,
    /// Number of the order: `EX`, the local date, ten digits.
    #[schema(example = "EX202611224830157726", pattern = r"^EX\d{18}$")]
    order_id: &'a str,
    /// The order among the records.
    #[schema(example = 42)]
    record_id: i64,
    /// Name of the product.
    #[schema(example = "招牌酸梅汤")]
    product_name: &'a str,
    /// How many.
    #[schema(example = 2, minimum = 1)]
    quantity: i64,
    /// Points taken: price of one times how many.
    #[schema(example = 400, minimum = 1)]
    points_cost: i64,
    /// How many are left for others.
    #[schema(example = 78, minimum = 0)]
    stock: i64,
    /// When it was redeemed, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    exchange_time: String,
}

const PRICE_CHANGED: &str = "商品的积分已变化，请确认后再兑换";

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 quantity 的类型或取值不正确", r#"{"field": "quantity"}"#),
    (409, PRICE_CHANGED, r#"{"field": "exchange_points", "exchange_points": 220}"#),
    (1001, "商品不存在或已下架", "{}"),
    (1002, "积分不足，还差 50 积分", r#"{"missing_points": 50}"#),
    (1003, "库存不足，仅剩 3 件", r#"{"stock": 3}"#),
    (1003, "商品已兑完", r#"{"stock": 0}"#),
    (1004, "兑换数量必须是 1 到 99", r#"{"field": "quantity"}"#),
];

/// Redeems a product for points.
///
/// Points, stock and the order move together or not at all; then `stock_update` is pushed to everybody. The price is
/// that of the moment; who says in `exchange_points` which one was shown pays that one or nothing.
///
/// # Errors
///
/// 1001 no such product, 1002 points short, 1003 stock short, 1004 quantity; 409 another price than was shown, or a
/// request id used otherwise; 400, 401, 403.
#[utoipa::path(
    post, path = "/exchange/redeem", security(("bearer" = [])), params(once::Header), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Claim { user_id, session_id }: Claim,
    headers: HeaderMap,
    body: JsonBody<Ask>,
) -> ApiResult {
    let watch = Stopwatch::start();
    let key = once::key(user_id, "exchange/redeem", &headers, &body.raw)?;
    let Ask { product_id, quantity, exchange_points } = body.content;
    if !(1..=QUANTITY_MAX).contains(&quantity) {
        let message = format!("兑换数量必须是 1 到 {QUANTITY_MAX}");
        return Err(ApiError::Refused { code: 1004, message, data: json!({ "field": "quantity" }) });
    }
    let now = app.clock.now();
    let (session, price_shown, day) = (Some(session_id), exchange_points, app.day(now));
    let order = Arc::new(Order { user_id, session, product_id, quantity, price_shown, key, day, now });
    let asked = order.clone();
    match exchange::redeem(&app.db, &app.rng, &order, move |outcome| envelope(&asked, outcome).into()).await? {
        Settled::Now(outcome, answer) => {
            if let Outcome::Redeemed(redeemed) = &outcome {
                log(&order, redeemed, watch);
            }
            Ok(answer.into())
        }
        Settled::Before(answer) => Ok(answer.into()),
        Settled::Otherwise => Err(once::used_otherwise()),
    }
}

fn envelope(order: &Order, outcome: &Outcome) -> Envelope {
    match outcome {
        Outcome::Redeemed(redeemed) => Envelope::ok(&Answer {
            remaining_points: redeemed.balance,
            order_id: &redeemed.order_id,
            record_id: redeemed.record_id,
            product_name: &redeemed.product.name,
            quantity: order.quantity,
            points_cost: redeemed.cost,
            stock: redeemed.product.stock,
            exchange_time: iso(order.now),
        }),
        Outcome::NoProduct => Envelope::new(1001, "商品不存在或已下架", &json!({})),
        Outcome::PriceChanged { price } => {
            Envelope::new(409, PRICE_CHANGED, &json!({ "field": "exchange_points", "exchange_points": price }))
        }
        Outcome::PointsShort { missing } => {
            Envelope::new(1002, &format!("积分不足，还差 {missing} 积分"), &json!({ "missing_points": missing }))
        }
        Outcome::StockShort { stock: 0 } => Envelope::new(1003, "商品已兑完", &json!({ "stock": 0 })),
        Outcome::StockShort { stock } => {
            Envelope::new(1003, &format!("库存不足，仅剩 {stock} 件"), &json!({ "stock": stock }))
        }
    }
}

fn log(order: &Order, redeemed: &Redeemed, watch: Stopwatch) {
    let data = json!({
        "order_id": redeemed.order_id,
        "product_id": order.product_id,
        "quantity": order.quantity,
        "points_cost": redeemed.cost,
        "duration_ms": watch.ms(),
    });
    tracing::info!(module = "exchange", action = "redeem", data = %data, "order committed");
}
