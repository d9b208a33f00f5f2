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
