//! One database handle for the engines, and the two macros that run a query on whichever is in use.
//!
//! `on_db!` and `on_tx!` expand the body once an engine, so that each copy is checked against the concrete types of
//! its driver. `docs/DECISIONS.md` says why this is not `sqlx::Any`.

use std::{io, str::FromStr, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{StoreError, error::is_busy};
use crate::config::{make_private_dir, make_private_file, sqlite_path};

/// How long a writer waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a request waits for a connection before the server calls itself busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Pause between two tries to connect to a file that another process opens or leaves.
const CONNECT_PAUSE: Duration = Duration::from_millis(50);
const READERS: u32 = 4;

/// Connections to one of the engines. Clones share them.
#[derive(Clone, Debug)]
pub enum Db {
    /// SQLite has one writer at a time. It gets one connection, whose waiting line is fair; the others can't write.
    Sqlite {
        /// Connections that only read.
        read: SqlitePool,
        /// The connection that writes.
        write: SqlitePool,
    },
}

/// An open write transaction. Dropping it rolls back.
#[derive(Debug)]
pub enum Tx {
    /// Begun with `BEGIN IMMEDIATE`: it holds the write lock from the start.
    Sqlite(Transaction<'static, Sqlite>),
}

/// Reads from whichever engine is in use.
macro_rules! on_db {
    ($db:expr, |$c:ident| $body:expr) => {
        match $db {
            $crate::store::db::Db::Sqlite { read: $c, .. } => $body,
        }
    };
}
pub(crate) use on_db;

/// Runs a query inside an open transaction.
macro_rules! on_tx {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            $crate::store::db::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on_tx;

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or file could not be made.
    #[error("can't make {path}: {source}")]
    File {
        /// Which one.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// The engine refused.
    #[error("can't open the database: {0}")]
    Engine(#[from] sqlx::Error),
    /// It can't be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A migration failed, or one that was applied has been edited since.
    #[error("can't migrate the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Db {
    /// Opens a `sqlite://FILE` URL. A missing file is made, readable by its owner only.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what could not be made or opened.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if let Some(path) = sqlite_path(url) {
            let named = |source| OpenError::File { path: path.display().to_string(), source };
            if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
                make_private_dir(dir).map_err(named)?;
            }
            match make_private_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(named(error)),
                // SQLite gives its journal files the same permissions.
                Ok(_) | Err(_) => {}
            }
        }
        let options = SqliteConnectOptions::from_str(url)?
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = || SqlitePoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT);
        let write = connect(pool().max_connections(1), &options).await?;
        let read = connect(pool().max_connections(READERS), &options.pragma("query_only", "ON")).await?;
        Ok(Self::Sqlite { read, write })
    }

    /// Applies the pending migrations of this engine.
    ///
    /// # Errors
    ///
    /// [`OpenError::Migrate`].
    pub async fn migrate(&self) -> Result<(), OpenError> {
        match self {
            Self::Sqlite { write, .. } => {
                let migrator = sqlx::migrate!("migrations/sqlite");
                // Another process that migrates at the same time makes this one fail on what it has just applied; the
                // next try begins after that. Each try but the last loses against one migration.
                for _ in migrator.iter() {
                    if migrator.run(write).await.is_ok() {
                        return Ok(());
                    }
                }
                Ok(migrator.run(write).await?)
            }
        }
    }

    /// Starts a write transaction.
    ///
    /// SQLite takes its write lock here: a deferred `BEGIN` that reads first and writes later fails with
    /// `SQLITE_BUSY_SNAPSHOT` when another process commits in between.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when the lock did not come free in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        match self {
            Self::Sqlite { write, .. } => Ok(Tx::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?)),
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// What keeps it from answering.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_db!(self, |c| sqlx::query("SELECT 1").execute(c).await)?;
        Ok(())
    }

    /// Closes all connections, when those in use are given back.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                read.close().await;
                write.close().await;
            }
        }
    }
}

/// Connects. SQLite refuses at once, without its usual wait, while another process makes a new file a WAL database or, as
/// the last to leave, tidies the WAL away.
async fn connect(pool: SqlitePoolOptions, options: &SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
    for _ in 0..BUSY_TIMEOUT.as_millis() / CONNECT_PAUSE.as_millis() {
        match pool.clone().connect_with(options.clone()).await {
            Err(error) if is_busy(&error) => tokio::time::sleep(CONNECT_PAUSE).await,
            settled => return settled,
        }
    }
    pool.connect_with(options.clone()).await
}

impl Tx {
    /// Makes the writes durable.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the engine refuses; nothing was written then.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => Ok(tx.commit().await?),
        }
    }

    /// Undoes the writes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the engine can't be reached; nothing was written then either.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => Ok(tx.rollback().await?),
        }
    }
}

/// A fresh database in a temporary folder, for the tests of the store.
#[cfg(test)]
pub(crate) async fn temporary() -> (tempfile::TempDir, Db) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let db = Db::open(&format!("sqlite://{}/new/fairwheel.db", dir.path().display())).await.expect("a database");
    db.migrate().await.expect("migrations");
    (dir, db)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_file_is_private_and_durable() {
        let (dir, db) = temporary().await;
        let path = dir.path().join("new/fairwheel.db");
        #[cfg(unix)]
        for name in ["new/fairwheel.db", "new/fairwheel.db-wal", "new"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name} {mode:o}");
        }
        let Db::Sqlite { write, read } = &db;
        let (synchronous,): (i64,) = sqlx::query_as("PRAGMA synchronous").fetch_one(write).await.unwrap();
        let (journal,): (String,) = sqlx::query_as("PRAGMA journal_mode").fetch_one(write).await.unwrap();
        assert_eq!((synchronous, journal.as_str()), (2, "wal"));
        let refused = sqlx::query("DELETE FROM users").execute(read).await.unwrap_err();
        assert!(refused.to_string().contains("readonly"), "{refused}");
        db.migrate().await.unwrap();
        db.close().await;
        assert!(path.exists());
    }

    #[tokio::test]
    async fn a_dropped_transaction_leaves_nothing() {
        let (_dir, db) = temporary().await;
        let insert = "INSERT INTO login_codes (mobile, code_hash, sent_at, expires_at) VALUES ('1', 'x', 0, 0)";
        let mut tx = db.begin().await.unwrap();
        on_tx!(&mut tx, |c| sqlx::query(insert).execute(c).await).unwrap();
        drop(tx);
        let (rows,): (i64,) =
            on_db!(&db, |c| sqlx::query_as("SELECT COUNT(*) FROM login_codes").fetch_one(c).await).unwrap();
        assert_eq!(rows, 0);
        db.begin().await.unwrap().rollback().await.unwrap();
    }
}
