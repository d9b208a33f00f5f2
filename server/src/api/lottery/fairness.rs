//! A proof as it is sent. The names are those of [`fairwheel_core::proof::Proof`].

use fairwheel_core::{draw::DrawResult, proof};
use serde::Serialize;
use utoipa::ToSchema;

/// A proof but for its table's text.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = lottery::Fairness)]
pub struct Fairness<'a> {
    /// Always `fairwheel-draw-v1`.
    #[schema(example = "fairwheel-draw-v1")]
    algorithm: &'a str,
    /// Name of the request: `d1-` and 40 digits of a digest of everything else in the proof.
    #[schema(example = "d1-3f1c0a7be2d94c58a6b0f7e4d21c9385aa64be17", pattern = "^d1-[0-9a-f]{40}$")]
    draw_id: &'a str,
    /// SHA-256 of the table's text.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", pattern = "^[0-9a-f]{64}$")]
    table_hash: &'a str,
    /// The server's 32 bytes, revealed by this draw.
    #[schema(example = "2b7e151628aed2a6abf7158809cf4f3c2b7e151628aed2a6abf7158809cf4f3c", pattern = "^[0-9a-f]{64}$")]
    server_seed: &'a str,
    /// SHA-256 of those bytes, as shown before the draw.
    #[schema(example = "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752", pattern = "^[0-9a-f]{64}$")]
    commitment: &'a str,
    /// The diner's share of the chance, 1 to 64 bytes.
    #[schema(example = "my own words")]
    client_seed: &'a str,
    /// Number of the diner's request, from 1 without a gap.
    #[schema(example = 7, minimum = 1)]
    nonce: u64,
    /// Number of draws: 1, 3, 5 or 10.
    #[schema(example = 1, minimum = 1, maximum = 100)]
    count: u32,
    /// For each draw the ids of the prizes that had run out, ascending.
    #[schema(example = json!([[]]))]
    sold_out: &'a [Vec<u32>],
    /// The draws in order.
    results: Vec<ProvedDraw>,
    /// When it was drawn, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: &'a str,
    /// `nonce` + 1.
    #[schema(example = 8, minimum = 2)]
    next_nonce: u64,
    /// Commitment to the server seed of the next nonce.
    #[schema(example = "b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c", pattern = "^[0-9a-f]{64}$")]
    next_commitment: &'a str,
}

/// A draw as it stands in a proof.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = lottery::ProvedDraw)]
pub struct ProvedDraw {
    /// The ticket.
    #[schema(example = 8127, minimum = 0, maximum = 9999)]
    ticket: u32,
    /// The prize that the ticket won.
    #[schema(example = 7)]
    drawn_prize_id: u32,
    /// The prize that was given: the fallback if the drawn one had run out.
    #[schema(example = 7)]
    prize_id: u32,
    /// Where the wheel rests, in **hundredths** of a degree, inside the given prize's sector.
    #[schema(example = 28137, minimum = 0, maximum = 35999)]
    angle: u32,
    /// Whether it rests within 2° of a rarer prize. Observed, never chosen.
    #[schema(example = false)]
    is_near_miss: bool,
}

/// A whole proof.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = lottery::Proof)]
pub struct Proof<'a> {
    /// All but the table's text.
    #[serde(flatten)]
    fairness: Fairness<'a>,
    /// Canonical text of the prize table: prizes, weights, sectors, price, daily limit.
    #[schema(example = "fairwheel-table-v1\n…\n")]
    table_text: &'a str,
}

impl<'a> From<&'a proof::Proof> for Fairness<'a> {
    fn from(proof: &'a proof::Proof) -> Self {
        Self {
            algorithm: &proof.algorithm,
            draw_id: &proof.draw_id,
            table_hash: &proof.table_hash,
            server_seed: &proof.server_seed,
            commitment: &proof.commitment,
            client_seed: &proof.client_seed,
            nonce: proof.nonce,
            count: proof.count,
            sold_out: &proof.sold_out,
            results: proof.results.iter().map(ProvedDraw::from).collect(),
            created_at: &proof.created_at,
            next_nonce: proof.next_nonce,
            next_commitment: &proof.next_commitment,
        }
    }
}

impl From<&DrawResult> for ProvedDraw {
    fn from(result: &DrawResult) -> Self {
        let DrawResult { ticket, drawn_prize_id, prize_id, angle, is_near_miss } = *result;
        Self { ticket, drawn_prize_id, prize_id, angle, is_near_miss }
    }
}

impl<'a> From<&'a proof::Proof> for Proof<'a> {
    fn from(proof: &'a proof::Proof) -> Self {
        Self { fairness: proof.into(), table_text: &proof.table_text }
    }
}
