//! An SMS gateway that keeps what it gets, and answers as it is told.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;

use crate::TestApp;

/// Signs what gateways are sent.
pub const SMS_SECRET: &str = "5f2d8c41b7e09a36d2c4f1708be5936a";
/// What is secret in the address of every gateway.
pub const ADDRESS_KEY: &str = "7f3a9c";

/// A gateway on a free port of 127.0.0.1. It ends with the runtime of its test.
#[derive(Clone, Debug)]
pub struct Gateway {
    url: String,
    received: Arc<Mutex<Vec<(HeaderMap, String)>>>,
}

impl Gateway {
    /// One that gives these HTTP statuses, one after another, and then 200. 0 is no answer at all.
    pub async fn answering(statuses: &[u16]) -> Self {
        let received = Arc::new(Mutex::new(Vec::new()));
        let (log, statuses) = (received.clone(), statuses.to_vec());
        let handler = async move |headers: HeaderMap, body: String| {
            let turn = {
                let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
                log.push((headers, body));
                log.len() - 1
            };
            match statuses.get(turn) {
                Some(0) => std::future::pending().await,
                Some(status) => StatusCode::from_u16(*status).expect("a status"),
                None => StatusCode::OK,
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/send?key={ADDRESS_KEY}", listener.local_addr().expect("its address"));
        tokio::spawn(async move { axum::serve(listener, Router::new().route("/send", post(handler))).await });
        Self { url, received }
    }

    /// A server that sends its codes here, with nothing in its answers.
    pub async fn app(&self) -> TestApp {
        let settings = [
            ("FAIRWHEEL_ENV", "testing"),
            ("FAIRWHEEL_SMS_WEBHOOK", self.url.as_str()),
            ("FAIRWHEEL_SMS_SECRET", SMS_SECRET),
        ];
        TestApp::configured(&settings).await
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.received.lock().expect("the requests").len()
    }

    /// The body of a request, from 0, as it came.
    pub fn body(&self, turn: usize) -> String {
        self.received.lock().expect("the requests")[turn].1.clone()
    }

    /// The message of a request, from 0, believed as a gateway should: after its signature was checked.
    pub fn message(&self, turn: usize) -> Value {
        let (headers, body) = self.received.lock().expect("the requests")[turn].clone();
        let header = |name: &str| headers[name].to_str().expect("a text").to_owned();
        let timestamp = header("x-fairwheel-timestamp");
        let mac = Hmac::<Sha256>::new_from_slice(SMS_SECRET.as_bytes()).expect("a key");
        let mac = mac.chain_update(format!("{timestamp}.{body}"));
        let signature = header("x-fairwheel-signature");
        let signature = hex::decode(signature.strip_prefix("sha256=").expect("its kind")).expect("hexadecimal digits");
        mac.verify_slice(&signature).expect("signed with the secret");
        assert_eq!(header("content-type"), "application/json");
        let message: Value = serde_json::from_str(&body).expect("JSON");
        assert_eq!(message["timestamp"].to_string(), timestamp);
        message
    }
}
