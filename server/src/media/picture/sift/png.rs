//! PNG: a row of chunks, each with a length, a name and a checksum. Of an animated one, the still picture counts.

use super::{Format, PictureError, Sifted, four, orientation, pixels, slice};

pub(super) const MAGIC: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

pub(super) fn sift(file: &[u8]) -> Result<Sifted, PictureError> {
    let (mut header, mut exif, mut has_pixels) = (None, None, false);
    let mut bytes = Vec::with_capacity(file.len());
    bytes.extend_from_slice(&MAGIC);
    let mut at = MAGIC.len();
    loop {
        let len = usize::try_from(u32::from_be_bytes(four(file, at)?)).map_err(|_| PictureError::Unsupported)?;
        let body = slice(file, at + 8, len)?;
        let chunk = slice(file, at, len + 12)?;
        let name = &chunk[4..8];
        match name {
            b"IHDR" if header.is_none() => header = Some(Header::new(body)?),
            _ if header.is_none() => return Err(PictureError::Unsupported),
            b"IDAT" => has_pixels = true,
            b"PLTE" | b"tRNS" | b"IEND" => {}
            _ => {
                if name == b"eXIf" && exif.is_none() {
                    exif = Some(body);
                }
                at += chunk.len();
                continue;
            }
        }
        bytes.extend_from_slice(chunk);
        at += chunk.len();
        if name == b"IEND" {
            break;
        }
    }
    let header = header.filter(|_| has_pixels).ok_or(PictureError::Unsupported)?;
    Ok(Sifted {
        format: Format::Png,
        width: header.width,
        height: header.height,
        orientation: orientation(exif),
        cost: header.cost()?,
        bytes,
    })
}

struct Header {
    width: u32,
    height: u32,
    /// Bytes of a decoded pixel at most.
    per_pixel: u64,
}

impl Header {
    fn new(body: &[u8]) -> Result<Self, PictureError> {
        let (width, height) = (u32::from_be_bytes(four(body, 0)?), u32::from_be_bytes(four(body, 4)?));
        let (Some(depth), Some(colour)) = (body.get(8), body.get(9)) else { return Err(PictureError::Unsupported) };
        // One channel more than named: a colour may be transparent.
        let channels = match colour {
            0 | 4 => 2,
            2 | 3 | 6 => 4,
            _ => return Err(PictureError::Unsupported),
        };
        let header = Self { width, height, per_pixel: if *depth == 16 { 2 * channels } else { channels } };
        header.cost().map(|_| header)
    }

    fn cost(&self) -> Result<u64, PictureError> {
        Ok(pixels(self.width, self.height)? * self.per_pixel)
    }
}
