//! Simulation: many draws of a table, and how well they fit its declared weights.
//!
//! The only floating point of this crate is here, in the statistics. What is counted is drawn by the very code that
//! draws for users.

use alloc::{vec, vec::Vec};

use crate::{
    digest::Digest,
    draw::{DrawStream, Landing},
    prize::{PrizeTable, WEIGHT_SUM},
};

/// What a number of draws gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// How many draws.
    pub draws: u64,
    /// How often each prize was drawn, in the order of [`PrizeTable::prizes`].
    pub counts: Vec<u64>,
    /// How many rested within 2° of a rarer prize.
    pub near_misses: u64,
}

/// Pearson's chi-square test of counts against declared weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquare {
    /// Sum of (observed − expected)² / expected over the prizes of weight above 0. Infinite if a prize of weight 0 was
    /// counted.
    pub statistic: f64,
    /// Prizes of weight above 0, less one.
    pub degrees_of_freedom: u32,
    /// Probability of a statistic at least this large if the draws follow the weights, 0..=1.
    pub p_value: f64,
}

/// Makes `draws` draws of `table` from the ChaCha20 stream with this key. Nothing runs out.
#[must_use]
pub fn simulate(table: &PrizeTable, key: Digest, draws: u32) -> Tally {
    let mut stream = DrawStream::new(table, key);
    let mut counts = vec![0_u64; table.prizes().len()];
    let mut near_misses = 0_u64;
    for _ in 0..draws {
        let ticket = stream.ticket();
        let Landing { index, offset } = stream.rest(ticket.index);
        if let Some(count) = counts.get_mut(index) {
            *count = count.wrapping_add(1);
        }
        near_misses = near_misses.wrapping_add(table.is_near_miss(index, offset).into());
    }
    Tally { draws: draws.into(), counts, near_misses }
}

/// How often a prize of `weight` ten-thousandths is drawn in `draws` draws, on average.
#[must_use]
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a statistic, read by people")]
pub fn expected(draws: u64, weight: u32) -> f64 {
    draws as f64 * f64::from(weight) / f64::from(WEIGHT_SUM)
}

/// Tests `counts`, in the order of [`PrizeTable::prizes`], against the weights of `table`.
///
/// `None` if there is nothing to test: no draws, or a single prize that can be won.
#[must_use]
#[expect(clippy::float_arithmetic, clippy::cast_precision_loss, reason = "a statistic, read by people")]
pub fn chi_square(table: &PrizeTable, counts: &[u64]) -> Option<ChiSquare> {
    let total = counts.iter().fold(0_u64, |sum, &count| sum.saturating_add(count));
    let winnable = table.prizes().iter().filter(|prize| prize.weight > 0).count();
    let degrees_of_freedom = u32::try_from(winnable.checked_sub(1)?).ok().filter(|&degrees| degrees > 0)?;
    if total == 0 {
        return None;
    }
    let mut statistic = 0.0;
    for (prize, &count) in table.prizes().iter().zip(counts) {
        let expected = expected(total, prize.weight);
        let gap = count as f64 - expected;
        statistic += if expected > 0.0 {
            gap * gap / expected
        } else if count > 0 {
            f64::INFINITY
        } else {
            0.0
        };
    }
    Some(ChiSquare { statistic, degrees_of_freedom, p_value: chi_square_tail(statistic, degrees_of_freedom) })
}

/// P(X ≥ x) for X of the chi-square distribution with `degrees` degrees of freedom.
///
/// The finite sums for whole and half-whole shape (Abramowitz & Stegun 26.4.4 and 26.4.5): each term is the one
/// before, times x / (next odd or even number).
#[expect(clippy::float_arithmetic, reason = "a statistic, read by people")]
fn chi_square_tail(x: f64, degrees: u32) -> f64 {
    if x.is_infinite() {
        return 0.0;
    }
    let half = x / 2.0;
    let odd = degrees % 2 == 1;
    let mut term = libm::exp(-half);
    let mut sum = term;
    let mut first = 2;
    if odd {
        // 2/√π · √half · e^(−half), the first term of the odd series
        term *= libm::sqrt(half) * core::f64::consts::FRAC_2_SQRT_PI;
        sum = term;
        first = 3;
    }
    for divisor in (first..degrees).step_by(2) {
        term *= x / f64::from(divisor);
        sum += term;
    }
    match (odd, degrees) {
        (true, 1) => libm::erfc(libm::sqrt(half)),
        (true, _) => libm::erfc(libm::sqrt(half)) + sum,
        (false, _) => sum,
    }
    .clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::chi_square_tail;

    /// Critical values from published tables.
    #[test]
    fn the_tail_agrees_with_the_tables() {
        for (x, degrees, p) in [
            (3.841, 1, 0.05),
            (5.991, 2, 0.05),
            (7.815, 3, 0.05),
            (11.345, 3, 0.01),
            (14.067, 7, 0.05),
            (18.307, 10, 0.05),
            (123.225, 99, 0.05),
            (0.0, 1, 1.0),
            (0.0, 2, 1.0),
        ] {
            let found = chi_square_tail(x, degrees);
            assert!((found - p).abs() < 1e-4, "{x} with {degrees} degrees: {found}, not {p}");
        }
    }
}
