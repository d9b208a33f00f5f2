//! Why a socket is closed, and what its client is told.

/// Why the server closes a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The access token has expired, the session was ended, or the account is locked.
    NotAllowed,
    /// The client took too long for one message.
    TooSlow,
    /// Nothing was heard of the client for too long.
    Silent,
    /// The user has opened too many others since.
    Replaced,
    /// The server stops.
    Shutdown,
    /// A frame that is no text.
    Binary,
    /// A message that is too long.
    TooBig,
    /// Too many messages that can't be read.
    Malformed,
    /// Too many messages.
    Flood,
    /// The database could not be asked.
    Unavailable,
}

impl End {
    /// The code of the close frame: 1000..=2999 are of the protocol, 4000..=4999 ours.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::NotAllowed => 4401,
            Self::TooSlow | Self::Silent | Self::Replaced => 4408,
            Self::Shutdown => 1001,
            Self::Binary => 1003,
            Self::Malformed => 1007,
            Self::Flood => 1008,
            Self::TooBig => 1009,
            Self::Unavailable => 1013,
        }
    }

    /// What it says beside the code, for engineers.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::NotAllowed => "not logged in any more",
            Self::TooSlow => "too slow to read",
            Self::Silent => "silent for too long",
            Self::Replaced => "too many sockets",
            Self::Shutdown => "the server stops",
            Self::Binary => "text only",
            Self::TooBig => "message too long",
            Self::Malformed => "not JSON",
            Self::Flood => "too many messages",
            Self::Unavailable => "try again later",
        }
    }
}
