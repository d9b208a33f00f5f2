//! What a file is, how large its picture is and how it was held, from its own bytes and before anything is decoded.
//!
//! A decoder is given a copy of what it needs and nothing else: no metadata that could unfold, no second picture,
//! nothing behind the end. So what was looked at here is all that it will see.

mod jpeg;
mod png;
mod webp;

use image::metadata::Orientation;

use super::PictureError;

/// The shortest side of a photo, in pixels.
const SIDE_MIN: u32 = 100;
/// The longest side, in pixels: a long receipt, photographed as a roll.
pub(super) const SIDE_MAX: u32 = 32_768;
/// The most pixels.
const PIXELS_MAX: u64 = 40_000_000;

/// The most pixels of a kept picture: enough to read the smallest print of a receipt that fills it.
pub(super) const KEPT_PIXELS: u64 = 6_000_000;
/// While a picture is made smaller, upright and white, there are several of it.
const COST_PER_KEPT_PIXEL: u64 = 12;

/// Which decoder it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    Webp,
}

/// A file that may be decoded.
#[derive(Debug)]
pub(super) struct Sifted {
    pub(super) format: Format,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) orientation: Orientation,
    /// What decoding takes at most, and what comes after it, in bytes.
    pub(super) cost: u64,
    /// The file without what is not decoded.
    pub(super) bytes: Vec<u8>,
}

/// Looks at a whole file, of a photo.
pub(super) fn sift(file: &[u8]) -> Result<Sifted, PictureError> {
    let sifted = look_at(file)?;
    if sifted.width.min(sifted.height) < SIDE_MIN { Err(PictureError::TooSmall) } else { Ok(sifted) }
}

/// Looks at a whole file, however few pixels it has.
pub(super) fn look_at(file: &[u8]) -> Result<Sifted, PictureError> {
    let mut sifted = if file.starts_with(&jpeg::MAGIC) {
        jpeg::sift(file)
    } else if file.starts_with(&png::MAGIC) {
        png::sift(file)
    } else if file.starts_with(b"RIFF") && file.get(8..12) == Some(b"WEBP") {
        webp::sift(file)
    } else {
        Err(PictureError::Unsupported)
    }?;
    sifted.cost += pixels(sifted.width, sifted.height)?.min(KEPT_PIXELS) * COST_PER_KEPT_PIXEL;
    Ok(sifted)
}

/// The number of pixels, if it is within the limits.
fn pixels(width: u32, height: u32) -> Result<u64, PictureError> {
    let pixels = u64::from(width) * u64::from(height);
    if pixels == 0 {
        Err(PictureError::TooSmall)
    } else if width.max(height) > SIDE_MAX || pixels > PIXELS_MAX {
        Err(PictureError::TooLarge)
    } else {
        Ok(pixels)
    }
}

/// How the camera was held. Some writers put the name that JPEG needs before it elsewhere too.
fn orientation(exif: Option<&[u8]>) -> Orientation {
    let exif = exif.map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif));
    exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

/// `len` bytes from `start`.
fn slice(bytes: &[u8], start: usize, len: usize) -> Result<&[u8], PictureError> {
    start.checked_add(len).and_then(|end| bytes.get(start..end)).ok_or(PictureError::Unsupported)
}

fn u16_be(bytes: &[u8], at: usize) -> Result<usize, PictureError> {
    let found: [u8; 2] = slice(bytes, at, 2)?.try_into().map_err(|_| PictureError::Unsupported)?;
    Ok(u16::from_be_bytes(found).into())
}

fn four(bytes: &[u8], at: usize) -> Result<[u8; 4], PictureError> {
    slice(bytes, at, 4)?.try_into().map_err(|_| PictureError::Unsupported)
}
