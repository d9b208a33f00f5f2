//! What is left of a prize when another table takes the place of the active one: what was won stays won.

use std::collections::BTreeMap;

use fairwheel_core::{
    digest::Digest,
    prize::{Prize, PrizeTable},
};

use super::stored;
use crate::store::{
    StoreError, Tx,
    db::{execute, on_tx},
    error::number,
};

/// What a publication found.
pub(super) enum Found {
    /// No table was active.
    Nothing,
    /// The table that was to be replaced. It is no longer active.
    Retired(Retired),
    /// Another table than was expected is active, or none.
    Other(Option<Digest>),
}

/// A table that was active until now. Its prizes are locked, and nobody wins of them any more.
pub(super) struct Retired {
    table: PrizeTable,
    /// Pieces left of its limited prizes.
    left: BTreeMap<u32, u32>,
}

impl Retired {
    /// How many pieces of a prize were won since it was introduced. 0 if it is another prize than the one that had this
    /// id, or had no end before.
    pub(super) fn won(&self, prize: &Prize) -> u32 {
        let same = self.table.prize(prize.id).filter(|old| old.kind == prize.kind);
        let declared = same.and_then(|old| old.stock).unwrap_or(0);
        declared.saturating_sub(self.left.get(&prize.id).copied().unwrap_or(declared))
    }
}

/// Takes the active table out of use; if `expected` names a table, only that one.
///
/// Rows are locked as by draws, prizes first and the table after, which the row of a draw refers to. A draw that holds a
/// prize is waited for, and its piece counted; one that comes later finds the prize inactive, and is tried again.
pub(super) async fn retire(tx: &mut Tx, expected: Option<Digest>) -> Result<Found, StoreError> {
    let mut gone = None;
    loop {
        let live: Option<(i64, String, String)> = on_tx!(&mut *tx, |c| {
            sqlx::query_as("SELECT table_id, table_hash, table_text FROM lottery_tables WHERE active = 1")
                .fetch_optional(c)
                .await
        })?;
        let Some((table_id, hash, text)) = live else {
            return Ok(expected.map_or(Found::Nothing, |_| Found::Other(None)));
        };
        let table = stored(&hash, &text)?;
        if expected.is_some_and(|expected| expected != table.hash()) {
            return Ok(Found::Other(Some(table.hash())));
        }
        let held = execute!(
            &mut *tx,
            "UPDATE lottery_prizes SET status = 'inactive' WHERE table_id = ? AND status = 'active'",
            table_id
        )?;
        if held > 0 {
            execute!(&mut *tx, "UPDATE lottery_tables SET active = NULL WHERE table_id = ?", table_id)?;
            return Ok(Found::Retired(Retired { left: left(tx, table_id).await?, table }));
        }
        // Another was published while this waited for the prizes: it is the one to replace now.
        if gone.replace(table_id) == Some(table_id) {
            return Err(StoreError::Corrupt(format!("table {table_id} is active and its prizes are not")));
        }
    }
}

async fn left(tx: &mut Tx, table_id: i64) -> Result<BTreeMap<u32, u32>, StoreError> {
    let rows: Vec<(i64, i64)> = on_tx!(tx, |c| {
        sqlx::query_as("SELECT prize_id, stock FROM lottery_prizes WHERE table_id = ? AND stock IS NOT NULL")
            .bind(table_id)
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(|(id, stock)| Ok((number(id)?, number(stock)?))).collect()
}
