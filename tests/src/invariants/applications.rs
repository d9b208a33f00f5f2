//! Applications to become a merchant.

use fairwheel_server::{on_db, store::Db};

/// Id, user, status, pending, and by whom, why and when it was decided.
type Row = (i64, i64, String, Option<i64>, Option<i64>, Option<String>, Option<i64>);

/// An application is open, or somebody else decided it at a time. (The database itself keeps a user to one open one.)
pub(super) async fn applications(db: &Db, broken: &mut Vec<String>) {
    let select = "SELECT application_id, user_id, status, pending, reviewer_id, review_reason, review_time
                  FROM merchant_applications ORDER BY application_id";
    let rows: Vec<Row> = on_db!(db, |c| sqlx::query_as(select).fetch_all(c).await).expect("applications");
    let mut open = std::collections::BTreeSet::new();
    for (id, user, status, pending, reviewer, reason, time) in rows {
        let decided = reviewer.is_some_and(|reviewer| reviewer != user) && time.is_some();
        let holds = match status.as_str() {
            "pending" => pending == Some(1) && reviewer.is_none() && reason.is_none() && time.is_none(),
            "approved" => pending.is_none() && decided,
            _ => pending.is_none() && decided && reason.is_some(),
        };
        if !holds {
            broken.push(format!("application {id} of user {user}: {status}, {pending:?}, by {reviewer:?} at {time:?}"));
        }
        if status == "pending" && !open.insert(user) {
            broken.push(format!("user {user} has two open applications"));
        }
    }
}
