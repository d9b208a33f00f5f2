//! What a user has done so far, counted.

use jiff::Timestamp;

use super::{Db, StoreError, db::on_db};

/// Counts of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Statistics {
    /// Draws, each one of a batch counted.
    pub draws: i64,
    /// Orders redeemed and not cancelled; prizes that were won are no redemptions.
    pub exchanges: i64,
    /// Receipts sent in.
    pub uploads: i64,
    /// Points received since the month began.
    pub earned_this_month: i64,
    /// Points received. What came back from a cancelled order was the user's before, and counts nowhere.
    pub earned: i64,
    /// Points spent, less what came back from cancelled orders.
    pub spent: i64,
}

/// Counts what a user has done; `month` is when the local month began.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn of_user(db: &Db, user_id: i64, month: Timestamp) -> Result<Statistics, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT
                (SELECT COUNT(*) FROM lottery_records WHERE user_id = ?) AS draws,
                (SELECT COUNT(*) FROM exchange_records
                 WHERE user_id = ? AND product_id IS NOT NULL AND status <> 'cancelled') AS exchanges,
                (SELECT COUNT(*) FROM upload_reviews WHERE user_id = ?) AS uploads,
                CAST(COALESCE(SUM(CASE WHEN points > 0 AND reason <> 'exchange_redeem' AND created_at >= ?
                                       THEN points ELSE 0 END), 0) AS SIGNED) AS earned_this_month,
                CAST(COALESCE(SUM(CASE WHEN points > 0 AND reason <> 'exchange_redeem'
                                       THEN points ELSE 0 END), 0) AS SIGNED) AS earned,
                CAST(COALESCE(SUM(CASE WHEN points > 0 AND reason <> 'exchange_redeem'
                                       THEN 0 ELSE -points END), 0) AS SIGNED) AS spent
             FROM points_records WHERE user_id = ?",
        )
        .bind(user_id)
        .bind(user_id)
        .bind(user_id)
        .bind(month.as_millisecond())
        .bind(user_id)
        .fetch_one(c)
        .await
    })?)
}
