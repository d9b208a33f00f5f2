//! Statements of a transaction on SQLite that wait to be run in one call: each call is handed to a thread and back, which
//! takes longer than most statements.

use sqlx::{
    Arguments, AssertSqlSafe, Encode, Sqlite, Type,
    sqlite::{SqliteArguments, SqliteConnection},
};

/// SQL that is kept prepared at most, in bytes. Longer texts are of many requests, and hardly ever come again.
const KEPT: usize = 4096;

/// What waits.
#[derive(Debug, Default)]
pub(in crate::store) struct Later {
    sql: String,
    arguments: SqliteArguments,
    refused: Option<sqlx::Error>,
    /// Rows that it is to meet in all.
    rows: u64,
    /// Whether more is to come. Otherwise each statement is run at once.
    pub(super) gathers: bool,
}

impl Later {
    /// A parameter of the next statement.
    pub(in crate::store) fn bind<'v, T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'v, Sqlite> + Type<Sqlite>,
    {
        if let Err(error) = self.arguments.add(value) {
            self.refused.get_or_insert(sqlx::Error::Encode(error));
        }
        self
    }

    /// The statement whose parameters were bound. Whether it met so many rows; if it waits, that is found out later.
    pub(in crate::store) async fn put(
        &mut self,
        c: &mut SqliteConnection,
        sql: &str,
        rows: usize,
    ) -> sqlx::Result<bool> {
        if !self.sql.is_empty() {
            self.sql.push_str("; ");
        }
        self.sql.push_str(sql);
        self.rows += u64::try_from(rows).unwrap_or(u64::MAX);
        if self.gathers { Ok(true) } else { self.run(c).await }
    }

    /// Runs what waits. Whether it met the rows that it was to meet.
    pub(super) async fn run(&mut self, c: &mut SqliteConnection) -> sqlx::Result<bool> {
        let Self { sql, arguments, refused, rows, .. } = std::mem::take(self);
        if let Some(error) = refused {
            return Err(error);
        }
        if sql.is_empty() {
            return Ok(true);
        }
        let is_kept = sql.len() <= KEPT;
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(is_kept);
        Ok(query.execute(c).await?.rows_affected() == rows)
    }
}

/// Writes by a statement that is to meet so many rows: `write_exactly!(tx, "UPDATE t SET a = ? WHERE b = ?", 1, |query|
/// query.bind(a).bind(b))`. A `sqlx::Result<bool>`: whether it did. On SQLite it may wait for [`Tx::flush`], which finds
/// that out then.
///
/// [`Tx::flush`]: crate::store::Tx::flush
macro_rules! write_exactly {
    ($tx:expr, $sql:expr, $rows:expr, |$query:ident| $bound:expr) => {{
        let (tx, sql, rows): (&mut $crate::store::Tx, &str, usize) = (&mut *$tx, $sql, $rows);
        tx.wrote(sql);
        match &mut tx.connection {
            $crate::store::db::Connection::Sqlite(c) => {
                let $query = &mut tx.later;
                let _ = $bound;
                tx.later.put(c, sql, rows).await
            }
            $crate::store::db::Connection::MySql(c) => {
                let $query = sqlx::query(sqlx::AssertSqlSafe(sql));
                $bound.execute(&mut **c).await.map(|done| usize::try_from(done.rows_affected()) == Ok(rows))
            }
        }
    }};
}

pub(in crate::store) use write_exactly;
