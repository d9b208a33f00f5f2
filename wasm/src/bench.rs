//! Limits: of the simulation the same ChaCha20 words, and nothing done with them; of a verification its digests.

use fairwheel_core::digest::Digest;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{Rng, SeedableRng},
};
use wasm_bindgen::prelude::wasm_bindgen;

/// The sum of so many words, so that none is left out.
#[must_use]
#[wasm_bindgen(js_name = chachaWords)]
pub fn chacha_words(count: u32) -> u32 {
    let mut words = ChaCha20Rng::from_seed([7; 32]);
    (0..count).fold(0, |sum, _| words.next_u32().wrapping_add(sum))
}

/// The first byte of the SHA-256 of so many bytes.
#[must_use]
#[wasm_bindgen(js_name = sha256)]
pub fn sha256(length: u32) -> u8 {
    Digest::sha256(&vec![7; length as usize]).0[0]
}
