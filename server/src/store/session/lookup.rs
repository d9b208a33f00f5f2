//! Sessions that are looked up at the same moment share one query: each request of a diner needs one, and most of what a query
//! costs is its way to the database and back.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use crate::store::{
    Db, StoreError,
    db::{MANY, on_db, padded, repeated},
    user::User,
};

/// How long a query may take: a database that says nothing must not keep those who come later.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who waits for a query.
#[derive(Debug, Default)]
pub(in crate::store) struct Lookups(Mutex<Line>);

#[derive(Debug, Default)]
struct Line {
    waiting: Vec<Waiting>,
    /// Whether somebody reads: while one query is on its way, those of the next come together.
    is_read: bool,
}

#[derive(Debug)]
struct Waiting {
    session_id: String,
    user_id: i64,
    reply: oneshot::Sender<Result<Option<Arc<User>>, StoreError>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    of_session: String,
    #[sqlx(flatten)]
    user: User,
}

/// The user of a session; `None` if it is not theirs, is unknown, or was revoked.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn user(db: &Db, session_id: &str, user_id: i64) -> Result<Option<Arc<User>>, StoreError> {
    let (reply, found) = oneshot::channel();
    {
        let mut line = db.lookups.line();
        line.waiting.push(Waiting { session_id: session_id.to_owned(), user_id, reply });
        if !line.is_read {
            line.is_read = true;
            tokio::spawn(read(db.clone()));
        }
    }
    found.await.map_err(|_| StoreError::Cut)?
}

/// Answers whoever waits, until nobody does.
async fn read(db: Db) {
    let mut reader = Reader { lookups: &db.lookups, has_ended: false };
    while let Some(waiting) = reader.next() {
        let found = timeout(PATIENCE, look_up(&db, &waiting)).await;
        let found = found.unwrap_or(Err(StoreError::Busy("it took too long"))).map_err(Arc::new);
        for Waiting { session_id, user_id, reply } in waiting {
            // Whoever asked may have hung up.
            let _ = reply.send(match &found {
                Ok(users) => Ok(users.get(&session_id).filter(|user| user.user_id == user_id).cloned()),
                Err(error) => Err(StoreError::share(error)),
            });
        }
    }
}

async fn look_up(db: &Db, waiting: &[Waiting]) -> Result<HashMap<String, Arc<User>>, StoreError> {
    let places = repeated("?", ", ", waiting.len().next_power_of_two());
    let select = format!(
        "SELECT s.session_id AS of_session, u.* FROM sessions s JOIN users u ON u.user_id = s.user_id
         WHERE s.revoked_at IS NULL AND s.session_id IN ({places})"
    );
    let rows: Vec<Row> = on_db!(db, |c| {
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(select));
        for one in padded(waiting) {
            query = query.bind(&one.session_id);
        }
        query.fetch_all(c).await
    })?;
    Ok(rows.into_iter().map(|row| (row.of_session, Arc::new(row.user))).collect())
}

impl Lookups {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who reads.
struct Reader<'l> {
    lookups: &'l Lookups,
    has_ended: bool,
}

impl Reader<'_> {
    /// Those who wait at this moment. `None` when nobody does; whoever comes next is read for again.
    fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut line = self.lookups.line();
        let many = line.waiting.len().min(MANY);
        if many == 0 {
            line.is_read = false;
            self.has_ended = true;
            return None;
        }
        Some(line.waiting.drain(..many).collect())
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if !self.has_ended {
            // It panicked. Those who wait hear of it.
            let mut line = self.lookups.line();
            line.is_read = false;
            line.waiting.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::store::{
        db::{execute, temporary},
        session::{NewSession, open},
        user::{NewUser, register},
    };

    #[tokio::test]
    async fn each_of_many_at_once_gets_their_own_user() {
        let (_scratch, db) = temporary().await;
        let now = Timestamp::UNIX_EPOCH;
        let mut tx = db.begin().await.unwrap();
        let mut users = Vec::new();
        for n in 0..150 {
            let user_id = register(&mut tx, &NewUser::plain(&format!("{n}")), now).await.unwrap();
            let session_id = format!("s{n}");
            let new = NewSession { session_id: session_id.clone(), token_hash: session_id.clone() };
            open(&mut tx, &new, user_id, now).await.unwrap();
            users.push((session_id, user_id));
        }
        execute!(&mut tx, "UPDATE sessions SET revoked_at = 1 WHERE session_id = 's7'").unwrap();
        tx.commit().await.unwrap();
        let asked: Vec<_> = users
            .iter()
            .cloned()
            .map(|(session_id, user_id)| {
                let db = db.clone();
                tokio::spawn(async move { user(&db, &session_id, user_id).await })
            })
            .collect();
        for (n, asked) in asked.into_iter().enumerate() {
            let found = asked.await.unwrap().unwrap();
            assert_eq!(found.map(|user| user.user_id), (n != 7).then_some(users[n].1), "{n}");
        }
        assert!(user(&db, "s1", users[0].1).await.unwrap().is_none(), "another's");
        assert!(user(&db, "unknown", users[0].1).await.unwrap().is_none());
        let line = db.lookups.line();
        assert_eq!((line.is_read, line.waiting.len()), (false, 0));
    }

    #[tokio::test]
    async fn a_database_that_fails_is_told_to_all_and_asked_again_by_the_next() {
        let (_scratch, db) = temporary().await;
        let mut tx = db.begin().await.unwrap();
        let away = ["ALTER TABLE users RENAME TO away", "ALTER TABLE away RENAME TO users"];
        crate::on_tx!(&mut tx, |c| sqlx::raw_sql(away[0]).execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        let (one, other) = tokio::join!(user(&db, "a", 1), user(&db, "b", 2));
        assert!(one.is_err() && other.is_err());
        let mut tx = db.begin().await.unwrap();
        crate::on_tx!(&mut tx, |c| sqlx::raw_sql(away[1]).execute(c).await.map(drop)).unwrap();
        tx.commit().await.unwrap();
        assert!(user(&db, "a", 1).await.unwrap().is_none());
    }
}
