//! Pictures of prizes. One that a version of the wheel names stays for as long as the version does.

use fairwheel_core::digest::Digest;
use jiff::{SignedDuration, Timestamp};

use super::{
    Db, StoreError, Tx,
    db::{execute, on_db, on_tx},
    error::{lost_race, retry_busy},
    user::Holders,
};

/// Where pictures are served.
pub const FOLDER: &str = "/media/pictures/";
/// New pictures that a merchant may send in within a day.
pub const DAILY_MAX: i64 = 200;

/// How long a picture is kept that no wheel names.
const WAITS: SignedDuration = SignedDuration::from_hours(24);
/// Pictures that one step of the housekeeping removes.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// A picture that a merchant sends in.
#[derive(Clone, Copy, Debug)]
pub struct NewPicture<'a> {
    /// The file. Its type is the ending of its path.
    pub content: &'a [u8],
    /// `png` or `jpg`.
    pub ending: &'static str,
    /// Who sends it in.
    pub user_id: i64,
}

impl NewPicture<'_> {
    /// Where it is served: the same content has the same path.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{FOLDER}{}.{}", Digest::sha256(self.content), self.ending)
    }
}

/// What became of a picture that was sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is there, for a day or as long as a wheel names it.
    Here,
    /// The merchant has sent in too many. From then on there is room for one more.
    TooMany(Timestamp),
}

/// Keeps a picture. One that is there already is kept for another day.
///
/// # Errors
///
/// [`StoreError::NotMerchant`] or [`StoreError::Banned`] if it is nobody's any more, or what the database says.
pub async fn keep(db: &Db, new: &NewPicture<'_>, now: Timestamp) -> Result<Kept, StoreError> {
    retry_busy(|| keep_once(db, new, now)).await
}

async fn keep_once(db: &Db, new: &NewPicture<'_>, now: Timestamp) -> Result<Kept, StoreError> {
    let mut tx = db.begin().await?;
    // Pictures of one merchant are counted one after the other.
    Holders::hold(&mut tx, [new.user_id]).await?.still_merchant(new.user_id)?;
    let path = new.path();
    if !touch(&mut tx, &path, now).await? {
        if let Some(room_at) = room_at(&mut tx, new.user_id, now).await? {
            return tx.rollback().await.map(|()| Kept::TooMany(room_at));
        }
        execute!(
            &mut tx,
            "INSERT INTO pictures (path, content, user_id, created_at, touched_at) VALUES (?, ?, ?, ?, ?)",
            &path,
            new.content,
            new.user_id,
            now.as_millisecond(),
            now.as_millisecond()
        )
        .map_err(lost_race)?;
    }
    tx.commit().await?;
    Ok(Kept::Here)
}

/// When a merchant who has sent in as many as a day allows may send in another one.
async fn room_at(tx: &mut Tx, user_id: i64, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    let day_ago = (now - WAITS).as_millisecond();
    let first: Option<(i64,)> = on_tx!(tx, |c| {
        sqlx::query_as(
            "SELECT created_at FROM pictures WHERE user_id = ? AND created_at > ?
             ORDER BY created_at DESC LIMIT 1 OFFSET ?",
        )
        .bind(user_id)
        .bind(day_ago)
        .bind(DAILY_MAX - 1)
        .fetch_optional(c)
        .await
    })?;
    let at = |(at,)| Timestamp::from_millisecond(at).map_err(|error| StoreError::Corrupt(error.to_string()));
    Ok(first.map(at).transpose()?.map(|at| at + WAITS))
}

/// Says that a picture is needed now. Whether it is there: then it stays until the commit, and a day after.
pub(super) async fn touch(tx: &mut Tx, path: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(execute!(tx, "UPDATE pictures SET touched_at = ? WHERE path = ?", now.as_millisecond(), path)? > 0)
}

/// The content of a picture.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn content(db: &Db, path: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Option<(Vec<u8>,)> = on_db!(db, |c| {
        sqlx::query_as("SELECT content FROM pictures WHERE path = ?").bind(path).fetch_optional(c).await
    })?;
    Ok(row.map(|(content,)| content))
}

/// Removes some hundreds of the pictures that no version of the wheel names and nobody has sent in for a day. How many; 0
/// when none is left.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn forget_unnamed(db: &Db, now: Timestamp) -> Result<u64, StoreError> {
    let day_ago = (now - WAITS).as_millisecond();
    let unnamed: Vec<(String,)> = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT path FROM pictures
             WHERE touched_at <= ? AND NOT EXISTS (SELECT 1 FROM lottery_prizes WHERE image = path)
             ORDER BY path LIMIT ?",
        )
        .bind(day_ago)
        .bind(FORGOTTEN_AT_ONCE)
        .fetch_all(c)
        .await
    })?;
    if unnamed.is_empty() {
        return Ok(0);
    }
    retry_busy(async || {
        let mut tx = db.begin().await?;
        let mut gone = 0;
        for (path,) in &unnamed {
            // Whoever put it on a wheel meanwhile has touched it.
            gone += execute!(&mut tx, "DELETE FROM pictures WHERE path = ? AND touched_at <= ?", path, day_ago)?;
        }
        tx.commit().await?;
        Ok(gone)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        db::temporary,
        user::{self, NewUser},
    };

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    async fn merchant(db: &Db, phone: &str) -> i64 {
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &NewUser::plain(phone), at(0)).await.unwrap();
        execute!(&mut tx, "UPDATE users SET is_merchant = 1 WHERE user_id = ?", user_id).unwrap();
        tx.commit().await.unwrap();
        user_id
    }

    fn picture(content: &[u8], user_id: i64) -> NewPicture<'_> {
        NewPicture { content, ending: "png", user_id }
    }

    #[tokio::test]
    async fn the_same_content_is_one_picture_and_goes_a_day_after_it_was_last_sent_in() {
        let (_dir, db) = temporary().await;
        let (one, other) = (merchant(&db, "13800138000").await, merchant(&db, "13900139000").await);
        let content: Vec<u8> = (0..=255).collect();
        let path = picture(&content, one).path();
        assert_eq!(path, format!("{FOLDER}{}.png", Digest::sha256(&content)));
        assert_eq!(super::content(&db, &path).await.unwrap(), None);
        for (hour, user_id) in [(0, one), (12, other)] {
            assert_eq!(keep(&db, &picture(&content, user_id), at(hour)).await.unwrap(), Kept::Here);
        }
        assert_eq!(forget_unnamed(&db, at(35)).await.unwrap(), 0);
        assert_eq!(super::content(&db, &path).await.unwrap(), Some(content));
        assert_eq!(forget_unnamed(&db, at(36)).await.unwrap(), 1);
        assert_eq!(super::content(&db, &path).await.unwrap(), None);
    }

    #[tokio::test]
    async fn a_merchant_sends_in_so_many_a_day() {
        let (_dir, db) = temporary().await;
        let (one, other) = (merchant(&db, "13800138000").await, merchant(&db, "13900139000").await);
        for number in 0..DAILY_MAX {
            let hour = i64::from(number > 0);
            let kept = keep(&db, &picture(&number.to_be_bytes(), one), at(hour)).await;
            assert_eq!(kept.unwrap(), Kept::Here);
        }
        assert_eq!(keep(&db, &picture(b"x", one), at(23)).await.unwrap(), Kept::TooMany(at(24)));
        assert_eq!(keep(&db, &picture(&1_i64.to_be_bytes(), one), at(23)).await.unwrap(), Kept::Here, "it is there");
        assert_eq!(keep(&db, &picture(b"y", other), at(23)).await.unwrap(), Kept::Here);
        assert_eq!(keep(&db, &picture(b"x", one), at(24)).await.unwrap(), Kept::Here);
        assert_eq!(keep(&db, &picture(b"z", one), at(24)).await.unwrap(), Kept::TooMany(at(25)));
    }

    #[tokio::test]
    async fn who_is_no_merchant_any_more_sends_in_nothing() {
        let (_dir, db) = temporary().await;
        let mut tx = db.begin().await.unwrap();
        let user_id = user::register(&mut tx, &NewUser::plain("13800138000"), at(0)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(keep(&db, &picture(b"x", user_id), at(0)).await, Err(StoreError::NotMerchant)));
    }
}
