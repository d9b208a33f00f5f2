//! What was told in a storm, and whether it is in the tables.

use std::collections::{BTreeMap, BTreeSet};

use fairwheel_server::{
    on_db,
    store::{Db, event},
};
use serde_json::Value;

use super::{
    ADJUST, SHELF,
    receipts::{BATCH, REVIEW, UPLOAD},
};
use crate::client::{Ask, Reply};

/// An answer that arrived whole, and to what.
#[derive(Debug)]
pub struct Told {
    /// Who asked.
    pub user_id: i64,
    /// Their token.
    pub token: String,
    /// What they asked.
    pub ask: Ask,
    /// The answer.
    pub reply: Reply,
    /// If it was asked again: when the server was gone that did not answer.
    pub unanswered_until: Option<i64>,
    /// Whether that server did answer, and the answer was lost on its way.
    pub was_lost: bool,
}

/// What was told as done is stored, as it was told, and nothing else is. Rows of the ledger are events as well, each of
/// them: that is among the invariants.
pub async fn each_is_in_the_tables(db: &Db, told: &[Told]) {
    let (mut draws, mut orders, mut moves) = (draws(db).await, orders(db).await, moves(db).await);
    let mut stocks = stocks(db).await;
    let (mut cancelled, mut told_cancelled) = (BTreeSet::new(), BTreeSet::new());
    let mut counts = BTreeMap::<_, usize>::new();
    for Told { user_id, ask, reply, .. } in told.iter().filter(|told| told.reply.is_success()) {
        let data = &reply.json()["data"];
        let text = |name: &str| data[name].as_str().unwrap_or_else(|| panic!("no {name} in {data}")).to_owned();
        let number = |name: &str| data[name].as_i64().unwrap_or_else(|| panic!("no {name} in {data}"));
        let mut take = |user, reason: &str, points, balance| {
            let left = moves.get_mut(&(user, reason.to_owned(), points, balance)).expect("its row in the ledger");
            *left = left.checked_sub(1).expect("a row for each");
        };
        let kind = match ask.path.as_str() {
            "/api/lottery/draw" => {
                let results = data["results"].as_array().expect("results").iter();
                let prizes = results.map(|result| result["prize_id"].as_i64().expect("an id")).collect();
                let expected = (number("points_cost"), number("remaining_points"), prizes);
                assert_eq!(draws.remove(&text("draw_id")), Some(expected), "{data}");
                "draw"
            }
            "/api/exchange/redeem" => {
                let expected = (number("quantity"), number("points_cost"), number("remaining_points"));
                let (stored, status) = orders.remove(&text("order_id")).expect("the order is stored");
                assert_eq!(stored, expected, "{data}");
                if status == "cancelled" {
                    cancelled.insert(text("order_id"));
                }
                let product = ask.body.as_ref().expect("a body")["product_id"].as_i64().expect("an id");
                let paid = (*user_id, -expected.1, expected.2);
                let told = stocks.iter().position(|told| *told == (paid, product, number("stock")));
                stocks.swap_remove(told.unwrap_or_else(|| panic!("no event tells of the stock in {data}")));
                "redeem"
            }
            "/api/user/check-in" => {
                take(*user_id, "check_in", number("points"), number("remaining_points"));
                "check-in"
            }
            // These are checked with all that was told of them.
            UPLOAD => "photo",
            REVIEW => "review",
            BATCH => "batch",
            path if path.starts_with(SHELF) => "restock",
            path if path.starts_with(ADJUST) => {
                take(number("user_id"), "admin", number("change_points"), number("total_points"));
                "adjust"
            }
            path if path.starts_with("/api/merchant/exchange/") => {
                told_cancelled.insert(text("order_id"));
                "cancel"
            }
            path => panic!("{path} has no check yet"),
        };
        *counts.entry(kind).or_default() += 1;
    }
    println!("{counts:?} done");
    let least = [
        ("draw", 100),
        ("redeem", 20),
        ("check-in", 1),
        ("adjust", 5),
        ("cancel", 5),
        ("photo", 5),
        ("review", 2),
        ("batch", 1),
        ("restock", 5),
    ];
    for (kind, least) in least {
        assert!(counts.get(kind).is_some_and(|count| *count >= least), "a storm with {counts:?} is none");
    }
    assert_eq!(cancelled, told_cancelled, "what was cancelled, and what was told to be");
    assert!(draws.is_empty() && orders.is_empty(), "nobody was told of {draws:?} {orders:?}");
    moves.retain(|_, left| *left > 0);
    assert!(moves.is_empty(), "nobody was told of {moves:?}");
    assert!(stocks.is_empty(), "nobody redeemed {stocks:?}");
}

/// What each event of a price paid for a product tells, and the event after it: user, points and balance; product and
/// stock.
async fn stocks(db: &Db) -> Vec<((i64, i64, i64), i64, i64)> {
    let events = event::after(db, 0, 1_000_000).await.expect("rows");
    let mut stocks = Vec::new();
    for (paid, stock) in events.iter().zip(&events[1..]).filter(|(paid, _)| paid.kind == "points_update") {
        let [paid, left] = [paid, stock].map(|event| serde_json::from_str::<Value>(&event.data).expect("JSON"));
        let number = |data: &Value, name: &str| data[name].as_i64().expect("a number");
        if paid["reason"] == "exchange_redeem" && number(&paid, "change_points") < 0 {
            assert_eq!(stock.kind, "stock_update", "what follows on {paid}");
            let moved = (number(&paid, "user_id"), number(&paid, "change_points"), number(&paid, "total_points"));
            stocks.push((moved, number(&left, "product_id"), number(&left, "stock")));
        }
    }
    stocks
}

/// By id: price, balance after it, prizes in order.
async fn draws(db: &Db) -> BTreeMap<String, (i64, i64, Vec<i64>)> {
    let prizes = "SELECT draw_id, prize_id FROM lottery_records ORDER BY draw_id, seq";
    let prizes: Vec<(String, i64)> = on_db!(db, |c| sqlx::query_as(prizes).fetch_all(c).await).expect("rows");
    // The last row of a draw is that of its last prize in points.
    let rows = "SELECT d.draw_id, d.points_cost, p.balance_after
                FROM lottery_draws d JOIN points_records p
                  ON p.id = (SELECT MAX(id) FROM points_records WHERE user_id = d.user_id AND related_id = d.draw_id)";
    let rows: Vec<(String, i64, i64)> = on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).expect("rows");
    let mut draws: BTreeMap<_, _> =
        rows.into_iter().map(|(id, cost, balance)| (id, (cost, balance, Vec::new()))).collect();
    for (id, prize) in prizes {
        draws.get_mut(&id).expect("a record has its draw").2.push(prize);
    }
    draws
}

/// By id: quantity, price and balance after it; and its status.
async fn orders(db: &Db) -> BTreeMap<String, ((i64, i64, i64), String)> {
    // The first row is that of the price; a later one returns it.
    let rows = "SELECT e.order_id, e.quantity, e.points_cost, p.balance_after, e.status
                FROM exchange_records e JOIN points_records p
                  ON p.id = (SELECT MIN(id) FROM points_records WHERE user_id = e.user_id AND related_id = e.order_id)
                WHERE e.product_id IS NOT NULL";
    let rows: Vec<(String, i64, i64, i64, String)> =
        on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).expect("rows");
    rows.into_iter().map(|(id, quantity, cost, balance, status)| (id, ((quantity, cost, balance), status))).collect()
}

/// How many rows of the ledger there are by user, reason, points and balance, of those that belong to no draw and no order.
async fn moves(db: &Db) -> BTreeMap<(i64, String, i64, i64), u32> {
    let rows =
        "SELECT user_id, reason, points, balance_after FROM points_records WHERE reason IN ('check_in', 'admin')";
    let rows: Vec<_> = on_db!(db, |c| sqlx::query_as(rows).fetch_all(c).await).expect("rows");
    let mut moves = BTreeMap::new();
    for row in rows {
        *moves.entry(row).or_default() += 1;
    }
    moves
}
