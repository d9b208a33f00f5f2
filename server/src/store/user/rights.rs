//! What a user may do, changed by others. Every change is told to every server, so that open sockets feel it too.

use jiff::Timestamp;

use super::{
    super::{Db, StoreError, Tx, db::execute, error::retry_busy, event::NewEvent},
    User, UserStatus, in_tx,
};

/// A right, and what it becomes.
#[derive(Clone, Copy)]
enum Right {
    Status(UserStatus),
    Merchant(bool),
}

/// Locks a user out, or lets them in again. Sessions stay, and open nothing while the user is locked out. The user as they
/// are now; `None` if there is none. A caller that has a phone finds the id with [`by_mobile`](super::by_mobile).
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn set_status(db: &Db, user_id: i64, status: UserStatus, now: Timestamp) -> Result<Option<User>, StoreError> {
    retry_busy(|| set(db, user_id, Right::Status(status), now)).await
}

/// Gives or takes the right to the merchant's calls; otherwise as [`set_status`].
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn set_merchant(
    db: &Db,
    user_id: i64,
    is_merchant: bool,
    now: Timestamp,
) -> Result<Option<User>, StoreError> {
    retry_busy(|| set(db, user_id, Right::Merchant(is_merchant), now)).await
}

/// Makes a merchant of a user whom the same transaction has added: nobody needs to be told.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn begin_as_merchant(tx: &mut Tx, user_id: i64) -> Result<(), StoreError> {
    execute!(tx, "UPDATE users SET is_merchant = 1 WHERE user_id = ?", user_id)?;
    tx.wrote_user(user_id);
    Ok(())
}

async fn set(db: &Db, user_id: i64, right: Right, now: Timestamp) -> Result<Option<User>, StoreError> {
    let at = now.as_millisecond();
    let mut tx = db.begin().await?;
    let changed = match right {
        Right::Status(status) => execute!(
            &mut tx,
            "UPDATE users SET status = ?, updated_at = ? WHERE user_id = ? AND status <> ?",
            status.name(),
            at,
            user_id,
            status.name()
        )?,
        Right::Merchant(is_merchant) => execute!(
            &mut tx,
            "UPDATE users SET is_merchant = ?, updated_at = ? WHERE user_id = ? AND is_merchant <> ?",
            is_merchant,
            at,
            user_id,
            is_merchant
        )?,
    };
    let user = in_tx(&mut tx, user_id).await?;
    if changed > 0 {
        tx.push(NewEvent::access_changed(user_id, now));
    }
    tx.commit().await?;
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{db::temporary, event, user};

    #[tokio::test]
    async fn a_change_of_rights_is_told_once() {
        let (_dir, db) = temporary().await;
        let now = Timestamp::from_millisecond(1_000).unwrap();
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &user::NewUser::plain("13800138000"), now).await.unwrap();
        tx.commit().await.unwrap();
        for again in [false, true] {
            let user = set_status(&db, user_id, UserStatus::Banned, now).await.unwrap().unwrap();
            assert_eq!((user.status, user.is_merchant), (UserStatus::Banned, again));
            let user = set_merchant(&db, user_id, true, now).await.unwrap().unwrap();
            assert_eq!((user.status, user.is_merchant), (UserStatus::Banned, true));
        }
        assert_eq!(event::after(&db, 0, 10).await.unwrap().len(), 2);
        assert!(set_status(&db, user_id + 1, UserStatus::Banned, now).await.unwrap().is_none());
        assert!(set_merchant(&db, user_id, false, now).await.unwrap().is_some_and(|user| !user.is_merchant));
    }
}
