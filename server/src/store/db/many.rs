//! Many rows a statement. The numbers of rows are powers of two: the engines keep each statement that they have prepared,
//! so there must be few.

/// Rows that one statement inserts or lists at most.
pub(in crate::store) const MANY: usize = 64;

/// Cuts off the first rows for one statement, the largest power of two up to `most`. `None` when none is left.
pub(in crate::store) fn next_part<'r, T>(rest: &mut &'r [T], most: usize) -> Option<&'r [T]> {
    let count = 1 << rest.len().min(most).checked_ilog2()?;
    let (part, later) = rest.split_at(count);
    *rest = later;
    Some(part)
}

/// The same, and again the last one until they are a power of two: for a list in which each may stand twice.
pub(in crate::store) fn padded<T>(part: &[T]) -> impl Iterator<Item = &T> {
    let more = part.len().next_power_of_two() - part.len();
    part.iter().chain(part.last().into_iter().cycle().take(more))
}

/// A text so many times.
pub(in crate::store) fn repeated(text: &str, between: &str, count: usize) -> String {
    let mut all = String::with_capacity((text.len() + between.len()) * count);
    for turn in 0..count {
        all.push_str(if turn > 0 { between } else { "" });
        all.push_str(text);
    }
    all
}

/// Inserts a row for each of a slice, many a statement: `insert_all!(tx, "INSERT INTO t (a, b) VALUES ", rows, |row|
/// [row.a, row.b])`. A `sqlx::Result<()>`.
macro_rules! insert_all {
    ($tx:expr, $into:expr, $rows:expr, |$row:ident| [$first:expr $(, $value:expr)* $(,)?]) => {
        'inserted: {
            const PLACES: &str = concat!("(?", $($crate::store::db::place!($value),)* ")");
            let mut rest: &[_] = $rows;
            while let Some(part) = $crate::store::db::next_part(&mut rest, $crate::store::db::MANY) {
                let sql = $into.to_owned() + &$crate::store::db::repeated(PLACES, ", ", part.len());
                let inserted = $crate::store::db::write_exactly!($tx, &sql, part.len(), |query| {
                    let mut query = query;
                    for $row in part {
                        query = query.bind($first)$(.bind($value))*;
                    }
                    query
                });
                if let Err(error) = inserted {
                    break 'inserted Err(error);
                }
            }
            Ok(())
        }
    };
}

/// A further place of a row.
macro_rules! place {
    ($value:expr) => {
        ", ?"
    };
}

/// Reads the rows of each of a slice, many a statement: `select_all!(tx, |count| text, keys, |key| [key])`, where the
/// text has places for so many keys. A key may be looked for twice. A `sqlx::Result<Vec<_>>`.
macro_rules! select_all {
    ($tx:expr, $text:expr, $keys:expr, |$key:ident| [$($value:expr),+]) => {
        'found: {
            let mut rows = Vec::new();
            for part in $keys.chunks($crate::store::db::MANY) {
                let sql: String = $text(part.len().next_power_of_two());
                let found = $crate::on_tx!($tx, |c| {
                    let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql));
                    for $key in $crate::store::db::padded(part) {
                        query = query$(.bind($value))+;
                    }
                    query.fetch_all(c).await
                });
                match found {
                    Ok(found) => rows.extend(found),
                    Err(error) => break 'found Err(error),
                }
            }
            Ok(rows)
        }
    };
}

pub(in crate::store) use {insert_all, place, select_all};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_are_cut_into_few_powers_of_two() {
        let parts = |count: usize| {
            let rows = vec![(); count];
            let (mut rest, mut parts) = (&rows[..], Vec::new());
            while let Some(part) = next_part(&mut rest, 64) {
                parts.push(part.len());
            }
            parts
        };
        assert_eq!(parts(0), [0; 0]);
        assert_eq!(parts(1), [1]);
        assert_eq!(parts(37), [32, 4, 1]);
        assert_eq!(parts(130), [64, 64, 2]);
        assert_eq!(repeated("(?)", ",", 3), "(?),(?),(?)");
        assert_eq!(padded(&[1, 2, 3]).collect::<Vec<_>>(), [&1, &2, &3, &3]);
    }
}
