//! Every check of a proof, in a fixed order, each with a verdict of its own.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::str::FromStr;

use super::{Proof, SEALED_ID_LEN};
use crate::{
    digest::{Digest, HexError},
    draw::{ALGORITHM, ClientSeed, Count, DrawInput, DrawResult, InputError, Nonce, ServerSeed},
    prize::{PrizeTable, TableTextError},
};

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

    fn add(&mut self, check: Check, result: Result<(), Failure>) {
        self.push(check, result.map_or_else(Status::Fails, |()| Status::Holds));
    }

    fn push(&mut self, check: Check, status: Status) {
        self.verdicts.push(Verdict { check, draw: None, status, expected: None, found: None });
    }

    /// Compares with what is due; skipped if that is not known.
    fn compare(&mut self, check: Check, expected: Option<String>, found: &dyn ToString, failure: Failure) {
        self.compare_draw(None, check, expected, found.to_string(), failure);
    }

    fn compare_draw(
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

/// Recomputes everything in `proof` and gives a verdict on each check.
#[must_use]
pub fn verify(proof: &Proof, expected: &Expected) -> Report {
    let mut report = Report { verdicts: Vec::new(), key: None, results: None };
    report.compare(Check::Algorithm, Some(ALGORITHM.into()), &proof.algorithm, Failure::UnknownAlgorithm);
    let table = check_table(&mut report, proof, expected);
    let server_seed = check_commitment(&mut report, proof, expected);
    let client_seed = ClientSeed::new(proof.client_seed.as_str());
    report.add(Check::ClientSeed, client_seed.as_ref().map(drop).map_err(|&error| error.into()));
    report.compare(
        Check::ExpectedClientSeed,
        expected.client_seed.clone(),
        &proof.client_seed,
        Failure::OtherClientSeed,
    );
    let nonce = Nonce::new(proof.nonce);
    report.add(Check::Nonce, nonce.map(drop).map_err(Failure::from));
    let due = expected.nonce.map(|nonce| nonce.to_string());
    report.compare(Check::ExpectedNonce, due, &proof.nonce, Failure::OtherNonce);
    let count = check_count(proof);
    report.add(Check::Count, count.map(drop));
    let asked = expected.count.map(|count| count.to_string());
    report.compare(Check::ExpectedCount, asked, &proof.count, Failure::OtherCount);
    match &table {
        Some(table) => report.add(Check::SoldOut, check_sold_out(table, &proof.sold_out)),
        None => report.push(Check::SoldOut, Status::Skipped),
    }
    if let (Some(table), Some(server_seed), Ok(client_seed), Ok(nonce), Ok(count)) =
        (&table, &server_seed, &client_seed, nonce, count)
    {
        let input = DrawInput { table, server_seed, client_seed, nonce, count };
        report.key = Some(input.key());
        report.results = Some(input.draw_all(&proof.sold_out));
    }
    check_draws(&mut report, proof);
    check_rest(&mut report, proof, expected);
    report
}

fn check_table(report: &mut Report, proof: &Proof, expected: &Expected) -> Option<PrizeTable> {
    let hash = Digest::sha256(proof.table_text.as_bytes()).to_string();
    report.compare(Check::TableHash, Some(hash), &proof.table_hash, Failure::TableHashMismatch);
    let table = PrizeTable::parse(&proof.table_text);
    report.add(Check::Table, table.as_ref().map(drop).map_err(|&error| error.into()));
    let seen = expected.table_hash.clone();
    report.compare(Check::ExpectedTableHash, seen, &proof.table_hash, Failure::OtherTable);
    table.ok()
}

fn check_commitment(report: &mut Report, proof: &Proof, expected: &Expected) -> Option<ServerSeed> {
    let seed = ServerSeed::from_str(&proof.server_seed);
    match &seed {
        Ok(seed) => {
            let commitment = seed.commitment().to_string();
            report.compare(Check::Commitment, Some(commitment), &proof.commitment, Failure::CommitmentMismatch);
        }
        Err(error) => report.add(Check::Commitment, Err(Failure::ServerSeedMalformed(*error))),
    }
    let promised = expected.commitment.clone();
    report.compare(Check::ExpectedCommitment, promised, &proof.commitment, Failure::OtherCommitment);
    seed.ok()
}

fn check_count(proof: &Proof) -> Result<Count, Failure> {
    let count = Count::new(proof.count)?;
    let length = count.get() as usize;
    if proof.results.len() != length {
        return Err(Failure::ResultsLength);
    }
    if proof.sold_out.len() != length {
        return Err(Failure::SoldOutLength);
    }
    Ok(count)
}

fn check_sold_out(table: &PrizeTable, sold_out: &[Vec<u32>]) -> Result<(), Failure> {
    for gone in sold_out {
        for &id in gone {
            let prize = table.prize(id).ok_or(Failure::SoldOutUnknown(id))?;
            prize.stock.ok_or(Failure::SoldOutUnlimited(id))?;
        }
        if !gone.is_sorted_by(|before, after| before < after) {
            return Err(Failure::SoldOutOrder);
        }
    }
    Ok(())
}

fn check_draws(report: &mut Report, proof: &Proof) {
    let computed = report.results.clone().unwrap_or_default();
    for (draw, found) in (0..).zip(&proof.results) {
        let due = computed.get(draw as usize);
        let draw = Some(draw);
        let mut compare = |check, field: fn(&DrawResult) -> u32, failure| {
            report.compare_draw(draw, check, due.map(|due| field(due).to_string()), field(found).to_string(), failure);
        };
        compare(Check::Ticket, |result| result.ticket, Failure::TicketMismatch);
        compare(Check::DrawnPrize, |result| result.drawn_prize_id, Failure::DrawnPrizeMismatch);
        compare(Check::Prize, |result| result.prize_id, Failure::PrizeMismatch);
        compare(Check::Angle, |result| result.angle, Failure::AngleMismatch);
        let near = due.map(|due| due.is_near_miss.to_string());
        report.compare_draw(draw, Check::NearMiss, near, found.is_near_miss.to_string(), Failure::NearMissMismatch);
    }
}

fn check_rest(report: &mut Report, proof: &Proof, expected: &Expected) {
    let next = if proof.nonce.checked_add(1) == Some(proof.next_nonce) {
        Digest::from_str(&proof.next_commitment).map(drop).map_err(Failure::NextCommitmentMalformed)
    } else {
        Err(Failure::NextNonceMismatch)
    };
    report.add(Check::Next, next);
    report.add(Check::CreatedAt, is_time(&proof.created_at).then_some(()).ok_or(Failure::CreatedAtMalformed));
    check_draw_id(report, proof);
    let asked = expected.draw_id.clone();
    report.compare(Check::ExpectedDrawId, asked, &proof.draw_id, Failure::OtherDrawId);
}

/// An id as long as a sealed one must be the seal; any other is a label that another implementation chose, and nothing
/// vouches for it.
fn check_draw_id(report: &mut Report, proof: &Proof) {
    let id = &proof.draw_id;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !(1..=64).contains(&id.len()) || !id.bytes().all(allowed) {
        report.add(Check::DrawId, Err(Failure::DrawIdMalformed));
    } else {
        let seal = (id.len() == SEALED_ID_LEN).then(|| proof.seal());
        report.compare(Check::DrawId, seal, id, Failure::DrawIdMismatch);
    }
}

/// Whether `text` has the shape of `2026-01-31T12:00:00.000Z`.
fn is_time(text: &str) -> bool {
    const SHAPE: &[u8; 24] = b"0000-00-00T00:00:00.000Z";
    text.len() == SHAPE.len()
        && text
            .bytes()
            .zip(SHAPE)
            .all(|(byte, &shape)| if shape == b'0' { byte.is_ascii_digit() } else { byte == shape })
}
