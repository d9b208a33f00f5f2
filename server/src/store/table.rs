//! Prize tables. Every version that was ever published stays; one at most is active.

use fairwheel_core::prize::PrizeTable;
use jiff::Timestamp;

use super::{
    Db, StoreError, Tx,
    db::{on_db, on_tx},
    error::{lost_race, retry_busy},
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
    Ok(on_db!(db, |c| {
        sqlx::query_as("SELECT prize_id, color FROM lottery_prizes WHERE table_id = ?")
            .bind(table_id)
            .fetch_all(c)
            .await
    })?)
}

/// Publishes a table: it becomes the active one, each prize with its declared stock. `color` gives a prize's `#rrggbb`.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn publish(
    db: &Db,
    table: &PrizeTable,
    color: impl Fn(u32) -> &'static str,
    rules: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    retry_busy(|| publish_once(db, table, &color, rules, now.as_millisecond())).await
}

async fn publish_once(
    db: &Db,
    table: &PrizeTable,
    color: &impl Fn(u32) -> &'static str,
    rules: &str,
    now: i64,
) -> Result<(), StoreError> {
    let mut tx = db.begin().await?;
    on_tx!(&mut tx, |c| sqlx::query("UPDATE lottery_tables SET active = NULL WHERE active = 1").execute(c).await)?;
    on_tx!(&mut tx, |c| {
        sqlx::query(
            "INSERT INTO lottery_tables (table_hash, table_text, rules, active, published_at) VALUES (?, ?, ?, 1, ?)",
        )
        .bind(table.hash().to_string())
        .bind(table.text())
        .bind(rules)
        .bind(now)
        .execute(c)
        .await
    })
    .map_err(lost_race)?;
    let (table_id,) = on_tx!(&mut tx, |c| {
        sqlx::query_as("SELECT table_id FROM lottery_tables WHERE active = 1").fetch_one(c).await
    })?;
    insert_prizes(&mut tx, table_id, table, color).await?;
    tx.commit().await
}

async fn insert_prizes(
    tx: &mut Tx,
    table_id: i64,
    table: &PrizeTable,
    color: &impl Fn(u32) -> &'static str,
) -> Result<(), StoreError> {
    for prize in table.prizes() {
        on_tx!(&mut *tx, |c| {
            sqlx::query(
                "INSERT INTO lottery_prizes (table_id, prize_id, prize_name, prize_type, prize_value, angle, color,
                                             probability, is_activity, cost_points, stock)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )
            .bind(table_id)
            .bind(prize.id)
            .bind(&prize.name)
            .bind(prize.kind.name())
            .bind(prize.value_cents)
            .bind(prize.angle)
            .bind(color(prize.id))
            .bind(prize.weight)
            .bind(prize.is_activity)
            .bind(table.cost())
            .bind(prize.stock)
            .execute(c)
            .await
        })?;
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
    async fn an_edited_text_is_noticed() {
        let (_dir, db) = temporary().await;
        let table = PrizeTable::new(seed::demo_spec()).unwrap();
        publish(&db, &table, |_| "#ffffff", "", Timestamp::from_millisecond(0).unwrap()).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let edit = "UPDATE lottery_tables SET table_text = REPLACE(table_text, 'cost 100', 'cost 900')";
        on_tx!(&mut tx, |c| sqlx::query(edit).execute(c).await).unwrap();
        tx.commit().await.unwrap();
        assert!(matches!(active(&db).await, Err(StoreError::Corrupt(_))));
    }
}
