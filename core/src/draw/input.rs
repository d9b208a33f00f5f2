//! What goes into a draw: two seeds, a nonce, a count.

use alloc::string::String;
use core::{fmt, str::FromStr};

use crate::digest::{Digest, HexError};

/// The server's share of the chance of one request, secret until it is drawn. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ServerSeed([u8; 32]);

impl ServerSeed {
    /// A seed of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
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
