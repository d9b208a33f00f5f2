//! Login codes. A phone has one at most; only its keyed hash is kept.

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, forget_oldest, on_tx},
    error::{lost_race, retry_busy},
};
use crate::clock::LocalDay;

/// Life of a code in milliseconds.
pub const LIFE_MS: i64 = 300_000;
/// Time between two codes for a phone, in milliseconds.
pub const COOLDOWN_MS: i64 = 60_000;
/// How long a phone's row is kept after its last code, in milliseconds: as long as its codes of the day are counted,
/// in whatever time zone.
const KEPT_MS: i64 = 48 * 60 * 60 * 1000;
/// Wrong guesses after which a code is dead.
pub const TRIES: i64 = 5;

/// Codes for a phone in one local day.
pub const DAILY_CAP: i64 = 10;
/// Wrong guesses at a phone's codes of one local day, however many codes those were.
pub const DAILY_TRIES: i64 = 50;

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
    /// The phone has had all of the day's wrong guesses.
    TooManyTries,
}

/// What became of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spent {
    /// Right, and used up.
    Right,
    /// Wrong, expired, used or never sent.
    Wrong,
    /// The code is dead after too many wrong guesses at it, or at all of the day's.
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
         SET code_hash = ?, tries = 0, sent_at = ?, next_at = ?, expires_at = ?,
             sent_count = (CASE WHEN sent_day BETWEEN ? AND ? THEN sent_count ELSE 0 END) + 1,
             day_tries = CASE WHEN sent_day BETWEEN ? AND ? THEN day_tries ELSE 0 END,
             sent_day = CASE WHEN sent_day BETWEEN ? AND ? THEN sent_day ELSE ? END
         WHERE mobile = ? AND (next_at <= ? OR next_at > ?)
           AND (sent_day NOT BETWEEN ? AND ? OR (sent_count < ? AND day_tries < ?))",
        code_hash,
        now,
        now + COOLDOWN_MS,
        now + LIFE_MS,
        day.date,
        day.tomorrow,
        day.date,
        day.tomorrow,
        day.date,
        day.tomorrow,
        day.date,
        mobile,
        now,
        now + 2 * COOLDOWN_MS,
        day.date,
        day.tomorrow,
        DAILY_CAP,
        DAILY_TRIES
    )?;
    if replaced == 0 {
        let last: Option<(i64, i64, i64, i64)> = on_tx!(&mut tx, |c| {
            let select = "SELECT next_at, sent_day, sent_count, day_tries FROM login_codes WHERE mobile = ?";
            sqlx::query_as(select).bind(mobile).fetch_optional(c).await
        })?;
        if let Some((next_at, sent_day, sent_count, day_tries)) = last {
            tx.rollback().await?;
            let today = (day.date..=day.tomorrow).contains(&sent_day);
            return Ok(match () {
                () if today && sent_count >= DAILY_CAP => Sent::TooMany,
                () if today && day_tries >= DAILY_TRIES => Sent::TooManyTries,
                () => Sent::TooSoon { wait_ms: (next_at - now).clamp(1, COOLDOWN_MS) },
            });
        }
        insert(&mut tx, mobile, code_hash, day, now).await?;
    }
    tx.commit().await?;
    Ok(Sent::Stored)
}

async fn insert(tx: &mut Tx, mobile: &str, code_hash: &str, day: LocalDay, now: i64) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO login_codes (mobile, code_hash, sent_at, next_at, expires_at, sent_day, sent_count)
         VALUES (?, ?, ?, ?, ?, ?, 1)",
        mobile,
        code_hash,
        now,
        now + COOLDOWN_MS,
        now + LIFE_MS,
        day.date
    )
    .map_err(lost_race)?;
    Ok(())
}

/// Lets the phone ask again at once after the code sent at `sent_at` failed to go out. If it certainly has not, it is
/// not one of the day's, and is dead: nobody can know it, and whoever asks again and again must not get guesses for it.
/// Where that is uncertain it counts, for a gateway that sends and then fails must not be a way around the cap; and it
/// stays good, for the diner may get it yet. Wrong guesses count in either case.
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
            "UPDATE login_codes
             SET next_at = 0, sent_count = sent_count - ?, expires_at = CASE WHEN ? = 1 THEN 0 ELSE expires_at END
             WHERE mobile = ? AND code_hash = ? AND sent_at = ? AND next_at <> 0",
            i64::from(certainly),
            i64::from(certainly),
            mobile,
            code_hash,
            sent_at.as_millisecond()
        )?;
        tx.commit().await
    })
    .await
}

/// Uses the code up if the guess is right; counts the try if it is wrong. Only guesses at a live code count: others can't
/// be right, and nobody must be able to use up a phone's day without a code.
pub(super) async fn spend(tx: &mut Tx, mobile: &str, code_hash: &str, now: Timestamp) -> Result<Spent, StoreError> {
    let now = now.as_millisecond();
    let right = execute!(
        tx,
        "UPDATE login_codes SET expires_at = 0
         WHERE mobile = ? AND code_hash = ? AND expires_at > ? AND tries < ? AND day_tries < ?",
        mobile,
        code_hash,
        now,
        TRIES,
        DAILY_TRIES
    )?;
    if right > 0 {
        return Ok(Spent::Right);
    }
    let counted = execute!(
        tx,
        "UPDATE login_codes SET tries = tries + 1, day_tries = day_tries + 1
         WHERE mobile = ? AND expires_at > ? AND tries < ? AND day_tries < ?",
        mobile,
        now,
        TRIES,
        DAILY_TRIES
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
    let oldest = "SELECT MAX(sent_at) FROM
                    (SELECT sent_at FROM login_codes WHERE sent_at <= ? ORDER BY sent_at LIMIT 1000) AS oldest";
    forget_oldest(db, oldest, "DELETE FROM login_codes WHERE sent_at <= ?", now.as_millisecond() - KEPT_MS).await
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

    async fn take_back(db: &Db, hash: &str, at_ms: i64, certainly: bool) {
        not_sent(db, PHONE, hash, Timestamp::from_millisecond(at_ms).unwrap(), certainly).await.unwrap();
    }

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
        for _ in 0..2 * DAILY_CAP {
            assert_eq!(ask(&db, "a", LATER).await, Sent::Stored);
            take_back(&db, "a", LATER, true).await;
            assert_eq!(guess(&db, "a", LATER).await, Spent::Wrong, "nobody can know it");
        }
        for _ in 0..DAILY_CAP {
            assert_eq!(ask(&db, "a", LATER).await, Sent::Stored);
            take_back(&db, "another", LATER, true).await;
            assert!(matches!(ask(&db, "b", LATER).await, Sent::TooSoon { .. } | Sent::TooMany));
            take_back(&db, "a", LATER, false).await;
        }
        assert_eq!(ask(&db, "b", LATER).await, Sent::TooMany);
        assert_eq!(guess(&db, "a", LATER + 1_000).await, Spent::Right, "it may have arrived");
    }

    #[tokio::test]
    async fn while_nothing_is_sent_a_day_has_fifty_guesses() {
        let (_dir, db) = temporary().await;
        // Guessed while the gateway is still being tried, and after.
        for round in 0..100 {
            let sent = ask(&db, "right", 1).await;
            assert_eq!(sent, if round < DAILY_TRIES / TRIES { Sent::Stored } else { Sent::TooManyTries });
            for _ in 0..TRIES {
                assert_eq!(guess(&db, "wrong", 1).await, Spent::Wrong);
            }
            take_back(&db, "right", 1, true).await;
            assert_eq!(guess(&db, "right", 1).await, Spent::Wrong, "round {round}");
        }
        assert_eq!(ask_on(&db, TOMORROW, "b", 2).await, Sent::Stored);
        assert_eq!(guess(&db, "b", 2).await, Spent::Right);
    }

    #[tokio::test]
    async fn a_code_dies_with_the_day_s_last_guess() {
        let (_dir, db) = temporary().await;
        for round in 0..DAILY_TRIES / (TRIES - 1) {
            assert_eq!(ask(&db, "right", 1).await, Sent::Stored);
            for _ in 0..TRIES - 1 {
                assert_eq!(guess(&db, "wrong", 1).await, Spent::Wrong, "round {round}");
            }
            take_back(&db, "right", 1, true).await;
        }
        assert_eq!(ask(&db, "right", 1).await, Sent::Stored);
        assert_eq!(guess(&db, "wrong", 1).await, Spent::Wrong);
        assert_eq!(guess(&db, "wrong", 1).await, Spent::Wrong);
        assert_eq!(guess(&db, "right", 1).await, Spent::TooManyTries, "after fifty in all, two of them at this one");
    }

    #[tokio::test]
    async fn a_code_that_failed_is_forgotten_no_sooner_than_others() {
        let (_dir, db) = temporary().await;
        let at = 10 * KEPT_MS;
        let forget = async |ms| forget_old(&db, Timestamp::from_millisecond(ms).unwrap()).await.unwrap();
        assert_eq!(ask(&db, "a", at).await, Sent::Stored);
        take_back(&db, "a", at, false).await;
        assert_eq!(forget(at + KEPT_MS - 1).await, 0);
        assert_eq!(guess(&db, "a", at).await, Spent::Right);
        for n in 1..DAILY_CAP {
            assert_eq!(ask(&db, "a", at).await, Sent::Stored, "{n}");
            take_back(&db, "a", at, false).await;
        }
        assert_eq!(forget(at).await, 0);
        assert_eq!(ask(&db, "a", at).await, Sent::TooMany);
        assert_eq!((forget(at + KEPT_MS).await, forget(at + KEPT_MS).await), (1, 0));
    }
}
