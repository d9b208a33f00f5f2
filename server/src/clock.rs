//! Time as an argument: the system's, or one that a test sets.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;

/// Where the hour comes from. Clones share the same hands.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The system's clock.
    System,
    /// A clock that stands still until it is moved: Unix milliseconds.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until it is moved.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(start.as_millisecond())))
    }

    /// The present moment, cut to whole milliseconds: what is answered is exactly what is stored.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    pub fn now(&self) -> Timestamp {
        let ms = match self {
            Self::System => Timestamp::now().as_millisecond(),
            Self::Manual(ms) => ms.load(Ordering::SeqCst),
        };
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX)
    }

    /// Moves a manual clock to `to`; the system's clock is left alone.
    pub fn set(&self, to: Timestamp) {
        if let Self::Manual(ms) = self {
            ms.store(to.as_millisecond(), Ordering::SeqCst);
        }
    }

    /// Moves a manual clock forward; the system's clock is left alone.
    pub fn advance(&self, by: Duration) {
        if let Self::Manual(ms) = self {
            let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
            ms.fetch_add(by, Ordering::SeqCst);
        }
    }
}

/// Measures how long something took. Durations never decide anything, they are only reported.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that measures durations")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start, to the microsecond.
    #[must_use]
    pub fn ms(self) -> f64 {
        (self.0.elapsed().as_secs_f64() * 1e6).round() / 1e3
    }
}

/// A local calendar date and the next one, as yyyymmdd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalDay {
    /// Today.
    pub date: i64,
    /// As far ahead as a stored date may be and still count: another server may be past midnight already. One that is
    /// further on comes from a clock that was wrong.
    pub tomorrow: i64,
}

/// `2026-11-22T08:30:00.000Z`: how every time is written on the wire and in proofs.
#[must_use]
pub fn iso(time: Timestamp) -> String {
    format!("{time:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_moved() {
        let clock = Clock::manual("2026-11-22T15:59:59.999Z".parse().unwrap());
        let other_hand = clock.clone();
        assert_eq!(iso(clock.now()), "2026-11-22T15:59:59.999Z");
        other_hand.advance(Duration::from_millis(1));
        assert_eq!(iso(clock.now()), "2026-11-22T16:00:00.000Z");
    }

    #[test]
    fn the_system_clock_has_whole_milliseconds() {
        assert_eq!(Clock::System.now().as_nanosecond() % 1_000_000, 0);
    }
}
