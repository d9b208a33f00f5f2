//! The draw, `fairwheel-draw-v1`: from two seeds and a table to prizes and angles, in integers only.
//!
//! A published result never changes: `core/vectors/draw-v1.json` pins it. A change of rule is a v2 beside this.

mod input;
mod trace;

use alloc::vec::Vec;
use core::num::NonZeroU32;

pub use input::{ClientSeed, Count, InputError, Nonce, ServerSeed};
pub use trace::DrawTrace;

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use crate::{
    digest::Digest,
    prize::{Prize, PrizeTable, WEIGHT_SUM},
};

/// The name of the algorithm in proofs, and the first line of what is hashed into the key.
pub const ALGORITHM: &str = "fairwheel-draw-v1";

/// Hundredths of a degree that a result keeps from both edges of its sector, so the pointer never rests on a line.
const MARGIN: u32 = 50;

/// Everything that decides a request's results, but for what is sold out.
#[derive(Clone, Copy, Debug)]
pub struct DrawInput<'a> {
    /// The prizes.
    pub table: &'a PrizeTable,
    /// The server's share, committed to before.
    pub server_seed: &'a ServerSeed,
    /// The phone's share.
    pub client_seed: &'a ClientSeed,
    /// Which of the user's requests this is.
    pub nonce: Nonce,
    /// How many draws it makes.
    pub count: Count,
}

impl<'a> DrawInput<'a> {
    /// The key of the request's ChaCha20 stream.
    #[must_use]
    pub fn key(&self) -> Digest {
        let message = alloc::format!(
            "{ALGORITHM}\n{}\n{}\n{}\n{}",
            self.table.hash(),
            self.nonce.get(),
            self.count.get(),
            self.client_seed.as_str(),
        );
        Digest::hmac_sha256(self.server_seed.bytes(), &[message.as_bytes()])
    }

    /// The stream that makes the request's draws, one after the other.
    #[must_use]
    pub fn stream(&self) -> DrawStream<'a> {
        DrawStream::new(self.table, self.key())
    }

    /// All draws of the request; `sold_out[i]` are the ids of the prizes that had run out at draw `i`.
    #[must_use]
    pub fn draw_all(&self, sold_out: &[Vec<u32>]) -> Vec<DrawResult> {
        self.each(sold_out, DrawStream::draw)
    }

    /// The draws of [`DrawInput::draw_all`], each with all that led to it.
    #[must_use]
    pub fn trace_all(&self, sold_out: &[Vec<u32>]) -> Vec<DrawTrace> {
        self.each(sold_out, DrawStream::trace)
    }

    fn each<T>(&self, sold_out: &[Vec<u32>], draw: impl Fn(&mut DrawStream<'a>, &[u32]) -> T) -> Vec<T> {
        let mut stream = self.stream();
        let gone = sold_out.iter().map(Vec::as_slice).chain(core::iter::repeat(&[][..]));
        (0..self.count.get()).zip(gone).map(|(_, gone)| draw(&mut stream, gone)).collect()
    }
}

/// What a ticket won, before anyone looked whether it is still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The ticket, 0..10,000.
    pub number: u32,
    /// Index of the drawn prize in [`PrizeTable::prizes`].
    pub(crate) index: usize,
}

/// One draw as it stands in a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct DrawResult {
    /// The ticket, 0..10,000.
    pub ticket: u32,
    /// The prize that the ticket won.
    pub drawn_prize_id: u32,
    /// The prize that was given: the fallback if the drawn one had run out.
    pub prize_id: u32,
    /// Where the wheel rests, in hundredths of a degree, inside the given prize's sector.
    pub angle: u32,
    /// Whether it rests within 2° of a rarer prize. Observed, never chosen.
    pub is_near_miss: bool,
}

/// Where a draw came to rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Landing {
    /// Index of the given prize.
    pub(crate) index: usize,
    /// Hundredths of a degree after the start of its sector.
    pub(crate) offset: u32,
}

/// The draws of one request. Call [`DrawStream::ticket`] and [`DrawStream::land`] in turn, once each a draw.
#[derive(Clone, Debug)]
pub struct DrawStream<'t> {
    table: &'t PrizeTable,
    words: ChaCha20Rng,
}

impl<'t> DrawStream<'t> {
    /// The stream with this key: ChaCha20, 64-bit counter from 0, zero nonce.
    #[must_use]
    pub fn new(table: &'t PrizeTable, key: Digest) -> Self {
        Self { table, words: ChaCha20Rng::from_seed(key.0) }
    }

    /// Draws the next ticket.
    pub fn ticket(&mut self) -> Ticket {
        const TICKETS: NonZeroU32 = NonZeroU32::new(WEIGHT_SUM).expect("a table's weights add up to more than 0");
        let number = self.uniform(TICKETS);
        Ticket { number, index: self.table.index_of_ticket(number) }
    }

    /// The prize that `ticket` won, before anyone looked whether it is still there.
    #[must_use]
    pub fn drawn(&self, ticket: Ticket) -> &'t Prize {
        self.table.at(ticket.index)
    }

    /// Gives `ticket` its prize, or the fallback if that prize's id is in `sold_out`, and draws where the wheel rests.
    pub fn land(&mut self, ticket: Ticket, sold_out: &[u32]) -> DrawResult {
        let drawn_prize_id = self.drawn(ticket).id;
        let fallback = self.table.fallback().filter(|_| sold_out.contains(&drawn_prize_id));
        let index = fallback.and_then(|id| self.table.index_of(id)).unwrap_or(ticket.index);
        let Landing { offset, .. } = self.rest(index);
        DrawResult {
            ticket: ticket.number,
            drawn_prize_id,
            prize_id: self.table.at(index).id,
            angle: self.table.sector(index).at(offset).hundredths(),
            is_near_miss: self.table.is_near_miss(index, offset),
        }
    }

    /// One whole draw: a ticket, and where it lands.
    fn draw(&mut self, sold_out: &[u32]) -> DrawResult {
        let ticket = self.ticket();
        self.land(ticket, sold_out)
    }

    /// Draws where in the sector at `index` the wheel rests.
    pub(crate) fn rest(&mut self, index: usize) -> Landing {
        let width = self.table.sector(index).width();
        let inner = NonZeroU32::new(width.saturating_sub(MARGIN.wrapping_mul(2))).unwrap_or(NonZeroU32::MIN);
        Landing { index, offset: MARGIN.wrapping_add(self.uniform(inner)) }
    }

    /// A number below `n`, each as likely as the other: words at or above the last multiple of `n` are passed over.
    fn uniform(&mut self, n: NonZeroU32) -> u32 {
        loop {
            let word = self.words.next_u32();
            // 2^32 − n is never past the last multiple, so the division below is needed for n in 2^32 words only.
            if word < n.get().wrapping_neg() || word <= u32::MAX.wrapping_sub(n.get().wrapping_neg() % n) {
                return word % n;
            }
        }
    }
}
