//! The daily check-in: once a local day, for points.

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::execute,
    error::retry_busy,
    idempotency::{self, Answer, Key, Seen, Settled},
    ledger::{self, Entry, Reason},
    user::{self, UserStatus},
};
use crate::clock::LocalDay;

/// A check-in.
#[derive(Clone, Debug)]
pub struct CheckIn {
    /// Who is there.
    pub user_id: i64,
    /// Points for it, above 0.
    pub points: i64,
    /// If the request named itself.
    pub key: Option<Key>,
    /// The local day.
    pub day: LocalDay,
    /// When.
    pub now: Timestamp,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The points are there.
    Done {
        /// Points now.
        balance: i64,
    },
    /// The day was counted before.
    Already,
    /// The points don't fit into the balance.
    BalanceFull,
    /// The account is locked out.
    Banned,
}

/// Checks in, or not. `answer` writes the outcome down; what it wrote is kept for a repetition of the request.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn check_in(
    db: &Db,
    ask: &CheckIn,
    answer: &(dyn Fn(&Outcome) -> Answer + Sync),
) -> Result<Settled<Outcome>, StoreError> {
    retry_busy(|| check_in_once(db, ask, answer)).await
}

async fn check_in_once(
    db: &Db,
    ask: &CheckIn,
    answer: &(dyn Fn(&Outcome) -> Answer + Sync),
) -> Result<Settled<Outcome>, StoreError> {
    let mut tx = db.begin().await?;
    let claimed = claim(&mut tx, ask).await?;
    if let Some(key) = &ask.key {
        match idempotency::seen(&mut tx, key, ask.now).await? {
            Seen::Never => {}
            Seen::Before(answer) => return tx.rollback().await.map(|()| Settled::Before(answer)),
            Seen::Otherwise => return tx.rollback().await.map(|()| Settled::Otherwise),
        }
    }
    let outcome = if claimed { credit(&mut tx, ask).await? } else { why_not(&mut tx, ask).await? };
    let answer = answer(&outcome);
    // A ban is not an answer to this request: it may be lifted.
    if let Some(key) = ask.key.as_ref().filter(|_| outcome != Outcome::Banned) {
        idempotency::keep(&mut tx, key, &answer, ask.now).await?;
    }
    tx.commit().await?;
    Ok(Settled::Now(outcome, answer))
}

/// Counts the day, if it is not counted yet: one write that is also the check. As with draws, tomorrow may have been
/// counted by a server past midnight; a day further on comes from a clock that was wrong, and locks nobody out.
async fn claim(tx: &mut Tx, ask: &CheckIn) -> Result<bool, StoreError> {
    let claimed = execute!(
        tx,
        "UPDATE users SET check_in_day = ?, updated_at = ?
         WHERE user_id = ? AND status = 'active' AND check_in_day NOT BETWEEN ? AND ?",
        ask.day.date,
        ask.now.as_millisecond(),
        ask.user_id,
        ask.day.date,
        ask.day.tomorrow
    )?;
    Ok(claimed > 0)
}

async fn credit(tx: &mut Tx, ask: &CheckIn) -> Result<Outcome, StoreError> {
    let entry = Entry {
        user_id: ask.user_id,
        points: ask.points,
        reason: Reason::CheckIn,
        description: "每日签到",
        related_id: None,
        at: ask.now,
    };
    // A full balance keeps the day counted: there is nothing to come back for.
    Ok(match ledger::move_points(tx, entry).await? {
        Some(balance) => Outcome::Done { balance },
        None => Outcome::BalanceFull,
    })
}

/// The reason a claim touched no row, read in the same transaction.
async fn why_not(tx: &mut Tx, ask: &CheckIn) -> Result<Outcome, StoreError> {
    let user = user::in_tx(tx, ask.user_id).await?;
    let user = user.ok_or_else(|| StoreError::Corrupt(format!("no user {}", ask.user_id)))?;
    Ok(match user.status {
        UserStatus::Active => Outcome::Already,
        UserStatus::Banned => Outcome::Banned,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::temporary;

    #[tokio::test]
    async fn a_day_is_counted_once_whatever_the_clocks_say() {
        let (_scratch, db) = temporary().await;
        let now = Timestamp::from_millisecond(0).unwrap();
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &user::NewUser::plain("13800138000"), now).await.unwrap();
        tx.commit().await.unwrap();
        let on = async |date, tomorrow| {
            let ask = CheckIn { user_id, points: 5, key: None, day: LocalDay { date, tomorrow }, now };
            match check_in(&db, &ask, &|_| Answer { code: 0, body: String::new() }).await.unwrap() {
                Settled::Now(outcome, _) => outcome,
                settled => panic!("{settled:?}"),
            }
        };
        // A clock that was years ahead.
        assert_eq!(on(20_990_101, 20_990_102).await, Outcome::Done { balance: 5 });
        assert_eq!(on(20_261_122, 20_261_123).await, Outcome::Done { balance: 10 });
        assert_eq!(on(20_261_122, 20_261_123).await, Outcome::Already);
        // A server past midnight, then one that is late.
        assert_eq!(on(20_261_123, 20_261_124).await, Outcome::Done { balance: 15 });
        assert_eq!(on(20_261_122, 20_261_123).await, Outcome::Already);

        let mut tx = db.begin().await.unwrap();
        execute!(&mut tx, "UPDATE users SET status = 'banned'").unwrap();
        tx.commit().await.unwrap();
        assert_eq!(on(20_261_124, 20_261_125).await, Outcome::Banned);
    }
}
