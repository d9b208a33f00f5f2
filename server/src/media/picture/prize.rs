//! Pictures of prizes, as they are painted on the wheel: small, perhaps transparent, without metadata.

use image::{
    DynamicImage, ImageResult, RgbaImage,
    codecs::{
        jpeg::JpegEncoder,
        png::{CompressionType, FilterType, PngEncoder},
    },
    imageops,
};

use super::{BUDGET_MIB, PictureError, Pictures, acquire, develop, sift};

/// The largest file that is looked at, in bytes: in Base64 it fits into a body as they are allowed.
pub const PRIZE_FILE_LIMIT_BYTES: usize = 48_000;
/// The longest side that is looked at, in pixels. On the wheel of a fine screen it is not 210.
pub const PRIZE_SIDE_MAX: u32 = 512;

/// The most bytes that are kept: the column holds 65,535.
const KEPT_BYTES: usize = 64_000;
const QUALITY: u8 = 85;

/// What is kept of a prize's picture.
#[derive(Clone, Debug)]
pub struct PrizePicture {
    /// A file without metadata.
    pub content: Vec<u8>,
    /// Its type, as names end: `png` or `jpg`.
    pub ending: &'static str,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

impl Pictures {
    /// Reads the picture of a prize, when it is its turn among the photos.
    ///
    /// # Errors
    ///
    /// [`PictureError`] says why it is refused; [`PictureError::TooSmall`] is one without pixels.
    pub async fn prize(&self, file: Vec<u8>) -> Result<PrizePicture, PictureError> {
        let turn = acquire(&self.turns, 1).await?;
        let (sifted, turn) = self.threads.run(move || (sifted(&file), turn)).await?;
        let sifted = sifted?;
        let cost = u32::try_from(sifted.cost.div_ceil(1 << 20)).unwrap_or(u32::MAX).min(BUDGET_MIB);
        let share = acquire(&self.budget, cost).await?;
        let (kept, ..) = self.threads.run(move || (develop(&sifted), turn, share)).await?;
        kept.map_err(|_| PictureError::Unsupported)
    }
}

fn sifted(file: &[u8]) -> Result<sift::Sifted, PictureError> {
    if file.len() > PRIZE_FILE_LIMIT_BYTES {
        return Err(PictureError::TooLarge);
    }
    let sifted = sift::look_at(file)?;
    if sifted.width.max(sifted.height) > PRIZE_SIDE_MAX { Err(PictureError::TooLarge) } else { Ok(sifted) }
}

fn develop(sifted: &sift::Sifted) -> ImageResult<PrizePicture> {
    let mut picture = develop::decode(sifted)?;
    picture.apply_orientation(sifted.orientation);
    let mut picture = picture.into_rgba8();
    loop {
        let (content, ending) = smallest(&picture)?;
        if content.len() <= KEPT_BYTES {
            return Ok(PrizePicture { content, ending, width: picture.width(), height: picture.height() });
        }
        picture = smaller(picture);
    }
}

/// Drawings are smaller as PNG, and exact; photos as JPEG, which nothing transparent can be.
fn smallest(picture: &RgbaImage) -> ImageResult<(Vec<u8>, &'static str)> {
    let is_opaque = picture.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    if !is_opaque {
        return Ok((png(&picture.clone().into())?, "png"));
    }
    let picture = DynamicImage::from(DynamicImage::from(picture.clone()).into_rgb8());
    let (exact, mut close) = (png(&picture)?, Vec::new());
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut close, QUALITY))?;
    Ok(if close.len() < exact.len() { (close, "jpg") } else { (exact, "png") })
}

fn png(picture: &DynamicImage) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(PngEncoder::new_with_quality(
        &mut bytes,
        CompressionType::Best,
        FilterType::Adaptive,
    ))?;
    Ok(bytes)
}

/// Three quarters of it. What cannot be seen lends its colour to nothing.
fn smaller(mut picture: RgbaImage) -> RgbaImage {
    let each = |picture: &mut RgbaImage, by: fn(u32, u32) -> u32| {
        for pixel in picture.pixels_mut() {
            let [.., alpha] = pixel.0;
            for colour in &mut pixel.0[..3] {
                *colour = u8::try_from(by((*colour).into(), alpha.into())).unwrap_or(u8::MAX);
            }
        }
    };
    each(&mut picture, |colour, alpha| colour * alpha / 255);
    let side = |side: u32| (side * 3 / 4).max(1);
    let mut picture = imageops::thumbnail(&picture, side(picture.width()), side(picture.height()));
    each(&mut picture, |colour, alpha| (colour * 255).checked_div(alpha).unwrap_or(0));
    picture
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use image::{ImageFormat, Rgba};

    use super::*;
    use crate::rng::Rng;

    fn written(picture: &RgbaImage, format: ImageFormat) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        let picture = DynamicImage::from(picture.clone());
        let picture = if format == ImageFormat::Jpeg { picture.into_rgb8().into() } else { picture };
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    /// Soft colours without an edge, as a photo has.
    fn photo(side: u32) -> RgbaImage {
        let noise = Rng::seeded(5).bytes();
        RgbaImage::from_fn(side, side, |x, y| {
            let grain = u32::from(noise[((x * 7 + y * 13) % 32) as usize] % 9);
            Rgba(
                [x * 200 / side + grain, y * 200 / side + grain, 90 + grain, 255]
                    .map(|colour| u8::try_from(colour).unwrap()),
            )
        })
    }

    /// A disc on nothing.
    fn disc(side: u32) -> RgbaImage {
        let far = |at: u32| (2 * i64::from(at) - i64::from(side)).pow(2);
        RgbaImage::from_fn(side, side, |x, y| {
            if far(x) + far(y) < i64::from(side * side) { Rgba([203, 58, 34, 255]) } else { Rgba([0, 0, 0, 0]) }
        })
    }

    #[tokio::test]
    async fn photos_are_kept_as_jpeg_drawings_as_png_and_both_in_their_size() {
        let pictures = Pictures::new().unwrap();
        for (picture, format, ending) in [
            (photo(256), ImageFormat::Jpeg, "jpg"),
            (disc(512), ImageFormat::Png, "png"),
            (disc(8), ImageFormat::WebP, "png"),
            (RgbaImage::from_pixel(40, 30, Rgba([9, 8, 7, 255])), ImageFormat::Png, "png"),
        ] {
            let kept = pictures.prize(written(&picture, format)).await.unwrap();
            assert_eq!((kept.ending, kept.width, kept.height), (ending, picture.width(), picture.height()));
            let again = image::load_from_memory(&kept.content).unwrap().into_rgba8();
            if ending == "png" {
                assert_eq!(again, picture);
            }
            assert_eq!(kept.content.starts_with(b"\x89PNG"), ending == "png");
        }
    }

    #[tokio::test]
    async fn what_is_no_picture_or_too_large_is_refused() {
        let pictures = Pictures::new().unwrap();
        let wide = RgbaImage::new(513, 1);
        for (file, error) in [
            (vec![], PictureError::Unsupported),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), PictureError::Unsupported),
            (b"\x89PNG\r\n\x1a\n".to_vec(), PictureError::Unsupported),
            (written(&wide, ImageFormat::Png), PictureError::TooLarge),
            (vec![0; PRIZE_FILE_LIMIT_BYTES + 1], PictureError::TooLarge),
        ] {
            assert_eq!(pictures.prize(file).await.unwrap_err(), error);
        }
        assert_eq!(pictures.budget.available_permits(), BUDGET_MIB as usize, "all was given back");
    }

    #[test]
    fn what_would_be_too_many_bytes_is_made_smaller_and_has_no_dark_edge() {
        let bytes: Vec<u8> = (0..).flat_map(|seed| Rng::seeded(seed).bytes()).take(512 * 512 * 4).collect();
        let noise = RgbaImage::from_raw(512, 512, bytes).unwrap();
        let sifted = sift::look_at(&written(&noise, ImageFormat::Png)).unwrap();
        let kept = super::develop(&sifted).unwrap();
        assert!(kept.content.len() <= KEPT_BYTES && kept.width < 200, "{} {}", kept.content.len(), kept.width);
        for pixel in smaller(disc(64)).pixels().filter(|pixel| pixel.0[3] > 16) {
            assert!(pixel.0[0].abs_diff(203) < 12, "{pixel:?}");
        }
    }
}
