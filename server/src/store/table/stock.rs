//! What is left of a prize, and what it keeps, when another table takes the place of the active one: what was won stays won.

use std::collections::BTreeMap;

use fairwheel_core::{
    digest::Digest,
    prize::{Prize, PrizeTable},
};
use jiff::Timestamp;

use super::{stored, time};
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
    /// Another version than was expected is active, or none.
    Other(Conflict),
}

/// The version that a publication is to replace, as far as it says so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Hash of its table.
    pub hash: Option<Digest>,
    /// When it was published. No two versions say the same, though their tables may be equal.
    pub published_at: Option<Timestamp>,
}

impl Expected {
    /// What `live` is not as it was expected to be.
    fn unmet(&self, live: Option<Version>) -> Option<Conflict> {
        let conflict = |field| Conflict { field, live };
        if self.hash.is_some() && self.hash != live.map(|live| live.hash) {
            return Some(conflict(Unmet::Hash));
        }
        let published_at = self.published_at.map(Timestamp::as_millisecond);
        let is_other = published_at.is_some() && published_at != live.map(|live| live.published_at.as_millisecond());
        is_other.then(|| conflict(Unmet::PublishedAt))
    }
}

/// Another version than was expected is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What it differs in.
    pub field: Unmet,
    /// The active one; `None` if there is none.
    pub live: Option<Version>,
}

/// What a version differs in from the one that was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// [`Expected::hash`].
    Hash,
    /// [`Expected::published_at`].
    PublishedAt,
}

/// What tells a version from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Hash of its table.
    pub hash: Digest,
    /// When it was published.
    pub published_at: Timestamp,
}

/// A table that was active until now. Its prizes are locked, and nobody wins of them any more.
pub(super) struct Retired {
    table: PrizeTable,
    published_at: Timestamp,
    /// Pieces left of its limited prizes.
    left: BTreeMap<u32, u32>,
    /// Pictures of those that have one.
    images: BTreeMap<u32, String>,
}

impl Retired {
    /// Whether one of its prizes had this id.
    pub(super) fn has(&self, prize_id: u32) -> bool {
        self.table.prize(prize_id).is_some()
    }

    /// The picture of a prize, if it is the same prize and had one.
    pub(super) fn image(&self, prize: &Prize) -> Option<&str> {
        self.same(prize).and_then(|old| self.images.get(&old.id)).map(String::as_str)
    }

    fn same(&self, prize: &Prize) -> Option<&Prize> {
        self.table.prize(prize.id).filter(|old| old.kind == prize.kind)
    }

    pub(super) fn version(&self) -> Version {
        Version { hash: self.table.hash(), published_at: self.published_at }
    }

    /// How many pieces of a prize were won since it was introduced. 0 if it is another prize than the one that had this
    /// id, or had no end before.
    pub(super) fn won(&self, prize: &Prize) -> u32 {
        let declared = self.same(prize).and_then(|old| old.stock).unwrap_or(0);
        declared.saturating_sub(self.left.get(&prize.id).copied().unwrap_or(declared))
    }
}

/// Takes the active table out of use, if it is the one that is expected.
///
/// Rows are locked as by draws, prizes first and the table after, which the row of a draw refers to. A draw that holds a
/// prize is waited for, and its piece counted; one that comes later finds the prize inactive, and is tried again.
pub(super) async fn retire(tx: &mut Tx, expected: Expected) -> Result<Found, StoreError> {
    let mut gone = None;
    loop {
        let live: Option<(i64, String, String, i64)> = on_tx!(&mut *tx, |c| {
            sqlx::query_as("SELECT table_id, table_hash, table_text, published_at FROM lottery_tables WHERE active = 1")
                .fetch_optional(c)
                .await
        })?;
        let Some((table_id, hash, text, published_at)) = live else {
            return Ok(expected.unmet(None).map_or(Found::Nothing, Found::Other));
        };
        let (table, published_at) = (stored(&hash, &text)?, time(published_at)?);
        if let Some(conflict) = expected.unmet(Some(Version { hash: table.hash(), published_at })) {
            return Ok(Found::Other(conflict));
        }
        let held = execute!(
            &mut *tx,
            "UPDATE lottery_prizes SET status = 'inactive' WHERE table_id = ? AND status = 'active'",
            table_id
        )?;
        if held > 0 {
            execute!(&mut *tx, "UPDATE lottery_tables SET active = NULL WHERE table_id = ?", table_id)?;
            return Ok(Found::Retired(retired(tx, table_id, table, published_at).await?));
        }
        // Another was published while this waited for the prizes: it is the one to replace now.
        if gone.replace(table_id) == Some(table_id) {
            return Err(StoreError::Corrupt(format!("table {table_id} is active and its prizes are not")));
        }
    }
}

async fn retired(
    tx: &mut Tx,
    table_id: i64,
    table: PrizeTable,
    published_at: Timestamp,
) -> Result<Retired, StoreError> {
    let rows: Vec<(i64, String, Option<i64>)> = on_tx!(tx, |c| {
        sqlx::query_as("SELECT prize_id, image, stock FROM lottery_prizes WHERE table_id = ?")
            .bind(table_id)
            .fetch_all(c)
            .await
    })?;
    let mut retired = Retired { table, published_at, left: BTreeMap::new(), images: BTreeMap::new() };
    for (id, image, stock) in rows {
        let id = number(id)?;
        if let Some(stock) = stock {
            retired.left.insert(id, number(stock)?);
        }
        if !image.is_empty() {
            retired.images.insert(id, image);
        }
    }
    Ok(retired)
}

#[cfg(test)]
mod tests {
    use fairwheel_core::prize::{PrizeTable, TableSpec};
    use fairwheel_scratch::Scratch;
    use jiff::Timestamp;

    use crate::{
        seed,
        store::{
            Db,
            db::{Engine, execute, on_db},
            table::{Expected, Piece, Publication, Published, publish},
        },
    };

    /// The demo's table with 100 pieces of prize 1, none of them won as the text says; 60 are left.
    async fn older(db: &Db, table: &PrizeTable) {
        match &db.engine {
            Engine::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run_to(3, write).await.unwrap(),
            Engine::MySql { write, .. } => sqlx::migrate!("migrations/mysql").run_to(3, write).await.unwrap(),
        }
        let mut tx = db.begin().await.unwrap();
        execute!(
            &mut tx,
            "INSERT INTO lottery_tables (table_id, table_hash, table_text, rules, active, published_at)
             VALUES (5, ?, ?, '', 1, 0)",
            table.hash().to_string(),
            table.text()
        )
        .unwrap();
        for prize in table.prizes() {
            execute!(
                &mut tx,
                "INSERT INTO lottery_prizes (table_id, prize_id, prize_name, prize_type, prize_value, angle, color,
                                             probability, is_activity, cost_points, stock)
                 VALUES (5, ?, ?, ?, ?, ?, '#ffffff', ?, ?, 100, ?)",
                prize.id,
                &prize.name,
                prize.kind.name(),
                prize.value_cents,
                prize.angle,
                prize.weight,
                prize.is_activity,
                prize.stock.map(|_| 60)
            )
            .unwrap();
        }
        let user =
            "INSERT INTO users (user_id, mobile, client_seed, created_at, updated_at) VALUES (3, '1', 'x', 0, 0)";
        execute!(&mut tx, user).unwrap();
        for n in 1..=40 {
            let draw_id = format!("d1-{n:040}");
            execute!(
                &mut tx,
                "INSERT INTO lottery_draws (draw_id, user_id, table_id, draw_type, nonce, draw_count, client_seed,
                                            sold_out, points_cost, created_at)
                 VALUES (?, 3, 5, 'single', ?, 1, 'x', '[]', 100, 7)",
                &draw_id,
                n
            )
            .unwrap();
            execute!(
                &mut tx,
                "INSERT INTO lottery_records (draw_id, seq, user_id, table_id, ticket, drawn_prize_id, prize_id,
                                              prize_name, prize_type, prize_value, points_cost, angle, is_near_miss,
                                              created_at)
                 VALUES (?, 1, 3, 5, 0, 1, 1, 'x', 'coupon', 88, 100, 0, 0, 7)",
                &draw_id
            )
            .unwrap();
        }
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn what_was_won_of_an_older_installation_stays_won() {
        let mut spec: TableSpec = seed::demo_spec();
        spec.prizes[0].stock = Some(100);
        let table = PrizeTable::new(spec).unwrap();
        let scratch = Scratch::new().await;
        let db = Db::open(&scratch.url()).await.unwrap();
        older(&db, &table).await;
        db.migrate().await.unwrap();
        let publication = Publication {
            table: &table,
            nameless: &[],
            color: &|_| "#ffffff",
            image: &|_| None,
            rules: "",
            now: Timestamp::UNIX_EPOCH,
        };
        for _ in 0..2 {
            let expected = Expected { hash: Some(table.hash()), published_at: None };
            let Published::Done { pieces, .. } = publish(&db, &publication, expected).await.unwrap() else {
                panic!("refused")
            };
            assert_eq!(
                pieces[0],
                Piece { prize_id: 1, color: "#ffffff".into(), image: String::new(), stock_left: Some(60) }
            );
            let select = "SELECT stock, won_before FROM lottery_prizes WHERE status = 'active' AND prize_id = 1";
            let row: (i64, i64) = on_db!(&db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
            assert_eq!(row, (60, 40));
        }
        let old = "SELECT COUNT(*) FROM lottery_prizes WHERE table_id = 5 AND status = 'active'";
        let (old,): (i64,) = on_db!(&db, |c| sqlx::query_as(old).fetch_one(c).await).unwrap();
        assert_eq!(old, 0);
    }
}
