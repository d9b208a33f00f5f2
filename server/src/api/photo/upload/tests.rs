//! Uploads and time, with the clock of the runtime moved on.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::Request;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    time,
};
use tower::ServiceExt;

use super::keep::decode;
use crate::{
    api,
    app::{AppState, temporary},
    error::ApiError,
    serve,
};

async fn data(app: &AppState, path: &str, ask: &Value) -> Value {
    let request = Request::post(path).header("content-type", "application/json").body(Body::from(ask.to_string()));
    let answer = api::router(app.clone()).oneshot(request.unwrap()).await.unwrap();
    let bytes = to_bytes(answer.into_body(), 100_000).await.unwrap();
    serde_json::from_slice::<Value>(&bytes).unwrap()["data"].clone()
}

async fn token(app: &AppState) -> String {
    let phone = "13900139000";
    let code = data(app, "/api/auth/send-code", &json!({ "phone": phone })).await["dev_code"].clone();
    let login = data(app, "/api/auth/login", &json!({ "phone": phone, "code": code })).await;
    login["access_token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_client_that_is_too_slow_hears_so_and_leaves_its_place() {
    let (_scratch, app) = temporary().await;
    let token = token(&app).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let server = tokio::spawn(serve::run(app.clone(), listener, async { drop(stopped.await) }));
    let head = format!(
        "POST /api/photo/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 100000\r\n\
         Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    while app.uploads.count() == 0 {
        time::sleep(Duration::from_millis(1)).await;
    }
    // Of what it waits for now, nothing takes time but the client.
    time::pause();
    time::advance(Duration::from_secs(11)).await;
    time::resume();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("上传过慢") && answer.contains("connection: close"), "{answer}");
    assert_eq!(app.uploads.count(), 0);
    drop(stop);
    server.await.unwrap();
}

#[tokio::test]
async fn a_photo_that_waits_for_too_long_is_not_decoded() {
    let (_scratch, app) = temporary().await;
    let (first, second) = (app.uploads.enter(1).unwrap(), app.uploads.enter(1).unwrap());
    let turn = first.turn().await.unwrap();
    let file = || tempfile::tempfile().unwrap();
    time::pause();
    let start = time::Instant::now();
    let refused = decode(&app, 1, &second, file()).await.unwrap_err();
    assert!(matches!(&refused, ApiError::Refused { code: 429, data, .. } if data["retry_after_s"] == 5), "{refused:?}");
    assert_eq!(start.elapsed().as_secs(), 30);
    time::resume();
    drop(turn);
    let refused = decode(&app, 1, &second, file()).await.unwrap_err();
    assert!(matches!(refused, ApiError::Refused { code: 1001, .. }), "{refused:?}");
}
