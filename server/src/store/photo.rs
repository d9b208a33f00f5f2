//! Receipts: sent in once, within the day's limit, and told to the merchants, in one transaction.

pub mod alike;
pub mod pending;
pub mod records;

use std::ops::RangeInclusive;

use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_db, on_tx},
    error::retry_busy,
    event::NewEvent,
    user::{self, UserStatus},
};
use crate::{clock::LocalDay, phone::masked};

/// What a receipt can be about, in cents.
pub const AMOUNTS: RangeInclusive<i64> = 1..=99_999_999;

/// What all keys begin with.
const FOLDER: &str = "receipts/";

/// Where a receipt's picture and its thumbnail are stored.
#[derive(Clone, Debug)]
pub struct Keys {
    picture: String,
    thumbnail: String,
}

impl Keys {
    /// Keys of a new picture: who knows its name can't guess them.
    #[must_use]
    pub fn new(upload_id: &str, chance: &str) -> Self {
        let picture = format!("{FOLDER}{}-{chance}.jpg", upload_id.to_lowercase());
        Self { thumbnail: thumbnail_key(&picture), picture }
    }

    /// That of the picture, which `upload_reviews.image_url` holds.
    #[must_use]
    pub fn picture(&self) -> &str {
        &self.picture
    }

    /// That of its thumbnail.
    #[must_use]
    pub fn thumbnail(&self) -> &str {
        &self.thumbnail
    }
}

/// The key of the thumbnail that belongs to a picture's key. A picture of before Fairwheel, which has an address or a
/// path instead, is its own.
#[must_use]
pub fn thumbnail_key(picture: &str) -> String {
    match picture.strip_suffix(".jpg") {
        Some(stem) if picture.starts_with(FOLDER) => format!("{stem}-small.jpg"),
        _ => picture.to_owned(),
    }
}

/// A receipt to be sent in, whose picture is stored.
#[derive(Clone, Debug)]
pub struct Upload<'a> {
    /// Its name, `UP` and digits; names are in the order of time.
    pub upload_id: String,
    /// Who sends it.
    pub user_id: i64,
    /// Their phone, 11 digits. It is masked before anyone sees it.
    pub mobile: &'a str,
    /// Where its picture is, announced by [`pending::announce`].
    pub keys: &'a Keys,
    /// SHA-256 of the file as it came, 64 hexadecimal digits.
    pub file_sha256: &'a str,
    /// The same of the picture that is kept: whatever else was in the file, it shows the same.
    pub picture_sha256: &'a str,
    /// What the picture looks like; all zero if that can't be said.
    pub hash: [u8; 32],
    /// The amount that the user gave, in cents.
    pub amount: Option<i64>,
    /// The amount that was read, in cents.
    pub estimated_amount: Option<i64>,
    /// The most that a user may send in on a day.
    pub limit: i64,
    /// The local day.
    pub day: LocalDay,
    /// When.
    pub now: Timestamp,
}

impl Upload<'_> {
    fn hash(&self) -> Option<&[u8; 32]> {
        Some(&self.hash).filter(|hash| **hash != [0; 32])
    }
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It waits for a merchant.
    Kept {
        /// An earlier one that looks the same.
        possible_duplicate_of: Option<String>,
    },
    /// The user has sent in the same picture before.
    Again {
        /// Under this name.
        upload_id: String,
    },
    /// The user has sent in as many as they may today.
    LimitReached,
    /// The account is locked out.
    Banned,
    /// It was so long ago that the picture was announced that it is being removed.
    Swept,
    /// Another receipt has this name.
    NameTaken,
}

/// What is known of a user before a file is looked at.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The name under which they have sent in the same file.
    pub again: Option<String>,
    /// How many they have sent in today.
    pub used: i64,
}

const SAME_FILE: &str = "SELECT upload_id FROM upload_reviews WHERE user_id = ? AND file_sha256 = ?";

/// Looks whether a user may send in a file. [`send_in`] decides.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn standing(db: &Db, user_id: i64, file_sha256: &str, day: LocalDay) -> Result<Standing, StoreError> {
    let again: Option<(String,)> =
        on_db!(db, |c| sqlx::query_as(SAME_FILE).bind(user_id).bind(file_sha256).fetch_optional(c).await)?;
    let used: Option<(i64,)> = on_db!(db, |c| {
        sqlx::query_as("SELECT upload_count FROM users WHERE user_id = ? AND upload_day BETWEEN ? AND ?")
            .bind(user_id)
            .bind(day.date)
            .bind(day.tomorrow)
            .fetch_optional(c)
            .await
    })?;
    Ok(Standing { again: again.map(|(id,)| id), used: used.map_or(0, |(used,)| used) })
}

/// Sends it in, or not.
///
/// # Errors
///
/// [`StoreError::Busy`] if others were in the way for too long, or what the database says. If a commit is cut short, the
/// receipt may have been sent in.
pub async fn send_in(db: &Db, upload: &Upload<'_>) -> Result<Outcome, StoreError> {
    retry_busy(|| send_in_once(db, upload)).await
}

async fn send_in_once(db: &Db, upload: &Upload<'_>) -> Result<Outcome, StoreError> {
    let mut tx = db.begin().await?;
    let outcome = settle(&mut tx, upload).await?;
    if let Outcome::Kept { .. } = outcome {
        tx.push(NewEvent::review_pending(&upload.upload_id, &masked(upload.mobile), upload.now));
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(outcome)
}

async fn settle(tx: &mut Tx, upload: &Upload<'_>) -> Result<Outcome, StoreError> {
    if !claim(tx, upload).await? {
        return why_not(tx, upload).await;
    }
    if !pending::take(tx, upload.keys).await? {
        return Ok(Outcome::Swept);
    }
    if !insert(tx, upload).await? {
        let again = again(tx, upload).await?;
        return Ok(again.map_or(Outcome::NameTaken, |upload_id| Outcome::Again { upload_id }));
    }
    let Some(hash) = upload.hash() else { return Ok(Outcome::Kept { possible_duplicate_of: None }) };
    alike::insert(tx, &upload.upload_id, hash).await?;
    let possible_duplicate_of = alike::mark(tx, &upload.upload_id, hash).await?;
    Ok(Outcome::Kept { possible_duplicate_of })
}

/// Counts it among those of the day, if user and day allow it: one write that is also the check. The day never moves back,
/// as that of the draws. MariaDB assigns from left to right: the count comes before the day.
async fn claim(tx: &mut Tx, upload: &Upload<'_>) -> Result<bool, StoreError> {
    let LocalDay { date, tomorrow } = upload.day;
    let claimed = execute!(
        tx,
        "UPDATE users
         SET upload_count = (CASE WHEN upload_day BETWEEN ? AND ? THEN upload_count ELSE 0 END) + 1,
             upload_day = CASE WHEN upload_day BETWEEN ? AND ? THEN upload_day ELSE ? END
         WHERE user_id = ?
           AND status = 'active'
           AND (CASE WHEN upload_day BETWEEN ? AND ? THEN upload_count ELSE 0 END) < ?",
        date,
        tomorrow,
        date,
        tomorrow,
        date,
        upload.user_id,
        date,
        tomorrow,
        upload.limit
    )?;
    tx.wrote_user(upload.user_id);
    Ok(claimed > 0)
}

/// The reason that a claim met no row, read in the same transaction.
async fn why_not(tx: &mut Tx, upload: &Upload<'_>) -> Result<Outcome, StoreError> {
    let user = user::in_tx(tx, upload.user_id).await?;
    if user.is_none_or(|user| user.status == UserStatus::Banned) {
        return Ok(Outcome::Banned);
    }
    // That it has arrived is better news than that the day is over.
    let again = again(tx, upload).await?;
    Ok(again.map_or(Outcome::LimitReached, |upload_id| Outcome::Again { upload_id }))
}

async fn again(tx: &mut Tx, upload: &Upload<'_>) -> Result<Option<String>, StoreError> {
    let row: Option<(String,)> = on_tx!(tx, |c| {
        sqlx::query_as(
            "SELECT upload_id FROM upload_reviews WHERE user_id = ? AND (file_sha256 = ? OR picture_sha256 = ?)
             ORDER BY upload_id LIMIT 1",
        )
        .bind(upload.user_id)
        .bind(upload.file_sha256)
        .bind(upload.picture_sha256)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(|(upload_id,)| upload_id))
}

/// Whether none of file, picture and name was there before.
async fn insert(tx: &mut Tx, upload: &Upload<'_>) -> Result<bool, StoreError> {
    let inserted = execute!(
        tx,
        "INSERT INTO upload_reviews (upload_id, user_id, image_url, amount, estimated_amount, file_sha256, picture_sha256,
                                     picture_hash, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        &upload.upload_id,
        upload.user_id,
        upload.keys.picture(),
        upload.amount,
        upload.estimated_amount,
        upload.file_sha256,
        upload.picture_sha256,
        upload.hash().map(hex::encode),
        upload.now.as_millisecond()
    );
    match inserted {
        Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => Ok(false),
        inserted => Ok(inserted.map(|_| true)?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{app::temporary, store::user::NewUser};

    #[test]
    fn only_pictures_of_ours_have_thumbnails() {
        assert_eq!(thumbnail_key("receipts/up1-5f.jpg"), "receipts/up1-5f-small.jpg");
        for old in ["https://cos.example.com/1.jpg", "/uploads/1.jpg", "Uploads/1.jpg", "1.jpg?w=1"] {
            assert_eq!(thumbnail_key(old), old);
        }
    }

    #[tokio::test]
    async fn pictures_that_look_like_nothing_are_not_alike() {
        let (_scratch, app) = temporary().await;
        let (db, now) = (&app.db, app.clock.now());
        for user_id in 1..=2 {
            let mobile = format!("1390013900{user_id}");
            let new = NewUser {
                mobile: mobile.clone(),
                nickname: "食客".into(),
                client_seed: "x".into(),
                points: 0,
                points_description: "",
            };
            let mut tx = db.begin().await.unwrap();
            user::register(&mut tx, &new, now).await.unwrap();
            tx.commit().await.unwrap();
            let upload_id = format!("UP{user_id}");
            let keys = Keys::new(&upload_id, "x");
            pending::announce(db, &keys, now).await.unwrap();
            let upload = Upload {
                upload_id,
                user_id,
                mobile: &mobile,
                keys: &keys,
                file_sha256: "a",
                picture_sha256: "b",
                hash: [0; 32],
                amount: None,
                estimated_amount: None,
                limit: 1,
                day: app.day(now),
                now,
            };
            assert_eq!(send_in(db, &upload).await.unwrap(), Outcome::Kept { possible_duplicate_of: None });
        }
        let select = "SELECT (SELECT COUNT(*) FROM picture_bands), (SELECT COUNT(picture_hash) FROM upload_reviews)";
        let rows: (i64, i64) = on_db!(db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
        assert_eq!(rows, (0, 0));
    }
}
