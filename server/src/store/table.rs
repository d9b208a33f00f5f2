//! Prize tables. Every version that was ever published stays; one at most is active.

mod order;
mod publish;
mod stock;

use std::{collections::BTreeMap, sync::Arc};

use fairwheel_core::prize::PrizeTable;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

pub use order::{Order, publish_for};
pub use publish::{Publication, PublishError, Published, publish, publish_first};
pub use stock::{Conflict, Expected, Unmet, Version};

use super::{
    Db, StoreError, Tx,
    db::{on_db, on_tx, values},
    error::number,
    mark::Part,
};

/// The table that draws are made from.
#[derive(Clone, Debug)]
pub struct ActiveTable {
    /// Identifier of the version.
    pub table_id: i64,
    /// The rules in words, as diners read them.
    pub rules: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// The prizes.
    pub table: PrizeTable,
}

/// The active table, if one was ever published.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if the stored text is not the table it was, or what the database says.
pub async fn active(db: &Db) -> Result<Option<ActiveTable>, StoreError> {
    let row: Option<Row> = on_db!(db, |c| {
        sqlx::query_as(
            "SELECT table_id, table_hash, table_text, rules, published_at FROM lottery_tables WHERE active = 1",
        )
        .fetch_optional(c)
        .await
    })?;
    row.map(version).transpose()
}

/// A row of `lottery_tables`.
type Row = (i64, String, String, String, i64);

fn version((table_id, hash, text, rules, published_at): Row) -> Result<ActiveTable, StoreError> {
    Ok(ActiveTable { table_id, rules, published_at: time(published_at)?, table: stored(&hash, &text)? })
}

/// Which version is active.
pub(super) async fn active_id(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    let select = "SELECT table_id FROM lottery_tables WHERE active = 1";
    let found: Option<(i64,)> = on_tx!(tx, |c| sqlx::query_as(select).fetch_optional(c).await)?;
    Ok(found.map(|(table_id,)| table_id))
}

/// The version with this id.
pub(super) async fn in_tx(tx: &mut Tx, table_id: i64) -> Result<ActiveTable, StoreError> {
    version(on_tx!(tx, |c| {
        sqlx::query_as(
            "SELECT table_id, table_hash, table_text, rules, published_at FROM lottery_tables WHERE table_id = ?",
        )
        .bind(table_id)
        .fetch_one(c)
        .await
    })?)
}

/// What is left of the limited prizes of a version that is active, locked until the commit.
pub(super) async fn hold_stock(tx: &mut Tx, table_id: i64) -> Result<BTreeMap<u32, u32>, StoreError> {
    let select =
        "SELECT prize_id, stock FROM lottery_prizes WHERE table_id = ? AND status = 'active' AND stock IS NOT NULL";
    let select = AssertSqlSafe(select.to_owned() + tx.for_update());
    let rows: Vec<(i64, i64)> = on_tx!(tx, |c| sqlx::query_as(select).bind(table_id).fetch_all(c).await)?;
    rows.into_iter().map(|(id, left)| Ok((number(id)?, number(left)?))).collect()
}

/// Writes what is left of a prize that is held. `before` is what was read.
pub(super) async fn write_stock(
    tx: &mut Tx,
    table_id: i64,
    prize_id: u32,
    before: u32,
    after: u32,
) -> Result<(), StoreError> {
    let update =
        "UPDATE lottery_prizes SET stock = ? WHERE table_id = ? AND prize_id = ? AND stock = ? AND status = 'active'";
    let otherwise = StoreError::Corrupt(format!("prize {prize_id} was held and has changed"));
    tx.write(update, values![after, table_id, prize_id, before], 1, otherwise).await
}

/// The active table as it is kept in memory, where the last publication is in it.
///
/// # Errors
///
/// As [`active`].
pub async fn kept(db: &Db) -> Result<Arc<Option<ActiveTable>>, StoreError> {
    db.table().get(|| db.mark(Part::Wheel), async || active(db).await).await
}

fn time(milliseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(milliseconds).map_err(|error| StoreError::Corrupt(error.to_string()))
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

/// What the text of a table does not hold about a prize.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The prize.
    pub prize_id: u32,
    /// Colour of its sector, `#rrggbb`.
    pub color: String,
    /// Address or path of its picture; empty for none.
    pub image: String,
    /// Pieces left; `None` is unlimited.
    pub stock_left: Option<u32>,
}

/// Colour, picture and stock of a version's prizes, by prize id.
///
/// # Errors
///
/// [`StoreError`] from the database.
pub async fn pieces(db: &Db, table_id: i64) -> Result<Vec<Piece>, StoreError> {
    let rows: Vec<(i64, String, String, Option<i64>)> = on_db!(db, |c| {
        sqlx::query_as("SELECT prize_id, color, image, stock FROM lottery_prizes WHERE table_id = ? ORDER BY prize_id")
            .bind(table_id)
            .fetch_all(c)
            .await
    })?;
    let piece = |(prize_id, color, image, stock): (i64, String, String, Option<i64>)| {
        Ok(Piece { prize_id: number(prize_id)?, color, image, stock_left: stock.map(number).transpose()? })
    };
    rows.into_iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        seed,
        store::db::{execute, temporary},
    };

    async fn publish_demo(db: &Db) {
        let table = PrizeTable::new(seed::demo_spec()).unwrap();
        let publication = Publication {
            table: &table,
            nameless: &[],
            color: &|_| "#ffffff",
            image: &|_| None,
            rules: "",
            now: Timestamp::UNIX_EPOCH,
        };
        publish(db, &publication, Expected::default()).await.unwrap();
    }

    async fn edit(db: &Db, sql: &'static str) {
        let mut tx = db.begin().await.unwrap();
        execute!(&mut tx, sql).unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn an_identifier_that_is_none_is_corrupt() {
        let (_dir, db) = temporary().await;
        publish_demo(&db).await;
        let found = active(&db).await.unwrap().unwrap();
        edit(&db, "UPDATE lottery_prizes SET prize_id = 4294967296 WHERE prize_id = 8").await;
        assert!(matches!(pieces(&db, found.table_id).await, Err(StoreError::Corrupt(_))));
    }

    #[tokio::test]
    async fn an_edited_text_is_noticed() {
        let (_dir, db) = temporary().await;
        publish_demo(&db).await;
        edit(&db, "UPDATE lottery_tables SET table_text = REPLACE(table_text, 'cost 100', 'cost 900')").await;
        assert!(matches!(active(&db).await, Err(StoreError::Corrupt(_))));
    }
}
