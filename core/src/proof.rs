//! The proof of a request's draws, and its verification: one verdict a check, each with its own error.

mod failure;
mod report;
mod verify;

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write;

pub use failure::Failure;
pub use report::{Check, Expected, Report, Status, Verdict};
pub use verify::verify;

use crate::{
    digest::Digest,
    draw::{ALGORITHM, DrawInput, DrawResult},
};

/// Length of a draw id that Fairwheel made: `d1-` and 40 hexadecimal digits.
const SEALED_ID_LEN: usize = 43;

/// All that is needed to repeat a request's draws. Evidence, so anything may be in it until [`verify`] has looked.
///
/// On the wire it is JSON with exactly these names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Proof {
    /// [`ALGORITHM`].
    pub algorithm: String,
    /// Name of the request. Fairwheel's own is [`Proof::seal`], a digest of everything else in the proof.
    pub draw_id: String,
    /// Canonical text of the prize table.
    pub table_text: String,
    /// SHA-256 of `table_text`, 64 lower-case hexadecimal digits, as are all digests here.
    pub table_hash: String,
    /// The server's 32 bytes, revealed.
    pub server_seed: String,
    /// SHA-256 of those bytes, shown before the draw.
    pub commitment: String,
    /// The phone's share of the chance.
    pub client_seed: String,
    /// Number of the user's request, from 1.
    pub nonce: u64,
    /// Number of draws, 1..=100.
    pub count: u32,
    /// For each draw the ids of the prizes that had run out, ascending.
    pub sold_out: Vec<Vec<u32>>,
    /// The draws in order.
    pub results: Vec<DrawResult>,
    /// When it was drawn, ISO-8601 UTC with milliseconds.
    pub created_at: String,
    /// `nonce + 1`.
    pub next_nonce: u64,
    /// Commitment to the server seed of the next nonce.
    pub next_commitment: String,
}

impl Proof {
    /// The proof of a request, with its sealed [`Proof::draw_id`].
    #[must_use]
    pub fn new(
        input: &DrawInput<'_>,
        sold_out: Vec<Vec<u32>>,
        results: Vec<DrawResult>,
        created_at: String,
        next_commitment: Digest,
    ) -> Self {
        let mut proof = Self {
            algorithm: ALGORITHM.into(),
            draw_id: String::new(),
            table_text: input.table.text().into(),
            table_hash: input.table.hash().to_string(),
            server_seed: input.server_seed.reveal().to_string(),
            commitment: input.server_seed.commitment().to_string(),
            client_seed: input.client_seed.as_str().into(),
            nonce: input.nonce.get(),
            count: input.count.get(),
            sold_out,
            results,
            created_at,
            next_nonce: input.nonce.next().get(),
            next_commitment: next_commitment.to_string(),
        };
        proof.draw_id = proof.seal();
        proof
    }

    /// The draw id that this proof must have: `d1-` and the first 40 digits of the SHA-256 of its other fields.
    ///
    /// The results are not among them, as they follow from the rest. So an id in a list of records stands for one
    /// proof only, to the last byte.
    #[must_use]
    pub fn seal(&self) -> String {
        let Self { table_hash, server_seed, client_seed, nonce, count, created_at, .. } = self;
        let mut text = alloc::format!(
            "fairwheel-proof-v1\n{table_hash}\n{server_seed}\n{client_seed}\n{nonce}\n{count}\n{created_at}\n{}\n{}\n",
            self.next_nonce,
            self.next_commitment
        );
        for gone in &self.sold_out {
            let ids: Vec<_> = gone.iter().map(u32::to_string).collect();
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{}", ids.join(" "));
        }
        let mut id = alloc::format!("d1-{}", Digest::sha256(text.as_bytes()));
        id.truncate(SEALED_ID_LEN);
        id
    }
}
