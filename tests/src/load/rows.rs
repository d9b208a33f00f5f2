//! Rows that years leave in the ledger, made by the database itself.

use fairwheel_server::{
    execute, on_tx,
    store::{Db, StoreError},
};
use jiff::Timestamp;

/// Rows of each user in one statement: MariaDB counts no further by itself.
const STEP: u32 = 1000;
/// The rows are of so many milliseconds until now.
const SPAN_MS: i64 = 365 * 24 * 60 * 60 * 1000;

/// Adds this many rows to the ledger at least, one point each, as many to each user, in turns. Whoever reads the tables
/// finds nothing that could not be so: the balances chain, and what was pushed of it is more than a day old and gone.
pub(super) async fn add(db: &Db, rows: u32, now: Timestamp) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    let (users,): (i64,) = on_tx!(&mut tx, |c| sqlx::query_as("SELECT COUNT(*) FROM users").fetch_one(c).await)?;
    tx.rollback().await?;
    let each = rows.div_ceil(u32::try_from(users).expect("users"));
    let step_ms = SPAN_MS / i64::from(each.max(1));
    let mut made = 0;
    while made < each {
        let number = STEP.min(each - made);
        let mut tx = db.begin().await?;
        execute!(
            &mut tx,
            "INSERT INTO points_records (user_id, points, balance_after, reason, description, created_at)
             WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
             SELECT u.user_id, 1, u.total_points + n.i, 'admin', '人工调整', ? + n.i * ?
             FROM n CROSS JOIN users u ORDER BY n.i, u.user_id",
            number,
            now.as_millisecond() - SPAN_MS + i64::from(made) * step_ms,
            step_ms
        )?;
        execute!(&mut tx, "UPDATE users SET total_points = total_points + ?", number)?;
        tx.commit().await?;
        made += number;
    }
    let mut tx = db.begin().await?;
    execute!(&mut tx, "DELETE FROM events")?;
    execute!(&mut tx, "UPDATE event_counter SET last_id = last_id + 1 WHERE id = 1")?;
    tx.commit().await
}
