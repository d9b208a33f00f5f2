//! WebP: a row of chunks in a RIFF. One that moves is refused: no camera makes it.

mod tables;

use super::{Format, PictureError, Sifted, four, orientation, pixels, slice};

/// Bytes that decoding a pixel takes at most: the pixel itself, its parts as they are stored, and its transparency, which
/// is decoded as a picture of its own.
const COST_PER_PIXEL: u64 = 12;

/// In the flags of the header: there is transparency, and there is movement.
const ALPHA: u8 = 0x10;
const ANIMATION: u8 = 0x02;

pub(super) fn sift(file: &[u8]) -> Result<Sifted, PictureError> {
    let len = u32::from_le_bytes(four(file, 4)?);
    let riff = slice(file, 8, usize::try_from(len).map_err(|_| PictureError::Unsupported)?)?;
    let mut bytes = b"RIFF\0\0\0\0WEBP".to_vec();
    let (mut canvas, mut exif, mut picture, mut has_alpha) = (None, None, None, false);
    let mut tables = 0;
    let mut at = 4;
    while at < riff.len() {
        let name = four(riff, at)?;
        let len = usize::try_from(u32::from_le_bytes(four(riff, at + 4)?)).map_err(|_| PictureError::Unsupported)?;
        let body = slice(riff, at + 8, len)?;
        at += 8 + len + len % 2;
        match &name {
            b"VP8X" if canvas.is_none() && picture.is_none() => canvas = Some(extended(body)?),
            b"VP8 " if picture.is_none() => picture = Some(lossy(body)?),
            b"VP8L" if picture.is_none() => {
                let size = lossless(body)?;
                picture = Some(size);
                tables += tables::cost(&body[5..], size)?;
            }
            b"ALPH" if !has_alpha && picture.is_none() && canvas.is_some() => {
                has_alpha = true;
                // Transparency that is compressed is a lossless picture of the size of the whole, without its header.
                if let ([method, stream @ ..], Some(size)) = (body, canvas)
                    && method & 3 == 1
                {
                    tables += tables::cost(stream, size)?;
                }
            }
            b"VP8X" | b"VP8 " | b"VP8L" | b"ANIM" | b"ANMF" => return Err(PictureError::Unsupported),
            b"EXIF" if exif.is_none() => {
                exif = Some(body);
                continue;
            }
            _ => continue,
        }
        let start = bytes.len();
        bytes.extend_from_slice(&name);
        bytes.extend_from_slice(&u32::try_from(len).unwrap_or(0).to_le_bytes());
        bytes.extend_from_slice(body);
        bytes.resize(bytes.len() + len % 2, 0);
        if name == *b"VP8X" {
            bytes[start + 8] &= ALPHA;
        }
    }
    let (width, height) =
        picture.filter(|size| canvas.is_none_or(|canvas| canvas == *size)).ok_or(PictureError::Unsupported)?;
    let riff_len = u32::try_from(bytes.len() - 8).map_err(|_| PictureError::Unsupported)?;
    bytes[4..8].copy_from_slice(&riff_len.to_le_bytes());
    let cost = pixels(width, height)? * COST_PER_PIXEL + tables;
    Ok(Sifted { format: Format::Webp, width, height, orientation: orientation(exif), cost, bytes })
}

/// The size that is said of the whole, where there is more than the pixels.
fn extended(body: &[u8]) -> Result<(u32, u32), PictureError> {
    let &[flags, _, _, _, w0, w1, w2, h0, h1, h2, ..] = body else { return Err(PictureError::Unsupported) };
    if flags & ANIMATION != 0 {
        return Err(PictureError::Unsupported);
    }
    let size = (u32::from_le_bytes([w0, w1, w2, 0]) + 1, u32::from_le_bytes([h0, h1, h2, 0]) + 1);
    pixels(size.0, size.1).map(|_| size)
}

/// A key frame of VP8: its size is behind a fixed start code.
fn lossy(body: &[u8]) -> Result<(u32, u32), PictureError> {
    let &[tag, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = body else { return Err(PictureError::Unsupported) };
    if tag & 1 != 0 {
        return Err(PictureError::Unsupported);
    }
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Ok((side(w0, w1), side(h0, h1)))
}

fn lossless(body: &[u8]) -> Result<(u32, u32), PictureError> {
    let &[0x2f, a, b, c, d, ..] = body else { return Err(PictureError::Unsupported) };
    let bits = u32::from_le_bytes([a, b, c, d]);
    let size = ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    pixels(size.0, size.1).map(|_| size)
}
