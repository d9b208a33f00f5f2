//! Sessions: one a login, with the refresh tokens that follow from it. Only keyed hashes of those are kept.

mod lookup;

use std::collections::BTreeSet;

use jiff::Timestamp;

pub(super) use lookup::Lookups;
pub use lookup::user;

use super::{
    Db, StoreError, Tx,
    db::{Asked, execute, on_db, on_tx, repeated, values},
    error::{lost_race, retry_busy},
    event::NewEvent,
    user::{self, User, UserStatus},
};

/// Life of a refresh token in milliseconds: 7 days.
pub const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// How long a replaced refresh token still gets its successor, in milliseconds: phones refresh in parallel, and answers
/// are lost.
pub const GRACE_MS: i64 = 60_000;
/// Refresh tokens forgotten in one transaction.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its name, 1..=64 bytes from the random source.
    pub session_id: String,
    /// What is kept of its first refresh token.
    pub token_hash: String,
}

/// What became of a refresh token.
#[derive(Clone, Debug)]
pub enum Refreshed {
    /// Its successor is good: made now, or less than a minute ago.
    Renewed {
        /// Whose session it is.
        user: Box<User>,
        /// The session.
        session_id: String,
    },
    /// It was replaced more than a minute ago, so that somebody has a copy: the session is revoked.
    Replayed {
        /// Whose session it was.
        user_id: i64,
    },
    /// It was never given, or is forgotten, has expired, or its session is revoked.
    Dead,
    /// The account is locked out.
    Banned,
}

/// Those of the sessions that are not revoked, and whose they are.
pub(super) fn live(tx: &mut Tx, session_ids: &[&String]) -> Asked<(String, i64)> {
    let select = "SELECT session_id, user_id FROM sessions WHERE revoked_at IS NULL AND session_id IN";
    let of = |count| format!("{select} ({})", repeated("?", ", ", count));
    tx.ask_all(of, session_ids, |id| values![*id])
}

/// Opens a session of a user, with its first refresh token.
pub(super) async fn open(tx: &mut Tx, new: &NewSession, user_id: i64, now: Timestamp) -> Result<(), StoreError> {
    let now = now.as_millisecond();
    execute!(
        &mut *tx,
        "INSERT INTO sessions (session_id, user_id, created_at) VALUES (?, ?, ?)",
        &new.session_id,
        user_id,
        now
    )
    .map_err(lost_race)?;
    insert_token(tx, &new.token_hash, &new.session_id, now).await
}

/// Replaces a refresh token by its successor, given by the hashes of both.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn refresh(db: &Db, token_hash: &str, next_hash: &str, now: Timestamp) -> Result<Refreshed, StoreError> {
    let (found, outcome) = retry_busy(|| refresh_once(db, token_hash, next_hash, now.as_millisecond())).await?;
    if let (Some(found), Refreshed::Replayed { user_id }) = (found, &outcome) {
        revoke(db, *user_id, &found.session_id, now).await?;
    }
    Ok(outcome)
}

/// A refresh token and its session.
#[derive(sqlx::FromRow)]
struct Found {
    session_id: String,
    user_id: i64,
    expires_at: i64,
    replaced_at: Option<i64>,
    revoked_at: Option<i64>,
}

async fn refresh_once(
    db: &Db,
    token_hash: &str,
    next_hash: &str,
    now: i64,
) -> Result<(Option<Found>, Refreshed), StoreError> {
    let mut tx = db.begin().await?;
    let replaced = execute!(
        &mut tx,
        "UPDATE refresh_tokens SET replaced_at = ?
         WHERE token_hash = ? AND replaced_at IS NULL AND expires_at > ?
           AND EXISTS (SELECT 1 FROM sessions s JOIN users u ON u.user_id = s.user_id
                       WHERE s.session_id = refresh_tokens.session_id AND s.revoked_at IS NULL AND u.status = 'active')",
        now,
        token_hash,
        now
    )?;
    let found: Option<Found> = on_tx!(&mut tx, |c| {
        sqlx::query_as(
            "SELECT r.session_id, s.user_id, r.expires_at, r.replaced_at, s.revoked_at
             FROM refresh_tokens r JOIN sessions s ON s.session_id = r.session_id WHERE r.token_hash = ?",
        )
        .bind(token_hash)
        .fetch_optional(c)
        .await
    })?;
    let Some(found) = found else { return tx.rollback().await.map(|()| (None, Refreshed::Dead)) };
    let user = user::in_tx(&mut tx, found.user_id).await?;
    let user = user.ok_or_else(|| StoreError::Corrupt(format!("no user {}", found.user_id)))?;
    if replaced == 0 {
        tx.rollback().await?;
        let outcome = why_not(&found, user, now)?;
        return Ok((Some(found), outcome));
    }
    insert_token(&mut tx, next_hash, &found.session_id, now).await?;
    tx.commit().await?;
    let session_id = found.session_id.clone();
    Ok((Some(found), Refreshed::Renewed { user: Box::new(user), session_id }))
}

/// What it means that a token was not replaced now.
fn why_not(found: &Found, user: User, now: i64) -> Result<Refreshed, StoreError> {
    if found.revoked_at.is_some() {
        return Ok(Refreshed::Dead);
    }
    // One replaced in the future was so by a clock that was ahead; its phone must not suffer for it.
    if found.replaced_at.is_some_and(|at| now - at >= GRACE_MS) {
        return Ok(Refreshed::Replayed { user_id: found.user_id });
    }
    if user.status == UserStatus::Banned {
        return Ok(Refreshed::Banned);
    }
    if found.expires_at <= now {
        return Ok(Refreshed::Dead);
    }
    match found.replaced_at {
        Some(_) => Ok(Refreshed::Renewed { user: Box::new(user), session_id: found.session_id.clone() }),
        None => Err(StoreError::Busy("the user was allowed in meanwhile")),
    }
}

/// Revokes a session of a user, so that its access tokens and refresh tokens are good for nothing. Whether it was live.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn revoke(db: &Db, user_id: i64, session_id: &str, now: Timestamp) -> Result<bool, StoreError> {
    retry_busy(|| revoke_once(db, user_id, session_id, now)).await
}

async fn revoke_once(db: &Db, user_id: i64, session_id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let mut tx = db.begin().await?;
    // Only takes the row's lock, in MariaDB: the event below refers to the user, and whoever locks users does so first.
    execute!(&mut tx, "UPDATE users SET updated_at = updated_at WHERE user_id = ?", user_id)?;
    let revoked = execute!(
        &mut tx,
        "UPDATE sessions SET revoked_at = ? WHERE session_id = ? AND user_id = ? AND revoked_at IS NULL",
        now.as_millisecond(),
        session_id,
        user_id
    )?;
    if revoked == 0 {
        return tx.rollback().await.map(|()| false);
    }
    tx.push(NewEvent::access_changed(user_id, now));
    tx.commit().await?;
    Ok(true)
}

/// Forgets some hundreds of the refresh tokens that have expired, the oldest first, and those of their sessions that have
/// no other. How many rows that were; 0 when none is left.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn forget_expired(db: &Db, now: Timestamp) -> Result<u64, StoreError> {
    let expired: Vec<(String, String)> = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT token_hash, session_id FROM refresh_tokens WHERE expires_at <= ? ORDER BY expires_at LIMIT ?",
        )
        .bind(now.as_millisecond())
        .bind(FORGOTTEN_AT_ONCE)
        .fetch_all(c)
        .await
    })?;
    if expired.is_empty() {
        return Ok(0);
    }
    retry_busy(|| forget_once(db, &expired)).await
}

async fn forget_once(db: &Db, expired: &[(String, String)]) -> Result<u64, StoreError> {
    let mut tx = db.begin().await?;
    let mut forgotten = 0;
    for (token_hash, _) in expired {
        forgotten += execute!(&mut tx, "DELETE FROM refresh_tokens WHERE token_hash = ?", token_hash)?;
    }
    let sessions: BTreeSet<&str> = expired.iter().map(|(_, session_id)| session_id.as_str()).collect();
    for session_id in sessions {
        // Read first, so that no lock is taken on the sessions that stay. No token can come to a session without one.
        let other: Option<(i64,)> = on_tx!(&mut tx, |c| {
            let select = sqlx::query_as("SELECT expires_at FROM refresh_tokens WHERE session_id = ? LIMIT 1");
            select.bind(session_id).fetch_optional(c).await
        })?;
        if other.is_none() {
            forgotten += execute!(&mut tx, "DELETE FROM sessions WHERE session_id = ?", session_id)?;
        }
    }
    tx.commit().await?;
    Ok(forgotten)
}

async fn insert_token(tx: &mut Tx, token_hash: &str, session_id: &str, now: i64) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO refresh_tokens (token_hash, session_id, expires_at) VALUES (?, ?, ?)",
        token_hash,
        session_id,
        now + LIFE_MS
    )
    .map_err(lost_race)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{db::temporary, event};

    const DAY_MS: i64 = 24 * 60 * 60 * 1000;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    /// A user with a session `s`, whose first token is `t0`, opened at 0.
    async fn opened(db: &Db) -> i64 {
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &user::NewUser::plain("13800138000"), at(0)).await.unwrap();
        let new = NewSession { session_id: "s".into(), token_hash: "t0".into() };
        open(&mut tx, &new, user_id, at(0)).await.unwrap();
        tx.commit().await.unwrap();
        user_id
    }

    async fn is_renewed(db: &Db, token: &str, next: &str, ms: i64) -> bool {
        matches!(refresh(db, token, next, at(ms)).await.unwrap(), Refreshed::Renewed { session_id, .. } if session_id == "s")
    }

    async fn count(db: &Db, select: &'static str) -> i64 {
        let (count,): (i64,) = on_db!(db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
        count
    }

    #[tokio::test]
    async fn a_replaced_token_gets_its_successor_for_a_minute_and_then_ends_the_session() {
        let (_dir, db) = temporary().await;
        let user_id = opened(&db).await;
        assert!(is_renewed(&db, "t0", "t1", 1_000).await);
        assert!(is_renewed(&db, "t0", "t1", 1_000 + GRACE_MS - 1).await);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM refresh_tokens").await, 2);
        assert!(user(&db, "s", user_id).await.unwrap().is_some());
        assert!(user(&db, "s", user_id + 1).await.unwrap().is_none());
        let replayed = refresh(&db, "t0", "t1", at(1_000 + GRACE_MS)).await.unwrap();
        assert!(matches!(replayed, Refreshed::Replayed { user_id: whose } if whose == user_id));
        assert!(user(&db, "s", user_id).await.unwrap().is_none());
        assert!(matches!(refresh(&db, "t1", "t2", at(70_000)).await.unwrap(), Refreshed::Dead));
        let events = event::after(&db, 0, 10).await.unwrap();
        assert_eq!(events.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), [event::ACCESS_CHANGED]);
    }

    #[tokio::test]
    async fn a_clock_that_goes_back_locks_nobody_out() {
        let (_dir, db) = temporary().await;
        opened(&db).await;
        assert!(is_renewed(&db, "t0", "t1", DAY_MS).await);
        assert!(is_renewed(&db, "t0", "t1", 1_000).await);
        assert!(is_renewed(&db, "t1", "t2", 2_000).await);
    }

    #[tokio::test]
    async fn a_token_lives_for_seven_days_and_is_then_forgotten_with_its_session() {
        let (_dir, db) = temporary().await;
        let user_id = opened(&db).await;
        assert!(is_renewed(&db, "t0", "t1", LIFE_MS - 1).await);
        assert!(matches!(refresh(&db, "t1", "t2", at(2 * LIFE_MS - 1)).await.unwrap(), Refreshed::Dead));
        assert_eq!(forget_expired(&db, at(LIFE_MS - 1)).await.unwrap(), 0);
        assert_eq!(forget_expired(&db, at(LIFE_MS)).await.unwrap(), 1);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM refresh_tokens").await, 1);
        assert!(user(&db, "s", user_id).await.unwrap().is_some());
        assert_eq!(forget_expired(&db, at(2 * LIFE_MS)).await.unwrap(), 2);
        assert_eq!(forget_expired(&db, at(2 * LIFE_MS)).await.unwrap(), 0);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM sessions").await, 0);
    }

    #[tokio::test]
    async fn many_tokens_are_forgotten_in_steps_and_a_session_with_a_live_one_stays() {
        let (_dir, db) = temporary().await;
        let user_id = opened(&db).await;
        let mut tx = db.begin().await.unwrap();
        let other = NewSession { session_id: "other".into(), token_hash: "other".into() };
        open(&mut tx, &other, user_id, at(0)).await.unwrap();
        for n in 1..=FORGOTTEN_AT_ONCE {
            insert_token(&mut tx, &format!("t{n}"), "s", 0).await.unwrap();
        }
        insert_token(&mut tx, "live", "s", 1).await.unwrap();
        tx.commit().await.unwrap();
        let (first, second) =
            (forget_expired(&db, at(LIFE_MS)).await.unwrap(), forget_expired(&db, at(LIFE_MS)).await.unwrap());
        // 500 tokens of the 502, the other two, and the session that has none then.
        assert!((500..=501).contains(&first), "{first}");
        assert_eq!(first + second, 503);
        assert_eq!(forget_expired(&db, at(LIFE_MS)).await.unwrap(), 0);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM refresh_tokens").await, 1);
        assert!(user(&db, "s", user_id).await.unwrap().is_some());
        assert!(user(&db, "other", user_id).await.unwrap().is_none());
        assert!(is_renewed(&db, "live", "next", LIFE_MS).await);
    }

    #[tokio::test]
    async fn a_session_is_revoked_once_and_by_its_user() {
        let (_dir, db) = temporary().await;
        let user_id = opened(&db).await;
        assert!(!revoke(&db, user_id + 1, "s", at(1)).await.unwrap());
        assert!(revoke(&db, user_id, "s", at(1)).await.unwrap());
        assert!(!revoke(&db, user_id, "s", at(2)).await.unwrap());
        assert_eq!(event::after(&db, 0, 10).await.unwrap().len(), 1);
        assert!(matches!(refresh(&db, "t0", "t1", at(3)).await.unwrap(), Refreshed::Dead));
    }
}
