//! `cargo xtask load`: how fast the server answers and pushes, measured from one other process on the same machine, and
//! how fast the database alone writes the same rows.
//!
//! The server is the release binary on a new database, as durable as in production: an answer comes after its commit is
//! on disk. Afterwards the tables are checked as after every test, and some of the draws are proved as by a phone.

mod drive;
mod endpoints;
mod http;
mod limit;
mod measure;
mod proofs;
mod report;
mod rows;
mod table;
mod uploads;
mod usage;
mod users;
mod wire;
mod works;
mod ws;

use std::{path::PathBuf, sync::Arc};

use clap::Parser;
use fairwheel_core::prize::TableSpec;
use fairwheel_scratch::Scratch;
use fairwheel_server::{
    clock::Clock,
    rng::Rng,
    store::{Db, db::Engine},
};

use crate::{invariants, open, process::Process, publish, storm};
use measure::Plan;
use users::Users;
use works::{Asking, Work};

/// What to measure. With one of --ws, --uploads, --idle and --endpoints the works are left out, unless --conns is there, too.
#[derive(Debug, Parser)]
#[command(name = "load")]
pub struct Options {
    /// The server's binary
    #[arg(long)]
    server: PathBuf,
    /// Connections that ask at once, each as soon as it was answered: one number after the other [default: 1,16,64,256]
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u16).range(1..=1000))]
    conns: Vec<u16>,
    /// Seconds of each work at each number of connections, and of each way to write to the database alone
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    seconds: u32,
    /// Which works
    #[arg(long, value_delimiter = ',', default_value = "draw,redeem,config,products,mixed")]
    works: Vec<Work>,
    /// One JSON object for each result on the standard output, and nothing else there
    #[arg(long)]
    json: bool,
    /// Servers on one database, over which the connections are spread: one number after the other; SQLite has one
    #[arg(long, value_delimiter = ',', default_value = "1", value_parser = clap::value_parser!(u8).range(1..=16))]
    instances: Vec<u8>,
    /// Measures draws once more after so many rows were added to the ledger
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    rows: Option<u32>,
    /// So many sockets that wait for pushes
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    ws: Option<u32>,
    /// So many photos of some 5 MB that are sent in at once, by as many users
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=64))]
    uploads: Option<u32>,
    /// So many sockets that only stay open, for the memory they take
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    idle: Option<u32>,
    /// Every endpoint for some seconds, over so many connections
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1000))]
    endpoints: Option<u16>,
}

/// Points of each new user: enough for whatever is asked here.
const POINTS: i64 = 1_000_000;
/// Pieces of each product.
const STOCK: i64 = 100_000_000;
const CONNECTIONS: [u16; 4] = [1, 16, 64, 256];

/// A table that can be drawn from for long. No prize of it runs out, as in the demo.
fn table_spec() -> TableSpec {
    let mut spec = storm::table();
    for prize in &mut spec.prizes {
        prize.stock = None;
    }
    spec
}

/// A run: where it measures, and how it says what came of it.
struct Run<'a> {
    options: &'a Options,
    scratch: Scratch,
}

/// Measures, prints, and checks the tables.
pub async fn run(options: &Options) {
    let run = Run { options, scratch: Scratch::new().await };
    let state = open(&run.scratch, Clock::System, Rng::System, &[]).await;
    publish(&state, table_spec()).await;
    storm::products(&state, STOCK).await;
    run.say(&format!("\n{}", engine(&state.db).await));
    state.db.close().await;

    let mut users = Users::default();
    run.works(&mut users).await;
    run.others(&mut users).await;

    let db = Db::open(&run.scratch.url()).await.expect("the database");
    let broken = invariants::broken(&db).await;
    db.close().await;
    assert!(broken.is_empty(), "the database breaks its invariants:\n{}", broken.join("\n"));
    run.say("\nThe tables hold: points, nonces, stock and every proof.");
}

impl Run<'_> {
    async fn start(&self) -> Process {
        let points = POINTS.to_string();
        let settings = [("FAIRWHEEL_WELCOME_POINTS", points.as_str())];
        Process::start(&self.options.server, self.scratch.dir(), &self.scratch.url(), &settings).await
    }

    /// For people: beside the JSON, if that is asked for.
    fn say(&self, text: &str) {
        if self.options.json {
            eprintln!("{text}");
        } else {
            println!("{text}");
        }
    }

    /// What the figures are about.
    async fn works(&self, users: &mut Users) {
        let options = self.options;
        let others = [options.ws, options.uploads, options.idle, options.endpoints.map(u32::from)];
        if others.iter().any(Option::is_some) && options.conns.is_empty() {
            return;
        }
        let db = Db::open(&self.scratch.url()).await.expect("the database");
        let mut plan = Plan {
            works: &options.works,
            connections: if options.conns.is_empty() { &CONNECTIONS } else { &options.conns },
            seconds: options.seconds,
            engine: if self.scratch.is_mariadb() { "mariadb" } else { "sqlite" },
            database: usage::database(&db).await,
            rows: 0,
        };
        let asking = measure::asking(&self.start().await, users).await;
        let mut results = Vec::new();
        // A file of SQLite belongs to one server.
        let instances = if self.scratch.is_mariadb() { &options.instances[..] } else { &[1] };
        for &instances in instances {
            results.extend(self.measure(instances, &plan, &asking).await);
        }
        let samples = limit::samples(&db, &options.works).await;
        if let Some(rows) = options.rows {
            eprintln!("  {rows} more rows of the ledger");
            rows::add(&db, rows, Clock::System.now()).await.expect("rows");
            (plan.works, plan.rows) = (&[Work::Draw], rows);
            results.extend(self.measure(1, &plan, &asking).await);
        }
        let limits = limit::measure(&samples, plan.database, measure::USERS as usize, options.seconds).await;
        db.close().await;
        let limited = results.into_iter().map(|result| {
            let limit = limits.iter().find(|(work, _)| *work == result.work).map(|(_, limit)| limit.clone());
            (result, limit)
        });
        let results: Vec<_> = limited.collect();
        if options.json {
            for (result, limit) in &results {
                println!("{}", result.json(limit.as_ref()));
            }
        }
        self.say(&format!("\n{}", table::text(&results)));
        for (work, limit) in &limits {
            self.say(&format!("\n{}", limit.text(*work)));
        }
    }

    /// On as many servers, new ones.
    async fn measure(&self, instances: u8, plan: &Plan<'_>, asking: &Arc<Asking>) -> Vec<table::Result> {
        let mut servers = Vec::new();
        for _ in 0..instances {
            servers.push(self.start().await);
        }
        let (results, proved) = measure::measure(&servers, plan, asking).await;
        self.say(&proved);
        results
    }

    /// What has a flag of its own.
    async fn others(&self, users: &mut Users) {
        let Options { ws, uploads, idle, endpoints, seconds, .. } = *self.options;
        if let Some(connections) = endpoints {
            let server = self.start().await;
            let rows = http::measure_all(&server.address, connections.into(), seconds, users).await;
            self.say(&format!("\n{connections} connections, {seconds} s for each endpoint\n{}", report::table(&rows)));
        }
        if let Some(sockets) = ws {
            let server = self.start().await;
            users.at_least(&server.address, sockets.min(ws::USERS_MAX)).await;
            let delays = ws::delays(&server.address, sockets, users).await;
            if self.options.json {
                let engine = if self.scratch.is_mariadb() { "mariadb" } else { "sqlite" };
                for delays in &delays {
                    println!("{}", delays.json(engine, sockets));
                }
            }
            let rows: Vec<_> = delays.into_iter().flat_map(ws::Delays::rows).collect();
            self.say(&format!("\n{sockets} sockets, {}\n{}", ws::WHAT_IS_MEASURED, report::table(&rows)));
        }
        if let Some(uploads) = uploads {
            // What it holds at most shows only on a server that has done nothing else.
            let server = self.start().await;
            users.at_least(&server.address, uploads).await;
            self.say(&format!("\n{}", uploads::measure(&server, uploads as usize, users).await));
        }
        if let Some(idle) = idle {
            // A server that has done nothing yet: what it holds later, it holds for the sockets.
            let server = self.start().await;
            users.at_least(&server.address, idle.min(ws::USERS_MAX)).await;
            self.say(&format!("\n{}", ws::memory(&server, idle, users).await));
        }
    }
}

/// Which database it is, and how durable.
async fn engine(db: &Db) -> String {
    match &db.engine {
        Engine::Sqlite { write, .. } => {
            let pragma = async |sql: &'static str| -> String {
                let (value,): (String,) = sqlx::query_as(sql).fetch_one(write).await.expect("a setting");
                value
            };
            let version = pragma("SELECT sqlite_version()").await;
            let journal = pragma("PRAGMA journal_mode").await;
            let synchronous = pragma("SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous").await;
            format!("SQLite {version}: journal_mode {journal}, synchronous {synchronous} (2 is FULL)")
        }
        Engine::MySql { read: pool, .. } => {
            let sql = "SELECT CONCAT(@@version, ': innodb_flush_log_at_trx_commit ', @@innodb_flush_log_at_trx_commit,
                                     ', innodb_flush_method ', @@innodb_flush_method, ', log_bin ', @@log_bin)";
            let (text,): (String,) = sqlx::query_as(sql).fetch_one(pool).await.expect("settings");
            format!("MariaDB {text}")
        }
    }
}
