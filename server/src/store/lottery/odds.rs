//! How often each prize of the active table was drawn and given: exact, and cheap however often it is asked.
//!
//! Records that are old enough to be final are added up once and remembered; a refresh counts those that became final
//! since the one before, and the few after them. Callers share the refresh, of which there is one in two seconds at most.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::Timestamp;
use tokio::sync::Mutex;

use crate::store::{
    Db, StoreError,
    db::on_db,
    error::number,
    mark::{Mark, Part},
    table::{self, ActiveTable},
};

/// How long counts are shown before they are looked at again, in milliseconds.
const FRESH_MS: i64 = 2_000;
/// Records this old are final: a request ends after 30 s, and the clocks of two servers are closer than the rest of it.
const FINAL_MS: i64 = 5 * 60 * 1000;
/// If the clock goes back to this little after the time up to which records were added up, new ones could be older.
const MARGIN_MS: i64 = 60 * 1000;
/// Old records are added up in pieces, so that a first refresh that is cut off is not for nothing.
const STEP_MS: i64 = 24 * 60 * 60 * 1000;

/// How often each prize was drawn, and each was given in its place.
type Counts = BTreeMap<(u32, u32), u64>;

/// The active table and its counts.
#[derive(Clone, Debug)]
pub struct Odds {
    /// The table.
    pub active: ActiveTable,
    counts: Counts,
    /// Pieces of each prize's stock that were won of earlier versions.
    won_before: BTreeMap<u32, u64>,
}

impl Odds {
    /// Draws of this version in all.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// How often the tickets won this prize.
    #[must_use]
    pub fn drawn(&self, prize_id: u32) -> u64 {
        self.sum(|drawn, _| drawn == prize_id)
    }

    /// How often this prize was given.
    #[must_use]
    pub fn given(&self, prize_id: u32) -> u64 {
        self.sum(|_, given| given == prize_id)
    }

    /// How many pieces of a prize are gone since it was introduced, in this version or before.
    #[must_use]
    pub fn gone(&self, prize_id: u32) -> u64 {
        self.given(prize_id) + self.won_before.get(&prize_id).copied().unwrap_or(0)
    }

    fn sum(&self, counted: impl Fn(u32, u32) -> bool) -> u64 {
        self.counts.iter().filter(|((drawn, given), _)| counted(*drawn, *given)).map(|(_, count)| count).sum()
    }
}

/// The counts as far as they are known. One a server.
#[derive(Debug, Default)]
pub struct Tally {
    shown: RwLock<Option<Shown>>,
    /// Held while records are counted; the others wait for what that brings.
    settled: Mutex<Option<Settled>>,
}

/// Counts that were made at a time, of a table that was active at a mark.
#[derive(Clone, Debug)]
struct Shown {
    at: Timestamp,
    mark: Option<Mark>,
    odds: Option<Arc<Odds>>,
}

/// The final records of a version, those before `until` (Unix milliseconds).
#[derive(Debug)]
struct Settled {
    table_id: i64,
    until: i64,
    counts: Counts,
}

impl Tally {
    /// The active table and its counts, at most two seconds old; `None` while no table is active.
    ///
    /// # Errors
    ///
    /// [`StoreError`] from the database.
    pub async fn odds(&self, db: &Db, now: Timestamp) -> Result<Option<Arc<Odds>>, StoreError> {
        let asked_at = db.mark(Part::Wheel);
        if let Some(shown) = self.shown(asked_at, now) {
            return Ok(shown.odds);
        }
        let mut settled = self.settled.lock().await;
        if let Some(shown) = self.shown(asked_at, now) {
            return Ok(shown.odds);
        }
        let mark = db.mark(Part::Wheel);
        let odds = match table::active(db).await? {
            Some(active) => Some(Arc::new(count(db, &mut settled, active, now).await?)),
            None => None,
        };
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Some(Shown { at: now, mark, odds: odds.clone() });
        Ok(odds)
    }

    /// What is new enough to be shown.
    fn shown(&self, mark: Option<Mark>, now: Timestamp) -> Option<Shown> {
        let shown = self.shown.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = |shown: &&Shown| (0..FRESH_MS).contains(&(now.as_millisecond() - shown.at.as_millisecond()));
        shown.as_ref().filter(is_fresh).filter(|shown| shown.mark >= mark).cloned()
    }
}

async fn count(db: &Db, known: &mut Option<Settled>, active: ActiveTable, now: Timestamp) -> Result<Odds, StoreError> {
    let (table_id, now) = (active.table_id, now.as_millisecond());
    let usable = known.take_if(|settled| settled.table_id == table_id && settled.until <= now - MARGIN_MS);
    let settled = known.insert(usable.unwrap_or(Settled { table_id, until: i64::MIN, counts: Counts::new() }));
    let published_at = active.published_at.as_millisecond();
    while settled.until < now - FINAL_MS {
        let until = (settled.until.max(published_at) + STEP_MS).min(now - FINAL_MS);
        add(&mut settled.counts, counted(db, table_id, settled.until, until).await?)?;
        settled.until = until;
    }
    let mut counts = settled.counts.clone();
    add(&mut counts, counted(db, table_id, settled.until, i64::MAX).await?)?;
    Ok(Odds { active, counts, won_before: won_before(db, table_id).await? })
}

async fn won_before(db: &Db, table_id: i64) -> Result<BTreeMap<u32, u64>, StoreError> {
    let select = "SELECT prize_id, won_before FROM lottery_prizes WHERE table_id = ? AND won_before > 0";
    let rows: Vec<(i64, i64)> = on_db!(db, |c| sqlx::query_as(select).bind(table_id).fetch_all(c).await)?;
    rows.into_iter().map(|(id, won)| Ok((number(id)?, number(won)?.into()))).collect()
}

/// Rows of drawn prize, given prize, how often.
type Rows = Vec<(i64, i64, i64)>;

/// The records of a version from `from` up to but not at `until`.
async fn counted(db: &Db, table_id: i64, from: i64, until: i64) -> Result<Rows, StoreError> {
    Ok(on_db!(db, |c| {
        sqlx::query_as(
            "SELECT drawn_prize_id, prize_id, COUNT(*) FROM lottery_records
             WHERE table_id = ? AND created_at >= ? AND created_at < ? GROUP BY drawn_prize_id, prize_id",
        )
        .bind(table_id)
        .bind(from)
        .bind(until)
        .fetch_all(c)
        .await
    })?)
}

fn add(counts: &mut Counts, rows: Rows) -> Result<(), StoreError> {
    for (drawn, given, count) in rows {
        let count = u64::try_from(count).map_err(|error| StoreError::Corrupt(error.to_string()))?;
        *counts.entry((number(drawn)?, number(given)?)).or_default() += count;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        app::{AppState, temporary},
        seed::{self, DEMO_PHONE},
        store::{
            db::execute,
            idempotency::Answer,
            lottery::{DrawOrder, DrawType, draw},
            user,
        },
    };

    /// A server on which one draw was made, at its present time.
    async fn drawn_once() -> (fairwheel_scratch::Scratch, AppState) {
        let (dir, app) = temporary().await;
        seed::run(&app).await.unwrap();
        let user = user::by_mobile(&app.db, DEMO_PHONE).await.unwrap().unwrap();
        let now = app.clock.now();
        let order = DrawOrder {
            user_id: user.user_id,
            session: None,
            draw_type: DrawType::Single,
            client_seed: None,
            table_hash: None,
            spent_nonce: None,
            key: None,
            day: app.day(now),
            now,
        };
        draw(&app.db, &app.keys, &Arc::new(order), |_| Answer { code: 0, body: String::new() }).await.unwrap();
        (dir, app)
    }

    /// Writes the last record again, as made so many seconds ago.
    async fn again(app: &AppState, seconds_ago: i64) {
        let mut tx = app.db.begin().await.unwrap();
        let insert = "INSERT INTO lottery_records (draw_id, seq, user_id, table_id, ticket, drawn_prize_id, prize_id,
                                                   prize_name, prize_type, prize_value, points_cost, angle,
                                                   is_near_miss, created_at)
                      SELECT draw_id, seq + 1, user_id, table_id, ticket, drawn_prize_id, prize_id, prize_name,
                             prize_type, prize_value, points_cost, angle, is_near_miss, ?
                      FROM lottery_records ORDER BY id DESC LIMIT 1";
        execute!(&mut tx, insert, app.clock.now().as_millisecond() - seconds_ago * 1000).unwrap();
        tx.commit().await.unwrap();
    }

    async fn total(app: &AppState, tally: &Tally) -> u64 {
        tally.odds(&app.db, app.clock.now()).await.unwrap().unwrap().total()
    }

    #[tokio::test]
    async fn every_record_is_counted_once_whatever_its_age() {
        let (_dir, app) = drawn_once().await;
        let tally = Tally::default();
        assert_eq!(total(&app, &tally).await, 1);
        let mut records = 1;
        for wait in [2, 3, 60, 298, 299, 300, 301, 100_000, 5, 2] {
            app.clock.advance(Duration::from_secs(wait));
            again(&app, 0).await;
            // A server whose clock is slow, one whose clock is fast, and one whose transaction took long.
            again(&app, 200).await;
            again(&app, -400).await;
            again(&app, 29).await;
            records += 4;
            assert_eq!(total(&app, &tally).await, records);
            assert_eq!(total(&app, &Tally::default()).await, records);
        }
    }

    #[tokio::test]
    async fn within_two_seconds_the_same_counts_are_shown() {
        let (_dir, app) = drawn_once().await;
        let tally = Tally::default();
        assert_eq!(total(&app, &tally).await, 1);
        again(&app, 0).await;
        app.clock.advance(Duration::from_millis(1_999));
        assert_eq!(total(&app, &tally).await, 1);
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(total(&app, &tally).await, 2);
    }

    #[tokio::test]
    async fn what_is_final_is_not_read_again() {
        let (_dir, app) = drawn_once().await;
        let tally = Tally::default();
        app.clock.advance(Duration::from_secs(301));
        assert_eq!(total(&app, &tally).await, 1);
        let mut tx = app.db.begin().await.unwrap();
        execute!(&mut tx, "DELETE FROM lottery_records").unwrap();
        tx.commit().await.unwrap();
        app.clock.advance(Duration::from_secs(2));
        assert_eq!(total(&app, &tally).await, 1);
    }

    #[tokio::test]
    async fn a_clock_that_goes_back_loses_nothing() {
        let (_dir, app) = drawn_once().await;
        let (tally, start) = (Tally::default(), app.clock.now());
        let mut records = 1;
        for seconds in [0, 10_000, 9_999, 9_941, 9_761, 9_000, 0, 5, 1_000_000, 4] {
            app.clock.set(Timestamp::from_second(start.as_second() + seconds).unwrap());
            again(&app, 0).await;
            records += 1;
            assert_eq!(total(&app, &tally).await, records, "at {seconds}");
        }
    }

    #[tokio::test]
    async fn another_version_has_its_own_counts() {
        let (_dir, app) = drawn_once().await;
        let tally = Tally::default();
        assert_eq!(total(&app, &tally).await, 1);
        let active = table::active(&app.db).await.unwrap().unwrap();
        let again = table::Publication {
            table: &active.table,
            nameless: &[],
            color: &|_| "#ffffff",
            image: &|_| None,
            rules: "",
            now: app.clock.now(),
        };
        table::publish(&app.db, &again, table::Expected::default()).await.unwrap();
        app.clock.advance(Duration::from_secs(2));
        assert_eq!(total(&app, &tally).await, 0);
    }
}
