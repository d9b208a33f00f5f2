//! What is refused and what is kept, whole files in and pictures out. The fixtures were written by Pillow 12.

use std::{
    collections::HashSet,
    io::{Cursor, Seek, SeekFrom, Write},
};

use image::{DynamicImage, GenericImageView, ImageBuffer, ImageFormat, Luma, LumaA, Rgb, RgbImage, Rgba, RgbaImage};

use tokio::task::JoinSet;

use super::*;
use crate::rng::Rng;

const PROGRESSIVE: &[u8] = include_bytes!("fixtures/progressive.jpg");
const CMYK: &[u8] = include_bytes!("fixtures/cmyk.jpg");
const LOSSY: &[u8] = include_bytes!("fixtures/lossy.webp");
/// The blue quarter is transparent, and the picture was taken with the camera turned.
const TRANSPARENT: &[u8] = include_bytes!("fixtures/transparent.webp");
const LOSSLESS: &[u8] = include_bytes!("fixtures/lossless.webp");
const PALETTE: &[u8] = include_bytes!("fixtures/palette.webp");
const MOVING_WEBP: &[u8] = include_bytes!("fixtures/moving.webp");
const MOVING_PNG: &[u8] = include_bytes!("fixtures/moving.png");

const RED: [u8; 3] = [220, 0, 0];
const GREEN: [u8; 3] = [0, 160, 0];
const BLUE: [u8; 3] = [0, 0, 220];
const WHITE: [u8; 3] = [255; 3];

async fn read(bytes: &[u8]) -> Result<Picture, PictureError> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    // However slow the machine: what is looked at is the picture.
    let pictures = Pictures { patience: Duration::from_hours(1), ..Pictures::new().unwrap() };
    pictures.seat().await?.read(file).await
}

async fn refused(bytes: &[u8]) -> PictureError {
    read(bytes).await.expect_err("refused")
}

/// The kept picture, decoded.
async fn kept(bytes: &[u8]) -> DynamicImage {
    image::load_from_memory_with_format(&read(bytes).await.expect("a picture").jpeg, ImageFormat::Jpeg).unwrap()
}

/// Red, green; blue, white.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

fn written(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// The middles of the four quarters, in reading order, are of these colours.
fn looks(picture: &DynamicImage, colours: [[u8; 3]; 4]) {
    let (w, h) = picture.dimensions();
    let picture = picture.to_rgb8();
    for ((x, y), expected) in [(1, 1), (3, 1), (1, 3), (3, 3)].into_iter().zip(colours) {
        let found = picture.get_pixel(w * x / 4, h * y / 4).0;
        let is_near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) < 30);
        assert!(is_near, "{found:?} at {x},{y} of {w}×{h} instead of {expected:?}");
    }
}

/// What a phone writes: how it was held, and where it was.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    tiff.extend_from_slice(b"GPSLatitude 31.2304 GPSLongitude 121.4737");
    tiff
}

fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let body = [b"Exif\0\0", exif(orientation).as_slice()].concat();
    let len = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &len, &body, &jpeg[2..]].concat()
}

fn chunk(name: [u8; 4], body: &[u8]) -> Vec<u8> {
    let crc = !name.iter().chain(body).fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    });
    [&u32::try_from(body.len()).unwrap().to_be_bytes(), &name, body, &crc.to_be_bytes()].concat::<u8>()
}

/// A PNG of a hundred bytes that says it is this large.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunk(*b"IHDR", &header), &chunk(*b"IDAT", &[0; 31]), &chunk(*b"IEND", &[])].concat()
}

#[tokio::test]
async fn what_is_no_picture_is_refused_whatever_its_name() {
    for bytes in [
        &b""[..],
        b"\xff",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xd9",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x04\0\0\0WEBP",
        b"RIFF\xff\xff\xff\xffWEBP",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
        b"<!doctype html><script>alert(1)</script>",
        b"GIF89a\x80\x02\x80\x02<script>alert(1)</script>",
        b"BM\0\0\0\0\0\0\0\0",
        b"%PDF-1.7",
    ] {
        assert_eq!(refused(bytes).await, PictureError::Unsupported, "{}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn sizes_are_limited_before_anything_is_decoded() {
    for (bytes, error) in [
        (claiming(60_000, 60_000), PictureError::TooLarge),
        (claiming(u32::MAX, u32::MAX), PictureError::TooLarge),
        (claiming(100, 32_769), PictureError::TooLarge),
        // 40,000,001 has no factor that would do; this is the next product.
        (claiming(6_400, 6_251), PictureError::TooLarge),
        (claiming(99, 100), PictureError::TooSmall),
        (claiming(100, 99), PictureError::TooSmall),
        (claiming(0, 0), PictureError::TooSmall),
        // Within the limits: it is the pixels that are missing.
        (claiming(6_400, 6_250), PictureError::Unsupported),
    ] {
        assert!(bytes.len() <= 100);
        assert_eq!(refused(&bytes).await, error);
    }
    assert_eq!(refused(&vec![0; 5 * 1024 * 1024 + 1]).await, PictureError::TooLarge);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        assert_eq!(kept(&written(quarters(100, 100), format)).await.dimensions(), (100, 100), "{format:?}");
        assert_eq!(refused(&written(quarters(99, 100), format)).await, PictureError::TooSmall, "{format:?}");
    }
}

/// A header that is believed by the decoder must be the one that was looked at.
#[tokio::test]
async fn two_sizes_in_one_file_are_refused() {
    let small = written(quarters(160, 120), ImageFormat::Jpeg);
    let frame = small.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    let mut large = small[frame..frame + 19].to_vec();
    large[5..9].copy_from_slice(&[0xff; 4]);
    assert_eq!(refused(&[&small[..frame], &large, &small[frame..]].concat()).await, PictureError::TooLarge);
    assert_eq!(
        refused(&[&small[..frame + 19], &large, &small[frame + 19..]].concat()).await,
        PictureError::Unsupported
    );
    let mut webp = TRANSPARENT.to_vec();
    let inner = webp.windows(3).position(|code| code == [0x9d, 0x01, 0x2a]).unwrap();
    webp[inner + 3..inner + 7].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    assert_eq!(refused(&webp).await, PictureError::Unsupported);
}

#[tokio::test]
async fn half_a_file_is_refused() {
    let noise =
        RgbImage::from_fn(160, 120, |x, y| Rgb([(x * 37 % 251) as u8, (y * 53 % 241) as u8, (x * y % 239) as u8]));
    let mut whole: Vec<_> =
        [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].map(|format| written(noise.clone(), format)).into();
    whole.extend([PROGRESSIVE, LOSSY, TRANSPARENT].map(<[u8]>::to_vec));
    for file in whole {
        read(&file).await.expect("whole it is a picture");
        for len in (0..file.len()).step_by(file.len() / 40 + 1).chain([file.len() - 1]) {
            assert_eq!(refused(&file[..len]).await, PictureError::Unsupported, "{len} of {}", file.len());
        }
    }
    // Pixels cut short, in chunks that are whole.
    let png = written(noise, ImageFormat::Png);
    let data = png.windows(4).position(|name| name == b"IDAT").unwrap();
    let cut = [&png[..data - 4], &chunk(*b"IDAT", &png[data + 4..data + 400]), &chunk(*b"IEND", &[])].concat();
    assert_eq!(refused(&cut).await, PictureError::Unsupported);
}

#[tokio::test]
async fn what_else_is_in_a_file_is_gone() {
    let secret = b"PK\x03\x04<script>alert(1)</script> GPSLatitude 31.2304";
    let text = chunk(*b"tEXt", secret);
    for (format, middle) in [(ImageFormat::Jpeg, None), (ImageFormat::Png, Some(text)), (ImageFormat::WebP, None)] {
        let mut file = written(quarters(160, 120), format);
        if let Some(middle) = middle {
            file = [&file[..33], &middle, &file[33..]].concat();
        }
        let picture = read(&[&file, &secret[..]].concat()).await.expect("a picture");
        for bytes in [&picture.jpeg, &picture.thumbnail] {
            assert!(!bytes.windows(6).any(|part| [b"script", b"31.230"].contains(&part.try_into().unwrap())));
            looks(&image::load_from_memory(bytes).unwrap(), [RED, GREEN, BLUE, WHITE]);
        }
    }
    let picture = read(&with_exif(&written(quarters(160, 120), ImageFormat::Jpeg), 1)).await.unwrap();
    for bytes in [picture.jpeg, picture.thumbnail] {
        assert!(!bytes.windows(4).any(|part| part == b"Exif" || part == b"31.2"));
    }
}

#[tokio::test]
async fn every_way_to_hold_a_camera_is_set_upright() {
    let [r, g, b, w] = [RED, GREEN, BLUE, WHITE];
    for (orientation, colours) in
        [[r, g, b, w], [g, r, w, b], [w, b, g, r], [b, w, r, g], [r, b, g, w], [b, r, w, g], [w, g, b, r], [g, w, r, b]]
            .into_iter()
            .enumerate()
    {
        let orientation = u8::try_from(orientation + 1).unwrap();
        let size = if orientation < 5 { (160, 120) } else { (120, 160) };
        let jpeg = with_exif(&written(quarters(160, 120), ImageFormat::Jpeg), orientation);
        let png = written(quarters(160, 120), ImageFormat::Png);
        let png = [&png[..33], &chunk(*b"eXIf", &exif(orientation)), &png[33..]].concat();
        for file in [jpeg, png] {
            let picture = read(&file).await.unwrap();
            for bytes in [&picture.jpeg, &picture.thumbnail] {
                let picture = image::load_from_memory(bytes).unwrap();
                assert_eq!(picture.dimensions(), size, "{orientation}");
                looks(&picture, colours);
            }
        }
    }
    // Pillow wrote 6 into this one, and its blue quarter is transparent.
    looks(&kept(TRANSPARENT).await, [WHITE, RED, WHITE, GREEN]);
    looks(&kept(&with_exif(PROGRESSIVE, 9)).await, [RED, GREEN, BLUE, WHITE]);
}

#[tokio::test]
async fn every_kind_of_pixel_is_understood() {
    let all = [RED, GREEN, BLUE, WHITE];
    for file in [PROGRESSIVE, CMYK, LOSSY, MOVING_PNG] {
        looks(&kept(file).await, all);
    }
    let rgb = quarters(160, 120);
    let rgba = RgbaImage::from_fn(160, 120, |x, y| {
        let [r, g, b] = rgb.get_pixel(x, y).0;
        Rgba([r, g, b, if x < 80 && y >= 60 { 0 } else { 255 }])
    });
    let picture = DynamicImage::from(rgba);
    for picture in [DynamicImage::from(picture.to_rgba16()), picture.clone()] {
        looks(&kept(&written(picture, ImageFormat::Png)).await, [RED, GREEN, WHITE, WHITE]);
    }
    looks(&kept(&written(picture, ImageFormat::WebP)).await, [RED, GREEN, WHITE, WHITE]);
    looks(&kept(&written(DynamicImage::from(rgb).to_rgb16(), ImageFormat::Png)).await, all);
    let half = ImageBuffer::from_pixel(160, 120, LumaA([0_u8, 128]));
    looks(&kept(&written(half, ImageFormat::Png)).await, [[127; 3]; 4]);
    let gray = ImageBuffer::from_pixel(160, 120, Luma([70_u8]));
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        looks(&kept(&written(gray.clone(), format)).await, [[70; 3]; 4]);
    }
    assert_eq!(refused(MOVING_WEBP).await, PictureError::Unsupported);
}

#[tokio::test]
async fn large_pictures_are_kept_smaller_and_thumbnails_show_enough() {
    for (size, kept_size, thumbnail) in [
        ((160, 120), (160, 120), (160, 120)),
        ((3000, 2400), (2738, 2190), (320, 256)),
        // A roll: its head is shown, wide enough to be told from others.
        ((300, 3000), (300, 3000), (107, 320)),
        ((1200, 110), (1200, 110), (320, 107)),
    ] {
        let picture = read(&written(quarters(size.0, size.1), ImageFormat::Jpeg)).await.unwrap();
        let dimensions = |bytes: &[u8]| image::load_from_memory(bytes).unwrap().dimensions();
        assert_eq!(dimensions(&picture.jpeg), kept_size);
        assert_eq!(dimensions(&picture.thumbnail), thumbnail);
    }
}

#[tokio::test]
async fn a_file_that_goes_over_its_pixels_too_often_is_refused() {
    let scan = PROGRESSIVE.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    let end = PROGRESSIVE.len() - 2;
    let again = |times| [&PROGRESSIVE[..end], &PROGRESSIVE[scan..end].repeat(times), &[0xff, 0xd9]].concat();
    read(&again(1)).await.expect("a picture");
    assert_eq!(refused(&again(24)).await, PictureError::Unsupported);
    let baseline = written(quarters(160, 120), ImageFormat::Jpeg);
    let scan = baseline.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    let many = [&baseline[..baseline.len() - 2], &baseline[scan..baseline.len() - 2].repeat(3), &[0xff, 0xd9]].concat();
    assert_eq!(refused(&many).await, PictureError::Unsupported);
}

/// The lowest bit of a number first, as in a lossless WebP.
#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn put(&mut self, number: u32, count: u32) -> &mut Self {
        self.0.extend((0..count).map(|bit| number >> bit & 1 == 1));
        self
    }

    /// A code of one symbol of eight bits, which takes no bits itself.
    fn always(&mut self, symbol: u32) -> &mut Self {
        self.put(0b101, 3).put(symbol, 8)
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit))).collect()
    }
}

/// A lossless WebP of 100 × 100 pixels that has so many groups of codes, of which the pixels use the last. A group is 82 bits
/// in the file, and 70 KB when it is decoded: a code whose 2,048 symbols have eleven bits each.
fn tables(groups: u32) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.put(0x2f, 8).put(99, 14).put(99, 14).put(0, 4);
    // No transforms, a cache of 2,048 colours, and groups for blocks of 4 × 4 pixels.
    bits.put(0, 1).put(1, 1).put(11, 4).put(1, 1).put(0, 3);
    bits.put(0, 1).always((groups - 1) & 0xff).always((groups - 1) >> 8).always(0).always(0).always(0);
    for _ in 0..groups {
        bits.put(0, 1).put(15 - 4, 4).put(0, 21).put(0, 21).put(1, 3).put(1, 1).put(5, 3).put(2_048 - 2, 12);
        for _ in 0..4 {
            bits.put(1, 4);
        }
    }
    // The pixels: one of eleven bits each.
    for _ in 0..10_000 {
        bits.put(0, 11);
    }
    let mut body = bits.bytes();
    body.resize(body.len().next_multiple_of(2) + 16, 0);
    let len = |len: usize| u32::try_from(len).unwrap().to_le_bytes();
    [&b"RIFF"[..], &len(body.len() + 12), b"WEBPVP8L", &len(body.len()), &body].concat()
}

#[tokio::test]
async fn tables_that_unfold_are_counted_and_limited() {
    let few = tables(10);
    assert_eq!(kept(&few).await.dimensions(), (100, 100));
    let cost = |file| sift::sift(file).unwrap().cost;
    assert!(cost(&few) - cost(&tables(1)) > 9 * 2_048 * (16 + 16));
    let many = tables(1_000);
    assert!(many.len() < 30_000);
    assert_eq!(refused(&many).await, PictureError::TooLarge);
}

/// With a palette, with transparency, with predictions and groups, and the largest that is in it.
#[tokio::test]
async fn lossless_pictures_are_read_as_the_decoder_reads_them() {
    for file in [LOSSLESS, PALETTE] {
        let (picture, decoded) = (kept(file).await, image::load_from_memory(file).unwrap());
        assert_eq!(picture.dimensions(), decoded.dimensions());
        let tables = sift::sift(file).unwrap().cost - 24 * u64::from(decoded.width() * decoded.height());
        assert!(tables < 1 << 20, "{tables}");
    }
}

#[tokio::test]
async fn a_baseline_jpeg_of_several_scans_costs_what_a_progressive_one_does() {
    let jpeg = written(quarters(160, 120), ImageFormat::Jpeg);
    let scan = jpeg.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
    // One component of three in the first scan.
    let single = [&jpeg[..scan], &[0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0], &jpeg[scan + 14..]].concat();
    let cost = |file: &[u8]| sift::sift(file).unwrap().cost - 160 * 120 * 12;
    assert_eq!((cost(&jpeg), cost(&single)), (160 * 120 * 3, 160 * 120 * 9));
}

#[test]
fn noise_is_kept_as_small_as_anything_else() {
    let mut random = 1_u32;
    let noise = RgbImage::from_fn(200, 200, |_, _| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Rgb([0, 1, 2].map(|colour| (random >> (31 - colour) & 1) as u8 * 255))
    });
    let sizes = [100_000, 40_000, 10_000].map(|most| {
        let bytes = develop::kept(noise.clone().into(), most).unwrap();
        assert!(bytes.len() <= most, "{} of {most}", bytes.len());
        image::load_from_memory(&bytes).unwrap().width()
    });
    assert!(sizes[0] == 200 && sizes[2] < 200, "{sizes:?}");
}

#[tokio::test]
async fn who_waits_too_long_is_told_so_and_what_runs_keeps_its_turn() {
    let pictures = Pictures { patience: Duration::from_millis(1), ..Pictures::new().unwrap() };
    let turns = pictures.turns.available_permits();
    let all = acquire(&pictures.budget, BUDGET_MIB).await.unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(PROGRESSIVE).unwrap();
    assert_eq!(pictures.seat().await.unwrap().read(file).await.unwrap_err(), PictureError::Busy);
    assert!(!pictures.has_stuck.load(Ordering::Relaxed), "it had nothing to decode with");
    drop(all);
    let _turns = acquire(&pictures.turns, u32::try_from(turns).unwrap()).await.unwrap();
    assert_eq!(pictures.budget.available_permits(), BUDGET_MIB as usize);
}

/// Nothing that can be sent is more than refused.
#[tokio::test]
async fn damaged_files_are_pictures_or_refused() {
    let rng = Rng::seeded(7);
    let small = |format| written(quarters(100, 100), format);
    let mut files: Vec<_> = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].map(small).into();
    files.extend(
        [PROGRESSIVE, CMYK, LOSSY, LOSSLESS, PALETTE, TRANSPARENT, MOVING_WEBP, MOVING_PNG].map(<[u8]>::to_vec),
    );
    let pictures = Pictures::new().unwrap();
    let mut file = tempfile::tempfile().unwrap();
    for round in 0..40 {
        for whole in &files {
            let mut bytes = whole.clone();
            for change in rng.bytes().chunks_exact(4).take(1 + round % 8) {
                let at = u32::from_le_bytes([change[0], change[1], change[2], 0]) as usize % bytes.len();
                bytes[at] = change[3];
            }
            file.set_len(0).unwrap();
            file.seek(SeekFrom::Start(0)).unwrap();
            file.write_all(&bytes).unwrap();
            match pictures.seat().await.unwrap().read(file.try_clone().unwrap()).await {
                Ok(picture) => assert!(picture.jpeg.starts_with(&[0xff, 0xd8, 0xff])),
                Err(error) => assert_ne!(error, PictureError::Unreadable),
            }
        }
        let noise: Vec<u8> = (0..8).flat_map(|_| rng.bytes()).collect();
        refused(&noise).await;
    }
    assert_eq!(pictures.budget.available_permits(), BUDGET_MIB as usize, "all was given back");
}

#[tokio::test]
async fn there_are_as_many_threads_as_turns() {
    let threads = Arc::new(Threads::start(2).unwrap());
    let mut works = JoinSet::new();
    for _ in 0..20 {
        let threads = threads.clone();
        works.spawn(async move {
            // Long enough for others to be wanted meanwhile.
            let work = || {
                thread::sleep(Duration::from_millis(1));
                thread::current().id()
            };
            threads.run(work).await.unwrap()
        });
    }
    assert_eq!(works.join_all().await.into_iter().collect::<HashSet<_>>().len(), 2);
}

#[tokio::test]
async fn a_panic_is_the_fault_of_the_file() {
    let threads = Threads::start(1).unwrap();
    let error = threads.run(|| -> () { std::panic::panic_any("on purpose") }).await.unwrap_err();
    assert_eq!(error, PictureError::Unsupported);
    assert!(threads.run(|| ()).await.is_ok(), "others go on");
}

#[tokio::test]
async fn one_waits_for_memory_and_gives_up_its_turn_when_nobody_waits_for_it() {
    let pictures = Arc::new(Pictures::new().unwrap());
    let turns = pictures.turns.available_permits();
    let all = acquire(&pictures.budget, BUDGET_MIB).await.unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(PROGRESSIVE).unwrap();
    let start = |file: File| {
        let pictures = pictures.clone();
        tokio::spawn(async move { pictures.seat().await?.read(file).await })
    };
    let waiting = start(file.try_clone().unwrap());
    while pictures.turns.available_permits() == turns {
        tokio::task::yield_now().await;
    }
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    while pictures.turns.available_permits() < turns {
        tokio::task::yield_now().await;
    }
    let waiting = start(file);
    drop(all);
    assert!(waiting.await.unwrap().is_ok());
}
