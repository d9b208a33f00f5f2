//! Opening a database, and bringing it up to date.

use std::{io, str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Connection as _, Executor, MySqlConnection, SqlitePool,
    mysql::{MySqlConnectOptions, MySqlPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Db, Engine};
use crate::{
    config::{is_mysql, make_private_dir, make_private_file, sqlite_path},
    store::{StoreError, error::is_busy},
};

/// How long a writer waits for another process that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a request waits for a connection before the server calls itself busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
/// Pause between two tries to connect to a file that another process opens or leaves.
const CONNECT_PAUSE: Duration = Duration::from_millis(50);
const READERS: u32 = 4;
/// What SQLite's writer keeps of the file, in KiB if negative: the upper pages of the indexes of millions of rows.
pub const WRITER_CACHE: &str = "-32768";
/// Writing connections to MariaDB or MySQL: each may wait for a row that another has locked.
const MYSQL_WRITERS: u32 = 16;
/// Reading ones, which never wait for a lock.
const MYSQL_READERS: u32 = 8;
/// Connections for what must not wait behind requests.
const ASIDE: u32 = 1;
/// How long a connection is trusted after it was used.
const TRUSTED: Duration = Duration::from_secs(1);
/// READ COMMITTED, so that an `UPDATE` or `DELETE` that meets no row locks none, and the `INSERT` after it can't
/// deadlock with a neighbour's. A lock is waited for as long as SQLite's.
const MYSQL_SESSION: &str =
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION innodb_lock_wait_timeout = 2";
/// A server that freezes in the middle of a transaction must not keep its locks, the event counter's among them.
/// MariaDB only.
const MARIADB_SESSION: &str = "SET SESSION idle_transaction_timeout = 10";

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
    /// Another process serves the same file.
    #[error("{0} is open in another server: stop that one first, or use MariaDB for several")]
    Served(String),
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
            // What is slow would be logged with its values, which are in the text. The database has a log of its own for that.
            let options = options.disable_statement_logging();
            // A pool would try until its time is up, and then not say why it can't connect.
            MySqlConnection::connect_with(&options).await?.close().await?;
            let pool = |connections| {
                MySqlPoolOptions::new()
                    .max_connections(connections)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    .test_before_acquire(false)
                    .before_acquire(|c, used| Box::pin(alive(c, used.idle_for)))
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
        let pool = || SqlitePoolOptions::new().acquire_timeout(ACQUIRE_TIMEOUT).test_before_acquire(false);
        let write = connect(pool().max_connections(1), &options.clone().pragma("cache_size", WRITER_CACHE)).await?;
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

/// Whether the server still knows a connection. One that was used a moment ago is believed to: to ask each time would cost
/// every request an exchange.
async fn alive(connection: &mut MySqlConnection, idle_for: Duration) -> sqlx::Result<bool> {
    if idle_for > TRUSTED {
        connection.ping().await?;
    }
    Ok(true)
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
