//! From a sifted file to what is kept: decoded, made smaller, upright, on white, and written anew.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageResult, Limits, RgbImage,
    codecs::{jpeg::JpegDecoder, jpeg::JpegEncoder, png::PngDecoder, webp::WebPDecoder},
};

use super::{
    Picture, hash,
    sift::{Format, KEPT_PIXELS, SIDE_MAX, Sifted},
};

/// The qualities that are tried, until the picture is small enough.
const KEPT_QUALITIES: [u8; 3] = [85, 70, 50];
/// The most bytes of a kept picture. Only noise has more at the first quality.
const KEPT_BYTES: usize = 3_000_000;

/// The longest side of a thumbnail.
const THUMBNAIL_SIDE: u32 = 320;
/// A thumbnail is at most so many times as long as it is wide: of a longer receipt it shows the beginning.
const THUMBNAIL_SHAPE: u32 = 3;
const THUMBNAIL_QUALITY: u8 = 75;

/// Does all of it. It takes a while.
pub(super) fn develop(sifted: Sifted) -> ImageResult<Picture> {
    let orientation = sifted.orientation;
    let decoded = decode(&sifted)?;
    drop(sifted);
    let mut upright = DynamicImage::ImageRgb8(on_white(smaller(decoded)));
    upright.apply_orientation(orientation);
    Ok(Picture {
        thumbnail: jpeg(&thumbnail(&upright), THUMBNAIL_QUALITY)?.into(),
        hash: hash::of(&upright.to_luma8()),
        jpeg: kept(upright, KEPT_BYTES)?.into(),
    })
}

pub(super) fn decode(sifted: &Sifted) -> ImageResult<DynamicImage> {
    let file = Cursor::new(sifted.bytes.as_slice());
    match sifted.format {
        Format::Jpeg => decoded(JpegDecoder::new(file)?, sifted),
        Format::Png => decoded(PngDecoder::with_limits(file, limits(sifted))?, sifted),
        Format::Webp => decoded(WebPDecoder::new(file)?, sifted),
    }
}

fn decoded(mut decoder: impl ImageDecoder, sifted: &Sifted) -> ImageResult<DynamicImage> {
    decoder.set_limits(limits(sifted))?;
    DynamicImage::from_decoder(decoder)
}

/// The decoder has its own opinion of how large the picture is: it may not be larger than was seen.
fn limits(sifted: &Sifted) -> Limits {
    let mut limits = Limits::default();
    limits.max_image_width = Some(sifted.width.min(SIDE_MAX));
    limits.max_image_height = Some(sifted.height.min(SIDE_MAX));
    limits.max_alloc = Some(sifted.cost);
    limits
}

/// In the size that is kept.
fn smaller(decoded: DynamicImage) -> DynamicImage {
    match kept_size(decoded.width(), decoded.height()) {
        Some((width, height)) => decoded.thumbnail_exact(width, height),
        None => decoded,
    }
}

/// The size to keep, if it is less.
fn kept_size(width: u32, height: u32) -> Option<(u32, u32)> {
    #[expect(clippy::cast_precision_loss, reason = "a few millions")]
    let factor = (KEPT_PIXELS as f64 / (f64::from(width) * f64::from(height))).sqrt();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "less than a side, and positive")]
    let shorter = |side: u32| ((f64::from(side) * factor) as u32).max(1);
    (factor < 1.0).then(|| (shorter(width), shorter(height)))
}

/// What is transparent becomes white, as paper is.
fn on_white(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [red, green, blue, alpha] = picture.get_pixel(x, y).0.map(u16::from);
        let blend = |colour: u16| u8::try_from((colour * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX);
        image::Rgb([red, green, blue].map(blend))
    })
}

fn thumbnail(upright: &DynamicImage) -> DynamicImage {
    let (width, height) = (upright.width(), upright.height());
    let (width, height) = (width.min(height * THUMBNAIL_SHAPE), height.min(width * THUMBNAIL_SHAPE));
    let part = upright.crop_imm(0, 0, width, height);
    if width.max(height) <= THUMBNAIL_SIDE { part } else { part.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE) }
}

/// Worse, and then smaller, until it has no more bytes than `most`. It takes up no more than it is long: some wait to be
/// stored.
pub(super) fn kept(mut picture: DynamicImage, most: usize) -> ImageResult<Vec<u8>> {
    loop {
        for quality in KEPT_QUALITIES {
            let bytes = jpeg(&picture, quality)?;
            if bytes.len() <= most {
                return Ok(bytes);
            }
        }
        picture = picture.thumbnail(picture.width() * 3 / 4, picture.height() * 3 / 4);
    }
}

fn jpeg(picture: &DynamicImage, quality: u8) -> ImageResult<Vec<u8>> {
    let mut bytes = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))?;
    bytes.shrink_to_fit();
    Ok(bytes)
}
