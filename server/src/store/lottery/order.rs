//! What is asked of a draw, and what becomes of it.

use std::sync::Arc;

use fairwheel_core::{digest::Digest, draw::ClientSeed, points::DrawRefusal, proof::Proof};
use jiff::Timestamp;

use crate::{
    clock::LocalDay,
    store::{idempotency::Key, table::ActiveTable},
};

/// How many draws a request makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawType {
    /// 1.
    Single,
    /// 3.
    Triple,
    /// 5.
    Five,
    /// 10.
    Ten,
}

impl DrawType {
    /// All of them, fewest draws first.
    pub const ALL: [Self; 4] = [Self::Single, Self::Triple, Self::Five, Self::Ten];

    /// The name stored and sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Triple => "triple",
            Self::Five => "five",
            Self::Ten => "ten",
        }
    }

    /// Number of draws.
    #[must_use]
    pub const fn draws(self) -> u32 {
        match self {
            Self::Single => 1,
            Self::Triple => 3,
            Self::Five => 5,
            Self::Ten => 10,
        }
    }
}

/// A request of draws.
#[derive(Clone, Debug)]
pub struct DrawOrder {
    /// Who draws.
    pub user_id: i64,
    /// The session that it came by, to be looked at in the transaction.
    pub session: Option<String>,
    /// How many.
    pub draw_type: DrawType,
    /// The phone's share of the chance; without it the user's own is used.
    pub client_seed: Option<ClientSeed>,
    /// The table the client has shown; without it the active one is used.
    pub table_hash: Option<Digest>,
    /// The last nonce spent, as far as the client knows: what it has shown is a commitment for the one after it.
    pub spent_nonce: Option<i64>,
    /// The request's name, if the client gave it one.
    pub key: Option<Key>,
    /// The local date under whose limit the draws fall.
    pub day: LocalDay,
    /// The moment of the draw.
    pub now: Timestamp,
}

/// What became of a request of draws.
#[derive(Clone, Debug)]
pub enum DrawOutcome {
    /// Drawn and committed.
    Drawn(Box<Drawn>),
    /// Too few points, or too many draws today.
    Refused(DrawRefusal),
    /// No table is active.
    NoTable,
    /// The active table is not the one that the client has shown.
    OtherTable,
    /// The user has drawn elsewhere: another nonce is due than the one that the client has shown a commitment for.
    OtherNonce,
}

/// Draws that were committed.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The table they were made from.
    pub active: Arc<ActiveTable>,
    /// Everything about them.
    pub proof: Proof,
    /// Points taken.
    pub price: i64,
    /// Points left, prizes included.
    pub balance: i64,
    /// The user's draws of the day, these included.
    pub today: i64,
}
