//! One database handle for the engines, and the two macros that run a query on whichever is in use.
//!
//! `on_db!` and `on_tx!` expand the body once an engine, so that each copy is checked against the concrete types of
//! its driver. `docs/DECISIONS.md` says why this is not `sqlx::Any`.

mod many;
mod open;
mod serving;
mod statements;

use std::{
    mem,
    ops::{Deref, DerefMut, Range},
    sync::Arc,
};

use sqlx::{Database, MySql, MySqlPool, Sqlite, SqlitePool, pool::PoolConnection};
use tokio::sync::Notify;

pub(in crate::store) use many::{MANY, next_part, padded, repeated};
pub use open::{OpenError, WRITER_CACHE};
pub(in crate::store) use statements::{Asked, Value, values};

use self::{serving::Serving, statements::Statements};
use super::{
    StoreError,
    batch::Queue,
    error::retry_busy,
    event::{self, NewEvent},
    mark::{Mark, Marks, Part, Wrote},
    session::Lookups,
    table::ActiveTable,
};
use crate::{cache::Slot, metrics::Metrics};

/// The database. Clones share its connections.
#[derive(Clone, Debug)]
pub struct Db {
    /// Its connections.
    pub engine: Engine,
    /// Told after each commit that wrote events.
    written: Arc<Notify>,
    /// Requests that wait for a transaction that they share.
    pub(in crate::store) queue: Arc<Queue>,
    kept: Arc<Kept>,
    /// Requests that wait to know whose session it is.
    pub(in crate::store) lookups: Arc<Lookups>,
}

/// What is kept in memory of the database, and until when.
#[derive(Debug, Default)]
struct Kept {
    marks: Marks,
    table: Slot<Option<ActiveTable>>,
    serving: Serving,
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

/// An open write transaction. Dropping it undoes what was written.
#[derive(Debug)]
pub struct Tx {
    /// The connection that it has for itself.
    pub connection: Connection,
    /// What is to be pushed when it is committed.
    events: Vec<NewEvent>,
    /// What is not sent yet.
    later: Statements,
    /// Whether what is written waits for more. Otherwise each statement is sent at once.
    gathers: bool,
    /// Whether nothing was sent yet: `BEGIN` waits for the first statements.
    is_new: bool,
    /// What is not to be kept in memory any more when it is committed.
    wrote: Wrote,
    written: Arc<Notify>,
    kept: Arc<Kept>,
}

/// A connection broke before anything was asked of it.
const LOST: StoreError = StoreError::Busy("a connection was lost");

/// The connection of an open transaction.
#[derive(Debug)]
pub enum Connection {
    /// Begun with `BEGIN IMMEDIATE`: it holds the write lock from the start.
    Sqlite(Open<Sqlite>),
    /// At READ COMMITTED: it locks what it writes.
    MySql(Open<MySql>),
}

/// A connection that is closed, which undoes what was written, unless its transaction has ended.
#[derive(Debug)]
pub struct Open<D: Database> {
    connection: PoolConnection<D>,
    has_ended: bool,
}

impl<D: Database> From<PoolConnection<D>> for Open<D> {
    fn from(connection: PoolConnection<D>) -> Self {
        Self { connection, has_ended: false }
    }
}

impl<D: Database> Deref for Open<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        &self.connection
    }
}

impl<D: Database> DerefMut for Open<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        &mut self.connection
    }
}

impl<D: Database> Drop for Open<D> {
    fn drop(&mut self) {
        if !self.has_ended {
            self.connection.close_on_drop();
        }
    }
}

impl Connection {
    /// The statement that begins a transaction here.
    ///
    /// SQLite takes its write lock with it: a deferred `BEGIN` that reads first and writes later fails with
    /// `SQLITE_BUSY_SNAPSHOT` when another process commits in between.
    fn begin(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "BEGIN IMMEDIATE",
            Self::MySql(_) => "BEGIN",
        }
    }

    /// Ends the transaction.
    async fn end(mut self, sql: &'static str) -> sqlx::Result<()> {
        match &mut self {
            Self::Sqlite(open) => {
                sqlx::raw_sql(sql).execute(&mut **open).await?;
                open.has_ended = true;
            }
            Self::MySql(open) => {
                sqlx::raw_sql(sql).execute(&mut **open).await?;
                open.has_ended = true;
            }
        }
        Ok(())
    }
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
    ($tx:expr, $sql:expr $(, $parameter:expr)* $(,)?) => {{
        let met = $crate::on_tx!($tx, |c| {
            sqlx::query($sql)$(.bind($parameter))*.execute(c).await.map(|done| done.rows_affected())
        });
        if let Ok(1..) = met {
            ($tx).wrote($sql);
        }
        met
    }};
}
pub(crate) use execute;

impl Db {
    /// Starts a write transaction.
    ///
    /// # Errors
    ///
    /// [`StoreError::Busy`] when the lock did not come free in time, [`StoreError::Full`] when no connection did.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let mut tx = self.begin_with_first().await?;
        tx.flush().await?;
        Ok(tx)
    }

    /// The same for one whose statements are all sent by [`Tx::flush`]: it starts with the first of them.
    pub(super) async fn begin_with_first(&self) -> Result<Tx, StoreError> {
        let connection = match &self.engine {
            Engine::Sqlite { write, .. } => Connection::Sqlite(write.acquire().await?.into()),
            Engine::MySql { write, .. } => Connection::MySql(match write.acquire().await {
                // It was good a moment ago, and nothing was asked of it yet.
                Err(sqlx::Error::Io(_)) => return Err(LOST),
                acquired => acquired?.into(),
            }),
        };
        let mut later = Statements::default();
        later.put(connection.begin(), [], None);
        let (written, kept) = (self.written.clone(), self.kept.clone());
        let (events, wrote) = Default::default();
        Ok(Tx { connection, events, later, gathers: false, is_new: true, wrote, written, kept })
    }

    /// The same, with the transactions that requests share counted here.
    #[must_use]
    pub fn counted(self, metrics: &Metrics) -> Self {
        self.queue.count(metrics);
        self
    }

    /// The same database, read through a connection of its own: for what must not wait behind requests.
    #[must_use]
    pub fn aside(&self) -> Self {
        let engine = match self.engine.clone() {
            Engine::Sqlite { write, aside, .. } => Engine::Sqlite { read: aside.clone(), write, aside },
            Engine::MySql { write, aside, .. } => Engine::MySql { read: aside.clone(), write, aside },
        };
        Self {
            engine,
            written: self.written.clone(),
            queue: self.queue.clone(),
            kept: self.kept.clone(),
            lookups: Arc::default(),
        }
    }

    /// Until when what is read may be kept in memory.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.kept.marks
    }

    /// The mark of a part, to be taken before what is kept of it is read. `None` while nothing may be kept. Users are kept
    /// only of a file, which one server has for itself.
    #[must_use]
    pub fn mark(&self, part: Part) -> Option<Mark> {
        match (part, &self.engine) {
            (Part::User(_), Engine::MySql { .. }) => None,
            _ => self.kept.marks.of(part),
        }
    }

    /// Where the active table is kept.
    pub(super) fn table(&self) -> &Slot<Option<ActiveTable>> {
        &self.kept.table
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

    /// Closes all connections, when those in use are given back and those who wait for a shared transaction are settled.
    pub async fn close(&self) {
        self.queue.emptied().await;
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
        Self { engine, written: Arc::default(), queue: Arc::default(), kept: Arc::default(), lookups: Arc::default() }
    }
}

impl Tx {
    /// Has this pushed once the writes are durable.
    pub fn push(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// To be told of each statement that met rows; [`execute!`] does.
    pub fn wrote(&mut self, sql: &str) {
        self.wrote.statement(sql);
    }

    /// Whose row a statement has met, where no event says so.
    pub(super) fn wrote_user(&mut self, user_id: i64) {
        self.wrote.user(user_id);
    }

    /// Makes the writes durable, with the events that they cause as the last of them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the engine refuses, and nothing was written; or when the connection to it broke, or the server is
    /// stopping, and nobody knows. A request that names itself is then safely asked again.
    pub async fn commit(self) -> Result<(), StoreError> {
        let closing = self.close().await?;
        // On its own, so that it is told even if the request that it belongs to is dropped in the middle, as when the
        // client hangs up.
        tokio::spawn(closing.commit()).await.map_err(|_| StoreError::Cut)?
    }

    /// Writes the last rows. After an error nothing was written.
    pub(in crate::store) async fn close(mut self) -> Result<Closing, StoreError> {
        let events = mem::take(&mut self.events);
        let ids = event::insert(&mut self, &events).await?;
        self.flush().await?;
        let Self { connection, mut wrote, written, kept, .. } = self;
        wrote.events(&events);
        Ok(Closing { connection, ids, wrote, written, kept })
    }

    /// Ends a `SELECT` whose rows are to be locked until the commit. SQLite has locked everything from the start.
    pub(in crate::store) fn for_update(&self) -> &'static str {
        match self.connection {
            Connection::Sqlite(_) => "",
            Connection::MySql(_) => " FOR UPDATE",
        }
    }

    /// Undoes the writes.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the engine can't be reached; nothing was written then either.
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.connection.end("ROLLBACK").await?)
    }
}

/// A transaction whose last rows are written.
pub(in crate::store) struct Closing {
    connection: Connection,
    /// Of its events.
    ids: Range<i64>,
    wrote: Wrote,
    written: Arc<Notify>,
    kept: Arc<Kept>,
}

impl Closing {
    /// Commits, in a task that nobody drops. After an error nobody knows whether it took place.
    pub(in crate::store) async fn commit(self) -> Result<(), StoreError> {
        let Self { connection, ids, wrote, written, kept } = self;
        let done = connection.end("COMMIT").await;
        // Whatever the answer: it may be the answer that was lost.
        kept.marks.raise(&wrote);
        done?;
        if !ids.is_empty() {
            kept.marks.raised_for(ids);
            written.notify_one();
        }
        Ok(())
    }
}

/// Removes the oldest rows up to `until`: those up to the time that `oldest` finds, by `delete`. How many.
pub(super) async fn forget_oldest(
    db: &Db,
    oldest: &'static str,
    delete: &'static str,
    until: i64,
) -> Result<u64, StoreError> {
    let (until,): (Option<i64>,) = on_db!(db, |c| sqlx::query_as(oldest).bind(until).fetch_one(c).await)?;
    let Some(until) = until else { return Ok(0) };
    retry_busy(async || {
        let mut tx = db.begin().await?;
        let removed = execute!(&mut tx, delete, until)?;
        tx.commit().await?;
        Ok(removed)
    })
    .await
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
    use std::time::Duration;

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
    async fn a_full_disk_is_forgotten_when_there_is_room_again() {
        let (_scratch, db) = temporary().await;
        let Engine::Sqlite { write, .. } = &db.engine else { return };
        sqlx::query("PRAGMA max_page_count = 1").execute(write).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let long = "x".repeat(1 << 20);
        let insert = "INSERT INTO login_codes (mobile, code_hash, sent_at, expires_at) VALUES ('1', ?, 0, 0)";
        let refused = execute!(&mut tx, insert, &long).unwrap_err();
        assert!(refused.to_string().contains("full"), "{refused}");
        drop(tx);
        // Another connection, which knows of no limit.
        let mut tx = db.begin().await.unwrap();
        execute!(&mut tx, insert, &long).unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn connections_that_died_are_replaced() {
        let (_scratch, db) = temporary().await;
        let Engine::MySql { write, .. } = &db.engine else { return };
        let mut used = Vec::new();
        for _ in 0..3 {
            used.push(write.acquire().await.unwrap());
        }
        drop(used);
        let mut other = db.begin().await.unwrap();
        let find = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
        let ids: Vec<(i64,)> = on_tx!(&mut other, |c| sqlx::query_as(find).fetch_all(c).await).unwrap();
        for (id,) in ids {
            let kill = sqlx::AssertSqlSafe(format!("KILL {id}"));
            on_tx!(&mut other, |c| sqlx::raw_sql(kill).execute(c).await.map(drop)).unwrap();
        }
        let begun = retry_busy(|| db.begin()).await.unwrap();
        begun.rollback().await.unwrap();
        other.rollback().await.unwrap();
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
