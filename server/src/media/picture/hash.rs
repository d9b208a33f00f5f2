//! What a picture looks like, in 256 bits: of the same picture, written anew, few of them differ.
//!
//! Receipts of one printer look alike to the usual hashes, which see the layout and not the print. This one takes the
//! picture as 64 × 64 grey cells, each by how it stands out from those around it, and asks 256 fixed random questions:
//! are these cells, together, darker than those? Everything is reckoned in integers, so every machine answers the same.

use image::GrayImage;

/// Two pictures whose hashes differ in so many bits at most are taken for the same photo. `docs/DECISIONS.md` has what
/// was measured.
pub const SAME_MAX: u32 = 12;

/// Cells of a side.
const SIDE: usize = 64;
/// How far around a cell is looked.
const AROUND: usize = 3;
/// How much a cell of an even surface counts: the noise of a sensor is not print.
const EVEN: i64 = 8;

/// Of a picture of less contrast there is no hash: one white wall is like another.
const SPREAD_MIN: i64 = 32;
/// What stands for no hash.
const NOTHING: [u8; 32] = [0; 32];

/// The hash of an upright picture.
pub(super) fn of(picture: &GrayImage) -> [u8; 32] {
    let cells = cells(picture);
    if spread(&cells) < SPREAD_MIN {
        return NOTHING;
    }
    let standing_out = standing_out(&cells);
    let mut hash = [0; 32];
    let mut random = 0;
    for byte in &mut hash {
        for bit in 0..8 {
            let sum: i64 = standing_out.chunks(64).map(|cells| signed_sum(cells, next(&mut random))).sum();
            *byte |= u8::from(sum > 0) << bit;
        }
    }
    hash
}

/// The mean light of each cell, rounded down. A side shorter than the cells of it has cells that overlap.
fn cells(picture: &GrayImage) -> Vec<u8> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let part = |cell: usize, side: usize| cell * side / SIDE..((cell + 1) * side).div_ceil(SIDE);
    let one = |at: usize| {
        let (columns, rows) = (part(at % SIDE, width), part(at / SIDE, height));
        let count = columns.len() * rows.len();
        let light = |y: usize| &picture.as_raw()[y * width..][columns.clone()];
        let sum: usize = rows.flat_map(light).map(|light| usize::from(*light)).sum();
        u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX)
    };
    (0..SIDE * SIDE).map(one).collect()
}

/// How far cells are from their mean: 16 times the standard deviation.
fn spread(cells: &[u8]) -> i64 {
    let (mut count, mut sum, mut squares) = (0, 0, 0);
    for light in cells.iter().map(|light| i64::from(*light)) {
        (count, sum, squares) = (count + 1, sum + light, squares + light * light);
    }
    ((count * squares - sum * sum) * 256 / (count * count)).isqrt()
}

/// By how much each cell is lighter than those around it, measured by how much those vary.
fn standing_out(cells: &[u8]) -> Vec<i64> {
    let one = |at: usize| {
        let (x, y) = (at % SIDE, at / SIDE);
        let near = |at: usize| at.saturating_sub(AROUND)..(at + AROUND + 1).min(SIDE);
        let (mut count, mut sum, mut squares) = (0, 0, 0);
        for cell in near(y).flat_map(|y| near(x).map(move |x| y * SIDE + x)) {
            let light = i64::from(cells[cell]);
            (count, sum, squares) = (count + 1, sum + light, squares + light * light);
        }
        let deviation = (count * squares - sum * sum).isqrt();
        (i64::from(cells[at]) * count - sum) * 256 / (deviation + EVEN * count)
    };
    (0..cells.len()).map(one).collect()
}

/// The sum of up to 64 numbers, each with the sign that its bit says.
fn signed_sum(numbers: &[i64], signs: u64) -> i64 {
    numbers.iter().enumerate().map(|(at, number)| if signs >> at & 1 == 1 { *number } else { -number }).sum()
}

/// `SplitMix64`: the same numbers for ever, as stored hashes are compared with new ones.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// In how many bits two hashes differ.
#[must_use]
pub fn distance(a: &[u8; 32], b: &[u8; 32]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// Sixteen pieces of a hash: (number, 16 bits). Two hashes that differ in fewer than sixteen bits share at least one. Where
/// there is hardly anything to see, and the hash is all zero, there are none.
pub fn bands(hash: &[u8; 32]) -> impl Iterator<Item = (i64, i64)> {
    let hash = *hash;
    let pieces = if hash == NOTHING { 0 } else { 16 };
    (0..).take(pieces).zip((0..16).map(move |piece| u16::from_be_bytes([hash[2 * piece], hash[2 * piece + 1]]).into()))
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat, Luma, codecs::jpeg::JpegEncoder, imageops};

    use super::*;
    use crate::rng::Rng;

    const _: () = assert!(SAME_MAX < 16, "what is the same must share a band");

    /// A receipt: a head that all have, twelve lines of a name, a quantity and a price each, in characters of random dots.
    fn receipt(seed: u64) -> GrayImage {
        let mut picture = GrayImage::from_pixel(480, 640, Luma([238]));
        let (head, lines) = (Rng::seeded(0), Rng::seeded(seed));
        for line in 0..18 {
            let dots = if line < 6 { head.bytes() } else { lines.bytes() };
            for (at, character) in dots.chunks(2).enumerate() {
                let x = 40 + 20 * u32::try_from(at).unwrap() + if at < 6 { 0 } else { 80 };
                for dot in 0..16 {
                    if character[dot / 8] >> (dot % 8) & 1 == 1 {
                        let dot = u32::try_from(dot).unwrap();
                        imageops::replace(
                            &mut picture,
                            &GrayImage::from_pixel(4, 4, Luma([40])),
                            (x + dot % 4 * 4).into(),
                            (40 + line * 32 + dot / 4 * 5).into(),
                        );
                    }
                }
            }
        }
        picture
    }

    fn written_anew(picture: &DynamicImage, quality: u8) -> GrayImage {
        let mut bytes = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).unwrap();
        image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap().to_luma8()
    }

    #[test]
    fn the_same_photo_is_near_and_another_receipt_of_the_printer_is_not() {
        let hashes: Vec<_> = (1..=10).map(|seed| of(&receipt(seed))).collect();
        for (seed, hash) in (1..=10).zip(&hashes) {
            let picture = DynamicImage::from(receipt(seed));
            for same in [written_anew(&picture, 60), written_anew(&picture.brighten(12), 60)] {
                let distance = distance(hash, &of(&same));
                assert!(distance <= SAME_MAX, "{distance} of receipt {seed}");
            }
        }
        for (at, hash) in hashes.iter().enumerate() {
            let nearest = hashes[..at].iter().map(|other| distance(hash, other)).min();
            assert!(nearest.is_none_or(|nearest| nearest > SAME_MAX), "{nearest:?}");
        }
    }

    /// Hashes are stored: one that came out otherwise would find nothing that was stored before.
    #[test]
    fn hashes_never_change() {
        assert_eq!(hex::encode(of(&receipt(1))), "5865bfcbc0f5eb1e53d77b6aa7247a53f549aff3ddb02c4796a311832bc46d15");
    }

    #[test]
    fn hardly_anything_to_see_is_like_nothing_else() {
        let rng = Rng::seeded(3);
        let mut noise = rng.bytes().into_iter().cycle().zip(0_u32..);
        let wall = GrayImage::from_fn(300, 200, |_, _| {
            let (byte, at) = noise.next().unwrap();
            Luma([200 + (u32::from(byte) * (at % 251) / 7919 % 4) as u8])
        });
        for flat in [GrayImage::from_pixel(100, 100, Luma([255])), wall] {
            let hash = of(&flat);
            assert_eq!(hash, NOTHING);
            assert_eq!(bands(&hash).count(), 0);
        }
        assert_eq!(bands(&of(&receipt(1))).count(), 16);
    }

    #[test]
    fn cells_are_means() {
        let picture = GrayImage::from_fn(128, 128, |x, y| Luma([u8::try_from(x / 2 + 2 * (y / 2) + x % 2).unwrap()]));
        for (at, cell) in cells(&picture).into_iter().enumerate() {
            assert_eq!(usize::from(cell), at % 64 + 2 * (at / 64));
        }
        assert_eq!(cells(&GrayImage::from_pixel(3, 1000, Luma([77]))), [77; 64 * 64]);
    }

    #[test]
    fn what_differs_in_fifteen_bits_shares_a_band() {
        let hash = of(&receipt(1));
        let mut other = hash;
        (0..15).for_each(|band| other[2 * band] ^= 1);
        assert_eq!(distance(&hash, &other), 15);
        let shared: Vec<_> = bands(&hash).zip(bands(&other)).filter(|(a, b)| a == b).collect();
        assert_eq!(shared.len(), 1);
        let (band, bits) = shared[0].0;
        assert_eq!((band, bits), (15, u16::from_be_bytes([hash[30], hash[31]]).into()));
    }
}
