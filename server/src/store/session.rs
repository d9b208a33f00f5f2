//! Sessions: one a login, with the refresh tokens that follow from it. Only keyed hashes of those are kept.

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_db},
    error::lost_race,
    user::User,
};

/// Life of a refresh token in milliseconds: 7 days.
pub const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// A session to be opened.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Its name, 1..=64 bytes from the random source.
    pub session_id: String,
    /// What is kept of its first refresh token.
    pub token_hash: String,
}

/// The user of a session; `None` if it is not theirs, is unknown, or was revoked.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn user(db: &Db, session_id: &str, user_id: i64) -> Result<Option<User>, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT u.* FROM sessions s JOIN users u ON u.user_id = s.user_id
             WHERE s.session_id = ? AND s.user_id = ? AND s.revoked_at IS NULL",
        )
        .bind(session_id)
        .bind(user_id)
        .fetch_optional(c)
        .await
    })?)
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
