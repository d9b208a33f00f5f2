//! What moved a user's points, newest first.

use crate::store::{Db, StoreError, db::on_db};

/// Which way points moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the user.
    Earn,
    /// From the user.
    Spend,
}

impl Direction {
    /// The name in a query, and sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Spend => "spend",
        }
    }
}

/// A row of `points_records`.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Record {
    /// Identifier, from 1.
    pub id: i64,
    /// Points added (positive) or taken (negative).
    pub points: i64,
    /// Points after it.
    pub balance_after: i64,
    /// The name of a [`super::Reason`].
    pub reason: String,
    /// Why, in the words the diner reads.
    pub description: String,
    /// What it belongs to: the id of a draw, an order or an upload.
    pub related_id: Option<String>,
    /// When, Unix milliseconds.
    pub created_at: i64,
}

/// `size` rows of a user after the first `skip`, of one direction or of both, and how many there are in all.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn page(
    db: &Db,
    user_id: i64,
    direction: Option<Direction>,
    skip: i64,
    size: i64,
) -> Result<(Vec<Record>, i64), StoreError> {
    let direction = direction.map_or("", Direction::name);
    let rows = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT id, points, balance_after, reason, description, related_id, created_at FROM points_records
             WHERE user_id = ? AND (? = '' OR CASE WHEN points > 0 THEN 'earn' ELSE 'spend' END = ?)
             ORDER BY id DESC LIMIT ? OFFSET ?",
        )
        .bind(user_id)
        .bind(direction)
        .bind(direction)
        .bind(size)
        .bind(skip)
        .fetch_all(c)
        .await
    })?;
    let (total,) = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT COUNT(*) FROM points_records
             WHERE user_id = ? AND (? = '' OR CASE WHEN points > 0 THEN 'earn' ELSE 'spend' END = ?)",
        )
        .bind(user_id)
        .bind(direction)
        .bind(direction)
        .fetch_one(c)
        .await
    })?;
    Ok((rows, total))
}
