//! One database handle for the engines, and the two macros that run a query on whichever is in use.
//!
//! `on_db!` and `on_tx!` expand the body once an engine, so that each copy is checked against the concrete types of
//! its driver. `docs/DECISIONS.md` says why this is not `sqlx::Any`.

use std::{io, mem, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    Connection as _, Executor, MySql, MySqlConnection, MySqlPool, Sqlite, SqlitePool, Transaction,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::sync::Notify;

use super::{
    StoreError,
    error::is_busy,
    event::{self, NewEvent},
};
use crate::config::{is_mysql, make_private_dir, make_private_file, sqlite_path};

/// How long a writer waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a request waits for a connection before the server calls itself busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Pause between two tries to connect to a file that another process opens or leaves.
const CONNECT_PAUSE: Duration = Duration::from_millis(50);
const READERS: u32 = 4;
/// Writing connections to MariaDB or MySQL: each may wait for a row that another has locked.
const MYSQL_WRITERS: u32 = 16;
/// Reading ones, which never wait for a lock.
const MYSQL_READERS: u32 = 8;
/// Connections for what must not wait behind requests.
const ASIDE: u32 = 1;
/// READ COMMITTED, so that an `UPDATE` or `DELETE` that meets no row locks none, and the `INSERT` after it can't
/// deadlock with a neighbour's. A lock is waited for as long as SQLite's.
const MYSQL_SESSION: &str =
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION innodb_lock_wait_timeout = 2";
/// A server that freezes in the middle of a transaction must not keep its locks, the event counter's among them.
/// MariaDB only.
const MARIADB_SESSION: &str = "SET SESSION idle_transaction_timeout = 10";

/// The database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Db {
    /// Its connections.
    pub engine: Engine,
    /// Told after each commit that wrote events.
    written: Arc<Notify>,
}

/// Connections to one of the engines.
#[derive(Clone, Debug)]
pub enum Engine {
    /// SQLite has one writer at a time. It gets one connection, whose waiting line is fair; the others can't write.
    Sqlite {
        /// Connections that only read.
        read: SqlitePool,
        /// The connection that writes.
        write: SqlitePool,
        /// A reading connection that requests don't use.
        aside: SqlitePool,
    },
    /// MariaDB, or MySQL. Requests that read don't wait behind those that wait for a lock.
    MySql {
        /// Connections that only read.
        read: MySqlPool,
        /// Connections that write.
        write: MySqlPool,
        /// A reading connection that requests don't use.
        aside: MySqlPool,
    },
}

/// An open write transaction. Dropping it rolls back.
#[derive(Debug)]
pub struct Tx {
    /// The connection that it has for itself.
    pub connection: Connection,
    /// What is to be pushed when it is committed.
    events: Vec<NewEvent>,
    written: Arc<Notify>,
}

/// The connection of an open transaction.
#[derive(Debug)]
pub enum Connection {
    /// Begun with `BEGIN IMMEDIATE`: it holds the write lock from the start.
    Sqlite(Transaction<'static, Sqlite>),
    /// At READ COMMITTED: it locks what it writes.
    MySql(Transaction<'static, MySql>),
}

/// Reads from whichever engine is in use.
#[macro_export]
macro_rules! on_db {
    ($db:expr, |$c:ident| $body:expr) => {
        match &$db.engine {
            $crate::store::db::Engine::Sqlite { read: $c, .. } => $body,
            $crate::store::db::Engine::MySql { read: $c, .. } => $body,
        }
    };
}
pub(crate) use on_db;

/// Runs a query inside an open transaction.
#[macro_export]
macro_rules! on_tx {
    ($tx:expr, |$c:ident| $body:expr) => {
        match &mut ($tx).connection {
            $crate::store::db::Connection::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            $crate::store::db::Connection::MySql(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on_tx;

/// Executes a statement with these parameters inside an open transaction. The number of rows that it met.
#[macro_export]
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $parameter:expr)* $(,)?) => {
        $crate::on_tx!($tx, |c| sqlx::query($sql)$(.bind($parameter))*.execute(c).await.map(|done| done.rows_affected()))
    };
}
pub(crate) use execute;

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
    /// Opens a `sqlite://FILE` URL, whose missing file is made, readable by its owner only; or a
    /// `mysql://USER:PASSWORD@HOST/DATABASE` URL.
    ///
    /// # Errors
    ///
    /// [`OpenError`] says what could not be made or opened.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        if is_mysql(url) {
            let options = MySqlConnectOptions::from_str(url)?.charset("utf8mb4").collation("utf8mb4_bin");
            // A pool would try until its time is up, and then not say why it can't connect.
            MySqlConnection::connect_with(&options).await?.close().await?;
            let pool = |connections| {
                MySqlPoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .after_connect(|c, _| Box::pin(prepare(c)))
                    .connect_lazy_with(options.clone())
            };
            let (read, write, aside) = (pool(MYSQL_READERS), pool(MYSQL_WRITERS), pool(ASIDE));
            return Ok(Self::from(Engine::MySql { read, write, aside }));
        }
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
        let reading = options.pragma("query_only", "ON");
        let read = connect(pool().max_connections(READERS), &reading).await?;
        let aside = connect(pool().max_connections(ASIDE), &reading).await?;
        Ok(Self::from(Engine::Sqlite { read, write, aside }))
    }

    /// Applies the pending migrations of this engine.
    ///
    /// # Errors
    ///
    /// [`OpenError::Migrate`].
    pub async fn migrate(&self) -> Result<(), OpenError> {
        match &self.engine {
            Engine::Sqlite { write, .. } => {
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
            Engine::MySql { write, .. } => {
                // sqlx waits here with a negative timeout, which MariaDB takes for none at all.
                let mut turn = write.acquire().await?;
                let lock = "SELECT COALESCE(GET_LOCK(SHA1(CONCAT('fairwheel ', DATABASE())), 600), 0)";
                let (is_ours,): (i64,) = sqlx::query_as(lock).fetch_one(&mut *turn).await?;
                if is_ours == 0 {
                    return Err(StoreError::Busy("another process has been migrating it for ten minutes").into());
                }
                let done = sqlx::migrate!("migrations/mysql").run(write).await;
                // Closing the connection lets the others go on, whatever came of it.
                turn.close().await?;
                Ok(done?)
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
    /// [`StoreError::Busy`] when the lock did not come free in time, [`StoreError::Full`] when no connection did.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let connection = match &self.engine {
            Engine::Sqlite { write, .. } => Connection::Sqlite(write.begin_with("BEGIN IMMEDIATE").await?),
            Engine::MySql { write, .. } => Connection::MySql(write.begin().await?),
        };
        Ok(Tx { connection, events: Vec::new(), written: self.written.clone() })
    }

    /// The same database, read through a connection of its own: for what must not wait behind requests.
    #[must_use]
    pub fn aside(&self) -> Self {
        let engine = match self.engine.clone() {
            Engine::Sqlite { write, aside, .. } => Engine::Sqlite { read: aside.clone(), write, aside },
            Engine::MySql { write, aside, .. } => Engine::MySql { read: aside.clone(), write, aside },
        };
        Self { engine, written: self.written.clone() }
    }

    /// Waits until a transaction of this process has written events. One that did so while nobody waited counts, too.
    pub async fn events_written(&self) {
        self.written.notified().await;
    }

    /// Whether the database answers.
    ///
    /// # Errors
    ///
    /// What keeps it from answering.
    pub async fn ping(&self) -> Result<(), StoreError> {
        on_db!(self, |c| sqlx::query("SELECT 1").execute(c).await.map(drop))?;
        Ok(())
    }

    /// Closes all connections, when those in use are given back.
    pub async fn close(&self) {
        match &self.engine {
            Engine::Sqlite { read, write, aside } => {
                tokio::join!(read.close(), aside.close());
                // The last to leave tidies the WAL away, which a reader can't.
                write.close().await;
            }
            Engine::MySql { read, write, aside } => {
                tokio::join!(read.close(), write.close(), aside.close());
            }
        }
    }
}

impl From<Engine> for Db {
    fn from(engine: Engine) -> Self {
        Self { engine, written: Arc::default() }
    }
}

/// Makes a new connection one of ours.
async fn prepare(connection: &mut MySqlConnection) -> sqlx::Result<()> {
    connection.execute(sqlx::raw_sql(MYSQL_SESSION)).await?;
    match connection.execute(sqlx::raw_sql(MARIADB_SESSION)).await {
        // MySQL has no such setting.
        Err(sqlx::Error::Database(_)) | Ok(_) => Ok(()),
        Err(error) => Err(error),
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
    /// Has this pushed once the writes are durable.
    pub fn push(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// Makes the writes durable, with the events that they cause as the last of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the engine refuses, and nothing was written; or when the connection to it broke, or the server is
    /// stopping, and nobody knows. A request that names itself is then safely asked again.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        let events = mem::take(&mut self.events);
        event::insert(&mut self, &events).await?;
        let Self { connection, written, .. } = self;
        // On its own, so that it is told even if the request that it belongs to is dropped in the middle, as when the
        // client hangs up.
        let committed = tokio::spawn(async move {
            match connection {
                Connection::Sqlite(tx) => tx.commit().await?,
                Connection::MySql(tx) => tx.commit().await?,
            }
            if !events.is_empty() {
                written.notify_one();
            }
            Ok(())
        });
        committed.await.map_err(StoreError::Cut)?
    }

    /// Undoes the writes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the engine can't be reached; nothing was written then either.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.connection {
            Connection::Sqlite(tx) => Ok(tx.rollback().await?),
            Connection::MySql(tx) => Ok(tx.rollback().await?),
        }
    }
}

/// A fresh database on the engine that the tests run on.
#[cfg(test)]
pub(crate) async fn temporary() -> (fairwheel_scratch::Scratch, Db) {
    let scratch = fairwheel_scratch::Scratch::new().await;
    let db = Db::open(&scratch.url()).await.expect("a database");
    db.migrate().await.expect("migrations");
    (scratch, db)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_new_file_is_private_and_durable() {
        let (scratch, db) = temporary().await;
        let Engine::Sqlite { write, read, .. } = &db.engine else { return };
        let path = scratch.dir().join("new/fairwheel.db");
        #[cfg(unix)]
        for name in ["new/fairwheel.db", "new/fairwheel.db-wal", "new"] {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(scratch.dir().join(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{name} {mode:o}");
        }
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
        execute!(&mut tx, insert).unwrap();
        drop(tx);
        let (rows,): (i64,) =
            on_db!(&db, |c| sqlx::query_as("SELECT COUNT(*) FROM login_codes").fetch_one(c).await).unwrap();
        assert_eq!(rows, 0);
        db.begin().await.unwrap().rollback().await.unwrap();
    }

    #[tokio::test]
    async fn a_commit_is_told_even_if_its_request_is_dropped_in_the_middle() {
        let (_scratch, db) = temporary().await;
        let mut cut = 0;
        for micros in (0..4000).step_by(100) {
            let before = event::last_id(&db).await.unwrap();
            let mut tx = db.begin().await.unwrap();
            tx.push(NewEvent::stock_update(1, 1, "x", jiff::Timestamp::UNIX_EPOCH));
            let commit = tokio::time::timeout(Duration::from_micros(micros), tx.commit());
            let is_cut = commit.await.is_err();
            // The next transaction begins after that one has ended, one way or the other.
            let mut tx = db.begin().await.unwrap();
            execute!(&mut tx, "UPDATE event_counter SET last_id = last_id WHERE id = 1").unwrap();
            tx.rollback().await.unwrap();
            if event::last_id(&db).await.unwrap() > before {
                let told = tokio::time::timeout(Duration::from_secs(5), db.events_written()).await;
                assert!(told.is_ok(), "cut after {micros} µs and not told");
                cut += usize::from(is_cut);
            }
        }
        println!("{cut} commits took place though nobody waited");
    }
}
