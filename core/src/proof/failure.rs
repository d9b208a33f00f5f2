//! Why a check does not hold: one error for each.

use crate::{digest::HexError, draw::InputError, prize::TableTextError};

/// Why a check does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// An algorithm this code does not know.
    #[error("unknown algorithm")]
    UnknownAlgorithm,
    /// The table text has another hash.
    #[error("the table text does not have this hash")]
    TableHashMismatch,
    /// The table is not valid.
    #[error("the table is not valid: {0}")]
    TableInvalid(#[from] TableTextError),
    /// Not the table that was seen before the draw.
    #[error("not the table seen before the draw")]
    OtherTable,
    /// The server seed is not 64 lower-case hexadecimal digits.
    #[error("server_seed {0}")]
    ServerSeedMalformed(HexError),
    /// The server seed has another commitment.
    #[error("the server seed does not have this commitment")]
    CommitmentMismatch,
    /// Not the commitment that was seen before the draw.
    #[error("not the commitment seen before the draw")]
    OtherCommitment,
    /// A client seed, nonce or count out of range.
    #[error(transparent)]
    Input(#[from] InputError),
    /// Not the client seed that was sent.
    #[error("not the client seed that was sent")]
    OtherClientSeed,
    /// Not the nonce that was due.
    #[error("not the nonce that was due")]
    OtherNonce,
    /// Not the number of draws that was asked for.
    #[error("not the number of draws that was asked for")]
    OtherCount,
    /// Not one result for each draw.
    #[error("there must be one result for each draw")]
    ResultsLength,
    /// Not one sold-out list for each draw.
    #[error("there must be one sold_out list for each draw")]
    SoldOutLength,
    /// A sold-out prize that is not in the table.
    #[error("prize {0} is not in the table")]
    SoldOutUnknown(u32),
    /// A sold-out prize that cannot run out.
    #[error("prize {0} has unlimited stock and cannot run out")]
    SoldOutUnlimited(u32),
    /// A sold-out list that is not ascending.
    #[error("ids must be ascending")]
    SoldOutOrder,
    /// Another ticket was drawn.
    #[error("another ticket was drawn")]
    TicketMismatch,
    /// The ticket won another prize.
    #[error("the ticket won another prize")]
    DrawnPrizeMismatch,
    /// Another prize was due.
    #[error("another prize was due")]
    PrizeMismatch,
    /// The wheel rests elsewhere.
    #[error("the wheel rests at another angle")]
    AngleMismatch,
    /// Called a near miss and was none, or the other way round.
    #[error("the near miss was misreported")]
    NearMissMismatch,
    /// The next nonce is not the nonce and one.
    #[error("next_nonce must be nonce + 1")]
    NextNonceMismatch,
    /// The next commitment is not 64 lower-case hexadecimal digits.
    #[error("next_commitment {0}")]
    NextCommitmentMalformed(HexError),
    /// Not a time in ISO-8601 UTC with milliseconds.
    #[error("must look like 2026-01-31T12:00:00.000Z")]
    CreatedAtMalformed,
    /// Not 1..=64 of `A-Za-z0-9_-`.
    #[error("must be 1..=64 of A-Za-z0-9_-")]
    DrawIdMalformed,
    /// The id is not the digest of this proof.
    #[error("the id does not belong to this proof")]
    DrawIdMismatch,
    /// Not the draw that was asked for.
    #[error("not the draw that was asked for")]
    OtherDrawId,
}

impl Failure {
    /// A stable name for programs to switch on.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::UnknownAlgorithm => "unknown_algorithm",
            Self::TableHashMismatch => "table_hash_mismatch",
            Self::TableInvalid(_) => "table_invalid",
            Self::OtherTable => "other_table",
            Self::ServerSeedMalformed(_) => "server_seed_malformed",
            Self::CommitmentMismatch => "commitment_mismatch",
            Self::OtherCommitment => "other_commitment",
            Self::Input(InputError::ClientSeedLength) => "client_seed_length",
            Self::Input(InputError::ClientSeedControl) => "client_seed_control",
            Self::Input(InputError::Nonce) => "nonce_out_of_range",
            Self::Input(InputError::Count) => "count_out_of_range",
            Self::OtherClientSeed => "other_client_seed",
            Self::OtherNonce => "other_nonce",
            Self::OtherCount => "other_count",
            Self::ResultsLength => "results_length",
            Self::SoldOutLength => "sold_out_length",
            Self::SoldOutUnknown(_) => "sold_out_unknown",
            Self::SoldOutUnlimited(_) => "sold_out_unlimited",
            Self::SoldOutOrder => "sold_out_order",
            Self::TicketMismatch => "ticket_mismatch",
            Self::DrawnPrizeMismatch => "drawn_prize_mismatch",
            Self::PrizeMismatch => "prize_mismatch",
            Self::AngleMismatch => "angle_mismatch",
            Self::NearMissMismatch => "near_miss_mismatch",
            Self::NextNonceMismatch => "next_nonce_mismatch",
            Self::NextCommitmentMalformed(_) => "next_commitment_malformed",
            Self::CreatedAtMalformed => "created_at_malformed",
            Self::DrawIdMalformed => "draw_id_malformed",
            Self::DrawIdMismatch => "draw_id_mismatch",
            Self::OtherDrawId => "other_draw_id",
        }
    }
}
