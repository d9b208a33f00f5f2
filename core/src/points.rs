//! Points: what a receipt earns, what a request costs, what the day still allows.

use crate::{draw::Count, prize::PrizeTable};

/// How many points a receipt earns. The default is 10 points a yuan, at least 50 and at most 2,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptRule {
    points_per_yuan: u32,
    min: u32,
    max: u32,
}

/// Why a rule of points is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A rate outside 1..=10,000.
    #[error("points_per_yuan must be 1..=10000")]
    Rate,
    /// A smallest reward above the largest, or one outside 0..=1,000,000.
    #[error("min and max must be 0..=1000000, min not above max")]
    Bounds,
}

impl Default for ReceiptRule {
    fn default() -> Self {
        Self { points_per_yuan: 10, min: 50, max: 2_000 }
    }
}

impl ReceiptRule {
    /// A rule of `points_per_yuan` (1..=10,000), never below `min` nor above `max` (0..=1,000,000).
    ///
    /// # Errors
    ///
    /// [`RuleError`] names what is out of range.
    pub const fn new(points_per_yuan: u32, min: u32, max: u32) -> Result<Self, RuleError> {
        if !matches!(points_per_yuan, 1..=10_000) {
            return Err(RuleError::Rate);
        }
        if min > max || max > 1_000_000 {
            return Err(RuleError::Bounds);
        }
        Ok(Self { points_per_yuan, min, max })
    }

    /// Points for each whole yuan.
    #[must_use]
    pub const fn points_per_yuan(&self) -> u32 {
        self.points_per_yuan
    }

    /// The fewest points a receipt earns.
    #[must_use]
    pub const fn min(&self) -> u32 {
        self.min
    }

    /// The most points a receipt earns.
    #[must_use]
    pub const fn max(&self) -> u32 {
        self.max
    }

    /// Points for a receipt of `amount_cents` hundredths of a yuan, rounded down.
    #[must_use]
    pub fn points(&self, amount_cents: u64) -> u32 {
        let points = amount_cents.saturating_mul(self.points_per_yuan.into()) / 100;
        u32::try_from(points).unwrap_or(u32::MAX).clamp(self.min, self.max)
    }

    /// Points to propose for a receipt, from the amount that its diner claims and the one that was read from its picture,
    /// in hundredths of a yuan: the smaller counts. One without any is worth as much as one of nothing.
    #[must_use]
    pub fn expected(&self, claimed: Option<u64>, read: Option<u64>) -> u32 {
        let amount = match (claimed, read) {
            (Some(claimed), Some(read)) => Some(claimed.min(read)),
            (claimed, read) => claimed.or(read),
        };
        self.points(amount.unwrap_or(0))
    }
}

/// What a user may do today, seen before a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawRefusal {
    /// So many points are missing.
    PointsShort {
        /// Points missing, 1 or more.
        missing: u64,
    },
    /// The request does not fit whole under the daily limit.
    DailyLimit {
        /// Draws that the day still allows.
        remaining: u32,
    },
}

impl PrizeTable {
    /// Price of a request in points: the table's cost for each draw, at most 100,000,000.
    #[must_use]
    pub fn price(&self, count: Count) -> u32 {
        self.cost().saturating_mul(count.get())
    }

    /// Draws that the day still allows after `today`.
    #[must_use]
    pub fn remaining_draws(&self, today: u32) -> u32 {
        self.daily_limit().saturating_sub(today)
    }

    /// Why a user with `points` and `today` draws behind them may not make `count` more; `None` if they may.
    #[must_use]
    pub fn refusal(&self, points: u64, today: u32, count: Count) -> Option<DrawRefusal> {
        let price = u64::from(self.price(count));
        let remaining = self.remaining_draws(today);
        if count.get() > remaining {
            return Some(DrawRefusal::DailyLimit { remaining });
        }
        (points < price).then(|| DrawRefusal::PointsShort { missing: price.saturating_sub(points) })
    }
}
