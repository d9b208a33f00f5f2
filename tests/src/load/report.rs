//! Figures, and how they are printed.

/// What was measured under one name.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) name: String,
    /// Milliseconds, one for each.
    pub(super) ms: Vec<f64>,
    /// How long it took in all, in seconds; `None` where a rate means nothing.
    pub(super) seconds: Option<f64>,
    /// What was not answered, or refused.
    pub(super) errors: usize,
    /// The first of them.
    pub(super) first_error: Option<String>,
}

impl Row {
    pub(super) fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ms: Vec::new(), seconds: None, errors: 0, first_error: None }
    }

    pub(super) fn error(&mut self, error: String) {
        self.errors += 1;
        self.first_error.get_or_insert(error);
    }

    /// Adds what was measured elsewhere under the same name.
    pub(super) fn add(&mut self, other: Self) {
        self.ms.extend(other.ms);
        self.errors += other.errors;
        if self.first_error.is_none() {
            self.first_error = other.first_error;
        }
    }
}

/// A line a row, the columns aligned.
pub(super) fn table(rows: &[Row]) -> String {
    let wide = rows.iter().map(|row| row.name.chars().count()).max().unwrap_or(0);
    let line = |cells: [&str; 7]| {
        let [name, number, rate, p50, p99, max, errors] = cells;
        format!("  {name:wide$}  {number:>8}  {rate:>8}  {p50:>8}  {p99:>8}  {max:>8}  {errors:>6}")
    };
    let mut lines = vec![line(["", "number", "per s", "p50 ms", "p99 ms", "max ms", "errors"])];
    for row in rows {
        let mut ms = row.ms.clone();
        ms.sort_unstable_by(f64::total_cmp);
        let [p50, p99, max] =
            [50, 99, 100].map(|percent| quantile(&ms, percent).map_or("-".to_owned(), |ms| format!("{ms:.2}")));
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        let rate = row.seconds.map_or("-".to_owned(), |seconds| format!("{:.0}", ms.len() as f64 / seconds));
        lines.push(line([&row.name, &ms.len().to_string(), &rate, &p50, &p99, &max, &row.errors.to_string()]));
        lines.extend(row.first_error.as_ref().map(|error| format!("    {error}")));
    }
    lines.join("\n")
}

/// The smallest of `sorted` that at least so many percent are not above.
pub(super) fn quantile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_one_of_the_numbers() {
        let numbers: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!([0, 50, 99, 100].map(|percent| quantile(&numbers, percent)), [1.0, 100.0, 198.0, 200.0].map(Some));
        assert_eq!([50, 99].map(|percent| quantile(&[7.0], percent)), [Some(7.0); 2]);
        assert_eq!(quantile(&[], 99), None);
    }
}
