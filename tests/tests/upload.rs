//! Photos of receipts: what is taken, what is refused and leaves nothing, and what is told.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::time::Duration;

use axum::http::{StatusCode, header};
use fairwheel_server::{on_db, ops::housekeeping, store::event};
use fairwheel_tests::{
    Answer, TestApp,
    photos::{BOUNDARY, encoded, form, jpeg, picture, request, stored, upload},
};
use image::ImageFormat;
use serde_json::{Value, json};

const PHONE: &str = "13900139000";
const OTHER: &str = "13900139001";
const FILE_MAX: usize = 5 * 1024 * 1024;

/// A server and a diner.
async fn diner() -> (TestApp, String) {
    let app = TestApp::empty().await;
    let token = app.diner(PHONE, 0).await;
    (app, token)
}

/// Rows of receipts, of pieces, and of objects on their way; and stored files.
async fn kept(app: &TestApp) -> (i64, i64, i64, usize) {
    let select = "SELECT (SELECT COUNT(*) FROM upload_reviews), (SELECT COUNT(*) FROM picture_bands),
                         (SELECT COUNT(*) FROM pending_objects)";
    let rows: (i64, i64, i64) = on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap();
    (rows.0, rows.1, rows.2, stored(app).len())
}

const NOTHING: (i64, i64, i64, usize) = (0, 0, 0, 0);

async fn duplicate_of(app: &TestApp, upload_id: &Value) -> Option<String> {
    let select = "SELECT possible_duplicate_of FROM upload_reviews WHERE upload_id = ?";
    let upload_id = upload_id.as_str().unwrap();
    let (original,): (Option<String>,) =
        on_db!(&app.state.db, |c| sqlx::query_as(select).bind(upload_id).fetch_one(c).await).unwrap();
    original
}

#[tokio::test]
async fn a_photo_is_stored_sent_in_listed_and_told() {
    let (app, token) = diner().await;
    let parts = form(&[("user_amount", None, b"58.50"), ("other", None, b"x"), ("image", Some("a.jpg"), &jpeg(1))]);
    let sent = app.send(request(&token, parts)).await.ok();
    let upload_id = sent["upload_id"].as_str().unwrap();
    assert!(upload_id.starts_with("UP1795320000000") && upload_id.len() == 21, "{upload_id}");
    assert_eq!((&sent["review_status"], &sent["status"]), (&json!("pending"), &json!("pending")));
    assert_eq!((&sent["estimated_amount"], &sent["created_at"]), (&Value::Null, &json!("2026-11-22T04:00:00.000Z")));
    assert_eq!(kept(&app).await, (1, 16, 0, 2));
    for file in stored(&app) {
        let name = file.to_string_lossy().to_lowercase();
        assert!(name.contains(&upload_id.to_lowercase()), "{name}");
        assert_eq!(image::guess_format(&std::fs::read(file).unwrap()).unwrap(), ImageFormat::Jpeg);
    }

    let list = app.get("/api/photo/records", &token).await.ok();
    let record = &list["records"][0];
    assert_eq!(
        (&list["total"], &record["id"], &record["upload_id"]),
        (&json!(1), &json!(upload_id), &json!(upload_id))
    );
    assert_eq!((&record["amount"], &record["status_text"]), (&json!(58.5), &json!("待审核")));
    assert_ne!(record["thumbnail_url"], record["image_url"]);

    let events = event::after(&app.state.db, 0, 100).await.unwrap();
    let newest = events.last().unwrap();
    assert_eq!((newest.kind.as_str(), newest.audience.as_str()), ("review_pending", "merchants"));
    let told: Value = serde_json::from_str(&newest.data).unwrap();
    assert_eq!(told, json!({ "upload_id": upload_id, "user_phone": "139****9000", "timestamp": sent["created_at"] }));
    let counted = app.get("/api/user/statistics", &token).await.ok();
    assert_eq!((&counted["total_upload"], &counted["total_uploads"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn jpeg_png_and_webp_are_taken_in_each_field_and_with_each_amount() {
    let (app, token) = diner().await;
    let cases: [(&str, ImageFormat, &str, &str, Value); 6] = [
        ("image", ImageFormat::Jpeg, "user_amount", "", Value::Null),
        ("file", ImageFormat::Png, "amount", "undefined", Value::Null),
        ("photo", ImageFormat::WebP, "user_amount", "null", Value::Null),
        ("image", ImageFormat::Png, "user_amount", "NaN", Value::Null),
        ("photo", ImageFormat::Jpeg, "amount", "0.01", json!(0.01)),
        ("file", ImageFormat::WebP, "user_amount", "999999.99", json!(999_999.99)),
    ];
    for (seed, (field, format, name, amount, expected)) in (0..).zip(cases) {
        app.state.clock.advance(Duration::from_secs(1));
        let file = encoded(&picture(seed, 200, 300), format);
        let parts = form(&[(field, Some("whatever.txt"), &file), (name, None, amount.as_bytes())]);
        app.send(request(&token, parts)).await.ok();
        let list = app.get("/api/photo/records?size=1", &token).await.ok();
        assert_eq!((&list["total"], &list["records"][0]["amount"]), (&json!(seed + 1), &expected), "{name}={amount}");
    }
    assert_eq!(kept(&app).await, (6, 96, 0, 12));
}

/// The head of a PNG that claims to be so large.
fn png_that_claims(width: u32, height: u32) -> Vec<u8> {
    let mut png = encoded(&picture(1, 100, 100), ImageFormat::Png);
    png.truncate(100);
    png[16..20].copy_from_slice(&width.to_be_bytes());
    png[20..24].copy_from_slice(&height.to_be_bytes());
    // The checksum of the head, bit by bit.
    let mut crc = u32::MAX;
    for byte in &png[12..29] {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    png[29..33].copy_from_slice(&(!crc).to_be_bytes());
    png
}

#[tokio::test]
async fn what_is_no_photo_is_refused_and_leaves_nothing() {
    let (app, token) = diner().await;
    let good = jpeg(1);
    let html = b"<html><script>alert(1)</script></html>".to_vec();
    for (code, file) in [
        (1001, b"<svg xmlns='http://www.w3.org/2000/svg' width='500' height='500'/>".to_vec()),
        (1001, html.clone()),
        (1001, Vec::new()),
        (1001, b"GIF89a".to_vec()),
        (1001, good[..good.len() / 2].to_vec()),
        (1002, png_that_claims(60_000, 60_000)),
        (1003, encoded(&picture(1, 99, 300), ImageFormat::Jpeg)),
    ] {
        let shown = String::from_utf8_lossy(&file[..file.len().min(20)]).into_owned();
        let answer = upload(&app, &token, &file).await;
        assert_eq!(answer.refused(code)["code"], code, "{shown}");
    }
    assert_eq!(kept(&app).await, NOTHING);
    // What is a photo and something else is kept as a photo only.
    let polyglot = [good, html].concat();
    upload(&app, &token, &polyglot).await.ok();
    assert_eq!(kept(&app).await, (1, 16, 0, 2));
    for file in stored(&app) {
        let bytes = std::fs::read(file).unwrap();
        assert!(!bytes.windows(7).any(|word| word == b"<script"), "the script is kept");
    }
}

/// A refusal that a diner reads, and that names the field.
fn about(answer: &Answer, field: &str, message: &str) {
    let json = answer.refused(400);
    assert_eq!((&json["data"]["field"], &json["message"]), (&json!(field), &json!(message)));
}

#[tokio::test]
async fn a_form_that_is_wrong_names_the_field_and_leaves_nothing() {
    let (app, token) = diner().await;
    let file = jpeg(1);
    for amount in ["1e9", "-1", "58.505", "0", "1000000", "5 yuan", &"1".repeat(65), "\u{ff15}"] {
        for name in ["user_amount", "amount"] {
            let parts = form(&[("image", Some("a.jpg"), &file), (name, None, amount.as_bytes())]);
            about(&app.send(request(&token, parts)).await, name, "金额必须是 0.01 到 999999.99 元，最多两位小数");
        }
    }
    let both = form(&[("image", Some("a.jpg"), &file), ("amount", None, b"1"), ("user_amount", None, b"2")]);
    app.send(request(&token, both)).await.bad_field("user_amount");
    let two = form(&[("image", Some("a.jpg"), &file), ("photo", Some("b.jpg"), &jpeg(2))]);
    about(&app.send(request(&token, two)).await, "image", "一次只能上传一张图片");
    for none in [form(&[("amount", None, b"1")]), form(&[("picture", Some("a.jpg"), &file)])] {
        about(&app.send(request(&token, none)).await, "image", "请选择一张图片");
    }

    let whole = form(&[("image", Some("a.jpg"), &file)]);
    for cut in [0, 10, 60, whole.len() / 2, whole.len() - 8] {
        app.send(request(&token, whole[..cut].to_vec())).await.refused(400);
    }
    for kind in ["application/json", "multipart/form-data", "multipart/form-data; boundary=other", "image/jpeg", ""] {
        let mut request = request(&token, whole.clone());
        request.headers_mut().insert(header::CONTENT_TYPE, kind.parse().unwrap());
        app.send(request).await.refused(400);
    }
    // Nothing but the beginning of a form, without end.
    app.send(request(&token, vec![b'x'; 4 * 1024 * 1024])).await.refused(400);
    let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"image\"\r\nX: ");
    let endless = [head.into_bytes(), vec![b'x'; 4 * 1024 * 1024]].concat();
    app.send(request(&token, endless)).await.refused(400);
    assert_eq!(kept(&app).await, NOTHING);
    assert_eq!(app.state.uploads.count(), 0);
}

#[tokio::test]
async fn five_megabytes_fit_and_one_byte_more_does_not() {
    let (app, token) = diner().await;
    let mut file = jpeg(1);
    // Behind the end of the picture, where decoders don't look.
    file.resize(FILE_MAX, 0);
    upload(&app, &token, &file).await.ok();
    file[FILE_MAX - 1] = 1;
    file.push(0);
    upload(&app, &token, &file).await.refused(1002);
    file.resize(7 * 1024 * 1024, 0);
    upload(&app, &token, &file).await.refused(1002);
    file.resize(8 * 1024 * 1024, 0);
    upload(&app, &token, &file).await.http(413);
    // Without a length, which is then found out.
    let chunks = form(&[("image", Some("a.jpg"), &file)]).chunks(100_000).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let stream = futures_util::stream::iter(chunks.into_iter().map(Ok::<_, std::io::Error>));
    app.send(request(&token, axum::body::Body::from_stream(stream))).await.http(413);
    // A form that is whole, and then more.
    let padded = [form(&[("image", Some("a.jpg"), &jpeg(2))]), vec![b'x'; 8 * 1024 * 1024]].concat();
    let pieces = padded.chunks(100_000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect::<Vec<_>>();
    let stream = futures_util::stream::iter(pieces);
    app.send(request(&token, axum::body::Body::from_stream(stream))).await.http(413);
    assert_eq!(kept(&app).await, (1, 16, 0, 2));
    // The limit of all other calls is as it was.
    let large = json!({ "draw_type": "x".repeat(70_000) });
    assert_eq!(app.draw(&token, &large).await.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn the_same_file_counts_once_for_a_user_and_is_marked_for_others() {
    let (app, token) = diner().await;
    let other = app.diner(OTHER, 0).await;
    let original = picture(1, 640, 960);
    let file = encoded(&original, ImageFormat::Png);
    let first = upload(&app, &token, &file).await.ok()["upload_id"].clone();
    let again = upload(&app, &token, &file).await.refused(409);
    assert_eq!(again["data"], json!({ "upload_id": first }));
    // A byte behind its end; a comment at its beginning: another file of the same picture.
    let photo = jpeg(7);
    let sent = upload(&app, &token, &photo).await.ok()["upload_id"].clone();
    let comment = [&photo[..2], b"\xff\xfe\x00\x05abc", &photo[2..]].concat();
    for other in [[&photo[..], b"x"].concat(), comment] {
        assert_eq!(upload(&app, &token, &other).await.refused(409)["data"], json!({ "upload_id": sent }));
    }
    assert_eq!(kept(&app).await, (2, 32, 0, 4));

    app.state.clock.advance(Duration::from_secs(1));
    let second = upload(&app, &other, &file).await.ok()["upload_id"].clone();
    assert_eq!(duplicate_of(&app, &second).await.as_deref(), first.as_str());
    // Another size, another compression: another file of what looks the same.
    app.state.clock.advance(Duration::from_secs(1));
    let smaller = original.resize(500, 750, image::imageops::FilterType::Triangle);
    let third = upload(&app, &token, &encoded(&smaller, ImageFormat::Jpeg)).await.ok()["upload_id"].clone();
    assert_eq!(duplicate_of(&app, &third).await.as_deref(), first.as_str(), "the earliest");
    app.state.clock.advance(Duration::from_secs(1));
    let fourth = upload(&app, &token, &jpeg(2)).await.ok()["upload_id"].clone();
    assert_eq!((duplicate_of(&app, &first).await, duplicate_of(&app, &fourth).await), (None, None));
}

#[tokio::test]
async fn a_day_has_its_limit_and_a_new_day_a_new_one() {
    let app = TestApp::configured(&[("FAIRWHEEL_UPLOAD_DAILY_LIMIT", "2")]).await;
    let token = app.diner(PHONE, 0).await;
    let first = upload(&app, &token, &jpeg(1)).await.ok();
    upload(&app, &token, b"no photo").await.refused(1001);
    upload(&app, &token, &jpeg(2)).await.ok();
    let refused = upload(&app, &token, &jpeg(3)).await.refused(1005);
    assert_eq!(refused["data"], json!({ "next_at": "2026-11-22T16:00:00.000Z" }));
    // That it has arrived is what a phone must learn first.
    assert_eq!(upload(&app, &token, &jpeg(1)).await.refused(409)["data"]["upload_id"], first["upload_id"]);
    assert_eq!(kept(&app).await, (2, 32, 0, 4));
    app.state.clock.advance(Duration::from_hours(12));
    let token = app.login(PHONE).await;
    upload(&app, &token, &jpeg(3)).await.ok();
    // A server that is not past midnight yet counts on the day of the one that is.
    app.state.clock.set(fairwheel_tests::START.parse().unwrap());
    upload(&app, &token, &jpeg(4)).await.ok();
    upload(&app, &token, &jpeg(5)).await.refused(1005);
    housekeeping::round(&app.state).await.unwrap();
    assert_eq!(kept(&app).await, (4, 64, 0, 8));
}

#[tokio::test]
async fn a_day_has_five_tries_for_each_photo() {
    let app = TestApp::configured(&[("FAIRWHEEL_UPLOAD_DAILY_LIMIT", "1")]).await;
    let token = app.diner(PHONE, 0).await;
    for _ in 0..5 {
        upload(&app, &token, b"no photo").await.refused(1001);
    }
    upload(&app, &token, b"no photo").await.refused(1005);
    upload(&app, &token, &jpeg(1)).await.refused(1005);
    let other = app.diner(OTHER, 0).await;
    upload(&app, &other, &jpeg(1)).await.ok();
    app.state.clock.advance(Duration::from_hours(12));
    let token = app.login(PHONE).await;
    upload(&app, &token, &jpeg(2)).await.ok();
}

#[tokio::test]
async fn amounts_that_no_receipt_has_are_none() {
    let (app, token) = diner().await;
    upload(&app, &token, &jpeg(1)).await.ok();
    app.execute("UPDATE upload_reviews SET amount = 5000000000, estimated_amount = 5000000000").await;
    let merchant = app.merchant("13700137000").await;
    for (path, token) in [("/api/photo/records", &token), ("/api/merchant/pending-reviews", &merchant)] {
        let record = app.get(path, token).await.ok()["list"][0].clone();
        assert_eq!((&record["amount"], &record["estimated_amount"]), (&Value::Null, &Value::Null), "{path}");
    }
}

#[tokio::test]
async fn only_active_users_send_in_and_see_their_own() {
    let (app, token) = diner().await;
    let other = app.diner(OTHER, 0).await;
    app.send(request("", form(&[("image", Some("a.jpg"), &jpeg(1))]))).await.refused(401);
    for seed in 1..4 {
        app.state.clock.advance(Duration::from_secs(1));
        upload(&app, &token, &jpeg(seed)).await.ok();
    }
    upload(&app, &other, &jpeg(9)).await.ok();
    let list = async |query: &str| app.get(&format!("/api/photo/records?{query}"), &token).await.ok();
    let all = list("").await;
    let body = json!({ "upload_id": all["records"][1]["id"], "action": "reject", "reason": "看不清" });
    let merchant = app.merchant("13700137000").await;
    app.post("/api/merchant/review", Some(&merchant), &body).await.ok();
    let times: Vec<_> = all["records"].as_array().unwrap().iter().map(|record| record["created_at"].as_str()).collect();
    assert!(times.len() == 3 && times.is_sorted_by(|newer, older| newer > older), "{times:?}");
    let rejected = list("status=rejected").await;
    assert_eq!(
        (&rejected["total"], &rejected["list"], &rejected["records"]),
        (&json!(1), &rejected["records"], &rejected["list"])
    );
    let record = &rejected["records"][0];
    assert_eq!((&record["status_text"], &record["review_reason"]), (&json!("已拒绝"), &json!("看不清")));
    assert_eq!((&record["review_time"], &record["points_awarded"]), (&json!("2026-11-22T04:00:03.000Z"), &json!(0)));
    assert_eq!(
        (&list("status=pending").await["total"], &list("status=approved").await["total"]),
        (&json!(2), &json!(0))
    );
    app.get("/api/photo/records?status=lost", &token).await.bad_field("status");
    app.execute("UPDATE users SET status = 'banned' WHERE user_id = 1").await;
    upload(&app, &token, &jpeg(5)).await.refused(403);
    app.execute("UPDATE users SET status = 'active'").await;
}
