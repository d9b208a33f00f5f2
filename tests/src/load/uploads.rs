//! Many large photos at once: how long it takes, and how much memory.

use std::sync::Arc;

use fairwheel_server::clock::Stopwatch;
use image::{DynamicImage, Rgb, RgbImage, codecs::jpeg::JpegEncoder};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    report::{Row, table},
    users::Users,
};
use crate::{chance::Chance, client::Client, photos, process::Process};

/// As a phone's camera makes them.
const WIDTH: u32 = 4000;
const HEIGHT: u32 = 3000;
/// The largest file that is allowed, less a name for each.
const BYTES_MAX: usize = 5 * 1024 * 1024 - 64;

/// Sends in one photo of each of so many users, all at once.
pub(super) async fn measure(server: &Process, number: usize, users: &Users) -> String {
    let file = noise();
    let barrier = Arc::new(Barrier::new(number + 1));
    let mut uploads = JoinSet::new();
    for (n, user) in users.all.iter().take(number).enumerate() {
        let mut client = Client::connect(&server.address).await.expect("the server");
        // Another file of the same picture: what follows the picture is not looked at.
        let named = [file.as_slice(), format!("{n:08}").as_bytes()].concat();
        let form = photos::form(&[("image", Some("receipt.jpg"), &named)]);
        let (barrier, token) = (barrier.clone(), user.token.clone());
        uploads.spawn(async move {
            barrier.wait().await;
            let watch = Stopwatch::start();
            (client.upload(form, &token).await, watch.ms())
        });
    }
    let before = server.resident_kib();
    barrier.wait().await;
    let watch = Stopwatch::start();
    let mut row = Row::new("POST /api/photo/upload");
    while let Some(upload) = uploads.join_next().await {
        match upload.expect("no panic") {
            (Ok(reply), ms) if reply.is_success() => row.ms.push(ms),
            (Ok(reply), _) => row.error(String::from_utf8_lossy(&reply.bytes).into_owned()),
            (Err(error), _) => row.error(error.to_string()),
        }
    }
    let seconds = watch.ms() / 1000.0;
    row.seconds = Some(seconds);
    let mib = |kib: Option<u64>| kib.map_or("?".to_owned(), |kib| (kib / 1024).to_string());
    format!(
        "{number} photos at once, each of {:.1} MB and {} megapixels, in {seconds:.1} s\n{}\n  memory of the server: {} MiB before, \
         {} MiB at most",
        megabytes(file.len()),
        WIDTH * HEIGHT / 1_000_000,
        table(&[row]),
        mib(before),
        mib(server.peak_kib())
    )
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// A picture that can hardly be compressed, as large a file as is allowed.
fn noise() -> Vec<u8> {
    let chance = Chance::new(1);
    let row: Vec<u8> = (0..WIDTH + 997).map(|_| u8::try_from(chance.below(256)).expect("a byte")).collect();
    let pixel = |x: u32, y: u32| row[(x + y * 31 % 997) as usize];
    let picture = DynamicImage::ImageRgb8(RgbImage::from_fn(WIDTH, HEIGHT, |x, y| Rgb([pixel(x, y); 3])));
    let encoded = |quality| {
        let mut bytes = Vec::new();
        picture.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality)).expect("encoded");
        bytes
    };
    let qualities = (1..=9).rev().map(|tens| tens * 10);
    qualities.map(encoded).find(|bytes| bytes.len() <= BYTES_MAX).expect("a small file")
}
