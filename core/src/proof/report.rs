//! What a verification says: checks and their verdicts.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::Failure;
use crate::{digest::Digest, draw::DrawResult};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Check {
    /// The algorithm is one this code knows.
    Algorithm,
    /// The table text has the table hash.
    TableHash,
    /// The table is valid and canonically written.
    Table,
    /// The table is the one seen before the draw.
    ExpectedTableHash,
    /// The server seed has the commitment.
    Commitment,
    /// The commitment is the one seen before the draw.
    ExpectedCommitment,
    /// The client seed is one.
    ClientSeed,
    /// The client seed is the one that was sent.
    ExpectedClientSeed,
    /// The nonce is one.
    Nonce,
    /// The nonce is the one that was due.
    ExpectedNonce,
    /// The count is one, and there are as many results and sold-out lists.
    Count,
    /// The count is the one that was asked for.
    ExpectedCount,
    /// The sold-out lists name prizes of limited stock, ascending.
    SoldOut,
    /// A draw's ticket.
    Ticket,
    /// The prize a draw's ticket won.
    DrawnPrize,
    /// The prize a draw gave.
    Prize,
    /// Where a draw's wheel rests.
    Angle,
    /// Whether a draw was a near miss.
    NearMiss,
    /// The next nonce and commitment.
    Next,
    /// The time of the draw is one.
    CreatedAt,
    /// The draw id is a digest of the rest.
    DrawId,
    /// The draw id is the one asked for.
    ExpectedDrawId,
}

/// What became of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It holds.
    Holds,
    /// It does not.
    Fails(Failure),
    /// It could not be made: nothing was given to compare with, or what it needs failed before.
    Skipped,
}

/// One check and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What was checked.
    pub check: Check,
    /// Which draw of the request, from 0; `None` if it is about the whole request.
    pub draw: Option<u32>,
    /// What became of it.
    pub status: Status,
    /// What was computed, or seen before.
    pub expected: Option<String>,
    /// What the proof says.
    pub found: Option<String>,
}

/// What the verifier knows from elsewhere, to compare the proof with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Expected {
    /// The commitment seen before the draw.
    pub commitment: Option<String>,
    /// The client seed that was sent. Without it a server may have put in one of its own, chosen to suit it.
    pub client_seed: Option<String>,
    /// The nonce that was due.
    pub nonce: Option<u64>,
    /// The number of draws that was asked for.
    pub count: Option<u32>,
    /// The hash of the table seen before the draw.
    pub table_hash: Option<String>,
    /// The draw asked for.
    pub draw_id: Option<String>,
}

/// The verdicts on a proof, and what was computed on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// One for each check, in a fixed order.
    pub verdicts: Vec<Verdict>,
    /// The key of the request's stream, if the proof has all that it is made of.
    pub key: Option<Digest>,
    /// The draws as computed here, if there is a key.
    pub results: Option<Vec<DrawResult>>,
}

impl Report {
    /// Whether no check failed.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.failures().next().is_none()
    }

    /// The checks that failed.
    pub fn failures(&self) -> impl Iterator<Item = (&Verdict, Failure)> {
        self.verdicts.iter().filter_map(|verdict| match verdict.status {
            Status::Fails(failure) => Some((verdict, failure)),
            Status::Holds | Status::Skipped => None,
        })
    }

    pub(super) fn add(&mut self, check: Check, result: Result<(), Failure>) {
        self.push(check, result.map_or_else(Status::Fails, |()| Status::Holds));
    }

    pub(super) fn push(&mut self, check: Check, status: Status) {
        self.verdicts.push(Verdict { check, draw: None, status, expected: None, found: None });
    }

    /// Compares with what is due; skipped if that is not known.
    pub(super) fn compare(&mut self, check: Check, expected: Option<String>, found: &dyn ToString, failure: Failure) {
        self.compare_draw(None, check, expected, found.to_string(), failure);
    }

    pub(super) fn compare_draw(
        &mut self,
        draw: Option<u32>,
        check: Check,
        expected: Option<String>,
        found: String,
        failure: Failure,
    ) {
        let status = match &expected {
            None => Status::Skipped,
            Some(expected) if *expected == found => Status::Holds,
            Some(_) => Status::Fails(failure),
        };
        self.verdicts.push(Verdict { check, draw, status, expected, found: Some(found) });
    }
}
