//! Rows of a span of time, for files: page by page, each a short read of its own, so that nobody waits for a reader and
//! SQLite's WAL is not held.

mod rows;

use super::{Db, StoreError, db::on_db};

pub use rows::{Draw, Exchange, Points, Review};

/// Rows of a page.
pub const PAGE: i64 = 500;

/// Where a page begins: after the row of this time, Unix milliseconds, and this id.
pub type After<Id> = (i64, Id);

/// A kind of row that is exported by the time it was made at, and those of the same millisecond by their ids.
pub trait Exported: Sized + Send + Unpin + 'static {
    /// What tells rows of the same time apart. Its default is before all of them.
    type Id: Clone + Default + Send + Sync + 'static;

    /// The first [`PAGE`] rows after that one and before `until`, Unix milliseconds.
    ///
    /// # Errors
    ///
    /// [`StoreError`] from the database.
    fn page(db: &Db, after: &After<Self::Id>, until: i64)
    -> impl Future<Output = Result<Vec<Self>, StoreError>> + Send;

    /// Where the row after this one is looked for.
    fn place(&self) -> After<Self::Id>;
}

/// `$columns` of `$table` (as `t`) and of its user (as `u`). The two conditions on the time are what the index by time is
/// entered with; the third is the id's. Each row has its user: the join is a left one because MariaDB otherwise begins with
/// the users if they are few, and sorts the whole span for each page.
macro_rules! exported {
    ($row:ty, $id:ty, $table:literal, $name:literal, $field:ident, $columns:literal) => {
        impl Exported for $row {
            type Id = $id;

            async fn page(db: &Db, after: &After<$id>, until: i64) -> Result<Vec<Self>, StoreError> {
                let (time, id) = after;
                Ok(on_db!(db, |c| {
                    sqlx::query_as(concat!(
                        "SELECT t.user_id, u.mobile, t.created_at, ",
                        $columns,
                        " FROM ",
                        $table,
                        " t LEFT JOIN users u ON u.user_id = t.user_id
                          WHERE t.created_at >= ? AND t.created_at < ? AND (t.created_at > ? OR t.",
                        $name,
                        " > ?) ORDER BY t.created_at, t.",
                        $name,
                        " LIMIT ?"
                    ))
                    .bind(time)
                    .bind(until)
                    .bind(time)
                    .bind(id)
                    .bind(PAGE)
                    .fetch_all(c)
                    .await
                })?)
            }

            fn place(&self) -> After<$id> {
                (self.created_at, self.$field.clone())
            }
        }
    };
}

exported!(
    Review,
    String,
    "upload_reviews",
    "upload_id",
    upload_id,
    "t.upload_id, CASE WHEN t.review_status = 'pending' THEN t.amount ELSE t.claimed_amount END AS claimed_amount,
     t.amount, t.estimated_amount, t.points_awarded, t.review_status, t.reviewer_id, t.review_reason, t.review_time,
     t.possible_duplicate_of"
);
exported!(
    Draw,
    i64,
    "lottery_records",
    "id",
    id,
    "t.id, t.draw_id, t.seq, t.prize_id, t.drawn_prize_id, t.prize_name, t.prize_type, t.prize_value, t.points_cost,
     t.is_near_miss"
);
exported!(
    Exchange,
    i64,
    "exchange_records",
    "id",
    id,
    "t.id, t.order_id, t.draw_id, t.product_id, t.product_name, t.quantity, t.points_cost, t.status, t.updated_at"
);
exported!(
    Points,
    i64,
    "points_records",
    "id",
    id,
    "t.id, t.points, t.balance_after, t.reason, t.description, t.related_id"
);
