//! `cargo xtask load`: how fast the server answers and pushes, measured from one other process on the same machine.
//!
//! The server is the release binary on a new database, as durable as in production: an answer comes after its commit is
//! on disk. Afterwards the tables are checked as after every test.

mod endpoints;
mod http;
mod report;
mod uploads;
mod users;
mod ws;

use std::path::PathBuf;

use clap::Parser;
use fairwheel_scratch::Scratch;
use fairwheel_server::{
    clock::Clock,
    rng::Rng,
    store::{Db, db::Engine},
};

use crate::{invariants, open, process::Process, publish, storm};
use report::table;
use users::Users;

/// What to measure.
#[derive(Debug, Parser)]
#[command(name = "load")]
pub struct Options {
    /// The server's binary
    #[arg(long)]
    server: PathBuf,
    /// Connections that ask at once, each as soon as it was answered
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1000))]
    conns: u16,
    /// Seconds for each endpoint; 0 leaves them out
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// Sockets that wait for pushes; 0 leaves them out
    #[arg(long, default_value_t = 1000)]
    ws: u32,
    /// Photos of some 5 MB that are sent in at once, by as many users; 0 leaves them out
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(0..=64))]
    uploads: u32,
    /// Sockets that only stay open, for the memory they take; 0 leaves them out
    #[arg(long, default_value_t = 5000)]
    idle: u32,
}

/// Points of each new user: enough for whatever is asked here.
const POINTS: &str = "1000000";

/// Measures, prints, and checks the tables.
pub async fn run(options: &Options) {
    let scratch = Scratch::new().await;
    let state = open(&scratch, Clock::System, Rng::System, &[]).await;
    let mut table_spec = storm::table();
    for prize in &mut table_spec.prizes {
        prize.stock = prize.stock.map(|_| 1_000_000);
    }
    publish(&state, table_spec).await;
    storm::products(&state, 1_000_000).await;
    println!("\n{}", engine(&state.db).await);
    state.db.close().await;

    let start = async || {
        let settings = [("FAIRWHEEL_WELCOME_POINTS", POINTS)];
        Process::start(&options.server, scratch.dir(), &scratch.url(), &settings).await
    };
    let mut users = Users::default();
    let server = start().await;
    if options.seconds > 0 {
        let rows = http::measure_all(&server.address, options.conns.into(), options.seconds, &mut users).await;
        println!("\n{} connections, {} s for each endpoint\n{}", options.conns, options.seconds, table(&rows));
    }
    if options.ws > 0 {
        users.at_least(&server.address, options.ws.min(ws::USERS_MAX)).await;
        let rows = ws::delays(&server.address, options.ws, &users).await;
        println!("\n{} sockets, {}\n{}", options.ws, ws::WHAT_IS_MEASURED, table(&rows));
    }
    drop(server);
    if options.uploads > 0 {
        // What it holds at most shows only on a server that has done nothing else.
        let server = start().await;
        users.at_least(&server.address, options.uploads).await;
        println!("\n{}", uploads::measure(&server, options.uploads as usize, &users).await);
    }
    if options.idle > 0 {
        // A server that has done nothing yet: what it holds later, it holds for the sockets.
        let server = start().await;
        users.at_least(&server.address, options.idle.min(ws::USERS_MAX)).await;
        println!("\n{}", ws::memory(&server, options.idle, &users).await);
    }

    let db = Db::open(&scratch.url()).await.expect("the database");
    let broken = invariants::broken(&db).await;
    db.close().await;
    assert!(broken.is_empty(), "the database breaks its invariants:\n{}", broken.join("\n"));
    println!("\nThe tables hold: points, nonces, stock and every proof.");
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
            format!("SQLite {version}: journal_mode {journal}, synchronous {synchronous}")
        }
        Engine::MySql { read: pool, .. } => {
            let sql = "SELECT CONCAT(@@version, ': innodb_flush_log_at_trx_commit ', @@innodb_flush_log_at_trx_commit,
                                     ', innodb_flush_method ', @@innodb_flush_method, ', log_bin ', @@log_bin)";
            let (text,): (String,) = sqlx::query_as(sql).fetch_one(pool).await.expect("settings");
            format!("MariaDB {text}")
        }
    }
}
