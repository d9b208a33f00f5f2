//! What users say about themselves.

use jiff::Timestamp;

use super::{
    Db, StoreError,
    db::execute,
    error::retry_busy,
    event::NewEvent,
    user::{self, User},
};

/// What is to be changed; the rest stays.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// The name shown, 1..=32 characters.
    pub nickname: Option<String>,
    /// Address of a picture, or empty.
    pub avatar: Option<String>,
    /// The seed of draws that bring none, 1..=64 bytes.
    pub client_seed: Option<String>,
}

/// Changes a user. How they are now.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn update(db: &Db, user_id: i64, profile: &Profile, now: Timestamp) -> Result<User, StoreError> {
    retry_busy(|| update_once(db, user_id, profile, now)).await
}

async fn update_once(db: &Db, user_id: i64, profile: &Profile, now: Timestamp) -> Result<User, StoreError> {
    let mut tx = db.begin().await?;
    execute!(
        &mut tx,
        "UPDATE users SET nickname = COALESCE(?, nickname), avatar = COALESCE(?, avatar),
                          client_seed = COALESCE(?, client_seed), updated_at = ?
         WHERE user_id = ?",
        &profile.nickname,
        &profile.avatar,
        &profile.client_seed,
        now.as_millisecond(),
        user_id
    )?;
    tx.push(NewEvent::access_changed(user_id, now));
    let user = user::in_tx(&mut tx, user_id).await?;
    tx.commit().await?;
    user.ok_or_else(|| StoreError::Corrupt(format!("no user {user_id}")))
}
