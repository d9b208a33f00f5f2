//! The draw, `fairwheel-draw-v1`: from two seeds and a table to prizes and angles, in integers only.
//!
//! A published result never changes: `core/vectors/draw-v1.json` pins it. A change of rule is a v2 beside this.

use alloc::{string::String, vec::Vec};
use core::{fmt, num::NonZeroU32, str::FromStr};

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};

use crate::{
    digest::{Digest, HexError},
    prize::{Prize, PrizeTable, WEIGHT_SUM},
};

/// The name of the algorithm in proofs, and the first line of what is hashed into the key.
pub const ALGORITHM: &str = "fairwheel-draw-v1";

/// Hundredths of a degree that a result keeps from both edges of its sector, so the pointer never rests on a line.
const MARGIN: u32 = 50;

/// The server's share of the chance of one request, secret until it is drawn. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerSeed([u8; 32]);

impl ServerSeed {
    /// A seed of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What is shown before the draw: SHA-256 of the 32 bytes.
    #[must_use]
    pub fn commitment(&self) -> Digest {
        Digest::sha256(&self.0)
    }

    /// 64 lower-case hexadecimal digits, for a proof.
    #[must_use]
    pub fn reveal(&self) -> Digest {
        Digest(self.0)
    }
}

impl FromStr for ServerSeed {
    type Err = HexError;

    fn from_str(text: &str) -> Result<Self, HexError> {
        Digest::from_str(text).map(|digest| Self(digest.0))
    }
}

impl fmt::Debug for ServerSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerSeed(secret)")
    }
}

/// Why a number or seed of a draw is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// A client seed of 0 or more than 64 bytes.
    #[error("client_seed must be 1..=64 bytes of UTF-8")]
    ClientSeedLength,
    /// A client seed with a control character.
    #[error("client_seed must not contain control characters")]
    ClientSeedControl,
    /// A nonce of 0.
    #[error("nonce must be 1 or more")]
    Nonce,
    /// A count outside 1..=100.
    #[error("count must be 1..=100")]
    Count,
}

/// The phone's share of the chance: 1..=64 bytes of UTF-8 without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientSeed(String);

impl ClientSeed {
    /// Checks and keeps `text`.
    ///
    /// # Errors
    ///
    /// [`InputError::ClientSeedLength`] or [`InputError::ClientSeedControl`].
    pub fn new(text: impl Into<String>) -> Result<Self, InputError> {
        let text = text.into();
        if !(1..=64).contains(&text.len()) {
            return Err(InputError::ClientSeedLength);
        }
        if text.chars().any(char::is_control) {
            return Err(InputError::ClientSeedControl);
        }
        Ok(Self(text))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Number of a user's request: 1, 2, 3… without a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(u64);

impl Nonce {
    /// A nonce of 1 or more.
    ///
    /// # Errors
    ///
    /// [`InputError::Nonce`] for 0.
    pub const fn new(number: u64) -> Result<Self, InputError> {
        if number == 0 { Err(InputError::Nonce) } else { Ok(Self(number)) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The nonce of the user's next request.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// How many draws a request makes, 1..=100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count(u32);

impl Count {
    /// A count of 1..=100.
    ///
    /// # Errors
    ///
    /// [`InputError::Count`] outside that range.
    pub const fn new(number: u32) -> Result<Self, InputError> {
        if matches!(number, 1..=100) { Ok(Self(number)) } else { Err(InputError::Count) }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

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
        Digest::hmac_sha256(&self.server_seed.0, &[message.as_bytes()])
    }

    /// The stream that makes the request's draws, one after the other.
    #[must_use]
    pub fn stream(&self) -> DrawStream<'a> {
        DrawStream::new(self.table, self.key())
    }

    /// All draws of the request; `sold_out[i]` are the ids of the prizes that had run out at draw `i`.
    #[must_use]
    pub fn draw_all(&self, sold_out: &[Vec<u32>]) -> Vec<DrawResult> {
        let mut stream = self.stream();
        let gone = sold_out.iter().map(Vec::as_slice).chain(core::iter::repeat(&[][..]));
        (0..self.count.get())
            .zip(gone)
            .map(|(_, gone)| {
                let ticket = stream.ticket();
                stream.land(ticket, gone)
            })
            .collect()
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
