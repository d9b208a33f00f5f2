//! Receipts that wait for a merchant, the oldest first.

use fairwheel_core::points::ReceiptRule;

use crate::store::{Db, StoreError, db::on_db, exchange::records::Moment};

/// A row of `upload_reviews` that waits, with its diner.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Pending {
    /// Its name.
    pub upload_id: String,
    /// Whose it is.
    pub user_id: i64,
    /// Their phone, 11 digits. Mask it before anyone sees it.
    pub mobile: String,
    /// Their name.
    pub nickname: String,
    /// Key of the stored photo.
    pub image_url: String,
    /// What the diner says was paid, in cents.
    pub amount: Option<i64>,
    /// What was read from the photo, in cents.
    pub estimated_amount: Option<i64>,
    /// An earlier upload that looks the same.
    pub possible_duplicate_of: Option<String>,
    /// When it was sent in.
    #[sqlx(try_from = "i64")]
    pub created_at: Moment,
}

impl Pending {
    /// Points that a rule gives for its amounts.
    #[must_use]
    pub fn expected(&self, rule: ReceiptRule) -> i64 {
        super::expected(rule, self.amount, self.estimated_amount)
    }
}

/// `size` receipts that wait after the first `skip`, and how many there are in all.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn page(db: &Db, skip: i64, size: i64) -> Result<(Vec<Pending>, i64), StoreError> {
    let rows = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT r.upload_id, r.user_id, u.mobile, u.nickname, r.image_url, r.amount, r.estimated_amount,
                    r.possible_duplicate_of, r.created_at
             FROM upload_reviews r JOIN users u ON u.user_id = r.user_id
             WHERE r.review_status = 'pending' ORDER BY r.created_at, r.upload_id LIMIT ? OFFSET ?",
        )
        .bind(size)
        .bind(skip)
        .fetch_all(c)
        .await
    })?;
    let (total,) = on_db!(db, |c| {
        sqlx::query_as("SELECT COUNT(*) FROM upload_reviews WHERE review_status = 'pending'").fetch_one(c).await
    })?;
    Ok((rows, total))
}
