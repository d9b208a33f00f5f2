//! Photos of receipts, good and bad, and the forms that they are sent in.

use std::{
    io::Cursor,
    path::{Path, PathBuf},
};

use axum::{
    body::Body,
    http::{Request, header},
};
use fairwheel_server::{app::App, config::StorageSettings};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use crate::{Answer, TestApp, chance::Chance};

/// What separates the parts of a form.
pub const BOUNDARY: &str = "fairwheel-form-boundary";

/// A picture that looks like no other: blocks of grey, chosen by the seed.
pub fn picture(seed: u64, width: u32, height: u32) -> DynamicImage {
    let chance = Chance::new(seed);
    let blocks: Vec<u8> = (0..32 * 32).map(|_| u8::try_from(chance.below(256)).expect("a byte")).collect();
    let grey = |x: u32, y: u32| blocks[(y * 32 / height * 32 + x * 32 / width) as usize];
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| Rgb([grey(x, y); 3])))
}

/// A picture as the bytes of a file.
pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("encoded");
    bytes.into_inner()
}

/// A JPEG that looks like no other.
pub fn jpeg(seed: u64) -> Vec<u8> {
    encoded(&picture(seed, 320, 480), ImageFormat::Jpeg)
}

/// A form of these parts: the name of the field, that of the file if it is one, and the content.
pub fn form(parts: &[(&str, Option<&str>, &[u8])]) -> Vec<u8> {
    let mut form = Vec::new();
    for (name, file, content) in parts {
        let file = file.map_or(String::new(), |file| format!("; filename=\"{file}\"\r\nContent-Type: image/jpeg"));
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        form.extend_from_slice(head.as_bytes());
        form.extend_from_slice(content);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    form
}

/// The request that sends a form.
pub fn request(token: &str, form: impl Into<Body>) -> Request<Body> {
    Request::post("/api/photo/upload")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(form.into())
        .expect("a request")
}

/// Sends in a file alone.
pub async fn upload(app: &TestApp, token: &str, file: &[u8]) -> Answer {
    app.send(request(token, form(&[("image", Some("receipt.jpg"), file)]))).await
}

/// The same, and again while the user has too many on their way or the server has no time.
pub async fn upload_surely(app: &TestApp, token: &str, file: &[u8]) -> Answer {
    loop {
        let answer = upload(app, token, file).await;
        if !matches!(answer.json()["code"].as_u64(), Some(429 | 503)) {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

/// The files in the folder that photos are stored in.
pub fn stored(app: &TestApp) -> Vec<PathBuf> {
    files(folder(&app.state))
}

/// The folder that photos are stored in.
pub fn folder(app: &App) -> &Path {
    let StorageSettings::Local(dir) = &app.config.storage else { panic!("a folder") };
    dir
}

/// All files in a folder, in order.
pub fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(dir, &mut files);
    files.sort();
    files
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push(path);
        }
    }
}
