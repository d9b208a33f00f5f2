//! Points given or taken by hand.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::super::{
    Db, StoreError,
    db::execute,
    error::retry_busy,
    idempotency::{self, Answer, Key, Seen},
    ledger::{self, Entry, Reason},
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
    // The contended write comes first: equal requests wait here for each other. Whoever asks is locked as well, as what is
    // kept for a repetition names them, and both by their ids: two admins may give each other points.
    let mut known = 0;
    let asker = adjustment.key.as_ref().map(|key| key.user_id);
    let both: BTreeSet<_> = asker.into_iter().chain([user_id]).collect();
    for held in both {
        let met = execute!(&mut tx, "UPDATE users SET updated_at = updated_at WHERE user_id = ?", held)?;
        if held == user_id {
            known = met;
        }
    }
    if let Some(key) = &adjustment.key {
        match idempotency::seen(&mut tx, key, now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Adjusted::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Adjusted::Otherwise),
        }
    }
    if known == 0 {
        return tx.rollback().await.map(|()| Adjusted::NoUser);
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
