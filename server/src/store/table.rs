//! Prize tables. Every version that was ever published stays; one at most is active.

use fairwheel_core::prize::{PrizeKind, PrizeTable};
use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{execute, on_db, on_tx},
    error::{lost_race, number, retry_busy},
};

/// The table that draws are made from.
#[derive(Clone, Debug)]
pub struct ActiveTable {
    /// Identifier of the version.
    pub table_id: i64,
    /// The rules in words, as diners read them.
    pub rules: String,
    /// The prizes.
    pub table: PrizeTable,
}

/// The active table, if one was ever published.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if the stored text is not the table it was, or what the database says.
pub async fn active(db: &Db) -> Result<Option<ActiveTable>, StoreError> {
    let row: Option<(i64, String, String, String)> = on_db!(db, |c| {
        sqlx::query_as("SELECT table_id, table_hash, table_text, rules FROM lottery_tables WHERE active = 1")
            .fetch_optional(c)
            .await
    })?;
    row.map(|(table_id, hash, text, rules)| Ok(ActiveTable { table_id, rules, table: stored(&hash, &text)? }))
        .transpose()
}

/// A table as it was published.
pub(super) fn stored(hash: &str, text: &str) -> Result<PrizeTable, StoreError> {
    let table = PrizeTable::parse(text).map_err(|error| StoreError::Corrupt(format!("table {hash}: {error}")))?;
    if table.hash().to_string() == hash {
        Ok(table)
    } else {
        Err(StoreError::Corrupt(format!("table {hash} was edited")))
    }
}

/// The colours of a version's prizes, `#rrggbb`, by prize id.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn colors(db: &Db, table_id: i64) -> Result<Vec<(u32, String)>, StoreError> {
    let rows: Vec<(i64, String)> = on_db!(db, |c| {
        sqlx::query_as("SELECT prize_id, color FROM lottery_prizes WHERE table_id = ?")
            .bind(table_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(|(prize_id, color)| Ok((number(prize_id)?, color))).collect()
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

/// Publishes a table: it becomes the active one, each prize with its declared stock. `color` gives a prize's `#rrggbb`.
///
/// # Errors
///
/// [`PublishError`] says why it was not published.
pub async fn publish(
    db: &Db,
    table: &PrizeTable,
    color: impl Fn(u32) -> &'static str,
    rules: &str,
    now: Timestamp,
) -> Result<(), PublishError> {
    whole_points(table)?;
    let publish = async || {
        let mut tx = db.begin().await?;
        publish_in(&mut tx, table, &color, rules, now).await?;
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

/// Publishes a table unless one is active.
///
/// # Errors
///
/// [`PublishError`] says why it was not published.
pub async fn publish_first(
    db: &Db,
    table: &PrizeTable,
    color: impl Fn(u32) -> &'static str,
    rules: &str,
    now: Timestamp,
) -> Result<(), PublishError> {
    whole_points(table)?;
    let publish = async || {
        let mut tx = db.begin().await?;
        let (active,): (i64,) = on_tx!(&mut tx, |c| {
            sqlx::query_as("SELECT COUNT(*) FROM lottery_tables WHERE active = 1").fetch_one(c).await
        })?;
        if active == 0 {
            publish_in(&mut tx, table, &color, rules, now).await?;
        }
        tx.commit().await
    };
    Ok(retry_busy(publish).await?)
}

async fn publish_in(
    tx: &mut Tx,
    table: &PrizeTable,
    color: &impl Fn(u32) -> &'static str,
    rules: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(&mut *tx, "UPDATE lottery_tables SET active = NULL WHERE active = 1")?;
    execute!(
        &mut *tx,
        "INSERT INTO lottery_tables (table_hash, table_text, rules, active, published_at) VALUES (?, ?, ?, 1, ?)",
        table.hash().to_string(),
        table.text(),
        rules,
        now.as_millisecond()
    )
    .map_err(lost_race)?;
    let (table_id,) = on_tx!(&mut *tx, |c| {
        sqlx::query_as("SELECT table_id FROM lottery_tables WHERE active = 1").fetch_one(c).await
    })?;
    insert_prizes(tx, table_id, table, color).await
}

async fn insert_prizes(
    tx: &mut Tx,
    table_id: i64,
    table: &PrizeTable,
    color: &impl Fn(u32) -> &'static str,
) -> Result<(), StoreError> {
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
    use super::*;
    use crate::{seed, store::db::temporary};

    #[tokio::test]
    async fn the_last_published_table_is_the_only_active_one() {
        let (_dir, db) = temporary().await;
        assert!(active(&db).await.unwrap().is_none());
        let now = Timestamp::from_millisecond(0).unwrap();
        let first = PrizeTable::new(seed::demo_spec()).unwrap();
        let second = PrizeTable::new(fairwheel_core::prize::TableSpec { cost: 50, ..seed::demo_spec() }).unwrap();
        publish(&db, &first, |_| "#ffffff", "", now).await.unwrap();
        publish(&db, &second, |_| "#000000", "rules", now).await.unwrap();
        let found = active(&db).await.unwrap().unwrap();
        assert_eq!((&found.table, found.rules.as_str()), (&second, "rules"));
        let colors = colors(&db, found.table_id).await.unwrap();
        assert_eq!((colors.len(), colors[0].1.as_str()), (8, "#000000"));
    }

    #[tokio::test]
    async fn a_fraction_of_a_point_is_refused_by_name() {
        let (_dir, db) = temporary().await;
        let mut spec = seed::demo_spec();
        spec.prizes[6].value_cents = 12_399;
        let table = PrizeTable::new(spec).unwrap();
        let now = Timestamp::from_millisecond(0).unwrap();
        for refused in [
            publish(&db, &table, |_| "#ffffff", "", now).await.unwrap_err(),
            publish_first(&db, &table, |_| "#ffffff", "", now).await.unwrap_err(),
        ] {
            assert_eq!(refused.to_string(), "prize 7, value: points are whole, not 123.99");
        }
        assert!(active(&db).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn an_identifier_that_is_none_is_corrupt() {
        let (_dir, db) = temporary().await;
        let table = PrizeTable::new(seed::demo_spec()).unwrap();
        publish(&db, &table, |_| "#ffffff", "", Timestamp::from_millisecond(0).unwrap()).await.unwrap();
        let found = active(&db).await.unwrap().unwrap();
        let mut tx = db.begin().await.unwrap();
        let edit = "UPDATE lottery_prizes SET prize_id = 4294967296 WHERE prize_id = 8";
        execute!(&mut tx, edit).unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(colors(&db, found.table_id).await, Err(StoreError::Corrupt(_))));
    }

    #[tokio::test]
    async fn an_edited_text_is_noticed() {
        let (_dir, db) = temporary().await;
        let table = PrizeTable::new(seed::demo_spec()).unwrap();
        publish(&db, &table, |_| "#ffffff", "", Timestamp::from_millisecond(0).unwrap()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let edit = "UPDATE lottery_tables SET table_text = REPLACE(table_text, 'cost 100', 'cost 900')";
        execute!(&mut tx, edit).unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(active(&db).await, Err(StoreError::Corrupt(_))));
    }
}
