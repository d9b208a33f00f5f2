//! Points given or taken by hand.

use jiff::Timestamp;

use super::{
    super::{
        Db, StoreError,
        error::retry_busy,
        idempotency::{self, Answer, Key, Seen},
        ledger::{self, Entry, Reason},
    },
    holders::Holders,
    in_tx,
};

/// Points to be given or taken.
#[derive(Clone, Debug)]
pub struct Adjustment {
    /// Whose points.
    pub user_id: i64,
    /// Points added (positive) or taken (negative), never 0.
    pub points: i64,
    /// Why, in the words the diner reads.
    pub reason: String,
    /// The admin who asks; nobody, where it is whoever runs the server.
    pub asker: Option<i64>,
    /// What the admin calls the request.
    pub key: Option<Key>,
    /// When.
    pub now: Timestamp,
}

/// What became of an adjustment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adjusted {
    /// The points have moved, and this is the answer.
    Moved(Answer),
    /// Answered before; nothing was moved now.
    Before(Answer),
    /// Its name was used for another request.
    Otherwise,
    /// The user would have fewer than no points, or more than [`ledger::BALANCE_MAX`]; this is the answer.
    OutOfRange(Answer),
    /// There is no such user.
    NoUser,
}

/// Moves points with a ledger row. `answer` writes the new balance down, or that it would be out of range (`None`); what
/// it wrote is kept for a repetition, which must not move what was refused once the balance has changed.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn adjust_points(
    db: &Db,
    adjustment: &Adjustment,
    answer: &(dyn Fn(Option<i64>) -> Answer + Sync),
) -> Result<Adjusted, StoreError> {
    retry_busy(|| adjust_once(db, adjustment, answer)).await
}

async fn adjust_once(
    db: &Db,
    adjustment: &Adjustment,
    answer: &(dyn Fn(Option<i64>) -> Answer + Sync),
) -> Result<Adjusted, StoreError> {
    let Adjustment { user_id, points, now, .. } = *adjustment;
    let mut tx = db.begin().await?;
    // Users are never removed.
    if in_tx(&mut tx, user_id).await?.is_none() {
        return tx.rollback().await.map(|()| Adjusted::NoUser);
    }
    // Equal requests wait here for each other. Whoever asks is locked as well: what is kept for a repetition names them.
    let holders = Holders::hold(&mut tx, adjustment.asker.into_iter().chain([user_id])).await?;
    if let Some(asker) = adjustment.asker {
        holders.still_in(asker)?;
    }
    if let Some(key) = &adjustment.key {
        match idempotency::seen(&mut tx, key, now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Adjusted::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Adjusted::Otherwise),
        }
    }
    let description = adjustment.reason.as_str();
    let entry = Entry { user_id, points, reason: Reason::Admin, description, related_id: None, at: now };
    let balance = ledger::move_points(&mut tx, entry).await?;
    let answer = answer(balance);
    if let Some(key) = &adjustment.key {
        idempotency::keep(&mut tx, key, &answer, now).await?;
    }
    tx.commit().await?;
    Ok(if balance.is_some() { Adjusted::Moved(answer) } else { Adjusted::OutOfRange(answer) })
}
