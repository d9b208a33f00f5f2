//! The statements of a transaction that writes the rows of some requests.

use std::{fmt::Write, sync::Arc};

use super::sample::{Cell, Sample, Unit};

/// A transaction, written down once and run again and again.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) statements: Vec<Statement>,
    /// How many events it writes.
    pub(super) events: i64,
}

#[derive(Debug)]
pub(super) struct Statement {
    /// With a `?` for each value.
    pub(super) sql: Arc<str>,
    pub(super) values: Vec<Value>,
}

/// A value, and of which request of the transaction it is.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) unit: usize,
    pub(super) cell: Cell,
    /// The number of the row in its statement.
    pub(super) row: i64,
}

/// How an event gets its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    /// There is one writer, who counts by itself.
    Known,
    /// From the counter's row, in the statement itself: no answer is waited for in between.
    InDatabase,
}

/// Statements that every database runs, in an order that can't deadlock: rows that are changed come before those that refer
/// to them, users in the order of their ids, and what everybody changes last.
pub(super) fn script(sample: &Sample, units: &[Unit], counter: Counter) -> Script {
    let mut units = units.to_vec();
    units.sort_by_key(|unit| unit.user_id);
    let is_draw = sample.tables[0].name == "lottery_draws";
    let int = |number| Cell::Int(number);
    let mut statements = Vec::new();
    for (at, unit) in units.iter().enumerate() {
        let draw = if is_draw { ", nonce = ?, draw_count = draw_count + 1, draw_day = ?" } else { "" };
        let sql = format!("UPDATE users SET total_points = total_points + ?, updated_at = ?{draw} WHERE user_id = ?");
        let mut cells = vec![int(unit.points), int(NOW)];
        cells.extend([Cell::Nonce, int(TODAY)].into_iter().filter(|_| is_draw));
        cells.push(int(unit.user_id));
        statements.push(statement(sql, at, cells));
    }
    let mut events = 0;
    for (at, table) in sample.tables.iter().enumerate() {
        let rows = || units.iter().enumerate().flat_map(|(unit, of)| of.rows[at].iter().map(move |row| (unit, row)));
        let number = i64::try_from(rows().count()).expect("few rows");
        if number == 0 {
            continue;
        }
        if table.name == "exchange_records" && !is_draw {
            let sql = "UPDATE products SET stock = stock - ?, sales_count = sales_count + ?, updated_at = ? WHERE commodity_id = 1";
            statements.push(statement(sql.to_owned(), 0, vec![int(number), int(number), int(NOW)]));
        }
        if table.name == "events" {
            events = number;
            let last = if counter == Counter::Known { "last_id + ?" } else { "LAST_INSERT_ID(last_id + ?)" };
            let sql = format!("UPDATE event_counter SET last_id = {last} WHERE id = 1");
            statements.push(statement(sql, 0, vec![int(number)]));
        }
        let mut sql = format!("INSERT INTO {} ({}) VALUES ", table.name, table.columns.join(", "));
        let mut values = Vec::new();
        for (row, (unit, cells)) in (0..).zip(rows()) {
            sql.push_str(if row == 0 { "(" } else { "), (" });
            for (n, cell) in cells.iter().enumerate() {
                sql.push_str(if n == 0 { "" } else { ", " });
                if *cell == Cell::Event && counter == Counter::InDatabase {
                    let _ = write!(sql, "LAST_INSERT_ID() - {row}");
                } else {
                    sql.push('?');
                    values.push(Value { unit, cell: cell.clone(), row });
                }
            }
        }
        sql.push(')');
        statements.push(Statement { sql: sql.into(), values });
    }
    Script { statements, events }
}

/// Any day and time serve.
const TODAY: i64 = 20_261_123;
const NOW: i64 = 1_795_420_800_000;

fn statement(sql: String, unit: usize, cells: Vec<Cell>) -> Statement {
    let values = cells.into_iter().map(|cell| Value { unit, cell, row: 0 }).collect();
    Statement { sql: sql.into(), values }
}

/// A value as it is bound or written.
#[derive(Debug)]
pub(super) enum Bound<'v> {
    Null,
    Int(i64),
    Text(&'v str),
    New(String),
}

impl Value {
    /// For a transaction whose first request is the `first` of all, when `last_event` was the last event.
    pub(super) fn bound(&self, first: usize, last_event: i64) -> Bound<'_> {
        let number = first + self.unit;
        // Odd, so that no two of 64 bits come to the same; no multiple of 2 or 5, so that no two of ten digits do.
        let scattered = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        match &self.cell {
            Cell::Null => Bound::Null,
            Cell::Int(number) => Bound::Int(*number),
            Cell::Text(text) => Bound::Text(text),
            Cell::Draw => Bound::New(format!("d1-{scattered:016x}{number:024x}")),
            Cell::PrizeOrder => Bound::New(format!("LW{scattered:016x}{number:08x}-1")),
            Cell::Order(day) => {
                Bound::New(format!("{day}{:010}", (number as u64).wrapping_mul(7_777_777_777) % 10_000_000_000))
            }
            Cell::Nonce => Bound::Int(i64::try_from(number).expect("a number") + 1),
            Cell::Request => Bound::New(format!("load-{number:09}")),
            Cell::Event => Bound::Int(last_event + 1 + self.row),
        }
    }
}
