//! What led to a draw, for those who look inside.

use alloc::vec::Vec;

use rand_chacha::rand_core::Rng;

use super::{DrawResult, DrawStream};
use crate::wheel::{Angle, Sector};

/// A draw with all that led to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrawTrace {
    /// The words of the key stream that it took, in order: one or more for the ticket, then one or more for the place in
    /// the sector. More than one only where a word was passed over.
    pub words: Vec<u32>,
    /// The draw.
    pub result: DrawResult,
    /// The sector of the given prize.
    pub sector: Sector,
    /// Hundredths of a degree after the start of that sector.
    pub offset: u32,
}

impl DrawStream<'_> {
    /// Makes the next draw, and says which words it took.
    ///
    /// The draw does not know that it is watched: the words are read once more from where the stream stood before.
    pub fn trace(&mut self, sold_out: &[u32]) -> DrawTrace {
        let mut words = self.words.clone();
        let before = words.get_word_pos();
        let result = self.draw(sold_out);
        let taken = u32::try_from(self.words.get_word_pos().wrapping_sub(before)).unwrap_or(0);
        let angle = Angle::wrapping(result.angle);
        let sector = self.table.sector(self.table.index_at(angle));
        DrawTrace {
            words: (0..taken).map(|_| words.next_u32()).collect(),
            result,
            sector,
            offset: angle.clockwise_from(sector.start()),
        }
    }
}
