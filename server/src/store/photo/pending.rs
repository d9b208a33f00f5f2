//! Objects that are being stored. A row is written before its object is, and removed by the transaction that refers to the
//! object; what stays longer than [`KEPT_MS`] names an object that belongs to nobody.
//!
//! Such a row is marked first ([`claim`]), then the object is removed, then the row ([`forget`]). From the mark on no
//! transaction can refer to the object (`take`); before it, whoever was faster has it. A crash between any two steps
//! leaves a row, and the next sweep goes on with it.

use jiff::Timestamp;

use super::Keys;
use crate::store::{
    Db, StoreError, Tx,
    db::{execute, on_db},
    error::retry_busy,
};

/// How long an object may wait for the transaction that refers to it, in milliseconds.
pub const KEPT_MS: i64 = 60 * 60 * 1000;

/// Writes down that picture and thumbnail will be stored.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn announce(db: &Db, keys: &Keys, now: Timestamp) -> Result<(), StoreError> {
    retry_busy(async || {
        let mut tx = db.begin().await?;
        for key in [keys.picture(), keys.thumbnail()] {
            let at = now.as_millisecond();
            execute!(&mut tx, "INSERT INTO pending_objects (object_key, created_at) VALUES (?, ?)", key, at)?;
        }
        tx.commit().await
    })
    .await
}

/// Takes both out, unless the sweep has one of them.
pub(super) async fn take(tx: &mut Tx, keys: &Keys) -> Result<bool, StoreError> {
    let (picture, thumbnail) = (keys.picture(), keys.thumbnail());
    let taken =
        execute!(tx, "DELETE FROM pending_objects WHERE object_key IN (?, ?) AND swept = 0", picture, thumbnail)?;
    Ok(taken == 2)
}

/// Marks an object as belonging to nobody. Whether it does: it may be referred to by now.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn claim(db: &Db, key: &str) -> Result<bool, StoreError> {
    Ok(write(db, "UPDATE pending_objects SET swept = 1 WHERE object_key = ?", key).await? > 0)
}

/// Forgets an object that is marked and removed.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn forget(db: &Db, key: &str) -> Result<(), StoreError> {
    write(db, "DELETE FROM pending_objects WHERE object_key = ? AND swept = 1", key).await.map(drop)
}

async fn write(db: &Db, sql: &'static str, key: &str) -> Result<u64, StoreError> {
    retry_busy(async || {
        let mut tx = db.begin().await?;
        let rows = execute!(&mut tx, sql, key)?;
        tx.commit().await?;
        Ok(rows)
    })
    .await
}

/// Where a list of objects goes on: the time and the key of the last one.
pub type Place = (i64, String);

/// The first of the objects that have waited for too long, after `place`.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn left_behind(db: &Db, now: Timestamp, place: &Place) -> Result<Vec<Place>, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT created_at, object_key FROM pending_objects
             WHERE created_at <= ? AND (created_at > ? OR (created_at = ? AND object_key > ?))
             ORDER BY created_at, object_key LIMIT 100",
        )
        .bind(now.as_millisecond() - KEPT_MS)
        .bind(place.0)
        .bind(place.0)
        .bind(&place.1)
        .fetch_all(c)
        .await
    })?)
}
