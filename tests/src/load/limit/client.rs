//! The minimal clients: one connection, no checks, no answers, as few exchanges with the database as it allows.

use std::{fmt::Write, sync::Arc};

use sqlx::{AssertSqlSafe, Executor, MySqlConnection, SqliteConnection};

use super::script::{Bound, Script, Value};

/// A way to write.
#[derive(Debug)]
pub(super) enum Client {
    /// The whole transaction is one call: its statements are prepared once and run one after the other.
    Sqlite { connection: SqliteConnection, last_event: i64 },
    /// A statement an exchange, prepared once.
    Prepared(MySqlConnection),
    /// The whole transaction is one exchange, its values in its text.
    Text { connection: MySqlConnection, text: String },
}

/// Binds values to a query.
macro_rules! bind {
    ($query:ident, $values:expr, $first:expr, $last_event:expr) => {
        for value in $values {
            $query = match value.bound($first, $last_event) {
                Bound::Null => $query.bind(None::<i64>),
                Bound::Int(number) => $query.bind(number),
                Bound::Text(text) => $query.bind(text),
                Bound::New(text) => $query.bind(text),
            };
        }
    };
}

impl Client {
    /// Settles the requests of a script, the first of which is the `first` of all.
    pub(super) async fn write(&mut self, script: &Script, whole: &Arc<str>, first: usize) -> sqlx::Result<()> {
        match self {
            Self::Sqlite { connection, last_event } => {
                let mut query = sqlx::query(AssertSqlSafe(whole.clone()));
                bind!(query, script.statements.iter().flat_map(|one| &one.values), first, *last_event);
                query.execute(connection).await?;
                *last_event += script.events;
            }
            Self::Prepared(connection) => {
                connection.execute(sqlx::raw_sql("BEGIN")).await?;
                for statement in &script.statements {
                    let mut query = sqlx::query(AssertSqlSafe(statement.sql.clone()));
                    bind!(query, &statement.values, first, 0);
                    query.execute(&mut *connection).await?;
                }
                connection.execute(sqlx::raw_sql("COMMIT")).await?;
            }
            Self::Text { connection, text } => {
                text.clear();
                text.push_str("BEGIN;");
                for statement in &script.statements {
                    render(text, &statement.sql, &statement.values, first);
                }
                text.push_str("COMMIT");
                connection.execute(sqlx::raw_sql(AssertSqlSafe(text.as_str().to_owned()))).await?;
            }
        }
        Ok(())
    }
}

/// The statement with its values in it.
fn render(text: &mut String, sql: &str, values: &[Value], first: usize) {
    let mut values = values.iter();
    for (at, part) in sql.split('?').enumerate() {
        if at > 0 {
            match values.next().expect("a value for each place").bound(first, 0) {
                Bound::Null => text.push_str("NULL"),
                Bound::Int(number) => write!(text, "{number}").expect("memory"),
                Bound::Text(value) => quote(text, value),
                Bound::New(value) => quote(text, &value),
            }
        }
        text.push_str(part);
    }
    text.push(';');
}

fn quote(text: &mut String, value: &str) {
    text.push('\'');
    for part in value.split_inclusive(['\'', '\\']) {
        match part.char_indices().next_back() {
            Some((at, last @ ('\'' | '\\'))) => {
                text.push_str(&part[..at]);
                text.push('\\');
                text.push(last);
            }
            _ => text.push_str(part),
        }
    }
    text.push('\'');
}

/// All statements in one.
pub(super) fn whole(script: &Script) -> Arc<str> {
    let statements: Vec<&str> = script.statements.iter().map(|one| &*one.sql).collect();
    format!("BEGIN IMMEDIATE; {}; COMMIT", statements.join("; ")).into()
}
