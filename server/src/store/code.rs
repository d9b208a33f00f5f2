//! Login codes. A phone has one at most; only its keyed hash is kept.

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_db, on_tx},
    error::{lost_race, retry_busy},
};

/// Life of a code in milliseconds.
pub const LIFE_MS: i64 = 300_000;
/// Time between two codes for a phone, in milliseconds.
pub const COOLDOWN_MS: i64 = 60_000;
/// How long a phone's row is kept after its last code, in milliseconds: as long as its codes of the day are counted,
/// in whatever time zone.
const KEPT_MS: i64 = 48 * 60 * 60 * 1000;
/// Wrong guesses after which a code is dead.
pub const TRIES: i64 = 5;

/// What became of a request for a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The code is the phone's code now.
    Stored,
    /// The last one was sent less than a minute ago.
    TooSoon {
        /// Milliseconds until another may be asked for, 1..=60,000.
        wait_ms: i64,
    },
}

/// What became of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spent {
    /// Right, and used up.
    Right,
    /// Wrong, expired, used or never sent.
    Wrong,
    /// The code is dead after too many wrong guesses.
    TooManyTries,
}

/// Makes `code_hash` the phone's code, unless the last one is too young.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn send(db: &Db, mobile: &str, code_hash: &str, now: Timestamp) -> Result<Sent, StoreError> {
    retry_busy(|| send_once(db, mobile, code_hash, now.as_millisecond())).await
}

async fn send_once(db: &Db, mobile: &str, code_hash: &str, now: i64) -> Result<Sent, StoreError> {
    let mut tx = db.begin().await?;
    // One sent further ahead than any clock may differ: it was wrong then, and the phone must not wait for it.
    let replaced = execute!(
        &mut tx,
        "UPDATE login_codes SET code_hash = ?, tries = 0, sent_at = ?, expires_at = ?
         WHERE mobile = ? AND (sent_at <= ? OR sent_at > ?)",
        code_hash,
        now,
        now + LIFE_MS,
        mobile,
        now - COOLDOWN_MS,
        now + COOLDOWN_MS
    )?;
    if replaced == 0 {
        let last: Option<(i64,)> = on_tx!(&mut tx, |c| {
            sqlx::query_as("SELECT sent_at FROM login_codes WHERE mobile = ?").bind(mobile).fetch_optional(c).await
        })?;
        if let Some((sent_at,)) = last {
            tx.rollback().await?;
            return Ok(Sent::TooSoon { wait_ms: (sent_at + COOLDOWN_MS - now).clamp(1, COOLDOWN_MS) });
        }
        insert(&mut tx, mobile, code_hash, now).await?;
    }
    tx.commit().await?;
    Ok(Sent::Stored)
}

async fn insert(tx: &mut Tx, mobile: &str, code_hash: &str, now: i64) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO login_codes (mobile, code_hash, sent_at, expires_at) VALUES (?, ?, ?, ?)",
        mobile,
        code_hash,
        now,
        now + LIFE_MS
    )
    .map_err(lost_race)?;
    Ok(())
}

/// Uses the code up if the guess is right; counts the try if it is wrong.
pub(super) async fn spend(tx: &mut Tx, mobile: &str, code_hash: &str, now: Timestamp) -> Result<Spent, StoreError> {
    let now = now.as_millisecond();
    let right = execute!(
        tx,
        "UPDATE login_codes SET expires_at = 0
         WHERE mobile = ? AND code_hash = ? AND expires_at > ? AND tries < ?",
        mobile,
        code_hash,
        now,
        TRIES
    )?;
    if right > 0 {
        return Ok(Spent::Right);
    }
    let counted = execute!(
        tx,
        "UPDATE login_codes SET tries = tries + 1 WHERE mobile = ? AND expires_at > ? AND tries < ?",
        mobile,
        now,
        TRIES
    )?;
    if counted > 0 {
        return Ok(Spent::Wrong);
    }
    let dead: Option<(i64,)> = on_tx!(tx, |c| {
        sqlx::query_as("SELECT tries FROM login_codes WHERE mobile = ? AND expires_at > ?")
            .bind(mobile)
            .bind(now)
            .fetch_optional(c)
            .await
    })?;
    Ok(if dead.is_some() { Spent::TooManyTries } else { Spent::Wrong })
}

/// Removes about a thousand of the codes whose day is over, the oldest first. How many; 0 when none is left.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn forget_old(db: &Db, now: Timestamp) -> Result<u64, StoreError> {
    let until = now.as_millisecond() - KEPT_MS;
    let oldest: (Option<i64>,) = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT MAX(sent_at) FROM
               (SELECT sent_at FROM login_codes WHERE sent_at <= ? ORDER BY sent_at LIMIT 1000) AS oldest",
        )
        .bind(until)
        .fetch_one(c)
        .await
    })?;
    let Some(until) = oldest.0 else { return Ok(0) };
    retry_busy(async || {
        let mut tx = db.begin().await?;
        let removed = execute!(&mut tx, "DELETE FROM login_codes WHERE sent_at <= ?", until)?;
        tx.commit().await?;
        Ok(removed)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::temporary;

    const PHONE: &str = "13800138000";

    async fn guess(db: &Db, hash: &str, at_ms: i64) -> Spent {
        let mut tx = db.begin().await.unwrap();
        let spent = spend(&mut tx, PHONE, hash, Timestamp::from_millisecond(at_ms).unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        spent
    }

    async fn ask(db: &Db, hash: &str, at_ms: i64) -> Sent {
        send(db, PHONE, hash, Timestamp::from_millisecond(at_ms).unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn a_code_works_once_and_only_while_it_lives() {
        let (_dir, db) = temporary().await;
        assert_eq!(guess(&db, "a", 0).await, Spent::Wrong);
        assert_eq!(ask(&db, "a", 1_000).await, Sent::Stored);
        assert_eq!(guess(&db, "a", 1_000 + LIFE_MS).await, Spent::Wrong);
        assert_eq!(guess(&db, "a", 999 + LIFE_MS).await, Spent::Right);
        assert_eq!(guess(&db, "a", 999 + LIFE_MS).await, Spent::Wrong);
    }

    #[tokio::test]
    async fn another_code_needs_a_minute() {
        let (_dir, db) = temporary().await;
        assert_eq!(ask(&db, "a", 1_000).await, Sent::Stored);
        assert_eq!(ask(&db, "b", 60_999).await, Sent::TooSoon { wait_ms: 1 });
        assert_eq!(guess(&db, "a", 60_999).await, Spent::Right);
        assert_eq!(ask(&db, "b", 60_999).await, Sent::TooSoon { wait_ms: 1 });
        assert_eq!(ask(&db, "b", 61_000).await, Sent::Stored);
        assert_eq!(guess(&db, "b", 61_000).await, Spent::Right);
    }

    #[tokio::test]
    async fn a_clock_that_was_ahead_locks_no_phone_out() {
        let (_dir, db) = temporary().await;
        assert_eq!(ask(&db, "a", 10_000_000).await, Sent::Stored);
        assert_eq!(ask(&db, "b", 1_000).await, Sent::Stored);
        assert_eq!(ask(&db, "c", 1_001).await, Sent::TooSoon { wait_ms: COOLDOWN_MS - 1 });
    }

    #[tokio::test]
    async fn five_wrong_guesses_kill_a_code() {
        let (_dir, db) = temporary().await;
        ask(&db, "a", 0).await;
        for _ in 0..TRIES {
            assert_eq!(guess(&db, "b", 1).await, Spent::Wrong);
        }
        assert_eq!(guess(&db, "a", 2).await, Spent::TooManyTries);
        ask(&db, "c", COOLDOWN_MS).await;
        assert_eq!(guess(&db, "c", COOLDOWN_MS).await, Spent::Right);
    }
}
