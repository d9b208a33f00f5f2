//! Photos in a folder and in a bucket: only whoever was given an address sees them, and only for a quarter of an hour.

use std::time::Duration;

use axum::http::Method;
use fairwheel_server::{clock::Clock, media::storage::StorageError};
use fairwheel_tests::{TestApp, s3::Bucket};
use reqwest::{Client, StatusCode, Url};

const KEY: &str = "42/up1.jpg";

async fn get(app: &TestApp, path: &str) -> fairwheel_tests::Answer {
    app.request(Method::GET, path, None, None).await
}

#[tokio::test]
async fn a_photo_in_a_folder_is_served_to_whoever_has_its_address() {
    let app = TestApp::empty().await;
    app.state.storage.put(KEY, b"jpeg".to_vec()).await.unwrap();
    let url = app.state.storage.url(KEY, app.state.clock.now()).await.unwrap();
    let answer = get(&app, &url).await;
    assert_eq!((answer.status.as_u16(), answer.bytes.as_slice()), (200, b"jpeg".as_slice()));
    assert_eq!((answer.header("content-type"), answer.header("content-length")), ("image/jpeg", "4"));
    assert_eq!(answer.header("cache-control"), "private, max-age=900");
    assert_eq!(answer.header("content-security-policy"), "default-src 'none'");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    app.state.clock.advance(Duration::from_secs(15 * 60 - 1));
    assert_eq!(get(&app, &url).await.header("cache-control"), "private, max-age=1");
    app.state.clock.advance(Duration::from_secs(1));
    get(&app, &url).await.http(404);
}

#[tokio::test]
async fn every_other_address_is_answered_alike() {
    let app = TestApp::empty().await;
    app.state.storage.put(KEY, b"jpeg".to_vec()).await.unwrap();
    app.state.storage.put("42/up2.jpg", b"another".to_vec()).await.unwrap();
    let now = app.state.clock.now();
    let url = app.state.storage.url(KEY, now).await.unwrap();
    let (path, query) = url.split_once('?').unwrap();
    let expires = query.split_once('&').unwrap().0.strip_prefix("expires=").unwrap();
    let later = (expires.parse::<i64>().unwrap() + 1).to_string();
    let unknown = app.state.storage.url("42/up3.jpg", now).await.unwrap();
    let folder = app.state.storage.url("42", now).await.unwrap();
    let last = url.chars().last().unwrap();
    let mut wrong = vec![
        path.to_owned(),
        format!("{path}?expires={expires}"),
        format!("{path}?expires={expires}&signature="),
        format!("{path}?expires={expires}&signature={}", "0".repeat(64)),
        format!("{path}?expires=soon&signature={}", "0".repeat(64)),
        format!("{path}?{}", query.replace(expires, &later)),
        format!("{}{}", &url[..url.len() - 1], if last == '0' { '1' } else { '0' }),
        format!("/media/42/up2.jpg?{query}"),
        unknown,
        folder.clone(),
        folder.replace("42?", "42/?"),
    ];
    for key in [
        "../fairwheel.db",
        "..%2ffairwheel.db",
        "%2e%2e/new/fairwheel.db",
        "42/..%2f42/up1.jpg",
        "%2fetc/passwd",
        "42/up1.jpg%00",
        "42%5cup1.jpg",
        "%ff",
        ".",
        "42//up1.jpg",
        "42/./up1.jpg",
    ] {
        wrong.push(format!("/media/{key}?{query}"));
    }
    let missing = get(&app, "/media/x").await;
    assert_eq!(missing.json()["message"], "图片不存在或地址已过期");
    let expected = missing.bytes;
    for path in wrong {
        let answer = get(&app, &path).await;
        answer.http(404);
        assert_eq!(answer.bytes, expected, "{path}");
    }
    for key in ["../x", "/etc/passwd", "", "a/../../b", ".hidden", "A"] {
        assert!(matches!(app.state.storage.put(key, vec![1]).await, Err(StorageError::Key)), "{key}");
        assert!(matches!(app.state.storage.remove(key).await, Err(StorageError::Key)), "{key}");
        assert_eq!(app.state.storage.url(key, now).await.unwrap(), key, "no address is signed");
    }
}

/// Buckets look at the hour of their own machine.
async fn stored() -> (Bucket, TestApp, String) {
    let bucket = Bucket::new().await;
    let app = bucket.app().await;
    app.state.clock.set(Clock::System.now());
    app.state.storage.put(KEY, b"jpeg".to_vec()).await.expect("stored");
    let url = app.state.storage.url(KEY, app.state.clock.now()).await.expect("an address");
    (bucket, app, url)
}

fn client() -> Client {
    // The client is built without a TLS library of its own choice; another test may have named it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}

async fn status(url: &str) -> StatusCode {
    client().get(url).send().await.expect("an answer").status()
}

#[tokio::test]
async fn a_photo_in_a_bucket_is_served_by_the_bucket() {
    let (bucket, app, url) = stored().await;
    assert_eq!(bucket.keys(), [KEY]);
    let answer = client().get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/jpeg");
    assert_eq!(answer.headers()["cache-control"], "private, max-age=900");
    assert_eq!(&answer.bytes().await.unwrap()[..], b"jpeg");
    // And not by the server, whatever is asked.
    get(&app, "/media/42/up1.jpg").await.http(404);
    app.state.storage.remove(KEY).await.unwrap();
    assert_eq!(status(&url).await, 404);
    app.state.storage.remove(KEY).await.unwrap();
    assert!(bucket.keys().is_empty());
}

#[tokio::test]
async fn a_bucket_believes_no_other_address() {
    let (bucket, app, url) = stored().await;
    app.state.storage.put("42/up2.jpg", b"another".to_vec()).await.unwrap();
    let bare = url.split_once('?').unwrap().0;
    let mut longer = Url::parse(&url).unwrap();
    let pairs: Vec<_> = longer.query_pairs().into_owned().collect();
    longer.query_pairs_mut().clear().extend_pairs(pairs.into_iter().map(|(name, value)| {
        let value = if name == "X-Amz-Expires" { "86400".to_owned() } else { value };
        (name, value)
    }));
    let put = client().put(&url).body("mine").send().await.unwrap();
    assert_eq!(put.status(), 403);
    for wrong in [bare, &url.replace("up1", "up2"), longer.as_str()] {
        assert_eq!(status(wrong).await, 403, "{wrong}");
    }
    let old = app.state.clock.now() - Duration::from_mins(16);
    let old = app.state.storage.url(KEY, old).await.unwrap();
    assert_eq!(status(&old).await, 403);
    assert_eq!(bucket.keys(), [KEY, "42/up2.jpg"]);
}

#[tokio::test]
async fn what_may_do_better_is_tried_again_and_nothing_else() {
    let (mut bucket, app, _) = stored().await;
    let before = bucket.requests();
    bucket.fail(1);
    app.state.storage.put("42/up2.jpg", b"another".to_vec()).await.unwrap();
    assert_eq!(bucket.requests() - before, 2);
    bucket.fail(usize::MAX);
    let error = app.state.storage.put("42/up3.jpg", b"more".to_vec()).await.unwrap_err();
    assert!(error.to_string().starts_with("the bucket of photos: it answered 503"), "{error}");
    assert_eq!(bucket.requests() - before, 5);
    bucket.fail(0);
    assert_eq!(bucket.keys(), [KEY, "42/up2.jpg"]);
    bucket.stop().await;
    let error = app.state.storage.put("42/up3.jpg", b"more".to_vec()).await.unwrap_err();
    assert!(error.to_string().contains("no connection"), "{error}");
}

#[tokio::test]
async fn no_key_is_ever_shown() {
    let bucket = Bucket::new().await;
    let [url, access_key, (secret, _)] = bucket.settings();
    let wrong = "a8d1f2b3c4e5061728394a5b6c7d8e9f00112233";
    let app = TestApp::configured(&[url, access_key, (secret, wrong), ("AWS_SESSION_TOKEN", "lent-7f3a9c")]).await;
    let before = bucket.requests();
    let error = app.state.storage.put(KEY, b"jpeg".to_vec()).await.unwrap_err();
    assert!(error.to_string().contains("it answered 403 SignatureDoesNotMatch"), "{error}");
    assert_eq!(bucket.requests() - before, 1, "what is refused is not tried again");
    assert!(bucket.keys().is_empty());
    let media_key = app.state.keys.media_key();
    let folder = TestApp::empty().await;
    let shown = format!("{error:?} {:?} {:?}", app.state, folder.state.storage);
    for secret in [wrong, access_key.1, "lent-7f3a9c", &hex::encode(media_key), &format!("{media_key:?}")] {
        assert!(!shown.contains(secret), "{secret} is in {shown}");
    }
    let url = app.state.storage.url(KEY, app.state.clock.now()).await.unwrap();
    assert!(!url.contains(wrong), "{url}");
}
