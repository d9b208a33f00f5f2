//! The limit: the rows that the server has written, written again by a minimal client straight to a database of the same
//! engine, schema and durability, one request a transaction and 32 a transaction.
//!
//! The client decides nothing, reads nothing and answers nobody. Of the ways that it tries the fastest counts.

mod client;
mod sample;
mod script;

use std::{
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use fairwheel_scratch::Scratch;
use fairwheel_server::{
    clock::{Clock, Stopwatch},
    rng::Rng,
    store::{
        Db,
        db::WRITER_CACHE,
        user::{self, NewUser},
    },
};
use sqlx::{
    ConnectOptions, Executor, MySqlConnection,
    mysql::MySqlConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::task::JoinSet;

use self::{
    client::Client,
    sample::Sample,
    script::{Counter, Script, script},
};
use super::{
    report::quantile,
    usage::{self, Pid},
    works::Work,
};
use crate::{open, publish, storm};

/// Requests of a transaction that many share.
const BATCH: usize = 32;
/// So many transactions are prepared, of other requests each.
const SCRIPTS: usize = 16;
/// Statements that a connection keeps prepared: all of them.
const KEPT: usize = 4096;
/// Of MariaDB, for one request a transaction.
const MANY: usize = 16;

/// What the database alone can do with a work's rows.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    /// Requests a second, each in a transaction of its own.
    pub(super) single_per_s: f64,
    /// The same, 32 in a transaction.
    pub(super) batch_per_s: f64,
    /// Milliseconds of a transaction of one request, over the one connection there is.
    pub(super) alone_ms: f64,
    /// The ways that were the fastest.
    pub(super) how: String,
}

impl Limit {
    pub(super) fn text(&self, work: Work) -> String {
        let Self { single_per_s, batch_per_s, alone_ms, how } = self;
        format!(
            "The database alone, same rows, {}: {single_per_s:.0}/s, {BATCH} a commit {batch_per_s:.0}/s; alone one \
             transaction takes {alone_ms:.3} ms ({how})",
            work.name()
        )
    }
}

/// A way in which the client may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    name: &'static str,
    connections: usize,
    batch: usize,
    is_text: bool,
}

/// Rows of the works that write, as the server has written them to this database.
pub(super) async fn samples(db: &Db, works: &[Work]) -> Vec<(Work, Sample)> {
    let mut samples = Vec::new();
    for &work in works {
        match work {
            Work::Draw => samples.push((work, sample::draws(db).await)),
            Work::Redeem => samples.push((work, sample::redeems(db).await)),
            Work::Config | Work::Products | Work::Mixed => {}
        }
    }
    samples
}

/// Measures how fast the database alone takes such rows, each way for so many seconds.
pub(super) async fn measure(
    samples: &[(Work, Sample)],
    database: Pid,
    users: usize,
    seconds: u32,
) -> Vec<(Work, Limit)> {
    let mut limits = Vec::new();
    for (work, sample) in samples {
        // A database for each, so that the one does not grow by what the other writes.
        let scratch = Scratch::new().await;
        prepare(&scratch, users).await;
        limits.push((*work, limit(&scratch, database, sample, f64::from(seconds) * 1000.0).await));
    }
    limits
}

/// What the rows refer to.
async fn prepare(scratch: &Scratch, users: usize) {
    let state = open(scratch, Clock::System, Rng::System, &[]).await;
    publish(&state, super::table_spec()).await;
    storm::products(&state, super::STOCK).await;
    let mut tx = state.db.begin().await.expect("a transaction");
    for n in 0..users {
        let new = NewUser {
            mobile: format!("139{n:08}"),
            nickname: String::new(),
            client_seed: "0123456789abcdef".into(),
            points: super::POINTS,
            points_description: "",
        };
        user::register(&mut tx, &new, state.clock.now()).await.expect("a user");
    }
    tx.commit().await.expect("committed");
    state.db.close().await;
}

async fn limit(scratch: &Scratch, database: Pid, sample: &Sample, ms: f64) -> Limit {
    let way = |name, connections, batch, is_text| Way { name, connections, batch, is_text };
    let number = Arc::new(AtomicUsize::new(0));
    let mut measured = Vec::new();
    let ways = if scratch.is_mariadb() {
        vec![
            way("prepared statements", 1, 1, false),
            way("one text", 1, 1, true),
            way("prepared statements", MANY, 1, false),
            way("one text", MANY, 1, true),
            way("prepared statements", 1, BATCH, false),
            way("one text", 1, BATCH, true),
            way("prepared statements", 4, BATCH, false),
            way("one text", 4, BATCH, true),
        ]
    } else {
        vec![way("prepared statements", 1, 1, false), way("prepared statements", 1, BATCH, false)]
    };
    for way in ways {
        let cpu = || [database, Some(std::process::id())].map(|pid| usage::cpu_s(pid).unwrap_or(0.0));
        let (before, first) = (cpu(), number.load(Ordering::Relaxed));
        let (per_s, p50) = run(scratch, sample, way, ms, &number).await;
        let after = cpu();
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        let each = |at: usize| (after[at] - before[at]) * 1e6 / (number.load(Ordering::Relaxed) - first) as f64;
        eprintln!(
            "    {} × {} over {}: {per_s:.0}/s, {p50:.3} ms; processor for each {:.0} µs of the database, {:.0} µs here",
            way.batch,
            way.name,
            way.connections,
            each(0),
            each(1)
        );
        measured.push((way, per_s, p50));
    }
    let fastest = |batch| {
        let of = measured.iter().filter(|(way, ..)| way.batch == batch);
        of.max_by(|(_, a, _), (_, b, _)| a.total_cmp(b)).copied().expect("a way")
    };
    let alone = measured.iter().filter(|(way, ..)| way.batch == 1 && way.connections == 1);
    let each_alone: Vec<_> = alone.clone().map(|(way, _, p50)| format!("{} {p50:.3} ms", way.name)).collect();
    let (single, batch) = (fastest(1), fastest(BATCH));
    Limit {
        single_per_s: single.1,
        batch_per_s: batch.1,
        alone_ms: alone.map(|(.., p50)| *p50).min_by(f64::total_cmp).expect("one alone"),
        how: format!(
            "single: {} over {}; 32: {} over {}; alone: {}",
            single.0.name,
            single.0.connections,
            batch.0.name,
            batch.0.connections,
            each_alone.join(", ")
        ),
    }
}

/// Requests a second, and milliseconds of a transaction.
async fn run(scratch: &Scratch, sample: &Sample, way: Way, ms: f64, number: &Arc<AtomicUsize>) -> (f64, f64) {
    let counter = if scratch.is_mariadb() { Counter::InDatabase } else { Counter::Known };
    let scripts = sample.units.chunks_exact(way.batch).take(SCRIPTS).map(|units| script(sample, units, counter));
    let scripts: Arc<Vec<(Script, Arc<str>)>> = Arc::new(
        scripts
            .map(|script| {
                let whole = client::whole(&script);
                (script, whole)
            })
            .collect(),
    );
    let mut clients = Vec::new();
    for _ in 0..way.connections {
        clients.push(connect(scratch, way.is_text).await);
    }
    let watch = Stopwatch::start();
    let mut loops = JoinSet::new();
    for mut client in clients {
        let (scripts, number) = (scripts.clone(), number.clone());
        loops.spawn(async move {
            let mut times = Vec::new();
            let mut begun = watch.ms();
            while begun < ms {
                let first = number.fetch_add(way.batch, Ordering::Relaxed);
                let (script, whole) = &scripts[first / way.batch % scripts.len()];
                client.write(script, whole, first).await.expect("written");
                let now = watch.ms();
                times.push(now - begun);
                begun = now;
            }
            times
        });
    }
    let mut times: Vec<f64> = loops.join_all().await.into_iter().flatten().collect();
    let seconds = watch.ms() / 1000.0;
    times.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let per_s = (times.len() * way.batch) as f64 / seconds;
    (per_s, quantile(&times, 50).unwrap_or(f64::NAN))
}

/// As the server connects, as far as it matters to speed.
async fn connect(scratch: &Scratch, is_text: bool) -> Client {
    let url = scratch.url();
    if scratch.is_mariadb() {
        let options =
            MySqlConnectOptions::from_str(&url).expect("an address").charset("utf8mb4").collation("utf8mb4_bin");
        let options = options.statement_cache_capacity(KEPT).disable_statement_logging();
        let mut connection: MySqlConnection = options.connect().await.expect("a connection");
        let isolation = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
        connection.execute(sqlx::raw_sql(isolation)).await.expect("set");
        return if is_text { Client::Text { connection, text: String::new() } } else { Client::Prepared(connection) };
    }
    let options = SqliteConnectOptions::from_str(&url).expect("an address").statement_cache_capacity(KEPT);
    let options = options.foreign_keys(true).journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let options = options.pragma("cache_size", WRITER_CACHE);
    let mut connection = options.disable_statement_logging().connect().await.expect("a connection");
    let last: (i64,) =
        sqlx::query_as("SELECT last_id FROM event_counter").fetch_one(&mut connection).await.expect("the counter");
    Client::Sqlite { connection, last_event: last.0 }
}
