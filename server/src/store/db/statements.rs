//! Statements of a transaction that are sent together. Each exchange with a database takes longer than most statements.
//!
//! SQLite takes them as one text with parameters. MariaDB and MySQL prepare only one statement at a time, and take several as
//! a text without parameters: there the values are literals that need no quoting, numbers and `_utf8mb4 X'…'`.

use std::{fmt::Write as _, marker::PhantomData, mem, ops::Range};

use futures_util::{Stream, TryStreamExt};
use sqlx::{
    Arguments, AssertSqlSafe, Either, Executor, FromRow,
    mysql::{MySqlQueryResult, MySqlRow},
    sqlite::{SqliteArguments, SqliteQueryResult, SqliteRow},
};

use super::{
    Connection, LOST, Tx,
    many::{MANY, next_part, padded, repeated},
};
use crate::store::{StoreError, error::lost_race};

/// SQL that SQLite keeps prepared at most, in bytes. Longer texts are of many requests, and hardly ever come again.
const KEPT: usize = 4096;

/// A value of a statement.
#[derive(Debug)]
pub(in crate::store) enum Value {
    Null,
    Number(i64),
    Text(String),
}

macro_rules! number_from {
    ($($number:ty),*) => {$(
        impl From<$number> for Value {
            fn from(number: $number) -> Self {
                Self::Number(number.into())
            }
        }
    )*};
}

number_from!(i64, u32, bool);

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of a row or a statement.
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        [$($crate::store::db::Value::from($value)),*]
    };
}
pub(in crate::store) use values;

/// How many rows a statement is to meet, and what is wrong if it does not.
#[derive(Debug)]
pub(super) struct Expected {
    rows: u64,
    otherwise: StoreError,
    /// Whether another request may have made the same row.
    may_be_taken: bool,
}

/// What waits to be sent.
#[derive(Debug, Default)]
pub(super) struct Statements {
    sql: String,
    values: Vec<Value>,
    /// One a statement.
    expected: Vec<Option<Expected>>,
}

impl Statements {
    pub(super) fn put(&mut self, sql: &str, values: impl IntoIterator<Item = Value>, expected: Option<Expected>) {
        let before = self.values.len();
        if !self.sql.is_empty() {
            self.sql.push_str("; ");
        }
        self.sql.push_str(sql);
        self.values.extend(values);
        // SQLite would take the next statement's, or NULL.
        debug_assert_eq!(sql.matches('?').count(), self.values.len() - before, "{sql}");
        self.expected.push(expected);
    }

    async fn run(self, connection: &mut Connection) -> Result<Found, StoreError> {
        let Self { sql, values, expected } = self;
        match connection {
            Connection::Sqlite(c) => {
                let mut arguments = SqliteArguments::default();
                for value in values {
                    let added = match value {
                        Value::Null => arguments.add(None::<i64>),
                        Value::Number(number) => arguments.add(number),
                        Value::Text(text) => arguments.add(text),
                    };
                    added.map_err(sqlx::Error::Encode)?;
                }
                let is_kept = sql.len() <= KEPT;
                let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(is_kept);
                let met = |done: &SqliteQueryResult| (done.rows_affected(), done.last_insert_rowid());
                let (rows, last_id) = collect((&mut **c).fetch_many(query), expected, met).await?;
                Ok(Found { rows: Rows::Sqlite(rows), last_id })
            }
            Connection::MySql(c) => {
                let query = sqlx::raw_sql(AssertSqlSafe(with_literals(&sql, &values)?));
                let met = |done: &MySqlQueryResult| {
                    (done.rows_affected(), i64::try_from(done.last_insert_id()).unwrap_or_default())
                };
                let (rows, last_id) = collect((&mut **c).fetch_many(query), expected, met).await?;
                Ok(Found { rows: Rows::MySql(rows), last_id })
            }
        }
    }
}

/// Puts the values into the places of a text, which has a `?` nowhere else.
fn with_literals(sql: &str, values: &[Value]) -> Result<String, StoreError> {
    let mut text = String::with_capacity(sql.len() + values.len() * 16);
    let mut values = values.iter();
    let mut parts = sql.split('?').peekable();
    while let Some(part) = parts.next() {
        text.push_str(part);
        if parts.peek().is_none() {
            break;
        }
        match values.next() {
            Some(Value::Null) => text.push_str("NULL"),
            // A text takes whatever is written into it.
            Some(Value::Number(number)) => _ = write!(text, "{number}"),
            Some(Value::Text(value)) => {
                text.push_str("_utf8mb4 X'");
                text.push_str(&hex::encode(value));
                text.push('\'');
            }
            None => return Err(StoreError::Corrupt("a statement has more places than values".into())),
        }
    }
    match values.next() {
        None => Ok(text),
        Some(_) => Err(StoreError::Corrupt("a statement has more values than places".into())),
    }
}

/// The rows of each statement, and the last id that one of them has made.
async fn collect<D, R>(
    stream: impl Stream<Item = sqlx::Result<Either<D, R>>>,
    expected: Vec<Option<Expected>>,
    met: impl Fn(&D) -> (u64, i64),
) -> Result<(Vec<Vec<R>>, i64), StoreError> {
    let mut stream = std::pin::pin!(stream);
    let (mut found, mut rows, mut last_id, mut missed) = (Vec::with_capacity(expected.len()), Vec::new(), 0, None);
    let mut expected = expected.into_iter().peekable();
    loop {
        let next = stream.try_next().await.map_err(|error| match expected.peek() {
            Some(Some(Expected { may_be_taken: true, .. })) => lost_race(error),
            _ => error.into(),
        })?;
        match next {
            None => break,
            Some(Either::Right(row)) => rows.push(row),
            Some(Either::Left(done)) => {
                found.push(mem::take(&mut rows));
                let (met, id) = met(&done);
                if id != 0 {
                    last_id = id;
                }
                if let Some(Some(Expected { rows, otherwise, .. })) = expected.next()
                    && rows != met
                {
                    // The others are heard to their end, or their answers would be taken for those of what comes next.
                    missed.get_or_insert(otherwise);
                }
            }
        }
    }
    match missed {
        Some(missed) => Err(missed),
        None if expected.next().is_some() => Err(StoreError::Corrupt("a statement was not answered".into())),
        None => Ok((found, last_id)),
    }
}

/// What a statement was to read.
#[derive(Debug)]
pub(in crate::store) struct Asked<T> {
    statements: Range<usize>,
    rows: PhantomData<T>,
}

/// What was read.
#[derive(Debug)]
pub(in crate::store) struct Found {
    rows: Rows,
    /// The last id that was made.
    pub(in crate::store) last_id: i64,
}

/// The rows of each statement.
#[derive(Debug)]
enum Rows {
    Sqlite(Vec<Vec<SqliteRow>>),
    MySql(Vec<Vec<MySqlRow>>),
}

impl Found {
    /// The rows that were asked for, once.
    pub(in crate::store) fn take<T>(&mut self, asked: Asked<T>) -> Result<Vec<T>, StoreError>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, MySqlRow>,
    {
        let rows = match &mut self.rows {
            Rows::Sqlite(rows) => asked.of(rows).map(|row| T::from_row(&row)).collect(),
            Rows::MySql(rows) => asked.of(rows).map(|row| T::from_row(&row)).collect::<sqlx::Result<_>>(),
        };
        Ok(rows?)
    }
}

impl<T> Asked<T> {
    fn of<R>(self, rows: &mut [Vec<R>]) -> impl Iterator<Item = R> {
        let rows = rows.get_mut(self.statements).unwrap_or_default();
        rows.iter_mut().flat_map(mem::take)
    }
}

impl Tx {
    /// Has what is written from here on wait for [`Self::flush`] or the commit. Nothing may be read meanwhile that it writes.
    pub(in crate::store) fn gather(&mut self) {
        self.gathers = true;
    }

    /// Sends what waits. What it has found.
    pub(in crate::store) async fn flush(&mut self) -> Result<Found, StoreError> {
        if self.later.sql.is_empty() {
            return Ok(Found { rows: Rows::Sqlite(Vec::new()), last_id: 0 });
        }
        let found = mem::take(&mut self.later).run(&mut self.connection).await;
        match found {
            Err(StoreError::Database(sqlx::Error::Io(_))) if mem::take(&mut self.is_new) => Err(LOST),
            found => {
                self.is_new = false;
                found
            }
        }
    }

    /// Writes by a statement that is to meet so many rows. `otherwise` says what is wrong if it does not.
    pub(in crate::store) async fn write(
        &mut self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
        rows: usize,
        otherwise: StoreError,
    ) -> Result<(), StoreError> {
        self.put(sql, values, rows, otherwise, false).await
    }

    async fn put(
        &mut self,
        sql: &str,
        values: impl IntoIterator<Item = Value>,
        rows: usize,
        otherwise: StoreError,
        may_be_taken: bool,
    ) -> Result<(), StoreError> {
        self.wrote(sql);
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        self.later.put(sql, values, Some(Expected { rows, otherwise, may_be_taken }));
        if !self.gathers {
            self.flush().await?;
        }
        Ok(())
    }

    /// Inserts a row for each of a slice, many a statement. `into` ends in `VALUES `. [`StoreError::Busy`] if one is there.
    pub(in crate::store) async fn insert_all<T, const N: usize>(
        &mut self,
        into: &str,
        rows: &[T],
        values: impl Fn(&T) -> [Value; N],
    ) -> Result<(), StoreError> {
        let place = format!("({})", repeated("?", ", ", N));
        self.insert(into, &place, rows, values, true).await
    }

    /// The same, with the places of a row written out, of rows that nobody else makes.
    pub(in crate::store) async fn insert_places<T, const N: usize>(
        &mut self,
        into: &str,
        place: &str,
        rows: &[T],
        values: impl Fn(&T) -> [Value; N],
    ) -> Result<(), StoreError> {
        self.insert(into, place, rows, values, false).await
    }

    async fn insert<T, const N: usize>(
        &mut self,
        into: &str,
        place: &str,
        rows: &[T],
        values: impl Fn(&T) -> [Value; N],
        may_be_taken: bool,
    ) -> Result<(), StoreError> {
        let mut rest = rows;
        while let Some(part) = next_part(&mut rest, MANY) {
            let sql = into.to_owned() + &repeated(place, ", ", part.len());
            let otherwise = StoreError::Corrupt("rows were not inserted".into());
            self.put(&sql, part.iter().flat_map(&values), part.len(), otherwise, may_be_taken).await?;
        }
        Ok(())
    }

    /// Has the rows of each of a slice read by the next [`Self::flush`], many a statement. `text` makes one with places for so
    /// many keys, of which the same may stand there twice.
    pub(in crate::store) fn ask_all<T, K, const N: usize>(
        &mut self,
        text: impl Fn(usize) -> String,
        keys: &[K],
        values: impl Fn(&K) -> [Value; N],
    ) -> Asked<T> {
        let start = self.later.expected.len();
        for part in keys.chunks(MANY) {
            let values = padded(part).flat_map(&values);
            self.later.put(&text(part.len().next_power_of_two()), values, None);
        }
        Asked { statements: start..self.later.expected.len(), rows: PhantomData }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::db::{on_db, temporary};

    #[test]
    fn literals_need_no_quoting() {
        let sql = with_literals("SELECT ?, ?, ?", &values!["'; DROP \\ 中", -5_i64, None::<i64>]);
        assert_eq!(sql.unwrap(), "SELECT _utf8mb4 X'273b2044524f50205c20e4b8ad', -5, NULL");
        assert!(with_literals("SELECT ?", &values![]).is_err());
        assert!(with_literals("SELECT 1", &values![1_i64]).is_err());
    }

    #[tokio::test]
    async fn texts_and_numbers_come_back_as_they_were() {
        let (_scratch, db) = temporary().await;
        let texts = ["", "'", "\\'\0\n%_", "Ünïcode 中文 🎡", "?", "a; b -- c /* d"];
        let mut tx = db.begin().await.unwrap();
        tx.gather();
        let into = "INSERT INTO login_codes (mobile, code_hash, sent_at, expires_at) VALUES ";
        let rows: Vec<_> = texts.iter().enumerate().collect();
        tx.insert_all(into, &rows, |(n, text)| values![n.to_string(), **text, i64::MAX, i64::MIN]).await.unwrap();
        let select = |count| {
            format!(
                "SELECT mobile, code_hash, sent_at, expires_at FROM login_codes WHERE code_hash IN ({}) ORDER BY mobile",
                repeated("?", ", ", count)
            )
        };
        let asked = tx.ask_all(select, &texts, |text| values![*text]);
        let none = tx.ask_all(select, &[] as &[&str], |text| values![*text]);
        let one = tx.ask_all(select, &["'"], |text| values![*text]);
        let mut answer = tx.flush().await.unwrap();
        let one: Vec<(String, String, i64, i64)> = answer.take(one).unwrap();
        let none: Vec<(String,)> = answer.take(none).unwrap();
        assert_eq!((one[0].1.as_str(), one.len(), none.len()), ("'", 1, 0));
        let found: Vec<(String, String, i64, i64)> = answer.take(asked).unwrap();
        let expected: Vec<_> =
            rows.iter().map(|(n, text)| (n.to_string(), (**text).to_owned(), i64::MAX, i64::MIN)).collect();
        assert_eq!(found, expected);
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn a_statement_that_meets_other_rows_is_named_and_the_connection_stays_of_use() {
        let (_scratch, db) = temporary().await;
        let mut tx = db.begin().await.unwrap();
        tx.gather();
        let update = "UPDATE event_counter SET last_id = last_id + ? WHERE id = ?";
        for id in [1_i64, 2, 1] {
            tx.write(update, values![1_i64, id], 1, StoreError::Corrupt(format!("no {id}"))).await.unwrap();
        }
        let error = tx.flush().await.unwrap_err();
        assert!(matches!(&error, StoreError::Corrupt(why) if why == "no 2"), "{error}");
        let asked =
            tx.ask_all(|_| "SELECT last_id FROM event_counter WHERE id = ?".into(), &[1_i64], |id| values![*id]);
        let last: Vec<(i64,)> = tx.flush().await.unwrap().take(asked).unwrap();
        assert_eq!(last, [(2,)]);
        tx.write("UPDATE nothing SET x = ?", values![1_i64], 1, StoreError::Cut).await.unwrap();
        assert!(matches!(tx.flush().await, Err(StoreError::Database(_))));
        drop(tx);
        let (last,): (i64,) =
            on_db!(&db, |c| sqlx::query_as("SELECT last_id FROM event_counter").fetch_one(c).await).unwrap();
        assert_eq!(last, 0);
    }
}
