//! Rows as the server has written them under load, to be written again by the minimal client.

use std::collections::BTreeMap;

use fairwheel_server::{on_db, store::Db};
use sqlx::{AssertSqlSafe, Column, Row as _};

/// So many requests are looked at. The commonest sizes and prizes are among them as often as they are.
const REQUESTS: usize = 512;

/// What a request writes, other than the rows that it changes.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) user_id: i64,
    /// By how much its points move, in all.
    pub(super) points: i64,
    /// New rows of each table, in the order of the request's tables.
    pub(super) rows: Vec<Vec<Vec<Cell>>>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Text(String),
    /// The id of a draw, its order, or an order on this day (`EX20261122`): new in each request, scattered as digests are.
    Draw,
    PrizeOrder,
    Order(String),
    /// The number of a user's draw.
    Nonce,
    /// The name of the request.
    Request,
    /// The id of an event, taken from the counter.
    Event,
}

/// A table and its columns, those left out that the database fills in.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: Vec<String>,
}

/// What is written for a kind of request: tables in the order in which they are written, and requests.
#[derive(Debug)]
pub(in crate::load) struct Sample {
    pub(super) tables: Vec<Table>,
    pub(super) units: Vec<Unit>,
}

/// How the rows of a table are found: those of a request by a column that names it, or any of a user where none does.
enum Found {
    By(&'static str),
    Any(usize),
}

/// Draws of one.
pub(super) async fn draws(db: &Db) -> Sample {
    let of = "(SELECT draw_id, user_id FROM lottery_draws ORDER BY id DESC LIMIT 512) d";
    let any = "SELECT * FROM idempotency WHERE request_id LIKE 'load-%' AND body LIKE '%draw_id%' LIMIT 512";
    let told = "SELECT * FROM events WHERE kind = 'points_update' ORDER BY id DESC LIMIT 512";
    let join =
        |table, key| format!("SELECT r.* FROM {table} r JOIN {of} ON r.user_id = d.user_id AND r.{key} = d.draw_id");
    let parts = [
        ("lottery_draws", Found::By("draw_id"), join("lottery_draws", "draw_id")),
        ("lottery_records", Found::By("draw_id"), join("lottery_records", "draw_id")),
        ("points_records", Found::By("related_id"), join("points_records", "related_id")),
        ("exchange_records", Found::By("draw_id"), join("exchange_records", "draw_id")),
        ("idempotency", Found::Any(1), any.to_owned()),
        // One for each row of the ledger.
        ("events", Found::Any(0), told.to_owned()),
    ];
    sample(db, parts.into()).await
}

/// Redeems of one piece.
pub(super) async fn redeems(db: &Db) -> Sample {
    let of = "(SELECT order_id, user_id FROM exchange_records WHERE product_id = 1 ORDER BY id DESC LIMIT 512) d";
    let any = "SELECT * FROM idempotency WHERE request_id LIKE 'load-%' AND body LIKE '%order_id%' LIMIT 512";
    let told = "SELECT * FROM events WHERE kind = 'points_update' ORDER BY id DESC LIMIT 512";
    let stock = "SELECT * FROM events WHERE kind = 'stock_update' ORDER BY id DESC LIMIT 512";
    let join =
        |table, key| format!("SELECT r.* FROM {table} r JOIN {of} ON r.user_id = d.user_id AND r.{key} = d.order_id");
    let parts = [
        ("points_records", Found::By("related_id"), join("points_records", "related_id")),
        ("idempotency", Found::Any(1), any.to_owned()),
        ("exchange_records", Found::By("order_id"), join("exchange_records", "order_id")),
        ("events", Found::Any(0), told.to_owned()),
        ("events", Found::Any(1), stock.to_owned()),
    ];
    sample(db, parts.into()).await
}

async fn sample(db: &Db, parts: Vec<(&'static str, Found, String)>) -> Sample {
    let mut tables: Vec<Table> = Vec::new();
    let mut units: BTreeMap<String, Unit> = BTreeMap::new();
    for (name, found, select) in parts {
        let (mut columns, rows) = read(db, select).await;
        let at = |wanted: &str| columns.iter().position(|column| column == wanted);
        let (user, key) = (at("user_id").expect("a user"), if let Found::By(key) = found { at(key) } else { None });
        let points = at("points");
        let left_out = at("id").filter(|_| name != "events");
        let is_new = tables.last().is_none_or(|table| table.name != name);
        let mut new: Vec<(Option<String>, Vec<Cell>)> = Vec::new();
        for mut row in rows {
            let of = key.map(|key| if let Cell::Text(text) = &row[key] { text.clone() } else { String::new() });
            if let (Some(of), Some(user_id)) = (&of, int(&row[user])) {
                let first = || Unit { user_id, points: 0, rows: Vec::new() };
                let unit = if tables.is_empty() {
                    Some(units.entry(of.clone()).or_insert_with(first))
                } else {
                    units.get_mut(of)
                };
                if let (Some(unit), Some(points)) = (unit, points) {
                    unit.points += int(&row[points]).unwrap_or(0);
                }
            }
            for (cell, column) in row.iter_mut().zip(&columns) {
                *cell = renewed(cell, column);
            }
            left_out.map(|at| row.remove(at));
            new.push((of, row));
        }
        for unit in units.values_mut().filter(|_| is_new) {
            unit.rows.push(Vec::new());
        }
        let user = user - usize::from(left_out.is_some_and(|at| at < user));
        let mut pool = new.iter().map(|(_, row)| row).cycle();
        for (id, unit) in &mut units {
            let own: Vec<Vec<Cell>> = match found {
                Found::By(_) => {
                    new.iter().filter(|(of, _)| of.as_ref() == Some(id)).map(|(_, row)| row.clone()).collect()
                }
                Found::Any(number) => {
                    // As many as rows of the ledger, if no number is named.
                    let number = if number > 0 { number } else { ledger_rows(&tables, unit) };
                    pool.by_ref().take(number).cloned().collect()
                }
            };
            for mut row in own {
                if row[user] != Cell::Null {
                    row[user] = Cell::Int(unit.user_id);
                }
                unit.rows.last_mut().expect("just pushed").push(row);
            }
        }
        left_out.map(|at| columns.remove(at));
        if is_new {
            tables.push(Table { name, columns });
        }
    }
    // A slow server may have left but a few.
    let units: Vec<Unit> = units.into_values().collect();
    Sample { tables, units: units.iter().cycle().take(REQUESTS).cloned().collect() }
}

fn ledger_rows(tables: &[Table], unit: &Unit) -> usize {
    let at = tables.iter().position(|table| table.name == "points_records");
    at.map_or(1, |at| unit.rows[at].len())
}

const fn int(cell: &Cell) -> Option<i64> {
    if let Cell::Int(number) = cell { Some(*number) } else { None }
}

/// The cell as it is to be written: what must differ from row to row is made anew.
fn renewed(cell: &Cell, column: &str) -> Cell {
    match (column, cell) {
        ("id", _) => Cell::Event,
        ("nonce", _) => Cell::Nonce,
        ("request_id", _) => Cell::Request,
        ("draw_id" | "related_id" | "order_id", Cell::Text(text)) => match text.get(..2) {
            Some("d1") => Cell::Draw,
            Some("LW") => Cell::PrizeOrder,
            _ => Cell::Order(text[..10].to_owned()),
        },
        _ => cell.clone(),
    }
}

/// Columns and rows, whatever their types.
async fn read(db: &Db, select: String) -> (Vec<String>, Vec<Vec<Cell>>) {
    on_db!(db, |c| {
        let rows = sqlx::query(AssertSqlSafe(select)).fetch_all(c).await.expect("rows");
        let first = rows.first().expect("the server has written such rows");
        let columns: Vec<String> = first.columns().iter().map(|column| column.name().to_owned()).collect();
        let cell = |number: Result<Option<i64>, _>, text: Result<Option<String>, _>| match (number, text) {
            (Ok(Some(number)), _) => Cell::Int(number),
            (_, Ok(Some(text))) => Cell::Text(text),
            (Ok(None), _) | (_, Ok(None)) => Cell::Null,
            (Err(error), _) => {
                let error: sqlx::Error = error;
                panic!("a column that is neither number nor text: {error}")
            }
        };
        let rows = rows.iter().map(|row| (0..columns.len()).map(|at| cell(row.try_get(at), row.try_get(at))).collect());
        let rows: Vec<Vec<Cell>> = rows.collect();
        (columns, rows)
    })
}
