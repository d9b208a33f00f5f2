//! What merchants have decided, counted.

use jiff::Timestamp;

use crate::store::{Db, StoreError, db::on_db};

/// Counts of all merchants together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Statistics {
    /// Receipts that wait.
    pub pending: i64,
    /// Receipts approved since the day began.
    pub approved_today: i64,
    /// Receipts rejected since the day began.
    pub rejected_today: i64,
    /// Receipts ever decided.
    pub decided: i64,
    /// Receipts decided since the week began.
    pub decided_this_week: i64,
    /// Receipts decided of late.
    pub decided_of_late: i64,
    /// How long these had waited, in all, in milliseconds.
    pub waited_ms: i64,
}

/// When what is counted began.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// The local day.
    pub day: Timestamp,
    /// The local week, a few days before it at most.
    pub week: Timestamp,
    /// What is still of late, before both.
    pub late: Timestamp,
}

/// Counts what merchants have decided.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn of_all(db: &Db, since: Since) -> Result<Statistics, StoreError> {
    let (day, week) = (since.day.as_millisecond(), since.week.as_millisecond());
    // Read from two indexes alone: the first counts by status, the second has all that was decided of late in a row.
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT
                (SELECT COUNT(*) FROM upload_reviews WHERE review_status = 'pending') AS pending,
                (SELECT COUNT(*) FROM upload_reviews WHERE review_status IN ('approved', 'rejected')) AS decided,
                CAST(COALESCE(SUM(CASE WHEN review_time >= ? AND review_status = 'approved'
                                       THEN 1 ELSE 0 END), 0) AS SIGNED) AS approved_today,
                CAST(COALESCE(SUM(CASE WHEN review_time >= ? AND review_status = 'rejected'
                                       THEN 1 ELSE 0 END), 0) AS SIGNED) AS rejected_today,
                CAST(COALESCE(SUM(CASE WHEN review_time >= ? THEN 1 ELSE 0 END), 0) AS SIGNED) AS decided_this_week,
                COUNT(*) AS decided_of_late,
                CAST(COALESCE(SUM(review_time - created_at), 0) AS SIGNED) AS waited_ms
             FROM upload_reviews WHERE review_time >= ?",
        )
        .bind(day)
        .bind(day)
        .bind(week)
        .bind(since.late.as_millisecond())
        .fetch_one(c)
        .await
    })?)
}
