//! What a user drew, newest first.

use crate::store::{Db, StoreError, db::on_db};

/// A row of `lottery_records`, with its request.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Record {
    /// Identifier, from 1.
    pub id: i64,
    /// The request it belongs to.
    pub draw_id: String,
    /// `single`, `triple`, `five` or `ten`.
    pub draw_type: String,
    /// The prize that was given.
    pub prize_id: i64,
    /// Its name.
    pub prize_name: String,
    /// Its type.
    pub prize_type: String,
    /// Its worth in hundredths.
    pub prize_value: i64,
    /// Points it cost.
    pub points_cost: i64,
    /// Whether it was a near miss.
    pub is_near_miss: bool,
    /// Where the wheel rested, hundredths of a degree.
    pub angle: i64,
    /// The request's nonce.
    pub nonce: i64,
    /// When, Unix milliseconds.
    pub created_at: i64,
}

/// `size` records of a user after the first `skip`, and how many there are in all.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn page(db: &Db, user_id: i64, skip: i64, size: i64) -> Result<(Vec<Record>, i64), StoreError> {
    let rows = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT r.id, r.draw_id, d.draw_type, r.prize_id, r.prize_name, r.prize_type, r.prize_value,
                    r.points_cost, r.is_near_miss, r.angle, d.nonce, r.created_at
             FROM lottery_records r JOIN lottery_draws d ON d.draw_id = r.draw_id
             WHERE r.user_id = ? ORDER BY r.id DESC LIMIT ? OFFSET ?",
        )
        .bind(user_id)
        .bind(size)
        .bind(skip)
        .fetch_all(c)
        .await
    })?;
    let (total,) = on_db!(db, |c| {
        sqlx::query_as("SELECT COUNT(*) FROM lottery_records WHERE user_id = ?").bind(user_id).fetch_one(c).await
    })?;
    Ok((rows, total))
}
