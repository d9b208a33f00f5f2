//! What a user has drawn in all.

use crate::store::{Db, StoreError, db::on_db};

/// A user's draws of prizes of one type.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct OfType {
    /// `points`, `coupon`, `physical` or `empty`.
    pub prize_type: String,
    /// How many.
    pub draws: i64,
    /// Points they cost.
    pub points_cost: i64,
    /// What was given, added up, in hundredths.
    pub value: i64,
    /// How many rested within 2° of a rarer prize.
    pub near_misses: i64,
}

/// A user's draws, by the type of the prize that was given.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn by_type(db: &Db, user_id: i64) -> Result<Vec<OfType>, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT prize_type, COUNT(*) AS draws,
                    CAST(COALESCE(SUM(points_cost), 0) AS SIGNED) AS points_cost,
                    CAST(COALESCE(SUM(prize_value), 0) AS SIGNED) AS value,
                    CAST(COALESCE(SUM(is_near_miss), 0) AS SIGNED) AS near_misses
             FROM lottery_records WHERE user_id = ? GROUP BY prize_type",
        )
        .bind(user_id)
        .fetch_all(c)
        .await
    })?)
}
