//! Photos in a bucket that speaks the protocol of S3.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{sync::Arc, time::Duration};

use fairwheel_server::{on_db, ops::sweep};
use fairwheel_tests::{
    TestApp,
    photos::{jpeg, upload},
    s3::Bucket,
};

const PHONE: &str = "13900139000";

/// Receipts, and objects on their way.
async fn rows(app: &TestApp) -> (i64, i64) {
    let select = "SELECT (SELECT COUNT(*) FROM upload_reviews), (SELECT COUNT(*) FROM pending_objects)";
    on_db!(&app.state.db, |c| sqlx::query_as(select).fetch_one(c).await).unwrap()
}

#[tokio::test]
async fn a_photo_is_stored_and_its_addresses_are_signed() {
    let bucket = Bucket::new().await;
    let app = bucket.app().await;
    let token = app.diner(PHONE, 0).await;
    let sent = upload(&app, &token, &jpeg(1)).await.ok();
    let record = app.get("/api/photo/records", &token).await.ok()["records"][0].clone();
    assert_eq!(bucket.keys().len(), 2);
    for url in [&sent["image_url"], &record["image_url"], &record["thumbnail_url"]] {
        let url = url.as_str().unwrap();
        assert!(url.starts_with("http://127.0.0.1:") && url.contains("X-Amz-Signature="), "{url}");
        let key = url.split(['?']).next().unwrap().rsplit('/').next().unwrap();
        assert!(bucket.keys().iter().any(|known| known.ends_with(key)), "{key}");
    }
}

#[tokio::test]
async fn a_bucket_that_is_down_leaves_no_receipt_and_is_swept_later() {
    let bucket = Bucket::new().await;
    let app = bucket.app().await;
    let token = app.diner(PHONE, 0).await;
    // Once is tried again.
    bucket.fail(1);
    upload(&app, &token, &jpeg(1)).await.ok();
    bucket.fail(1_000_000);
    upload(&app, &token, &jpeg(2)).await.refused(1004);
    assert_eq!((rows(&app).await, bucket.keys().len()), ((1, 2), 2));
    app.state.clock.advance(Duration::from_hours(1));
    assert_eq!(sweep::round(&app.state).await.unwrap(), sweep::Swept { removed: 0, left: 2 });
    bucket.fail(0);
    assert_eq!(sweep::round(&app.state).await.unwrap(), sweep::Swept { removed: 2, left: 0 });
    assert_eq!((rows(&app).await, bucket.keys().len()), ((1, 0), 2));
}

#[tokio::test]
async fn an_object_that_never_was_is_swept_as_well() {
    let bucket = Bucket::new().await;
    let app = bucket.app().await;
    let token = app.diner(PHONE, 0).await;
    upload(&app, &token, &jpeg(1)).await.ok();
    app.execute("INSERT INTO pending_objects (object_key, created_at) VALUES ('receipts/never-stored.jpg', 0)").await;
    assert_eq!(sweep::round(&app.state).await.unwrap(), sweep::Swept { removed: 1, left: 0 });
    assert_eq!((rows(&app).await, bucket.keys().len()), ((1, 0), 2));
}

#[tokio::test]
async fn an_object_whose_answer_is_lost_is_neither_lost_nor_doubled() {
    let bucket = Bucket::new().await;
    let app = bucket.app().await;
    let token = app.diner(PHONE, 0).await;
    bucket.fail_after(2);
    upload(&app, &token, &jpeg(1)).await.ok();
    assert_eq!((rows(&app).await, bucket.keys().len()), ((1, 0), 2));
    // They are stored, and the server never learns of it.
    bucket.fail_after(1_000_000);
    upload(&app, &token, &jpeg(2)).await.refused(1004);
    assert_eq!((rows(&app).await, bucket.keys().len()), ((1, 2), 4));
    app.state.clock.advance(Duration::from_hours(1));
    assert_eq!(sweep::round(&app.state).await.unwrap(), sweep::Swept { removed: 0, left: 2 });
    assert_eq!((rows(&app).await, bucket.keys().len()), ((1, 2), 2), "removed, as far as the bucket knows");
    bucket.fail_after(0);
    assert_eq!(sweep::round(&app.state).await.unwrap(), sweep::Swept { removed: 2, left: 0 });
    assert_eq!((rows(&app).await, bucket.keys().len()), ((1, 0), 2));
}

#[tokio::test]
async fn a_bucket_that_stalls_loses_nothing_of_a_client_that_waits_or_hangs_up() {
    let bucket = Bucket::new().await;
    let app = Arc::new(bucket.app().await);
    let token = app.diner(PHONE, 0).await;
    for (seed, waits) in [(1, true), (2, false)] {
        bucket.stall(true);
        let before = bucket.requests();
        let task = tokio::spawn({
            let (app, token) = (app.clone(), token.clone());
            async move { upload(&app, &token, &jpeg(seed)).await.ok() }
        });
        while bucket.requests() < before + 2 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let earlier = i64::try_from(seed).unwrap() - 1;
        assert_eq!(rows(&app).await, (earlier, 2));
        if !waits {
            task.abort();
        }
        bucket.stall(false);
        assert_eq!(task.await.is_ok(), waits);
        while app.state.uploads.count() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert_eq!((rows(&app).await, bucket.keys().len()), ((earlier + 1, 0), 2 * usize::try_from(seed).unwrap()));
    }
}
