//! What moved points, and what was told of it.

use std::{collections::BTreeMap, fmt::Debug};

use fairwheel_core::{draw::Count, prize::PrizeTable};
use fairwheel_server::{on_db, store::Db};
use serde_json::Value;

use super::small;

/// Whose points, how many, and why.
type Move = (i64, i64, String);

/// Each draw has one row for its price, which is that of its table, and then one for each prize in points, in order; and
/// no row of these reasons belongs to nothing.
pub(super) async fn draws(db: &Db, broken: &mut Vec<String>) {
    let mut due = due(db, broken).await;
    let select = "SELECT related_id, user_id, points, reason FROM points_records
                  WHERE reason IN ('lottery_draw', 'lottery_prize') ORDER BY id";
    let rows: Vec<(Option<String>, i64, i64, String)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("ledger");
    let mut moved: BTreeMap<Option<String>, Vec<Move>> = BTreeMap::new();
    for (draw_id, user, points, reason) in rows {
        moved.entry(draw_id).or_default().push((user, points, reason));
    }
    for (draw_id, moved) in moved {
        let due = draw_id.as_ref().and_then(|id| due.remove(id)).unwrap_or_default();
        differ(&format!("draw {draw_id:?}"), "moved", &moved, &due, broken);
    }
    for (draw_id, due) in due {
        differ(&format!("draw {draw_id}"), "moved", &[], &due, broken);
    }
}

/// What each draw must have moved.
async fn due(db: &Db, broken: &mut Vec<String>) -> BTreeMap<String, Vec<Move>> {
    let select = "SELECT d.draw_id, d.user_id, d.draw_count, d.points_cost, t.table_text
                  FROM lottery_draws d JOIN lottery_tables t ON t.table_id = d.table_id";
    let draws: Vec<(String, i64, i64, i64, String)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("draws");
    let select = "SELECT draw_id, user_id, prize_value FROM lottery_records
                  WHERE prize_type = 'points' AND prize_value >= 100 ORDER BY draw_id, seq";
    let prizes: Vec<(String, i64, i64)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("records");
    let mut due = BTreeMap::new();
    for (draw_id, user, count, cost, table) in draws {
        // A table that can't be read is said elsewhere.
        let price = PrizeTable::parse(&table).ok().zip(Count::new(small(count)).ok());
        let price = price.map(|(table, count)| i64::from(table.price(count)));
        if price.is_some_and(|price| price != cost) {
            broken.push(format!("draw {draw_id} cost {cost}, its table says {price:?}"));
        }
        due.insert(draw_id, vec![(user, -cost, "lottery_draw".to_owned())]);
    }
    for (draw_id, user, cents) in prizes {
        due.entry(draw_id).or_default().push((user, cents / 100, "lottery_prize".to_owned()));
    }
    due
}

/// Events are kept for a day only. While the first is there, all are: then their ids are 1, 2, 3… up to the counter, and a
/// user was told of each row of their ledger, once, in its order.
pub(super) async fn events(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT id, user_id, kind, data FROM events ORDER BY id";
    let events: Vec<(i64, Option<i64>, String, String)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("events");
    let last = fairwheel_server::store::event::last_id(db).await.expect("the counter");
    let ids: Vec<i64> = events.iter().map(|(id, ..)| *id).collect();
    if ids.last().is_some_and(|id| *id > last) {
        broken.push(format!("event {:?} is after the last, {last}", ids.last()));
    }
    if last > 0 && ids.first() != Some(&1) {
        return;
    }
    if !ids.iter().copied().eq(1..=last) {
        let gap = (1..=last).find(|id| ids.binary_search(id).is_err());
        broken.push(format!("event {gap:?} of {last} is not there"));
    }
    let mut told: BTreeMap<i64, Vec<(i64, i64, String)>> = BTreeMap::new();
    for (id, user, _, data) in events.into_iter().filter(|(_, _, kind, _)| kind == "points_update") {
        let data: Value = serde_json::from_str(&data).expect("JSON");
        let number = |name: &str| data[name].as_i64().unwrap_or(i64::MIN);
        let user = user.unwrap_or(i64::MIN);
        if number("user_id") != user {
            broken.push(format!("event {id} is for user {user} and about another: {data}"));
        }
        let reason = data["reason"].as_str().unwrap_or_default().to_owned();
        told.entry(user).or_default().push((number("change_points"), number("total_points"), reason));
    }
    let select = "SELECT user_id, points, balance_after, reason FROM points_records ORDER BY id";
    let rows: Vec<(i64, i64, i64, String)> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("ledger");
    let mut moved: BTreeMap<i64, Vec<(i64, i64, String)>> = BTreeMap::new();
    for (user, points, balance, reason) in rows {
        moved.entry(user).or_default().push((points, balance, reason));
    }
    for (user, moved) in moved {
        let told = told.remove(&user).unwrap_or_default();
        differ(&format!("user {user}"), "was told of", &told, &moved, broken);
    }
    for (user, told) in told {
        differ(&format!("user {user}"), "was told of", &told, &[], broken);
    }
}

/// Says where two lists part.
fn differ<T: Debug + PartialEq>(whose: &str, what: &str, found: &[T], due: &[T], broken: &mut Vec<String>) {
    if found != due {
        let at = found.iter().zip(due).take_while(|(found, due)| found == due).count();
        let (found, due) = (found.get(at), due.get(at));
        broken.push(format!("{whose} {what} {found:?} where {due:?} was due, at {at}"));
    }
}
