//! Pictures of prizes, and the wheels that show them.

use axum::http::Method;
use base64::{Engine, engine::general_purpose::STANDARD};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use serde_json::{Value, json};

use crate::{Answer, TestApp, photos::encoded};

/// Where a merchant publishes.
pub const CONFIG: &str = "/api/merchant/lottery/config";

/// A small transparent drawing that looks like no other.
pub fn png(seed: u8) -> Vec<u8> {
    let drawing = RgbaImage::from_fn(32, 32, |x, y| Rgba([seed, 90, 40, if x > y { 255 } else { 0 }]));
    encoded(&DynamicImage::ImageRgba8(drawing), ImageFormat::Png)
}

/// The body that sends in a file.
pub fn body(file: &[u8]) -> Value {
    json!({ "data": format!("data:image/png;base64,{}", STANDARD.encode(file)) })
}

/// Sends in a file.
pub async fn send(app: &TestApp, token: &str, file: &[u8]) -> Answer {
    app.post("/api/merchant/pictures", Some(token), &body(file)).await
}

/// The active wheel as it would be published again.
pub async fn live(app: &TestApp, token: &str) -> Value {
    let mut live = app.get(CONFIG, token).await.ok();
    live["expected_table_hash"] = live["table_hash"].clone();
    live
}

/// Publishes.
pub async fn publish(app: &TestApp, token: &str, wheel: &Value) -> Answer {
    app.request(Method::PUT, CONFIG, Some(token), Some(wheel.to_string())).await
}

/// Publishes the active wheel again, with this picture of its first prize.
pub async fn publish_with(app: &TestApp, token: &str, image: &Value) -> Answer {
    let mut wheel = live(app, token).await;
    wheel["prizes"][0]["image"] = image.clone();
    publish(app, token, &wheel).await
}
