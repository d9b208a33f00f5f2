//! Publishing: another table becomes the active one, and what was won of its prizes stays won.
//!
//! The index of `lottery_tables.active` allows one active table at most, so whoever comes second is told by the write.

use std::collections::BTreeMap;

use fairwheel_core::prize::{PrizeKind, PrizeTable};
use jiff::{SignedDuration, Timestamp};

use super::{
    Piece,
    stock::{Conflict, Expected, Found, Retired, Unmet, retire},
};
use crate::store::{
    Db, StoreError, Tx,
    db::{execute, on_tx},
    error::{lost_race, retry_busy},
    event::NewEvent,
    picture,
};

/// A table to be published.
#[derive(Clone, Copy)]
pub struct Publication<'a> {
    /// The prizes. The stock of each is what is promised in all since the prize was introduced.
    pub table: &'a PrizeTable,
    /// Those that the merchant named no id for: new ones, with ids that no prize of the active table has.
    pub nameless: &'a [u32],
    /// A prize's colour, `#rrggbb`.
    pub color: &'a (dyn Fn(u32) -> &'a str + Sync),
    /// Address or path of a prize's picture, empty for none; `None` leaves it as it is.
    pub image: &'a (dyn Fn(u32) -> Option<&'a str> + Sync),
    /// The rules in words, as diners read them.
    pub rules: &'a str,
    /// When.
    pub now: Timestamp,
}

impl std::fmt::Debug for Publication<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Publication").field(&self.table.hash()).field(&self.now).finish()
    }
}

/// What became of a publication.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Published {
    /// The table is the active one.
    Done {
        /// What its text does not hold about its prizes, in their order.
        pieces: Vec<Piece>,
        /// When it was published: later than every version before it.
        published_at: Timestamp,
    },
    /// Another version is active than was expected, or a new prize would have the id of one of its prizes.
    Conflict(Conflict),
    /// More pieces of a prize were won than it was to have in all.
    Overdrawn {
        /// The prize.
        prize_id: u32,
        /// Pieces won since it was introduced.
        won: u32,
    },
    /// The picture that a prize names is not there.
    NoPicture {
        /// The prize.
        prize_id: u32,
    },
}

/// Why a table was not published.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A prize of points would show a fraction of a point and credit none of it.
    #[error("prize {prize_id}, value: points are whole, not {}.{:02}", value_cents / 100, value_cents % 100)]
    FractionOfPoint {
        /// The prize.
        prize_id: u32,
        /// Its value, in hundredths of a point.
        value_cents: u32,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Publishes a table: it becomes the active one, in the place of the version that is expected.
///
/// A prize of the same id and type as one of the table that it replaces is the same prize: what was won of it is taken off
/// its declared stock. So the table that is active may be published again, and nothing is renewed; a larger stock adds the
/// difference. A prize that is new, or had no end before, starts with the declared stock. So it is with pictures: the same
/// prize keeps its own if none is named.
///
/// # Errors
///
/// [`PublishError`] says why it was not published.
pub async fn publish(db: &Db, publication: &Publication<'_>, expected: Expected) -> Result<Published, PublishError> {
    whole_points(publication.table)?;
    Ok(retry_busy(|| publish_once(db, publication, expected)).await?)
}

async fn publish_once(db: &Db, publication: &Publication<'_>, expected: Expected) -> Result<Published, StoreError> {
    let mut tx = db.begin().await?;
    let published = replace(&mut tx, publication, expected).await?;
    match published {
        Published::Done { .. } => tx.commit().await?,
        _ => tx.rollback().await?,
    }
    Ok(published)
}

/// Puts a table in the place of the active one. Unless it is done, what was written is to be undone.
pub(super) async fn replace(
    tx: &mut Tx,
    publication: &Publication<'_>,
    expected: Expected,
) -> Result<Published, StoreError> {
    let retired = match retire(tx, expected).await? {
        Found::Nothing => None,
        Found::Retired(retired) => Some(retired),
        Found::Other(conflict) => return Ok(Published::Conflict(conflict)),
    };
    let publication = &Publication { now: later(publication.now, retired.as_ref()), ..*publication };
    let shares = match shares(publication, retired.as_ref()) {
        Ok(shares) => shares,
        Err(refused) => return Ok(refused),
    };
    if let Some(prize_id) = without_picture(tx, &shares, publication.now).await? {
        return Ok(Published::NoPicture { prize_id });
    }
    insert_table(tx, publication).await.map_err(lost_race)?;
    insert_prizes(tx, publication, &shares).await?;
    let pieces = shares.into_iter().map(|share| share.piece).collect();
    Ok(Published::Done { pieces, published_at: publication.now })
}

/// Now, or a millisecond after the version before, if that was published at this moment or the clock went back: who read one of
/// two versions of the same table knows by the time whether it is still the active one.
fn later(now: Timestamp, retired: Option<&Retired>) -> Timestamp {
    let next = retired.map(|retired| retired.version().published_at.saturating_add(SignedDuration::from_millis(1)));
    next.and_then(Result::ok).map_or(now, |next| next.max(now))
}

/// What a prize begins with.
struct Share {
    piece: Piece,
    /// Pieces of its declared stock that were won of earlier versions.
    won_before: u32,
}

/// What each prize begins with, or that one can't.
fn shares(publication: &Publication<'_>, retired: Option<&Retired>) -> Result<Vec<Share>, Published> {
    let Publication { table, nameless, color, image, .. } = *publication;
    // Their ids were free when they were given: another table was published meanwhile.
    if let Some(retired) = retired.filter(|retired| nameless.iter().any(|id| retired.has(*id))) {
        return Err(Published::Conflict(Conflict { field: Unmet::Hash, live: Some(retired.version()) }));
    }
    let mut shares = Vec::new();
    for prize in table.prizes() {
        let won_before = retired.filter(|_| prize.stock.is_some()).map_or(0, |retired| retired.won(prize));
        let stock_left = match prize.stock.map(|declared| declared.checked_sub(won_before)) {
            None => None,
            Some(Some(left)) => Some(left),
            Some(None) => return Err(Published::Overdrawn { prize_id: prize.id, won: won_before }),
        };
        let image = image(prize.id).or_else(|| retired?.image(prize)).unwrap_or_default().to_owned();
        let piece = Piece { prize_id: prize.id, color: color(prize.id).to_owned(), image, stock_left };
        shares.push(Share { piece, won_before });
    }
    Ok(shares)
}

/// Publishes a table unless one is active.
///
/// # Errors
///
/// [`PublishError`] says why it was not published.
pub async fn publish_first(db: &Db, publication: &Publication<'_>) -> Result<(), PublishError> {
    whole_points(publication.table)?;
    // Without a table before this one nothing was won.
    let shares = shares(publication, None).unwrap_or_default();
    let publish = async || {
        let mut tx = db.begin().await?;
        match insert_table(&mut tx, publication).await {
            Ok(()) => {}
            Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => return tx.rollback().await,
            Err(error) => return Err(error.into()),
        }
        insert_prizes(&mut tx, publication, &shares).await?;
        tx.commit().await
    };
    Ok(retry_busy(publish).await?)
}

pub(super) fn whole_points(table: &PrizeTable) -> Result<(), PublishError> {
    let mut points = table.prizes().iter().filter(|prize| prize.kind == PrizeKind::Points);
    match points.find(|prize| !prize.value_cents.is_multiple_of(100)) {
        Some(prize) => Err(PublishError::FractionOfPoint { prize_id: prize.id, value_cents: prize.value_cents }),
        None => Ok(()),
    }
}

/// The first prize, by picture, whose picture was to be stored and is not. The others are there, and stay.
async fn without_picture(tx: &mut Tx, shares: &[Share], now: Timestamp) -> Result<Option<u32>, StoreError> {
    let pieces = shares.iter().map(|share| &share.piece);
    let stored = pieces.filter(|piece| piece.image.starts_with(picture::FOLDER));
    // In the order of their paths: whoever else holds several does it so.
    let by_path: BTreeMap<&str, u32> = stored.map(|piece| (piece.image.as_str(), piece.prize_id)).collect();
    for (path, prize_id) in by_path {
        if !picture::touch(tx, path, now).await? {
            return Ok(Some(prize_id));
        }
    }
    Ok(None)
}

/// The row of the version, which is refused while another is active; and the word of it to everybody.
async fn insert_table(tx: &mut Tx, publication: &Publication<'_>) -> sqlx::Result<()> {
    let Publication { table, rules, now, .. } = *publication;
    let hash = table.hash().to_string();
    tx.push(NewEvent::lottery_config(&hash, now));
    execute!(
        tx,
        "INSERT INTO lottery_tables (table_hash, table_text, rules, active, published_at) VALUES (?, ?, ?, 1, ?)",
        hash,
        table.text(),
        rules,
        now.as_millisecond()
    )?;
    Ok(())
}

async fn insert_prizes(tx: &mut Tx, publication: &Publication<'_>, shares: &[Share]) -> Result<(), StoreError> {
    let table = publication.table;
    let (table_id,): (i64,) = on_tx!(&mut *tx, |c| {
        sqlx::query_as("SELECT table_id FROM lottery_tables WHERE active = 1").fetch_one(c).await
    })?;
    for (prize, share) in table.prizes().iter().zip(shares) {
        execute!(
            &mut *tx,
            "INSERT INTO lottery_prizes (table_id, prize_id, prize_name, prize_type, prize_value, angle, color,
                                         image, probability, is_activity, cost_points, stock, won_before)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            table_id,
            prize.id,
            &prize.name,
            prize.kind.name(),
            prize.value_cents,
            prize.angle,
            &share.piece.color,
            &share.piece.image,
            prize.weight,
            prize.is_activity,
            table.cost(),
            share.piece.stock_left,
            share.won_before
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use fairwheel_core::prize::TableSpec;

    use super::*;
    use crate::{
        seed,
        store::{
            db::{on_db, temporary},
            event,
            table::{Version, active, pieces},
        },
    };

    fn table(cost: u32) -> PrizeTable {
        PrizeTable::new(TableSpec { cost, ..seed::demo_spec() }).unwrap()
    }

    fn publication(table: &PrizeTable) -> Publication<'_> {
        Publication {
            table,
            nameless: &[],
            color: &|_| "#f6d9b8",
            image: &|_| None,
            rules: "rules",
            now: Timestamp::UNIX_EPOCH,
        }
    }

    /// Of several versions of a table, any.
    fn of(table: &PrizeTable) -> Expected {
        Expected { hash: Some(table.hash()), published_at: None }
    }

    async fn count(db: &Db, sql: &'static str) -> i64 {
        let (rows,): (i64,) = on_db!(db, |c| sqlx::query_as(sql).fetch_one(c).await).unwrap();
        rows
    }

    #[tokio::test]
    async fn the_last_published_table_is_the_only_active_one_and_everybody_hears() {
        let (_dir, db) = temporary().await;
        assert!(active(&db).await.unwrap().is_none());
        let (first, second) = (table(100), table(50));
        publish(&db, &publication(&first), Expected::default()).await.unwrap();
        let again = Publication { color: &|_| "#000000", image: &|_| None, rules: "other", ..publication(&second) };
        assert!(matches!(publish(&db, &again, of(&first)).await.unwrap(), Published::Done { .. }));
        publish_first(&db, &publication(&first)).await.unwrap();
        let found = active(&db).await.unwrap().unwrap();
        assert_eq!((&found.table, found.rules.as_str()), (&second, "other"));
        let pieces = pieces(&db, found.table_id).await.unwrap();
        assert_eq!((pieces.len(), pieces[0].color.as_str(), pieces[0].stock_left), (8, "#000000", None));
        assert_eq!(count(&db, "SELECT COUNT(*) FROM lottery_tables").await, 2);
        let heard = event::after(&db, 0, 10).await.unwrap();
        let heard: Vec<_> = heard.iter().map(|event| (event.kind.as_str(), event.audience.as_str())).collect();
        assert_eq!(heard, [("lottery_config", "everybody"); 2]);
    }

    #[tokio::test]
    async fn another_table_than_expected_is_a_conflict_and_changes_nothing() {
        let (_dir, db) = temporary().await;
        let (first, second) = (table(100), table(50));
        let expected = of(&second);
        let refused = publish(&db, &publication(&second), expected).await.unwrap();
        assert_eq!(refused, Published::Conflict(Conflict { field: Unmet::Hash, live: None }));
        publish(&db, &publication(&first), Expected::default()).await.unwrap();
        let refused = publish(&db, &publication(&second), expected).await.unwrap();
        let live = Some(Version { hash: first.hash(), published_at: Timestamp::UNIX_EPOCH });
        assert_eq!(refused, Published::Conflict(Conflict { field: Unmet::Hash, live }));
        assert_eq!(active(&db).await.unwrap().unwrap().table, first);
        assert_eq!(event::last_id(&db).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn another_version_of_the_expected_table_is_a_conflict() {
        let (_dir, db) = temporary().await;
        let table = table(100);
        publish(&db, &publication(&table), Expected::default()).await.unwrap();
        let read = active(&db).await.unwrap().unwrap().published_at;
        let expected = Expected { published_at: Some(read), ..of(&table) };
        // The clock stands still, goes back, goes on.
        for (seconds, later_by) in [(0, 1), (-3600, 2), (7, 7000)] {
            let now = Timestamp::from_second(seconds).unwrap();
            let published = publish(&db, &Publication { now, ..publication(&table) }, of(&table)).await.unwrap();
            let Published::Done { published_at, .. } = published else { panic!("refused") };
            assert_eq!(published_at, active(&db).await.unwrap().unwrap().published_at);
            assert_eq!(published_at.as_millisecond() - read.as_millisecond(), later_by, "{seconds}");
        }
        let live = active(&db).await.unwrap().unwrap().published_at;
        let refused = publish(&db, &publication(&table), expected).await.unwrap();
        let live = Version { hash: table.hash(), published_at: live };
        assert_eq!(refused, Published::Conflict(Conflict { field: Unmet::PublishedAt, live: Some(live) }));
        let right = Expected { published_at: Some(live.published_at), hash: None };
        assert!(matches!(publish(&db, &publication(&table), right).await.unwrap(), Published::Done { .. }));
        assert_eq!(count(&db, "SELECT COUNT(*) FROM lottery_tables").await, 5);
    }

    #[tokio::test]
    async fn of_many_who_replace_the_same_table_one_does() {
        let (_dir, db) = temporary().await;
        let first = table(100);
        publish(&db, &publication(&first), Expected::default()).await.unwrap();
        let tables: Vec<_> = (1..=8).map(table).collect();
        let replace = async |n: usize| publish(&db, &publication(&tables[n]), of(&first)).await.unwrap();
        let outcomes = tokio::join!(
            replace(0),
            replace(1),
            replace(2),
            replace(3),
            replace(4),
            replace(5),
            replace(6),
            replace(7)
        );
        let outcomes: [Published; 8] = outcomes.into();
        let live = active(&db).await.unwrap().unwrap();
        let live = Version { hash: live.table.hash(), published_at: live.published_at };
        let won: Vec<_> =
            tables.iter().zip(&outcomes).filter(|(_, outcome)| matches!(outcome, Published::Done { .. })).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(won[0].0.hash(), live.hash);
        let lost = Conflict { field: Unmet::Hash, live: Some(live) };
        let lost = outcomes.iter().filter(|outcome| **outcome == Published::Conflict(lost));
        assert_eq!(lost.count(), 7);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM lottery_prizes").await, 16);
    }

    #[tokio::test]
    async fn without_an_expectation_everybody_publishes_in_turn() {
        let (_dir, db) = temporary().await;
        let tables: Vec<_> = (1..=4).map(table).collect();
        let publish = async |n: usize| publish(&db, &publication(&tables[n]), Expected::default()).await.unwrap();
        let outcomes: [Published; 4] = tokio::join!(publish(0), publish(1), publish(2), publish(3)).into();
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Published::Done { .. })));
        assert_eq!(count(&db, "SELECT COUNT(*) FROM lottery_tables").await, 4);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM lottery_tables WHERE active = 1").await, 1);
    }

    #[tokio::test]
    async fn a_fraction_of_a_point_is_refused_by_name() {
        let (_dir, db) = temporary().await;
        let mut spec = seed::demo_spec();
        spec.prizes[6].value_cents = 12_399;
        let table = PrizeTable::new(spec).unwrap();
        for refused in [
            publish(&db, &publication(&table), Expected::default()).await.unwrap_err(),
            publish_first(&db, &publication(&table)).await.unwrap_err(),
        ] {
            assert_eq!(refused.to_string(), "prize 7, value: points are whole, not 123.99");
        }
        assert!(active(&db).await.unwrap().is_none());
    }
}
