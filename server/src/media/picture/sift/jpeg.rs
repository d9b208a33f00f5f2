//! JPEG: a row of segments, each with a marker, and the pixels between them.

use super::{Format, PictureError, Sifted, orientation, pixels, slice, u16_be};

pub(super) const MAGIC: [u8; 3] = [0xff, 0xd8, 0xff];

/// How often the pixels of a progressive file may be gone over. Cameras and libraries do so about ten times.
const SCANS_MAX: usize = 24;

/// What is said about the whole picture.
struct Frame {
    width: u32,
    height: u32,
    components: usize,
    is_progressive: bool,
    /// Whether all components come in the first go over the pixels.
    is_whole: bool,
}

pub(super) fn sift(file: &[u8]) -> Result<Sifted, PictureError> {
    let (mut frame, mut exif, mut scans) = (None, None, 0);
    let mut bytes = Vec::with_capacity(file.len());
    bytes.extend_from_slice(&MAGIC[..2]);
    let mut at = 2;
    loop {
        let marker = next_marker(file, &mut at)?;
        match marker {
            // End of the image.
            0xd9 => break,
            // Markers that stand alone.
            0x01 | 0xd0..=0xd7 => continue,
            _ => {}
        }
        let segment = slice(file, at, u16_be(file, at)?)?;
        at += segment.len();
        let body = segment.get(2..).ok_or(PictureError::Unsupported)?;
        match marker {
            0xc0..=0xc2 if frame.is_none() => frame = Some(Frame::new(marker, body)?),
            // Tables, the restart interval, and Adobe's word about the colours.
            0xc4 | 0xdb | 0xdd | 0xee => {}
            0xda => {
                let frame = frame.as_mut().ok_or(PictureError::Unsupported)?;
                scans += 1;
                if scans == 1 {
                    frame.is_whole =
                        !frame.is_progressive && body.first().copied().map(usize::from) == Some(frame.components);
                }
                if scans > if frame.is_progressive { SCANS_MAX } else { frame.components } {
                    return Err(PictureError::Unsupported);
                }
            }
            // A second picture in this one, arithmetic coding, a height that comes later, and what nobody writes.
            0xc0..=0xcf | 0xd8 | 0xdc | 0xde | 0xdf => return Err(PictureError::Unsupported),
            _ => {
                if marker == 0xe1 && exif.is_none() && body.starts_with(b"Exif\0\0") {
                    exif = Some(body);
                }
                continue;
            }
        }
        bytes.extend_from_slice(&[0xff, marker]);
        bytes.extend_from_slice(segment);
        if marker == 0xda {
            let pixels = entropy_coded(&file[at..])?;
            bytes.extend_from_slice(pixels);
            at += pixels.len();
        }
    }
    bytes.extend_from_slice(&[0xff, 0xd9]);
    let frame = frame.filter(|_| scans > 0).ok_or(PictureError::Unsupported)?;
    Ok(Sifted {
        format: Format::Jpeg,
        width: frame.width,
        height: frame.height,
        orientation: orientation(exif),
        cost: frame.cost()?,
        bytes,
    })
}

impl Frame {
    fn new(marker: u8, body: &[u8]) -> Result<Self, PictureError> {
        let (height, width) = (u16_be(body, 1)?, u16_be(body, 3)?);
        let (&precision, &components) =
            (body.first().ok_or(PictureError::Unsupported)?, body.get(5).ok_or(PictureError::Unsupported)?);
        if precision != 8 || !matches!(components, 1 | 3 | 4) || body.len() != 6 + 3 * usize::from(components) {
            return Err(PictureError::Unsupported);
        }
        let side = |side: usize| u32::try_from(side).map_err(|_| PictureError::TooLarge);
        let frame = Self {
            width: side(width)?,
            height: side(height)?,
            components: components.into(),
            is_progressive: marker == 0xc2,
            is_whole: true,
        };
        frame.cost().map(|_| frame)
    }

    /// The decoded bytes, and, where the pixels come in several goes, two for each that is not yet complete.
    fn cost(&self) -> Result<u64, PictureError> {
        let per_pixel = if self.is_whole { self.components } else { 3 * self.components };
        Ok(pixels(self.width, self.height)? * per_pixel.max(3) as u64)
    }
}

/// The marker that comes next; `at` is then behind it. Any number of 0xff may stand before it.
fn next_marker(file: &[u8], at: &mut usize) -> Result<u8, PictureError> {
    if file.get(*at) != Some(&0xff) {
        return Err(PictureError::Unsupported);
    }
    loop {
        let byte = *file.get(*at).ok_or(PictureError::Unsupported)?;
        *at += 1;
        if byte != 0xff {
            return Ok(byte);
        }
    }
}

/// The pixels from here to the next marker that is not part of them. There is one: the file is whole.
fn entropy_coded(rest: &[u8]) -> Result<&[u8], PictureError> {
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7);
    let end = rest.windows(2).position(is_marker).ok_or(PictureError::Unsupported)?;
    Ok(&rest[..end])
}
