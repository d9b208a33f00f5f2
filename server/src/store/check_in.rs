//! The daily check-in: once a local day, for points.

use jiff::Timestamp;

use super::{
    Db, StoreError,
    batch::{self, Ask, Effects, Needs, Request, Work},
    idempotency::{Answer, Key, Settled},
    ledger::{Entry, Reason},
};
use crate::clock::LocalDay;

/// A check-in.
#[derive(Clone, Debug)]
pub struct CheckIn {
    /// Who is there.
    pub user_id: i64,
    /// The session that it came by, to be looked at in the transaction.
    pub session: Option<String>,
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
}

/// Checks in, or not. `answer` writes the outcome down; what it wrote is kept for a repetition of the request.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. Nothing has moved then.
pub async fn check_in(
    db: &Db,
    ask: CheckIn,
    answer: impl Fn(&Outcome) -> Answer + Send + Sync + 'static,
) -> Result<Settled<Outcome>, StoreError> {
    batch::settle(db, ask, answer).await
}

impl Ask for CheckIn {
    fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    fn now(&self) -> Timestamp {
        self.now
    }

    fn session(&self) -> Option<(&String, i64)> {
        self.session.as_ref().map(|session_id| (session_id, self.user_id))
    }

    fn needs(&self, needs: &mut Needs) {
        needs.users.insert(self.user_id);
    }

    fn admitted(&self, work: &Work) -> Result<(), StoreError> {
        work.user(self.user_id)?.still_in()
    }
}

impl Request for CheckIn {
    type Outcome = Outcome;

    /// As with draws, tomorrow may have been counted by a server past midnight; a day further on comes from a clock that
    /// was wrong, and locks nobody out.
    fn decide(&self, work: &Work) -> Result<(Outcome, Effects), StoreError> {
        let mut effects = Effects::default();
        let user = effects.user(work, self.user_id)?;
        if (self.day.date..=self.day.tomorrow).contains(&user.check_in_day) {
            return Ok((Outcome::Already, Effects::default()));
        }
        user.check_in_day = self.day.date;
        let entry = Entry {
            user_id: self.user_id,
            points: self.points,
            reason: Reason::CheckIn,
            description: "每日签到",
            related_id: None,
            at: self.now,
        };
        // A full balance keeps the day counted: there is nothing to come back for.
        let outcome = match effects.move_points(work, entry)? {
            Some(balance) => Outcome::Done { balance },
            None => Outcome::BalanceFull,
        };
        Ok((outcome, effects))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        db::{execute, temporary},
        user,
    };

    #[tokio::test]
    async fn a_day_is_counted_once_whatever_the_clocks_say() {
        let (_scratch, db) = temporary().await;
        let now = Timestamp::from_millisecond(0).unwrap();
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &user::NewUser::plain("13800138000"), now).await.unwrap();
        tx.commit().await.unwrap();
        let on = async |date, tomorrow| {
            let ask = CheckIn { user_id, session: None, points: 5, key: None, day: LocalDay { date, tomorrow }, now };
            match check_in(&db, ask, |_| Answer { code: 0, body: String::new() }).await.unwrap() {
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
        let ask = CheckIn {
            user_id,
            session: None,
            points: 5,
            key: None,
            day: LocalDay { date: 20_261_124, tomorrow: 20_261_125 },
            now,
        };
        let refused = check_in(&db, ask, |_| Answer { code: 0, body: String::new() }).await;
        assert!(matches!(refused, Err(StoreError::Banned)), "{refused:?}");
    }
}
