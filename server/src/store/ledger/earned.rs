//! What users have earned in all. The ledger only grows, so what was added up once is never added up again.

use crate::{
    cache::Recent,
    store::{
        Db, StoreError,
        db::on_db,
        mark::{Mark, Part},
    },
};

/// How many users are remembered who ask, and as many who did.
const USERS: usize = 8192;

/// What was added up. One a server.
#[derive(Debug)]
pub struct Earned(Recent<i64, Sum>);

#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    /// Up to when the user has no later row, as far as that may be kept.
    mark: Option<Mark>,
    /// The last row that was added. A user's rows are written one after the other, so that none of theirs comes before it.
    last_id: i64,
    points: i64,
}

impl Default for Earned {
    fn default() -> Self {
        Self(Recent::new(USERS))
    }
}

impl Earned {
    /// All points a user ever received, prizes and bonuses included; what came back from a cancelled order was theirs
    /// before.
    ///
    /// # Errors
    ///
    /// [`StoreError`] from the database.
    pub async fn by(&self, db: &Db, user_id: i64) -> Result<i64, StoreError> {
        let known = self.0.get(&user_id).unwrap_or_default();
        let mark = db.mark(Part::User(user_id));
        if mark.is_some() && known.mark >= mark {
            return Ok(known.points);
        }
        let (last_id, points) = after(db, user_id, known.last_id).await?;
        let sum = Sum { mark, last_id: last_id.max(known.last_id), points: known.points + points };
        self.0.insert(user_id, sum);
        Ok(sum.points)
    }
}

/// The last row of a user after this one, 0 if there is none; and what was earned in them.
async fn after(db: &Db, user_id: i64, last_id: i64) -> Result<(i64, i64), StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT COALESCE(MAX(id), 0),
                    CAST(COALESCE(SUM(CASE WHEN points > 0 AND reason <> 'exchange_redeem' THEN points ELSE 0 END), 0)
                         AS SIGNED)
             FROM points_records WHERE user_id = ? AND id > ?",
        )
        .bind(user_id)
        .bind(last_id)
        .fetch_one(c)
        .await
    })?)
}
