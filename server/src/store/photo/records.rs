//! The receipts that a user has sent in.

use crate::store::{Db, StoreError, db::on_db, exchange::records::Moment, status::Status};

/// A row of `upload_reviews`, as far as its user is told.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Record {
    /// Its name.
    pub upload_id: String,
    /// The key of its picture.
    pub image_url: String,
    /// The amount given by the user, or put right by the merchant, in cents.
    pub amount: Option<i64>,
    /// The amount that was read, in cents.
    pub estimated_amount: Option<i64>,
    /// The points that it earned.
    pub points_awarded: Option<i64>,
    /// How far it has come.
    #[sqlx(try_from = "String")]
    pub review_status: Status,
    /// What the merchant said.
    pub review_reason: Option<String>,
    /// When it was decided, Unix milliseconds.
    pub review_time: Option<i64>,
    /// When it was sent in.
    #[sqlx(try_from = "i64")]
    pub created_at: Moment,
}

/// `size` receipts of a user after the first `skip`, newest first, of one status or of all, and how many there are in all.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn of_user(
    db: &Db,
    user_id: i64,
    status: Option<Status>,
    skip: i64,
    size: i64,
) -> Result<(Vec<Record>, i64), StoreError> {
    let status = status.map_or("", Status::name);
    let rows = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT upload_id, image_url, amount, estimated_amount, points_awarded, review_status, review_reason,
                    review_time, created_at
             FROM upload_reviews WHERE user_id = ? AND (? = '' OR review_status = ?)
             ORDER BY created_at DESC, upload_id DESC LIMIT ? OFFSET ?",
        )
        .bind(user_id)
        .bind(status)
        .bind(status)
        .bind(size)
        .bind(skip)
        .fetch_all(c)
        .await
    })?;
    let (total,) = on_db!(db, |c| {
        sqlx::query_as("SELECT COUNT(*) FROM upload_reviews WHERE user_id = ? AND (? = '' OR review_status = ?)")
            .bind(user_id)
            .bind(status)
            .bind(status)
            .fetch_one(c)
            .await
    })?;
    Ok((rows, total))
}
