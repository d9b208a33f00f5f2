//! Many users at once.

use jiff::Timestamp;

use super::User;
use crate::store::{
    StoreError, Tx,
    db::{Asked, Value, next_part, repeated, values},
};

/// A user whose row is locked, and the table that is active.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::store) struct Held {
    #[sqlx(flatten)]
    pub(in crate::store) user: User,
    pub(in crate::store) active_table: Option<i64>,
}

/// The users with these ids, which ascend, locked until the commit: whoever else locks several does it in the same order.
pub(in crate::store) fn hold_all(tx: &mut Tx, ids: &[i64]) -> Asked<Held> {
    let rest = tx.for_update();
    let select = "SELECT users.*, (SELECT table_id FROM lottery_tables WHERE active = 1) AS active_table FROM users
                  WHERE user_id IN";
    let of = |count| format!("{select} ({}){rest}", repeated("?", ", ", count));
    tx.ask_all(of, ids, |id| values![*id])
}

/// A column, and what is written into it.
type Column = (&'static str, fn(&User) -> i64);

/// What a transaction that settles requests may change of a user.
const COLUMNS: [Column; 5] = [
    ("total_points", |user| user.total_points),
    ("nonce", |user| user.nonce),
    ("draw_day", |user| user.draw_day),
    ("draw_count", |user| user.draw_count),
    ("check_in_day", |user| user.check_in_day),
];
/// Users of one statement at most: each is looked for among all of it.
const AT_ONCE: usize = 16;

/// Writes users who are held as they are now. `drawn_from` is the table that must still be active: the rows of draws, which
/// are written before, keep another one from being published until the commit.
pub(in crate::store) async fn write_all(
    tx: &mut Tx,
    users: &[&User],
    drawn_from: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut rest = users;
    while let Some(part) = next_part(&mut rest, AT_ONCE) {
        let each = repeated("WHEN ? THEN ?", " ", part.len());
        let columns = COLUMNS.map(|(column, _)| format!("{column} = CASE user_id {each} END"));
        let places = repeated("?", ", ", part.len());
        let mut sql = format!("UPDATE users SET {}, updated_at = ? WHERE user_id IN ({places})", columns.join(", "));
        if drawn_from.is_some() {
            sql += " AND EXISTS (SELECT 1 FROM lottery_tables WHERE table_id = ? AND active = 1)";
        }
        let mut values = Vec::with_capacity(part.len() * (2 * COLUMNS.len() + 1) + 2);
        for (_, value) in COLUMNS {
            values.extend(part.iter().flat_map(|user| values![user.user_id, value(user)]));
        }
        values.extend(values![now.as_millisecond()]);
        values.extend(part.iter().flat_map(|user| values![user.user_id]));
        values.extend(drawn_from.map(Value::from));
        let otherwise = match drawn_from {
            // With the new one, the next try will know.
            Some(_) => StoreError::Busy("another table was published meanwhile"),
            None => StoreError::Corrupt("a user was held and is gone".into()),
        };
        tx.write(&sql, values, part.len(), otherwise).await?;
        for user in part {
            tx.wrote_user(user.user_id);
        }
    }
    Ok(())
}
