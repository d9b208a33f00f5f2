//! The canonical text of a table. A table has exactly one, so that its hash means one thing.

use alloc::{borrow::ToOwned, string::String, vec::Vec};
use core::{fmt::Write, str::FromStr};

use super::{Prize, PrizeKind, PrizeTable, TableError, TableSpec};

const HEADER: &str = "fairwheel-table-v1";

/// Why a text is not a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableTextError {
    /// A line cannot be read.
    #[error("line {line}: {problem}")]
    Line {
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: TextProblem,
    },
    /// It can be read, but the table is not valid.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextProblem {
    /// Not the line that belongs here.
    #[error("expected `{0}`")]
    Expected(&'static str),
    /// A field is missing or is not a plain decimal number of at most 4,294,967,295.
    #[error("{0} must be a whole number")]
    Number(&'static str),
    /// An unknown prize type.
    #[error("type must be points, coupon, physical or empty")]
    Kind,
    /// An activity mark other than 0 and 1.
    #[error("activity must be 0 or 1")]
    Activity,
    /// A prize that starts before the one above it.
    #[error("prizes must be in order of angle")]
    Order,
    /// The same table, spelled differently (leading zeros, signs, a missing line end).
    #[error("not the canonical spelling")]
    NotCanonical,
}

pub(super) fn write(spec: &TableSpec) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_to(&mut text, spec);
    text
}

fn write_to(out: &mut String, spec: &TableSpec) -> core::fmt::Result {
    writeln!(out, "{HEADER}\ncost {}\ndaily_limit {}", spec.cost, spec.daily_limit)?;
    writeln!(out, "fallback {}", OrDash(spec.fallback))?;
    for prize in &spec.prizes {
        let Prize { id, angle, weight, kind, value_cents, is_activity, stock, name } = prize;
        let (kind, activity, stock) = (kind.name(), u8::from(*is_activity), OrDash(*stock));
        writeln!(out, "prize {id} {angle} {weight} {kind} {value_cents} {activity} {stock} {name}")?;
    }
    Ok(())
}

/// A number, or `-` for none.
struct OrDash(Option<u32>);

impl core::fmt::Display for OrDash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(number) => number.fmt(f),
            None => f.write_str("-"),
        }
    }
}

pub(super) fn read(text: &str) -> Result<PrizeTable, TableTextError> {
    let mut lines = text.split('\n').zip(1..);
    let mut head = |read: &dyn Fn(&str) -> Result<Option<u32>, TextProblem>| {
        let (line, at) = lines.next().unwrap_or(("", 1));
        read(line).map_err(|problem| TableTextError::Line { line: at, problem })
    };
    head(&|line| if line == HEADER { Ok(None) } else { Err(TextProblem::Expected(HEADER)) })?;
    let cost = head(&|line| number(line.strip_prefix("cost "), "cost").map(Some))?;
    let daily_limit = head(&|line| number(line.strip_prefix("daily_limit "), "daily_limit").map(Some))?;
    let fallback = head(&|line| or_dash(line.strip_prefix("fallback "), "fallback"))?;
    let (cost, daily_limit) = (cost.unwrap_or(0), daily_limit.unwrap_or(0));
    let table = PrizeTable::new(TableSpec { cost, daily_limit, fallback, prizes: read_prizes(lines)? })?;
    if text == table.text() {
        return Ok(table);
    }
    let same = text.split('\n').zip(table.text().split('\n')).take_while(|(given, canonical)| given == canonical);
    let line = same.count().saturating_add(1);
    Err(TableTextError::Line { line, problem: TextProblem::NotCanonical })
}

fn read_prizes<'a>(lines: impl Iterator<Item = (&'a str, usize)>) -> Result<Vec<Prize>, TableTextError> {
    let mut prizes = Vec::<Prize>::new();
    for (line, at) in lines.filter(|(line, _)| !line.is_empty()) {
        let refuse = |problem| TableTextError::Line { line: at, problem };
        let prize = read_prize(line).map_err(refuse)?;
        if prizes.last().is_some_and(|before| before.angle > prize.angle) {
            return Err(refuse(TextProblem::Order));
        }
        prizes.push(prize);
    }
    Ok(prizes)
}

fn read_prize(line: &str) -> Result<Prize, TextProblem> {
    const SHAPE: &str = "prize ID ANGLE WEIGHT TYPE VALUE ACTIVITY STOCK NAME";
    let rest = line.strip_prefix("prize ").ok_or(TextProblem::Expected(SHAPE))?;
    let mut fields = rest.splitn(8, ' ');
    Ok(Prize {
        id: number(fields.next(), "id")?,
        angle: number(fields.next(), "angle")?,
        weight: number(fields.next(), "weight")?,
        kind: fields.next().and_then(PrizeKind::from_name).ok_or(TextProblem::Kind)?,
        value_cents: number(fields.next(), "value")?,
        is_activity: match fields.next() {
            Some("0") => false,
            Some("1") => true,
            _ => return Err(TextProblem::Activity),
        },
        stock: or_dash(fields.next(), "stock")?,
        name: fields.next().ok_or(TextProblem::Expected(SHAPE))?.to_owned(),
    })
}

fn number(text: Option<&str>, field: &'static str) -> Result<u32, TextProblem> {
    text.and_then(|digits| u32::from_str(digits).ok()).ok_or(TextProblem::Number(field))
}

fn or_dash(text: Option<&str>, field: &'static str) -> Result<Option<u32>, TextProblem> {
    if text == Some("-") { Ok(None) } else { number(text, field).map(Some) }
}
