//! Answers that were given, kept for a day: a repeated request gets the same bytes and moves nothing.
//!
//! A transaction that moves points or stock looks for an earlier answer after it has locked the user's row (where equal
//! requests wait for each other), and keeps its own before the commit: by [`seen`] and [`keep`], or, where requests settle
//! together, for all of them at once.

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{Asked, execute, forget_oldest, repeated, values},
};

/// How long an answer is kept, in milliseconds.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// A request that may come twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Who asked.
    pub user_id: i64,
    /// The client's name for the request, 1..=64 of `A-Za-z0-9_-`.
    pub request_id: String,
    /// Digest of what was asked.
    pub fingerprint: String,
}

/// An answer as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Answer {
    /// Its `code`.
    pub code: i64,
    /// The whole body.
    pub body: String,
}

/// What is known about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing: it is to be carried out.
    Never,
    /// It was answered so.
    Before(Answer),
    /// Its name was used for another request.
    Otherwise,
}

/// What a transaction came to.
#[derive(Clone, Debug)]
pub enum Settled<T> {
    /// Carried out, or refused, now.
    Now(T, Answer),
    /// Answered before; nothing was moved now.
    Before(Answer),
    /// Its name was used for another request.
    Otherwise,
}

/// A kept answer.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Kept {
    pub(super) user_id: i64,
    pub(super) request_id: String,
    pub(super) fingerprint: String,
    #[sqlx(flatten)]
    pub(super) answer: Answer,
    /// Unix milliseconds.
    pub(super) created_at: i64,
}

impl Kept {
    pub(super) fn new(key: &Key, answer: Answer, now: Timestamp) -> Self {
        let Key { user_id, request_id, fingerprint } = key.clone();
        Self { user_id, request_id, fingerprint, answer, created_at: now.as_millisecond() }
    }

    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.created_at <= now.as_millisecond() - KEPT_MS
    }
}

/// The answers that are kept under these names, expired ones among them.
pub(super) fn find(tx: &mut Tx, keys: &[&Key]) -> Asked<Kept> {
    let one = "user_id = ? AND request_id = ?";
    let select = "SELECT user_id, request_id, fingerprint, code, body, created_at FROM idempotency WHERE ";
    let of = |count| select.to_owned() + &repeated(one, " OR ", count);
    tx.ask_all(of, keys, |key| values![key.user_id, &key.request_id])
}

/// Keeps answers.
pub(super) async fn insert(tx: &mut Tx, answers: &[Kept]) -> Result<(), StoreError> {
    let into = "INSERT INTO idempotency (user_id, request_id, fingerprint, code, body, created_at) VALUES ";
    tx.insert_all(into, answers, |kept| {
        values![kept.user_id, &kept.request_id, &kept.fingerprint, kept.answer.code, &kept.answer.body, kept.created_at]
    })
    .await
}

/// Lets go of the answer that was kept under a name.
pub(super) async fn forget(tx: &mut Tx, kept: &Kept) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM idempotency WHERE user_id = ? AND request_id = ?", kept.user_id, &kept.request_id)?;
    Ok(())
}

/// Looks for an earlier answer.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn seen(tx: &mut Tx, key: &Key, now: Timestamp) -> Result<Seen, StoreError> {
    let asked = find(tx, &[key]);
    Ok(match tx.flush().await?.take(asked)?.pop().filter(|kept| !kept.is_expired(now)) {
        None => Seen::Never,
        Some(kept) if kept.fingerprint == key.fingerprint => Seen::Before(kept.answer),
        Some(_) => Seen::Otherwise,
    })
}

/// Looks for an earlier answer outside of a transaction, which must look again.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn seen_before(db: &Db, key: &Key, now: Timestamp) -> Result<Seen, StoreError> {
    let mut tx = db.begin().await?;
    let seen = seen(&mut tx, key, now).await?;
    tx.rollback().await?;
    Ok(seen)
}

/// Keeps an answer, in the place of one that has expired.
///
/// # Errors
///
/// [`StoreError::Busy`] if an equal request was answered meanwhile, or what the database says.
pub async fn keep(tx: &mut Tx, key: &Key, answer: &Answer, now: Timestamp) -> Result<(), StoreError> {
    let expired = now.as_millisecond() - KEPT_MS;
    let delete = "DELETE FROM idempotency WHERE user_id = ? AND request_id = ? AND created_at <= ?";
    execute!(&mut *tx, delete, key.user_id, &key.request_id, expired)?;
    insert(tx, &[Kept::new(key, answer.clone(), now)]).await
}

/// Removes about a thousand of the answers that are no longer kept, the oldest first. How many; 0 when none is left.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn forget_old(db: &Db, now: Timestamp) -> Result<u64, StoreError> {
    let oldest = "SELECT MAX(created_at) FROM
                    (SELECT created_at FROM idempotency WHERE created_at <= ? ORDER BY created_at LIMIT 1000) AS oldest";
    forget_oldest(db, oldest, "DELETE FROM idempotency WHERE created_at <= ?", now.as_millisecond() - KEPT_MS).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{db::temporary, user};

    #[tokio::test]
    async fn an_answer_is_kept_for_a_day_and_for_its_own_request() {
        let (_dir, db) = temporary().await;
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &user::NewUser::plain("13800138000"), at(0)).await.unwrap();
        let key = Key { user_id, request_id: "r1".into(), fingerprint: "f".into() };
        let other = Key { fingerprint: "g".into(), ..key.clone() };
        let answer = Answer { code: 0, body: "{\"code\":0}".into() };
        assert_eq!(seen(&mut tx, &key, at(1)).await.unwrap(), Seen::Never);
        keep(&mut tx, &key, &answer, at(1)).await.unwrap();
        assert_eq!(seen(&mut tx, &key, at(KEPT_MS)).await.unwrap(), Seen::Before(answer.clone()));
        assert_eq!(seen(&mut tx, &other, at(2)).await.unwrap(), Seen::Otherwise);
        assert!(matches!(keep(&mut tx, &other, &answer, at(2)).await, Err(StoreError::Busy(_))));
        assert_eq!(seen(&mut tx, &other, at(KEPT_MS + 1)).await.unwrap(), Seen::Never);
        keep(&mut tx, &other, &answer, at(KEPT_MS + 1)).await.unwrap();
    }
}
