//! Pictures of prizes: sent in, put on a wheel, seen by everybody, and gone when no wheel names them.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{sync::Arc, time::Duration};

use axum::{
    body::Body,
    http::{Method, Request, header::AUTHORIZATION},
};
use fairwheel_server::{
    ops::housekeeping,
    seed::DEMO_PHONE,
    store::picture::{DAILY_MAX, FOLDER},
};
use fairwheel_tests::{
    Answer, TestApp, photos,
    pictures::{CONFIG, body, live, png, publish, publish_with, send},
};
use image::ImageFormat;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const PATH: &str = "/api/merchant/pictures";
const MERCHANT: &str = "13700137000";
const HOUR: Duration = Duration::from_hours(1);

/// The demo shop and a merchant of it.
async fn shop() -> (TestApp, String) {
    let app = TestApp::new().await;
    let token = app.merchant(MERCHANT).await;
    (app, token)
}

async fn see(app: &TestApp, path: &Value) -> Answer {
    app.request(Method::GET, path.as_str().expect("a path"), None, None).await
}

/// The pictures on the wheel, as diners have them.
async fn seen(app: &TestApp, diner: &str) -> Vec<Value> {
    let config = app.get("/api/lottery/config", diner).await.ok();
    config["prizes"].as_array().unwrap().iter().map(|prize| prize["image"].clone()).collect()
}

#[tokio::test]
async fn a_picture_is_sent_in_published_and_seen_by_everybody() {
    let (app, token) = shop().await;
    let diner = app.login(DEMO_PHONE).await;
    assert_eq!(seen(&app, &diner).await, vec![json!(""); 8]);
    let sent = send(&app, &token, &png(1)).await.ok();
    assert_eq!((&sent["width"], &sent["height"]), (&json!(32), &json!(32)));
    let picture = see(&app, &sent["image"]).await;
    assert_eq!((picture.status.as_u16(), picture.header("content-type")), (200, "image/png"));
    assert_eq!(picture.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(picture.header("content-security-policy"), "default-src 'none'");
    assert_eq!(picture.header("x-content-type-options"), "nosniff");
    let shown = image::load_from_memory(&picture.bytes).unwrap().into_rgba8();
    assert_eq!(shown, image::load_from_memory(&png(1)).unwrap().into_rgba8());

    let published = publish_with(&app, &token, &sent["image"]).await.ok();
    assert_eq!(published["prizes"][0]["image"], sent["image"]);
    assert_eq!(app.get(CONFIG, &token).await.ok(), published);
    let seen = seen(&app, &diner).await;
    assert_eq!((&seen[0], &seen[1]), (&sent["image"], &json!("")));
    // The promise that is made before a draw is of the odds, which are the same.
    assert!(!published["table_text"].as_str().unwrap().contains("media"));
}

#[tokio::test]
async fn a_photo_is_kept_without_what_was_written_beside_it() {
    let (app, token) = shop().await;
    let mut jpeg = photos::encoded(&photos::picture(1, 200, 120), ImageFormat::Jpeg);
    let exif = b"\xff\xe1\x00\x17Exif\0\0II*\0GPS 31.2N\0\0";
    jpeg.splice(2..2, exif.iter().copied());
    let sent = send(&app, &token, &jpeg).await.ok();
    let bytes = see(&app, &sent["image"]).await.bytes;
    assert!(!bytes.windows(3).any(|bytes| bytes == b"GPS"));
    assert_eq!((&sent["width"], &sent["height"]), (&json!(200), &json!(120)));
}

#[tokio::test]
async fn the_same_prize_keeps_its_picture_until_another_is_named() {
    let (app, token) = shop().await;
    let image = send(&app, &token, &png(1)).await.ok()["image"].clone();
    publish_with(&app, &token, &image).await.ok();

    // As a phone that knows nothing of pictures publishes.
    let mut wheel = live(&app, &token).await;
    for prize in wheel["prizes"].as_array_mut().unwrap() {
        prize.as_object_mut().unwrap().remove("image");
    }
    wheel["rules"] = json!("新规则");
    let kept = publish(&app, &token, &wheel).await.ok();
    assert_eq!((&kept["prizes"][0]["image"], &kept["prizes"][1]["image"]), (&image, &json!("")));
    wheel["prizes"][0]["image"] = Value::Null;
    wheel["expected_table_hash"] = Value::Null;
    assert_eq!(publish(&app, &token, &wheel).await.ok()["prizes"][0]["image"], image);

    // Of another type it is another prize, as it is for what was won of it.
    let mut other = wheel.clone();
    other["prizes"][0]["type"] = json!("physical");
    assert_eq!(publish(&app, &token, &other).await.ok()["prizes"][0]["image"], "");
    assert_eq!(publish(&app, &token, &wheel).await.ok()["prizes"][0]["image"], "");

    publish_with(&app, &token, &image).await.ok();
    assert_eq!(publish_with(&app, &token, &json!("")).await.ok()["prizes"][0]["image"], "");
    for elsewhere in ["https://example.com/a.png", "/media/soup.png", "soup.png"] {
        assert_eq!(publish_with(&app, &token, &json!(elsewhere)).await.ok()["prizes"][0]["image"], elsewhere);
    }
}

#[tokio::test]
async fn what_is_no_picture_is_refused_and_changes_nothing() {
    let (app, token) = shop().await;
    let before = app.dump().await;
    for data in [json!(""), json!("data:image/png,x"), json!("data:image/png;base64,*"), json!(7), Value::Null] {
        app.post(PATH, Some(&token), &json!({ "data": data })).await.bad_field("data");
    }
    app.post(PATH, Some(&token), &json!({})).await.bad_field("data");
    for file in [&b""[..], b"<svg/>", b"\x89PNG\r\n\x1a\n", b"GIF89a", &png(1)[..60]] {
        send(&app, &token, file).await.refused(1001);
    }
    let wide = photos::encoded(&photos::picture(1, 513, 4), ImageFormat::Png);
    send(&app, &token, &wide).await.refused(1002);
    send(&app, &token, &vec![0; 48_001]).await.refused(1002);
    // It fits into a body, and what is more does not.
    send(&app, &token, &vec![0; 48_000]).await.refused(1001);
    send(&app, &token, &vec![0; 49_200]).await.http(413);

    let (diner, nobody) = (app.login(DEMO_PHONE).await, "x");
    app.post(PATH, Some(&diner), &body(&png(1))).await.refused(403);
    app.post(PATH, Some(nobody), &body(&png(1))).await.refused(401);
    app.post(PATH, None, &body(&png(1))).await.refused(401);
    let strip = |dump: &str| dump.lines().filter(|line| line.starts_with("pictures:")).count();
    assert_eq!((strip(&before), strip(&app.dump().await)), (0, 0));
}

#[tokio::test]
async fn a_picture_that_is_not_there_is_named_and_the_wheel_stays() {
    let (app, token) = shop().await;
    let digits = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let image = send(&app, &token, &png(1)).await.ok()["image"].as_str().unwrap().to_owned();
    let before = live(&app, &token).await;
    for absent in [
        format!("{FOLDER}{digits}.png"),
        image.replace(".png", ".jpg"),
        image.to_uppercase().replace("/MEDIA/PICTURES/", FOLDER),
        format!("{image}?x"),
        FOLDER.to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:image/png;base64,AAAA".to_owned(),
        "x".repeat(1001),
    ] {
        let mut wheel = before.clone();
        (wheel["prizes"][0]["image"], wheel["prizes"][5]["image"]) = (json!(image), json!(absent));
        let refused = publish(&app, &token, &wheel).await.bad_field("prizes[5].image");
        assert!(refused["message"].as_str().unwrap().chars().count() < 60, "{refused}");
    }
    assert_eq!(live(&app, &token).await, before);
    for absent in ["", "x", "..%2f..%2fetc", "%ff", "%00.png", &"x".repeat(9000), &format!("{digits}.svg")] {
        see(&app, &json!(format!("{FOLDER}{absent}"))).await.http(404);
    }
}

#[tokio::test]
async fn what_no_wheel_names_goes_after_a_day_and_what_one_names_stays() {
    let (app, token) = shop().await;
    let mut images = Vec::new();
    for seed in 1..=3 {
        images.push(send(&app, &token, &png(seed)).await.ok()["image"].clone());
    }
    publish_with(&app, &token, &images[0]).await.ok();
    // A version that is active no more keeps its own.
    publish_with(&app, &token, &images[1]).await.ok();
    app.state.clock.advance(23 * HOUR);
    housekeeping::round(&app.state).await.unwrap();
    let token = app.login(MERCHANT).await;
    let again = send(&app, &token, &png(3)).await.ok();
    assert_eq!(again["image"], images[2]);
    app.state.clock.advance(HOUR);
    housekeeping::round(&app.state).await.unwrap();
    for image in &images {
        assert_eq!(see(&app, image).await.status, 200);
    }
    app.state.clock.advance(23 * HOUR);
    housekeeping::round(&app.state).await.unwrap();
    let statuses = [0, 1, 2].map(async |at: usize| see(&app, &images[at]).await.status.as_u16());
    let [one, two, three] = statuses;
    assert_eq!((one.await, two.await, three.await), (200, 200, 404));
    let token = app.login(MERCHANT).await;
    publish_with(&app, &token, &images[2]).await.bad_field("prizes[0].image");
    publish_with(&app, &token, &images[0]).await.ok();
}

#[tokio::test]
async fn a_merchant_sends_in_so_many_a_day() {
    let (app, token) = shop().await;
    app.execute(
        "INSERT INTO pictures (path, content, user_id, created_at, touched_at)
         SELECT 'x', x'', user_id, 1795320000000, 0 FROM users WHERE mobile = '13700137000'",
    )
    .await;
    for seed in 1..DAILY_MAX {
        send(&app, &token, &png(u8::try_from(seed).unwrap())).await.ok();
    }
    let refused = send(&app, &token, &png(0)).await.refused(429);
    assert_eq!(refused["data"]["retry_after_s"], 24 * 3600);
    send(&app, &token, &png(1)).await.ok();
    app.state.clock.advance(24 * HOUR);
    let token = app.login(MERCHANT).await;
    send(&app, &token, &png(0)).await.ok();
    app.execute("DELETE FROM pictures WHERE path = 'x'").await;
}

#[tokio::test]
async fn equal_pictures_and_a_sweep_at_once_leave_what_a_wheel_names() {
    let (app, token) = shop().await;
    let app = Arc::new(app);
    let image = send(&app, &token, &png(1)).await.ok()["image"].clone();
    app.state.clock.advance(24 * HOUR);
    let token = app.login(MERCHANT).await;
    let mut all = JoinSet::new();
    for _ in 0..4 {
        let (app, token, image) = (app.clone(), token.clone(), image.clone());
        all.spawn(async move {
            housekeeping::round(&app.state).await.unwrap();
            send(&app, &token, &png(1)).await.ok();
            // Named by its path, it is there and stays; the check at the end looks.
            publish_with(&app, &token, &image).await
        });
    }
    for answer in all.join_all().await {
        // Another may have been published meanwhile, of the same table.
        assert_eq!(answer.json()["code"], 0);
    }
    let count = app.dump().await.lines().filter(|line| line.starts_with("pictures:")).count();
    assert_eq!(count, 1);
    assert_eq!(see(&app, &image).await.status, 200);
}

#[tokio::test]
async fn a_request_without_a_body_is_refused() {
    let (app, token) = shop().await;
    let request = Request::post(PATH).header(AUTHORIZATION, format!("Bearer {token}")).body(Body::empty()).unwrap();
    app.send(request).await.refused(400);
}
