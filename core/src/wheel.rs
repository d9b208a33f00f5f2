//! The wheel: where sectors lie, which one an angle is in, how to turn to it, and how the turn looks over time.
//!
//! Angles run clockwise from 12 o'clock of the wheel at rest. The pointer stands still at 12 o'clock, so a wheel turned
//! clockwise by `r` shows the angle `−r`.

use core::time::Duration;

use crate::prize::{PrizeKind, PrizeTable};

/// A full turn in hundredths of a degree.
pub const FULL_TURN: u32 = 36_000;

/// Distance to an edge, in hundredths of a degree, up to which a result counts as near it.
const NEAR: u32 = 200;

/// A direction in hundredths of a degree, 0..36,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Angle(u32);

impl Angle {
    /// `hundredths` of a degree, if below [`FULL_TURN`].
    #[must_use]
    pub const fn new(hundredths: u32) -> Option<Self> {
        if hundredths < FULL_TURN { Some(Self(hundredths)) } else { None }
    }

    /// `hundredths` of a degree, whole turns taken off.
    #[must_use]
    pub const fn wrapping(hundredths: u32) -> Self {
        Self(hundredths % FULL_TURN)
    }

    /// Hundredths of a degree, 0..36,000.
    #[must_use]
    pub const fn hundredths(self) -> u32 {
        self.0
    }

    /// The clockwise way from `start` to `self`, in hundredths of a degree, 0..36,000.
    #[must_use]
    pub const fn clockwise_from(self, start: Self) -> u32 {
        self.0.wrapping_add(FULL_TURN).wrapping_sub(start.0) % FULL_TURN
    }

    /// The clockwise rotation of the wheel that brings this angle under the pointer: `−angle`, computed absolutely and
    /// not from where the wheel stands.
    #[must_use]
    pub const fn rotation(self) -> Self {
        Self::wrapping(FULL_TURN.wrapping_sub(self.0))
    }
}

/// The part of the wheel that belongs to one prize, from its start up to, and without, the next one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sector {
    start: Angle,
    width: u32,
}

impl Sector {
    /// From one start to the next, both in whole degrees below 360 and unequal.
    pub(crate) fn between(start: u32, next: u32) -> Self {
        let [start, next] = [start, next].map(|degrees| Angle::wrapping(degrees.wrapping_mul(100)));
        Self { start, width: next.clockwise_from(start) }
    }

    /// Where it starts.
    #[must_use]
    pub const fn start(self) -> Angle {
        self.start
    }

    /// How wide it is in hundredths of a degree, 200..=35,800.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.width
    }

    /// Its middle, for a label.
    #[must_use]
    pub const fn middle(self) -> Angle {
        self.at(self.width / 2)
    }

    /// The angle `offset` hundredths of a degree after the start.
    #[must_use]
    pub const fn at(self, offset: u32) -> Angle {
        Angle::wrapping(self.start.0.wrapping_add(offset % FULL_TURN))
    }

    /// Whether `angle` lies in it.
    #[must_use]
    pub const fn contains(self, angle: Angle) -> bool {
        angle.clockwise_from(self.start) < self.width
    }
}

impl PrizeTable {
    /// Index of the prize whose sector `angle` is in. The sectors cover the circle, so there always is one.
    #[must_use]
    pub fn index_at(&self, angle: Angle) -> usize {
        self.sectors().iter().position(|sector| sector.contains(angle)).unwrap_or(0)
    }

    /// Whether a result `offset` hundredths of a degree into the sector at `index` was a near miss: at most 2° from an
    /// edge, beyond which lies a prize that can be won, is not empty, and is rarer than this one.
    pub(crate) fn is_near_miss(&self, index: usize, offset: u32) -> bool {
        let to_end = self.sector(index).width().saturating_sub(offset);
        let rarer = |after| {
            let other = self.neighbour(index, after);
            other.kind != PrizeKind::Empty && (1..self.at(index).weight).contains(&other.weight)
        };
        offset <= NEAR && rarer(false) || to_end <= NEAR && rarer(true)
    }
}

/// A turn of the wheel to an angle: fast at first, slowing as a heavy wheel does, resting exactly on the angle.
///
/// A pure function of the time since its start, so that it looks the same at every frame rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spin {
    from: Angle,
    way: u32,
    duration_us: u64,
}

/// Why a [`Spin`] is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpinError {
    /// Whole turns outside 3..=20.
    #[error("turns must be 3..=20")]
    Turns,
    /// A duration outside 1 ms..=60 s.
    #[error("duration must be 1..=60000 ms")]
    Duration,
}

impl Spin {
    /// A spin from the rotation `from` to the one that shows `angle`, over `turns` (3..=20) whole turns and the rest of
    /// the way.
    ///
    /// # Errors
    ///
    /// [`SpinError`] if `turns` or `duration` (1 ms..=60 s) is out of range.
    pub fn new(from: Angle, angle: Angle, turns: u32, duration: Duration) -> Result<Self, SpinError> {
        if !(3..=20).contains(&turns) {
            return Err(SpinError::Turns);
        }
        if !(Duration::from_millis(1)..=Duration::from_mins(1)).contains(&duration) {
            return Err(SpinError::Duration);
        }
        let way = turns.wrapping_mul(FULL_TURN).wrapping_add(angle.rotation().clockwise_from(from));
        Ok(Self { from, way, duration_us: micros(duration) })
    }

    /// Clockwise rotation after `elapsed`, in hundredths of a degree, counted on over whole turns (so it only grows).
    ///
    /// It is `from` at 0; from the end of the duration on, it is the rotation that shows the angle, plus whole turns.
    #[must_use]
    pub fn rotation_at(&self, elapsed: Duration) -> u32 {
        const ONE: u32 = 30; // binary places: 2^26 µs and 2^20 hundredths of a degree still fit 64 bits
        let left = self.duration_us.saturating_sub(micros(elapsed));
        let left = left.wrapping_shl(ONE).checked_div(self.duration_us).unwrap_or(0);
        let square = left.wrapping_mul(left).wrapping_shr(ONE);
        let fourth = square.wrapping_mul(square).wrapping_shr(ONE);
        let still_to_go = u64::from(self.way).wrapping_mul(fourth).wrapping_shr(ONE);
        let gone = u64::from(self.way).saturating_sub(still_to_go);
        self.from.0.wrapping_add(u32::try_from(gone).unwrap_or(self.way))
    }
}

/// Microseconds, 60 s at the most.
fn micros(duration: Duration) -> u64 {
    let duration = duration.min(Duration::from_mins(1));
    duration.as_secs().wrapping_mul(1_000_000).wrapping_add(duration.subsec_micros().into())
}
