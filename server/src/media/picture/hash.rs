//! What a picture looks like, in 256 bits: pictures that look the same have hashes that differ in few.

use image::DynamicImage;
use image_hasher::{HashAlg, HasherConfig};

/// Two pictures whose hashes differ in so many bits at most are taken for the same receipt.
pub const SAME_MAX: u32 = 15;

/// The hash of an upright picture.
pub(super) fn of(picture: &DynamicImage) -> [u8; 32] {
    let hasher = HasherConfig::with_bytes_type::<[u8; 32]>().hash_size(16, 16).hash_alg(HashAlg::Gradient).to_hasher();
    let mut hash = [0; 32];
    let bytes = hasher.hash_image(picture);
    hash.iter_mut().zip(bytes.as_bytes()).for_each(|(to, from)| *to = *from);
    hash
}

/// In how many bits two hashes differ.
#[must_use]
pub fn distance(a: &[u8; 32], b: &[u8; 32]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// Sixteen pieces of a hash: (number, 16 bits). Two hashes that differ in fewer than sixteen bits share at least one.
#[must_use]
pub fn bands(hash: &[u8; 32]) -> [(i64, i64); 16] {
    let mut bands = [(0, 0); 16];
    for ((band, number), bits) in bands.iter_mut().zip(0..).zip(hash.as_chunks().0) {
        *band = (number, u16::from_be_bytes(*bits).into());
    }
    bands
}
