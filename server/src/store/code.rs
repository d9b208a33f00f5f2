//! Login codes. A phone has one at most; only its keyed hash is kept.

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_tx},
    error::{lost_race, retry_busy},
};
use crate::clock::LocalDay;

/// Life of a code in milliseconds.
pub const LIFE_MS: i64 = 300_000;
/// Time between two codes for a phone, in milliseconds.
pub const COOLDOWN_MS: i64 = 60_000;
/// Wrong guesses after which a code is dead.
pub const TRIES: i64 = 5;

/// Codes for a phone in one local day.
pub const DAILY_CAP: i64 = 10;

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
    /// The phone has had all of the day's codes.
    TooMany,
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

/// Makes `code_hash` the phone's code, unless the last one is too young or the day's are used up.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn send(db: &Db, mobile: &str, code_hash: &str, day: LocalDay, now: Timestamp) -> Result<Sent, StoreError> {
    retry_busy(|| send_once(db, mobile, code_hash, day, now.as_millisecond())).await
}

async fn send_once(db: &Db, mobile: &str, code_hash: &str, day: LocalDay, now: i64) -> Result<Sent, StoreError> {
    let mut tx = db.begin().await?;
    // One sent further ahead than any clock may differ: it was wrong then, and the phone must not wait for it. The day
    // goes on as that of the draws does, and is likewise overwritten after what it counts.
    let replaced = execute!(
        &mut tx,
        "UPDATE login_codes
         SET code_hash = ?, tries = 0, sent_at = ?, expires_at = ?,
             sent_count = (CASE WHEN sent_day BETWEEN ? AND ? THEN sent_count ELSE 0 END) + 1,
             sent_day = CASE WHEN sent_day BETWEEN ? AND ? THEN sent_day ELSE ? END
         WHERE mobile = ? AND (sent_at <= ? OR sent_at > ?)
           AND (CASE WHEN sent_day BETWEEN ? AND ? THEN sent_count ELSE 0 END) < ?",
        code_hash,
        now,
        now + LIFE_MS,
        day.date,
        day.tomorrow,
        day.date,
        day.tomorrow,
        day.date,
        mobile,
        now - COOLDOWN_MS,
        now + COOLDOWN_MS,
        day.date,
        day.tomorrow,
        DAILY_CAP
    )?;
    if replaced == 0 {
        let last: Option<(i64, i64, i64)> = on_tx!(&mut tx, |c| {
            let select = sqlx::query_as("SELECT sent_at, sent_day, sent_count FROM login_codes WHERE mobile = ?");
            select.bind(mobile).fetch_optional(c).await
        })?;
        if let Some((sent_at, sent_day, sent_count)) = last {
            tx.rollback().await?;
            if (day.date..=day.tomorrow).contains(&sent_day) && sent_count >= DAILY_CAP {
                return Ok(Sent::TooMany);
            }
            return Ok(Sent::TooSoon { wait_ms: (sent_at + COOLDOWN_MS - now).clamp(1, COOLDOWN_MS) });
        }
        insert(&mut tx, mobile, code_hash, day, now).await?;
    }
    tx.commit().await?;
    Ok(Sent::Stored)
}

async fn insert(tx: &mut Tx, mobile: &str, code_hash: &str, day: LocalDay, now: i64) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO login_codes (mobile, code_hash, sent_at, expires_at, sent_day, sent_count)
         VALUES (?, ?, ?, ?, ?, 1)",
        mobile,
        code_hash,
        now,
        now + LIFE_MS,
        day.date
    )
    .map_err(lost_race)?;
    Ok(())
}

/// Takes back that a code was sent at `sent_at`, so that the phone may ask again at once; and, if it certainly has not
/// gone out, that it was one of the day's. Where that is uncertain it counts: a gateway that sends and then fails must not
/// be a way around the cap. The code stays good, for the diner may get it yet.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn not_sent(
    db: &Db,
    mobile: &str,
    code_hash: &str,
    sent_at: Timestamp,
    certainly: bool,
) -> Result<(), StoreError> {
    retry_busy(|| async {
        let mut tx = db.begin().await?;
        execute!(
            &mut tx,
            "UPDATE login_codes SET sent_at = 0, sent_count = sent_count - ?
             WHERE mobile = ? AND code_hash = ? AND sent_at = ?",
            i64::from(certainly),
            mobile,
            code_hash,
            sent_at.as_millisecond()
        )?;
        tx.commit().await
    })
    .await
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

    const TODAY: LocalDay = LocalDay { date: 20_261_122, tomorrow: 20_261_123 };
    const TOMORROW: LocalDay = LocalDay { date: 20_261_123, tomorrow: 20_261_124 };

    async fn ask(db: &Db, hash: &str, at_ms: i64) -> Sent {
        ask_on(db, TODAY, hash, at_ms).await
    }

    async fn ask_on(db: &Db, day: LocalDay, hash: &str, at_ms: i64) -> Sent {
        send(db, PHONE, hash, day, Timestamp::from_millisecond(at_ms).unwrap()).await.unwrap()
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
    #[tokio::test]
    async fn a_phone_has_ten_codes_a_day_and_the_next_ten_on_the_next() {
        let (_dir, db) = temporary().await;
        let minute = |n| n * COOLDOWN_MS;
        for n in 0..DAILY_CAP {
            assert_eq!(ask(&db, "a", minute(n)).await, Sent::Stored);
        }
        assert_eq!(ask(&db, "b", minute(DAILY_CAP)).await, Sent::TooMany);
        assert_eq!(ask(&db, "b", minute(DAILY_CAP) - 1).await, Sent::TooMany, "waiting a moment would not help");
        assert_eq!(guess(&db, "a", minute(DAILY_CAP)).await, Spent::Right);
        for n in 0..DAILY_CAP {
            // Asked of a server whose clock is slow, it is still tomorrow's.
            let day = if n == 5 { TODAY } else { TOMORROW };
            assert_eq!(ask_on(&db, day, "a", minute(20 + n)).await, Sent::Stored);
        }
        assert_eq!(ask_on(&db, TOMORROW, "b", minute(40)).await, Sent::TooMany);
        assert_eq!(ask_on(&db, TODAY, "b", minute(40)).await, Sent::TooMany);
    }

    #[tokio::test]
    async fn a_code_that_was_not_sent_counts_only_if_it_may_have_been() {
        const LATER: i64 = 2 * COOLDOWN_MS;
        let (_dir, db) = temporary().await;
        let take_back = async |hash: &str, certainly| {
            not_sent(&db, PHONE, hash, Timestamp::from_millisecond(LATER).unwrap(), certainly).await.unwrap();
        };
        for _ in 0..2 * DAILY_CAP {
            assert_eq!(ask(&db, "a", LATER).await, Sent::Stored);
            take_back("a", true).await;
        }
        for _ in 0..DAILY_CAP {
            assert_eq!(ask(&db, "a", LATER).await, Sent::Stored);
            take_back("another", true).await;
            assert!(matches!(ask(&db, "b", LATER).await, Sent::TooSoon { .. } | Sent::TooMany));
            take_back("a", false).await;
        }
        assert_eq!(ask(&db, "b", LATER).await, Sent::TooMany);
        assert_eq!(guess(&db, "a", LATER + 1_000).await, Spent::Right, "it may have arrived");
    }
}
