//! An empty database for one test: a SQLite file in a temporary folder, or, where `FAIRWHEEL_TEST_MARIADB` names a
//! server (`mysql://root@127.0.0.1:3306`, no database), a new database of that server. It is gone when dropped.
//!
//! `cargo xtask test` runs the tests once on each.
#![expect(clippy::missing_panics_doc, reason = "a harness: what it can't do, the test can't do without")]

use std::{
    env,
    path::Path,
    process,
    sync::atomic::{AtomicU32, Ordering},
    thread,
};

use sqlx::{AssertSqlSafe, Connection, MySqlConnection};
use tempfile::TempDir;

/// The setting that names a MariaDB server.
pub const VARIABLE: &str = "FAIRWHEEL_TEST_MARIADB";

/// A database for one test.
#[derive(Debug)]
pub struct Scratch {
    dir: TempDir,
    /// The server and the name of the database on it.
    mariadb: Option<(String, String)>,
}

impl Scratch {
    /// An empty database, without any table.
    pub async fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let dir = tempfile::tempdir().expect("a temporary folder");
        let Some(server) = env::var(VARIABLE).ok().filter(|server| !server.is_empty()) else {
            return Self { dir, mariadb: None };
        };
        let name = format!("fairwheel_test_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
        let scratch = Self { dir, mariadb: Some((server, name)) };
        scratch.on_server("DROP DATABASE IF EXISTS").await.expect("the MariaDB of FAIRWHEEL_TEST_MARIADB answers");
        scratch.on_server("CREATE DATABASE").await.expect("a new database");
        scratch
    }

    /// What `FAIRWHEEL_DATABASE_URL` would be.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.mariadb {
            Some((server, name)) => format!("{}/{name}", server.trim_end_matches('/')),
            None => format!("sqlite://{}", self.dir.path().join("new/fairwheel.db").display()),
        }
    }

    /// A folder that lives as long as the database.
    #[must_use]
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Whether this is MariaDB.
    #[must_use]
    pub fn is_mariadb(&self) -> bool {
        self.mariadb.is_some()
    }

    async fn on_server(&self, verb: &str) -> sqlx::Result<()> {
        let Some((server, name)) = &self.mariadb else { return Ok(()) };
        let mut server = MySqlConnection::connect(server).await?;
        // A test that left a transaction open must not hold up the others.
        sqlx::query("SET SESSION lock_wait_timeout = 5").execute(&mut server).await?;
        sqlx::query(AssertSqlSafe(format!("{verb} {name}"))).execute(&mut server).await?;
        server.close().await
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.mariadb.is_none() {
            return;
        }
        // Drop cannot wait for a future on the test's runtime.
        thread::scope(|scope| {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                // What is left behind is overwritten by the next test of this name.
                let _ = runtime.map(|runtime| runtime.block_on(self.on_server("DROP DATABASE IF EXISTS")));
            });
        });
    }
}
