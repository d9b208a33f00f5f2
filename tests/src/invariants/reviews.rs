//! What was decided of receipts, what it moved, and what was told of it.

use std::collections::BTreeMap;

use fairwheel_server::{on_db, store::Db};
use serde_json::Value;

/// Name, diner, status, reviewer, time, points.
type Row = (String, i64, String, Option<i64>, Option<i64>, Option<i64>);

/// A receipt is decided by another than who sent it in. One that was approved has one ledger row with its points; the
/// others have none, and no row of this reason belongs to nothing.
pub(super) async fn decided(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT related_id, user_id, points FROM points_records WHERE reason = 'photo_review'";
    let rows: Vec<(Option<String>, i64, i64)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("ledger");
    let mut moved: BTreeMap<Option<String>, Vec<(i64, i64)>> = BTreeMap::new();
    for (upload_id, user, points) in rows {
        moved.entry(upload_id).or_default().push((user, points));
    }
    for (upload_id, user, status, reviewer, time, points) in rows_of(db).await {
        let moved = moved.remove(&Some(upload_id.clone())).unwrap_or_default();
        let due = match (status.as_str(), points) {
            ("pending", None) => reviewer.is_none() && time.is_none() && moved.is_empty(),
            ("rejected", None | Some(0)) => moved.is_empty(),
            ("approved", Some(points)) => points > 0 && moved == [(user, points)],
            _ => false,
        };
        let by_another = reviewer.is_some_and(|reviewer| reviewer != user) && time.is_some();
        if !due || (status != "pending" && !by_another) {
            broken.push(format!(
                "receipt {upload_id} of user {user} is {status}, by {reviewer:?} at {time:?} with {points:?} points, and \
                 moved {moved:?}"
            ));
        }
    }
    for (upload_id, moved) in moved {
        broken.push(format!("receipt {upload_id:?} is not there and moved {moved:?}"));
    }
}

async fn rows_of(db: &Db) -> Vec<Row> {
    let select = "SELECT upload_id, user_id, review_status, reviewer_id, review_time, points_awarded
                  FROM upload_reviews ORDER BY upload_id";
    on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("receipts")
}

/// What tests of sockets push calls its receipts so: they are not in the tables.
const MADE_UP: &str = "made-up";

/// While all events are kept: a diner was told of each receipt that was decided, once, and of its points right after.
pub(super) async fn told(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT id, user_id, kind, data FROM events ORDER BY id";
    let events: Vec<(i64, Option<i64>, String, String)> =
        on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("events");
    let last = fairwheel_server::store::event::last_id(db).await.expect("the counter");
    if last > 0 && events.first().is_none_or(|(id, ..)| *id != 1) {
        return;
    }
    let mut told: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (at, (_, user, kind, data)) in events.iter().enumerate() {
        if kind != "review_result" {
            continue;
        }
        let data: Value = serde_json::from_str(data).expect("JSON");
        let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
        let after = events.get(at + 1).filter(|(_, other, kind, _)| kind == "points_update" && other == user);
        let after: Option<Value> = after.map(|(.., data)| serde_json::from_str(data).expect("JSON"));
        // A rejection may be followed by whatever comes next.
        let after = after.filter(|data| data["reason"] == "photo_review" && text("status") == "approved");
        let credited = after.and_then(|data| data["change_points"].as_i64());
        let told_now = (user.unwrap_or(0), text("status"), data["points_awarded"].as_i64(), credited);
        told.entry(text("upload_id")).or_default().push(told_now);
    }
    for (upload_id, user, status, _, _, points) in rows_of(db).await {
        let told = told.remove(&upload_id).unwrap_or_default();
        let due = match status.as_str() {
            "pending" => vec![],
            "approved" => vec![(user, status, points, points)],
            _ => vec![(user, status, Some(0), None)],
        };
        if told != due {
            broken.push(format!("of receipt {upload_id} was told {told:?} where {due:?} was due"));
        }
    }
    for (upload_id, told) in told.into_iter().filter(|(upload_id, _)| !upload_id.starts_with(MADE_UP)) {
        broken.push(format!("receipt {upload_id} is not there and {told:?} was told"));
    }
}
