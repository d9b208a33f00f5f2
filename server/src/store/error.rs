//! What can go wrong in the database, told apart by what the caller can do about it.

use std::{sync::Arc, time::Duration};

use sqlx::mysql::MySqlDatabaseError;

/// A surprise from the database. What is merely absent is `None`, what is refused is an outcome.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another transaction is in the way; the same again may succeed.
    #[error("the database is busy: {0}")]
    Busy(&'static str),
    /// More requests wait for a connection than there are, or the database can't be reached; trying again at once would
    /// make it worse.
    #[error("no connection to the database came free in time, or it can't be reached")]
    Full,
    /// The session that a request came by is unknown, another's or revoked.
    #[error("the session has ended")]
    NoSession,
    /// The user was locked out between the look at their token and the lock of their row.
    #[error("the user was locked out meanwhile")]
    Banned,
    /// The user was a merchant when their token was looked at, and is none any more.
    #[error("the user is no merchant any more")]
    NotMerchant,
    /// The server stopped in the middle of a commit; whether it took place shows when it is asked for again.
    #[error("a commit was cut short")]
    Cut,
    /// What befell a transaction that the request shared with others, and none of them is to blame for.
    #[error("{0}")]
    Shared(#[source] Arc<StoreError>),
    /// A stored value breaks a rule that holds after every commit.
    #[error("stored data is corrupt: {0}")]
    Corrupt(String),
    /// Anything else.
    #[error("database: {0}")]
    Database(#[source] sqlx::Error),
}

impl StoreError {
    /// The same for another request of the transaction that it befell.
    pub(in crate::store) fn share(cause: &Arc<Self>) -> Self {
        match **cause {
            Self::Busy(why) => Self::Busy(why),
            Self::Full => Self::Full,
            Self::Cut => Self::Cut,
            _ => Self::Shared(cause.clone()),
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::Full,
            ref error if is_busy(error) => Self::Busy("another transaction holds the lock"),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt(error.to_string()),
            other => Self::Database(other),
        }
    }
}

/// SQLite's 5 (busy), 261 (busy, recovering) and 517 (busy, snapshot); MariaDB's 1205 (waited too long for a lock), 1213
/// (deadlock) and 1020 (changed since last read).
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(cause) = error else { return false };
    match cause.try_downcast_ref::<MySqlDatabaseError>() {
        Some(cause) => matches!(cause.number(), 1205 | 1213 | 1020),
        None => matches!(cause.code().as_deref(), Some("5" | "261" | "517")),
    }
}

/// A number as the core counts. Columns are read as `i64`, whose decoding the engines agree on.
pub(crate) fn number(stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::Corrupt(format!("{stored} is no identifier, count or amount")))
}

/// A child row whose key somebody else has just taken is a race lost: tried again, it finds the other's row.
pub(crate) fn lost_race(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) if cause.is_unique_violation() => {
            StoreError::Busy("another request made the same row")
        }
        _ => error.into(),
    }
}

/// How often a busy transaction is tried again.
const RETRIES: u32 = 3;

/// Runs a whole transaction, and again at most three times, 10, 20 and 40 ms later, while the database is busy.
///
/// # Errors
///
/// [`StoreError::Busy`] when it stayed busy, or the first other error.
pub async fn retry_busy<T, F>(mut transaction: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    match transaction().await {
        Err(StoreError::Busy(_)) => retry_later(transaction).await,
        settled => settled,
    }
}

/// The same for a transaction that has just found the database busy.
pub(super) async fn retry_later<T, F>(mut transaction: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    let mut pause = Duration::from_millis(10);
    for _ in 1..RETRIES {
        tokio::time::sleep(pause).await;
        match transaction().await {
            Err(StoreError::Busy(_)) => pause *= 2,
            settled => return settled,
        }
    }
    tokio::time::sleep(pause).await;
    transaction().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn busy_is_tried_four_times_and_other_errors_once() {
        let mut tries = 0;
        let outcome = retry_busy(|| {
            tries += 1;
            std::future::ready(Err::<(), _>(StoreError::Busy("x")))
        });
        assert!(matches!(outcome.await, Err(StoreError::Busy("x"))));
        assert_eq!(tries, 4);

        tries = 0;
        let outcome = retry_busy(|| {
            tries += 1;
            std::future::ready(Err::<(), _>(StoreError::Corrupt("x".into())))
        });
        assert!(matches!(outcome.await, Err(StoreError::Corrupt(_))));
        assert_eq!(tries, 1);
    }
}
