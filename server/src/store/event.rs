//! What is pushed to phones. A transaction writes its events as its last rows, so that a crash between the commit and
//! the sending loses none; they are kept for a day, for phones that come back.
//!
//! Ids are taken from a counter whose row is locked from then to the commit. So they are in the order of the commits,
//! without gaps, and whoever has seen the events up to `n` misses nothing by asking for those after `n`.

use std::ops::Range;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    Db, StoreError, Tx,
    db::{Connection, forget_oldest, on_db, values},
    ledger::Reason,
};
use crate::clock::iso;

/// How long events are kept, in milliseconds.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// One user.
    User(i64),
    /// Every merchant.
    Merchants,
    /// Everybody.
    Everybody,
}

impl Audience {
    const fn name(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Merchants => "merchants",
            Self::Everybody => "everybody",
        }
    }

    const fn user_id(self) -> Option<i64> {
        match self {
            Self::User(user_id) => Some(user_id),
            Self::Merchants | Self::Everybody => None,
        }
    }
}

/// The kind of event that is sent to nobody: it tells every server to look again at a user and their sessions.
pub const ACCESS_CHANGED: &str = "access_changed";
/// Sent to nobody: more of a prize, or none any more, is there to be drawn.
pub const PRIZES_CHANGED: &str = "prizes_changed";
/// Sent to nobody: something of a product changed that phones need not hear of.
pub const PRODUCTS_CHANGED: &str = "products_changed";
/// Another table is active.
pub const LOTTERY_CONFIG: &str = "lottery_config";
/// A product's stock changed.
pub const STOCK_UPDATE: &str = "stock_update";

/// An event to be written.
#[derive(Clone, Debug)]
pub struct NewEvent {
    audience: Audience,
    kind: &'static str,
    data: Value,
    at: Timestamp,
}

impl NewEvent {
    /// A user's points moved.
    #[must_use]
    pub fn points_update(user_id: i64, total: i64, change: i64, reason: Reason, text: &str, at: Timestamp) -> Self {
        let data = json!({
            "user_id": user_id,
            "total_points": total,
            "change_points": change,
            "reason": reason.name(),
            "reason_text": text,
            "timestamp": iso(at),
        });
        Self { audience: Audience::User(user_id), kind: "points_update", data, at }
    }

    /// A product's stock changed.
    #[must_use]
    pub fn stock_update(product_id: i64, stock: i64, product_name: &str, at: Timestamp) -> Self {
        let data = json!({
            "product_id": product_id,
            "stock": stock,
            "product_name": product_name,
            "timestamp": iso(at),
        });
        Self { audience: Audience::Everybody, kind: STOCK_UPDATE, data, at }
    }

    /// Another table is active.
    #[must_use]
    pub fn lottery_config(table_hash: &str, at: Timestamp) -> Self {
        let data = json!({ "table_hash": table_hash, "timestamp": iso(at) });
        Self { audience: Audience::Everybody, kind: LOTTERY_CONFIG, data, at }
    }

    /// A receipt of a user was approved or rejected. To be pushed before the `points_update` of its points: phones add the
    /// points of this one and set those of the other.
    #[must_use]
    pub fn review_result(
        user_id: i64,
        upload_id: &str,
        status: &str,
        points_awarded: i64,
        review_reason: Option<&str>,
        at: Timestamp,
    ) -> Self {
        let data = json!({
            "upload_id": upload_id,
            "status": status,
            "points_awarded": points_awarded,
            "review_reason": review_reason,
            "timestamp": iso(at),
        });
        Self { audience: Audience::User(user_id), kind: "review_result", data, at }
    }

    /// A receipt waits for a merchant.
    #[must_use]
    pub fn review_pending(upload_id: &str, masked_phone: &str, at: Timestamp) -> Self {
        let data = json!({ "upload_id": upload_id, "user_phone": masked_phone, "timestamp": iso(at) });
        Self { audience: Audience::Merchants, kind: "review_pending", data, at }
    }

    /// Something everybody should know.
    #[must_use]
    pub fn system_notice(title: &str, content: &str, notice_type: &str, at: Timestamp) -> Self {
        let data = json!({ "title": title, "content": content, "type": notice_type });
        Self { audience: Audience::Everybody, kind: "system_notice", data, at }
    }

    /// A user was banned, given or denied rights, or calls themselves otherwise; or a session of theirs was ended.
    #[must_use]
    pub fn access_changed(user_id: i64, at: Timestamp) -> Self {
        Self { audience: Audience::User(user_id), kind: ACCESS_CHANGED, data: json!({}), at }
    }

    /// The last piece of a prize was drawn.
    #[must_use]
    pub fn prizes_changed(at: Timestamp) -> Self {
        Self { audience: Audience::Everybody, kind: PRIZES_CHANGED, data: json!({}), at }
    }

    /// A product changed in a way that phones need not hear of.
    #[must_use]
    pub fn products_changed(at: Timestamp) -> Self {
        Self { audience: Audience::Everybody, kind: PRODUCTS_CHANGED, data: json!({}), at }
    }

    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    pub(super) fn user_id(&self) -> Option<i64> {
        self.audience.user_id()
    }
}

/// A row of `events`.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Event {
    /// Identifier, from 1, in the order of the commits.
    pub id: i64,
    /// `user`, `merchants` or `everybody`.
    pub audience: String,
    /// The user who is told, if it is one.
    pub user_id: Option<i64>,
    /// Its type, as on the wire.
    pub kind: String,
    /// Its data in JSON, as on the wire.
    pub data: String,
    /// When, Unix milliseconds.
    pub created_at: i64,
}

impl Event {
    /// Whether it is for the servers only, and sent to nobody.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        matches!(self.kind.as_str(), ACCESS_CHANGED | PRIZES_CHANGED | PRODUCTS_CHANGED)
    }
}

/// Writes events; to be the last write of a transaction, as the counter's row is everybody's. Their ids.
pub(super) async fn insert(tx: &mut Tx, events: &[NewEvent]) -> Result<Range<i64>, StoreError> {
    if events.is_empty() {
        return Ok(0..0);
    }
    let count = i64::try_from(events.len()).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let (next, place) = match tx.connection {
        Connection::Sqlite(_) => (
            "UPDATE event_counter SET last_id = last_id + ? WHERE id = 1",
            "((SELECT last_id FROM event_counter WHERE id = 1) - ?, ?, ?, ?, ?, ?)",
        ),
        // The answer to the `UPDATE` carries what this function was given.
        Connection::MySql(_) => (
            "UPDATE event_counter SET last_id = LAST_INSERT_ID(last_id + ?) WHERE id = 1",
            "(LAST_INSERT_ID() - ?, ?, ?, ?, ?, ?)",
        ),
    };
    tx.gather();
    tx.write(next, values![count], 1, StoreError::Corrupt("the counter of events is gone".into())).await?;
    let events: Vec<_> = (0..count).rev().zip(events).collect();
    let into = "INSERT INTO events (id, audience, user_id, kind, data, created_at) VALUES ";
    tx.insert_places(into, place, &events, |(before_last, event)| {
        values![
            *before_last,
            event.audience.name(),
            event.audience.user_id(),
            event.kind,
            event.data.to_string(),
            event.at.as_millisecond()
        ]
    })
    .await?;
    let last = tx.flush().await?.last_id;
    Ok(last - count + 1..last + 1)
}

/// The id of the last event; 0 before the first.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn last_id(db: &Db) -> Result<i64, StoreError> {
    let (last,) = on_db!(db, |c| sqlx::query_as("SELECT last_id FROM event_counter WHERE id = 1").fetch_one(c).await)?;
    Ok(last)
}

/// The first `limit` events after `after`, for everybody's ears.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn after(db: &Db, after: i64, limit: i64) -> Result<Vec<Event>, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as("SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?")
            .bind(after)
            .bind(limit)
            .fetch_all(c)
            .await
    })?)
}

/// The first `limit` events after `after` and up to `until` that a user is told, those for merchants if they are one.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn missed(
    db: &Db,
    user_id: i64,
    is_merchant: bool,
    after: i64,
    until: i64,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let since = since.as_millisecond();
    // Each part has an index of its own; one condition over all would read the events of all other users, too.
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT * FROM (SELECT * FROM events WHERE user_id = ? AND id > ? AND id <= ? AND created_at > ?
                              AND kind <> 'access_changed' ORDER BY id LIMIT ?) AS own
             UNION ALL
             SELECT * FROM (SELECT * FROM events WHERE audience = 'everybody' AND id > ? AND id <= ? AND created_at > ?
                              AND kind NOT IN ('prizes_changed', 'products_changed') ORDER BY id LIMIT ?) AS for_all
             UNION ALL
             SELECT * FROM (SELECT * FROM events WHERE audience = 'merchants' AND id > ? AND id <= ? AND created_at > ?
                            ORDER BY id LIMIT ?) AS for_merchants
             ORDER BY id LIMIT ?",
        )
        .bind(user_id)
        .bind(after)
        .bind(until)
        .bind(since)
        .bind(limit)
        .bind(after)
        .bind(until)
        .bind(since)
        .bind(limit)
        .bind(after)
        .bind(until)
        .bind(since)
        .bind(if is_merchant { limit } else { 0 })
        .bind(limit)
        .fetch_all(c)
        .await
    })?)
}

/// Removes about a thousand of the events that are no longer kept, the oldest first. How many; 0 when none is left.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn forget_old(db: &Db, now: Timestamp) -> Result<u64, StoreError> {
    let oldest = "SELECT MAX(created_at) FROM
                    (SELECT created_at FROM events WHERE created_at <= ? ORDER BY created_at LIMIT 1000) AS oldest";
    forget_oldest(db, oldest, "DELETE FROM events WHERE created_at <= ?", now.as_millisecond() - KEPT_MS).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{
        db::temporary,
        user::{NewUser, register},
    };

    #[tokio::test]
    async fn ids_follow_the_commits_without_gaps_and_each_hears_their_own() {
        let (_scratch, db) = temporary().await;
        let now = Timestamp::from_millisecond(1_000_000).unwrap();
        let mut tx = db.begin().await.unwrap();
        let one = register(&mut tx, &NewUser::plain("13800138000"), now).await.unwrap();
        let other = register(&mut tx, &NewUser::plain("13800138001"), now).await.unwrap();
        tx.push(NewEvent::stock_update(7, 3, "x", now));
        tx.push(NewEvent::points_update(one, 5, 5, Reason::Register, "y", now));
        tx.commit().await.unwrap();
        db.events_written().await;

        let mut undone = db.begin().await.unwrap();
        undone.push(NewEvent::lottery_config("0", now));
        undone.rollback().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        tx.push(NewEvent::access_changed(one, now));
        tx.push(NewEvent::points_update(other, 5, 5, Reason::Register, "y", now));
        tx.commit().await.unwrap();

        assert_eq!(last_id(&db).await.unwrap(), 4);
        let all = after(&db, 0, 10).await.unwrap();
        assert_eq!(all.iter().map(|event| event.id).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(after(&db, 2, 1).await.unwrap(), all[2..3]);
        let heard = async |user, since: i64, until| {
            let since = Timestamp::from_millisecond(since).unwrap();
            let events = missed(&db, user, false, 0, until, since, 10).await.unwrap();
            events.iter().map(|event| event.id).collect::<Vec<_>>()
        };
        assert_eq!(heard(one, 0, 4).await, [1, 2]);
        assert_eq!(heard(other, 0, 4).await, [1, 4]);
        assert_eq!(heard(other, 0, 3).await, [1]);
        assert!(heard(other, 1_000_000, 4).await.is_empty());
    }

    #[tokio::test]
    async fn many_at_once_keep_their_order() {
        let (_scratch, db) = temporary().await;
        let now = Timestamp::from_millisecond(5).unwrap();
        let (mut id, mut expected) = (0, Vec::new());
        for count in [1, 9, 10, 49, 50, 51, 173] {
            let mut tx = db.begin().await.unwrap();
            for n in 0..count {
                tx.push(NewEvent::stock_update(count, n, "x", now));
                id += 1;
                expected.push((id, format!("\"product_id\":{count}"), format!("\"stock\":{n},")));
            }
            tx.commit().await.unwrap();
        }
        let found = after(&db, 0, 1000).await.unwrap();
        assert_eq!(found.len(), expected.len());
        for (event, (id, product, stock)) in found.iter().zip(expected) {
            assert_eq!((event.id, event.kind.as_str(), event.user_id, event.created_at), (id, "stock_update", None, 5));
            assert!(event.data.contains(&product) && event.data.replace('}', ",").contains(&stock), "{event:?}");
        }
    }

    #[tokio::test]
    async fn transactions_at_once_leave_no_gap() {
        let (_scratch, db) = temporary().await;
        let now = Timestamp::from_millisecond(0).unwrap();
        let write = async |stock| {
            crate::store::retry_busy(async || {
                let mut tx = db.begin().await?;
                tx.push(NewEvent::stock_update(1, stock, "x", now));
                tx.push(NewEvent::stock_update(2, stock, "x", now));
                tx.commit().await
            })
            .await
            .unwrap();
        };
        tokio::join!(write(1), write(2), write(3), write(4), write(5), write(6), write(7), write(8));
        let ids: Vec<i64> = after(&db, 0, 1000).await.unwrap().iter().map(|event| event.id).collect();
        assert_eq!(ids, (1..=16).collect::<Vec<_>>());
    }
}
