//! Every check of a proof, in a fixed order, each with a verdict of its own.

use alloc::{string::ToString, vec::Vec};
use core::str::FromStr;

use super::{Check, Expected, Failure, Proof, Report, SEALED_ID_LEN, Status};
use crate::{
    digest::Digest,
    draw::{ALGORITHM, ClientSeed, Count, DrawInput, DrawResult, Nonce, ServerSeed},
    prize::PrizeTable,
};

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
