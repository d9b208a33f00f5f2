//! Publishing: another table becomes the active one.
//!
//! The index of `lottery_tables.active` allows one active table at most, so whoever comes second is told by the write.

use fairwheel_core::{
    digest::Digest,
    prize::{PrizeKind, PrizeTable},
};
use jiff::Timestamp;

use crate::store::{
    Db, StoreError, Tx,
    db::{execute, on_tx},
    error::{lost_race, retry_busy},
    event::NewEvent,
};

/// A table to be published.
#[derive(Clone, Copy)]
pub struct Publication<'a> {
    /// The prizes, each with its declared stock.
    pub table: &'a PrizeTable,
    /// A prize's colour, `#rrggbb`.
    pub color: &'a (dyn Fn(u32) -> &'a str + Sync),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// The table is the active one.
    Done,
    /// Another table is active than was expected.
    Conflict {
        /// The active table's hash; `None` if there is none.
        live: Option<Digest>,
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

/// Publishes a table: it becomes the active one, with a stock of its own; if `expected` names a table, only in its place.
///
/// The table that is active may be published again: a new version with the whole declared stock.
///
/// # Errors
///
/// [`PublishError`] says why it was not published.
pub async fn publish(
    db: &Db,
    publication: &Publication<'_>,
    expected: Option<Digest>,
) -> Result<Published, PublishError> {
    whole_points(publication.table)?;
    Ok(retry_busy(|| publish_once(db, publication, expected)).await?)
}

async fn publish_once(
    db: &Db,
    publication: &Publication<'_>,
    expected: Option<Digest>,
) -> Result<Published, StoreError> {
    let expected = expected.map(|hash| hash.to_string()).unwrap_or_default();
    let mut tx = db.begin().await?;
    let replaced = execute!(
        &mut tx,
        "UPDATE lottery_tables SET active = NULL WHERE active = 1 AND (? = '' OR table_hash = ?)",
        &expected,
        &expected
    )?;
    if replaced == 0 && !expected.is_empty() {
        let live: Option<(String,)> = on_tx!(&mut tx, |c| {
            sqlx::query_as("SELECT table_hash FROM lottery_tables WHERE active = 1").fetch_optional(c).await
        })?;
        tx.rollback().await?;
        let read = |(hash,): (String,)| hash.parse().map_err(|_| StoreError::Corrupt(format!("table hash {hash}")));
        return Ok(Published::Conflict { live: live.map(read).transpose()? });
    }
    insert_table(&mut tx, publication).await.map_err(lost_race)?;
    insert_prizes(&mut tx, publication).await?;
    tx.commit().await?;
    Ok(Published::Done)
}

/// Publishes a table unless one is active.
///
/// # Errors
///
/// [`PublishError`] says why it was not published.
pub async fn publish_first(db: &Db, publication: &Publication<'_>) -> Result<(), PublishError> {
    whole_points(publication.table)?;
    let publish = async || {
        let mut tx = db.begin().await?;
        match insert_table(&mut tx, publication).await {
            Ok(()) => {}
            Err(sqlx::Error::Database(cause)) if cause.is_unique_violation() => return tx.rollback().await,
            Err(error) => return Err(error.into()),
        }
        insert_prizes(&mut tx, publication).await?;
        tx.commit().await
    };
    Ok(retry_busy(publish).await?)
}

fn whole_points(table: &PrizeTable) -> Result<(), PublishError> {
    let mut points = table.prizes().iter().filter(|prize| prize.kind == PrizeKind::Points);
    match points.find(|prize| !prize.value_cents.is_multiple_of(100)) {
        Some(prize) => Err(PublishError::FractionOfPoint { prize_id: prize.id, value_cents: prize.value_cents }),
        None => Ok(()),
    }
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

async fn insert_prizes(tx: &mut Tx, publication: &Publication<'_>) -> Result<(), StoreError> {
    let Publication { table, color, .. } = *publication;
    let (table_id,): (i64,) = on_tx!(&mut *tx, |c| {
        sqlx::query_as("SELECT table_id FROM lottery_tables WHERE active = 1").fetch_one(c).await
    })?;
    for prize in table.prizes() {
        execute!(
            &mut *tx,
            "INSERT INTO lottery_prizes (table_id, prize_id, prize_name, prize_type, prize_value, angle, color,
                                         probability, is_activity, cost_points, stock)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            table_id,
            prize.id,
            &prize.name,
            prize.kind.name(),
            prize.value_cents,
            prize.angle,
            color(prize.id),
            prize.weight,
            prize.is_activity,
            table.cost(),
            prize.stock
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
            table::{active, pieces},
        },
    };

    fn table(cost: u32) -> PrizeTable {
        PrizeTable::new(TableSpec { cost, ..seed::demo_spec() }).unwrap()
    }

    fn publication(table: &PrizeTable) -> Publication<'_> {
        Publication { table, color: &|_| "#f6d9b8", rules: "rules", now: Timestamp::UNIX_EPOCH }
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
        publish(&db, &publication(&first), None).await.unwrap();
        let again = Publication { color: &|_| "#000000", rules: "other", ..publication(&second) };
        assert_eq!(publish(&db, &again, Some(first.hash())).await.unwrap(), Published::Done);
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
        let expected = Some(second.hash());
        let refused = publish(&db, &publication(&second), expected).await.unwrap();
        assert_eq!(refused, Published::Conflict { live: None });
        publish(&db, &publication(&first), None).await.unwrap();
        let refused = publish(&db, &publication(&second), expected).await.unwrap();
        assert_eq!(refused, Published::Conflict { live: Some(first.hash()) });
        assert_eq!(active(&db).await.unwrap().unwrap().table, first);
        assert_eq!(event::last_id(&db).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn of_many_who_replace_the_same_table_one_does() {
        let (_dir, db) = temporary().await;
        let first = table(100);
        publish(&db, &publication(&first), None).await.unwrap();
        let tables: Vec<_> = (1..=8).map(table).collect();
        let replace = async |n: usize| publish(&db, &publication(&tables[n]), Some(first.hash())).await.unwrap();
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
        let live = active(&db).await.unwrap().unwrap().table.hash();
        let won: Vec<_> = tables.iter().zip(outcomes).filter(|(_, outcome)| *outcome == Published::Done).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(won[0].0.hash(), live);
        let lost = outcomes.iter().filter(|outcome| **outcome == Published::Conflict { live: Some(live) });
        assert_eq!(lost.count(), 7);
        assert_eq!(count(&db, "SELECT COUNT(*) FROM lottery_prizes").await, 16);
    }

    #[tokio::test]
    async fn without_an_expectation_everybody_publishes_in_turn() {
        let (_dir, db) = temporary().await;
        let tables: Vec<_> = (1..=4).map(table).collect();
        let publish = async |n: usize| publish(&db, &publication(&tables[n]), None).await.unwrap();
        let outcomes: [Published; 4] = tokio::join!(publish(0), publish(1), publish(2), publish(3)).into();
        assert_eq!(outcomes, [Published::Done; 4]);
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
            publish(&db, &publication(&table), None).await.unwrap_err(),
            publish_first(&db, &publication(&table)).await.unwrap_err(),
        ] {
            assert_eq!(refused.to_string(), "prize 7, value: points are whole, not 123.99");
        }
        assert!(active(&db).await.unwrap().is_none());
    }
}
