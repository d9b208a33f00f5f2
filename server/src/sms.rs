//! Sending login codes: by a webhook that the operator gives, or, where nothing is at stake, to the log.
//!
//! A gateway that fails three times in a row is left alone for ten seconds, and then tried with one message: asking again
//! at once is every diner's right, and together they must not keep it from getting up.

use std::{
    error::Error,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use reqwest::{Client, StatusCode, Url, redirect::Policy};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    config::{Config, Environment, SmsWebhook},
    keys::hmac_sha256,
    phone::Phone,
};

/// How long a try may take, connecting and answer together.
const TIMEOUT: Duration = Duration::from_secs(3);
/// A message is tried so often.
const TRIES: u32 = 2;
/// Messages that fail one after another before the gateway is left alone.
const FAILURES: u32 = 3;
/// How long it is left alone, in milliseconds.
const REST_MS: i64 = 10_000;

/// The header with the Unix second at which a message was signed.
pub const TIMESTAMP: &str = "x-fairwheel-timestamp";
/// The header with the signature: `sha256=` and 64 hexadecimal digits.
pub const SIGNATURE: &str = "x-fairwheel-signature";

/// A code for a phone.
pub struct Message<'a> {
    /// Where it goes.
    pub phone: &'a Phone,
    /// The code.
    pub code: &'a str,
    /// How long it lives, in seconds.
    pub expires_in_s: i64,
    /// Names the message, so that a gateway which gets it twice sends it once.
    pub request_id: &'a str,
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SmsError {
    /// There is none.
    #[error("there is none: set FAIRWHEEL_SMS_WEBHOOK")]
    Missing,
    /// The gateway is left alone for now.
    #[error("it failed {FAILURES} times in a row and is left alone")]
    Resting,
    /// No connection was made.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// The connection broke, or no answer came in time. The message may have been sent.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// The gateway answered that it failed, or refused.
    #[error("it answered {0}")]
    Answered(StatusCode),
}

impl SmsError {
    /// Whether the message certainly never reached the gateway.
    #[must_use]
    pub const fn is_certain(&self) -> bool {
        matches!(self, Self::Missing | Self::Resting | Self::Unreachable(_))
    }

    /// Whether the same again may do better.
    fn is_passing(&self) -> bool {
        match self {
            Self::Missing | Self::Resting => false,
            Self::Unreachable(_) | Self::NoAnswer(_) => true,
            Self::Answered(status) => status.is_server_error(),
        }
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("sms::Message")
    }
}

/// What sends login codes.
#[derive(Debug)]
pub enum Sms {
    /// They are written to the log: development and testing only.
    Log,
    /// Nothing: production without a gateway.
    Nothing,
    /// They are posted to a gateway.
    Webhook(Box<Webhook>),
}

impl Sms {
    /// The gateway of the settings. Without one it is the log, but never in production.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        match &config.sms {
            Some(webhook) => Self::Webhook(Box::new(Webhook::new(webhook))),
            None if config.env == Environment::Production => Self::Nothing,
            None => Self::Log,
        }
    }

    /// Whether a message can be tried now, so that none need be made in vain.
    ///
    /// # Errors
    ///
    /// [`SmsError::Missing`] without a gateway in production, [`SmsError::Resting`] while the gateway is left alone.
    pub fn ready(&self, now: Timestamp) -> Result<(), SmsError> {
        match self {
            Self::Nothing => Err(SmsError::Missing),
            Self::Webhook(webhook) if webhook.health().rests(now.as_millisecond()) => Err(SmsError::Resting),
            Self::Log | Self::Webhook(_) => Ok(()),
        }
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// [`SmsError`] if it was not sent, or may not have been.
    pub async fn send(&self, message: &Message<'_>, now: Timestamp) -> Result<(), SmsError> {
        match self {
            Self::Log => {
                let data = json!({ "phone": message.phone.to_string(), "code": message.code });
                // The one place where a code is logged.
                tracing::info!(module = "auth", action = "code_logged", data = %data, "there is no SMS gateway");
                Ok(())
            }
            Self::Nothing => Err(SmsError::Missing),
            Self::Webhook(webhook) => webhook.send(message, now).await,
        }
    }
}

/// A gateway that is asked over HTTP.
pub struct Webhook {
    url: Url,
    secret: SecretString,
    client: Client,
    health: Mutex<Health>,
}

/// How the gateway has been.
#[derive(Clone, Copy, Default)]
struct Health {
    /// Messages that failed since the last that did not.
    failures: u32,
    /// Until then it is left alone, Unix milliseconds.
    rests_until: i64,
}

impl Health {
    /// Whether the gateway is left alone now. A rest that ends further ahead than any does comes from a clock that was set
    /// back.
    fn rests(self, now: i64) -> bool {
        self.failures >= FAILURES && (1..=REST_MS).contains(&(self.rests_until - now))
    }
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Webhook(secret)")
    }
}

impl Webhook {
    fn new(webhook: &SmsWebhook) -> Self {
        // What the environment says of proxies is for others, and a redirection would take the code elsewhere.
        let client = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .timeout(TIMEOUT)
            .tls_backend_preconfigured(tls(webhook.url.scheme() == "https"))
            .build()
            .expect("a client of these options");
        Self { url: webhook.url.clone(), secret: webhook.secret.clone(), client, health: Mutex::default() }
    }

    async fn send(&self, message: &Message<'_>, now: Timestamp) -> Result<(), SmsError> {
        if !self.may_try(now.as_millisecond()) {
            return Err(SmsError::Resting);
        }
        let sent = self.try_twice(message, now).await;
        self.note(sent.as_ref().err().is_some_and(SmsError::is_passing), now.as_millisecond());
        sent
    }

    async fn try_twice(&self, message: &Message<'_>, now: Timestamp) -> Result<(), SmsError> {
        let timestamp = now.as_second();
        let body = json!({
            "phone": message.phone.digits(),
            "code": message.code,
            "expires_in": message.expires_in_s,
            "request_id": message.request_id,
            "timestamp": timestamp,
        })
        .to_string();
        let signature = signature(&self.secret, timestamp, &body);
        let mut tries = 1;
        // A message that may have gone out stays one, whatever comes of the second try.
        let mut uncertain = None;
        loop {
            match self.post(&body, timestamp, &signature).await {
                Ok(()) => return Ok(()),
                Err(error) if tries < TRIES && error.is_passing() => {
                    uncertain = uncertain.or_else(|| (!error.is_certain()).then_some(error));
                }
                Err(error) if error.is_certain() => return Err(uncertain.unwrap_or(error)),
                Err(error) => return Err(error),
            }
            tries += 1;
        }
    }

    async fn post(&self, body: &str, timestamp: i64, signature: &str) -> Result<(), SmsError> {
        let request = self
            .client
            .post(self.url.clone())
            .header("content-type", "application/json")
            .header(TIMESTAMP, timestamp)
            .header(SIGNATURE, signature)
            .body(body.to_owned());
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(SmsError::Answered(answer.status())),
            Err(error) if error.is_connect() => Err(SmsError::Unreachable(described(error))),
            Err(error) => Err(SmsError::NoAnswer(described(error))),
        }
    }

    /// Whether the gateway may be asked now. After its rest, one asks and the others wait for how that goes.
    fn may_try(&self, now: i64) -> bool {
        let mut health = self.health();
        let may = !health.rests(now);
        if may {
            health.rests_until = now + REST_MS;
        }
        may
    }

    fn health(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, failed: bool, now: i64) {
        let mut health = self.health();
        *health = if failed {
            Health { failures: health.failures.saturating_add(1), rests_until: now + REST_MS }
        } else {
            Health::default()
        };
    }
}

/// `sha256=` and the HMAC-SHA256, under the secret, of the timestamp, a point and the body.
fn signature(secret: &SecretString, timestamp: i64, body: &str) -> String {
    let mac = hmac_sha256(secret.expose_secret().as_bytes(), format!("{timestamp}.{body}").as_bytes());
    format!("sha256={}", hex::encode(mac))
}

/// The same cryptography that the database driver uses, and the certificates that this machine trusts.
fn tls(needed: bool) -> ClientConfig {
    let mut roots = RootCertStore::empty();
    if needed {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider's own versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// An error with its causes, and without the address, which may hold a key.
fn described(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncReadExt, net::TcpListener};

    use super::*;

    fn webhook(url: &str) -> Webhook {
        Webhook::new(&SmsWebhook { url: url.parse().unwrap(), secret: "0123456789abcdef0123456789abcdef".into() })
    }

    async fn send(webhook: &Webhook, ms: i64) -> Result<(), SmsError> {
        let phone = Phone::new("13800138000").unwrap();
        let message = Message { phone: &phone, code: "482913", expires_in_s: 300, request_id: "r1" };
        webhook.send(&message, Timestamp::from_millisecond(ms).unwrap()).await
    }

    /// The example of `docs/API.md`, where `openssl` repeats it.
    #[test]
    fn signatures_are_the_documented_hmac() {
        let body = r#"{"code":"482913","expires_in":300,"phone":"13800138000","request_id":"5f1d7a84db00d2fc0b6c3c9a1e27f485","timestamp":1795320000}"#;
        let signature = signature(&"5f2d8c41b7e09a36d2c4f1708be5936a".into(), 1_795_320_000, body);
        let documented = include_str!("../../docs/API.md");
        assert!(documented.contains(body) && documented.contains(&signature), "{signature}");
    }

    #[tokio::test]
    async fn a_gateway_that_cannot_be_reached_is_left_alone_for_ten_seconds() {
        // The port was free a moment ago, and nobody else listens where nobody asked to.
        let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let webhook = webhook(&format!("http://{closed}/key-7f3a9c"));
        for _ in 0..FAILURES {
            let error = send(&webhook, 1_000).await.unwrap_err();
            assert!(matches!(error, SmsError::Unreachable(_)) && error.is_certain(), "{error}");
            assert!(!error.to_string().contains("7f3a9c"), "{error}");
        }
        for at in [1_000, 1_000 + REST_MS - 1] {
            assert!(matches!(send(&webhook, at).await, Err(SmsError::Resting)));
        }
        assert!(matches!(send(&webhook, 1_000 + REST_MS).await, Err(SmsError::Unreachable(_))), "one tries");
        assert!(matches!(send(&webhook, 1_001 + REST_MS).await, Err(SmsError::Resting)), "and the others wait");
        assert!(matches!(send(&webhook, 0).await, Err(SmsError::Unreachable(_))), "a clock set back ends the rest");
    }

    #[tokio::test]
    async fn nothing_is_ready_without_a_gateway_or_while_it_rests() {
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        assert!(matches!(Sms::Nothing.ready(at(0)), Err(SmsError::Missing)));
        let webhook = webhook("https://127.0.0.1:9/");
        (0..FAILURES).for_each(|_| webhook.note(true, 0));
        let sms = Sms::Webhook(Box::new(webhook));
        assert!(matches!(sms.ready(at(REST_MS - 1)), Err(SmsError::Resting)));
        assert!(sms.ready(at(REST_MS)).is_ok() && sms.ready(at(REST_MS)).is_ok(), "asking takes nobody's turn");
    }

    #[tokio::test]
    async fn one_success_makes_a_gateway_well_again() {
        let webhook = webhook("https://127.0.0.1:9/");
        webhook.note(true, 0);
        webhook.note(true, 0);
        webhook.note(false, 0);
        webhook.note(true, 0);
        assert!(webhook.may_try(1));
    }

    #[tokio::test]
    async fn a_gateway_that_never_answers_is_given_up_and_the_message_may_have_gone() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let webhook = webhook(&format!("http://{}/", listener.local_addr().unwrap()));
        let gateway = tokio::spawn(async move {
            let mut open = Vec::new();
            loop {
                let mut connection = listener.accept().await.unwrap().0;
                let mut first = [0; 1];
                connection.read_exact(&mut first).await.unwrap();
                open.push(connection);
            }
        });
        // Once nothing else is left to do, time jumps to the end of the wait.
        tokio::time::pause();
        let error = send(&webhook, 0).await.unwrap_err();
        assert!(!error.is_certain(), "{error}");
        gateway.abort();
    }
    #[tokio::test]
    async fn a_message_that_may_have_gone_stays_so_when_the_gateway_goes_away() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let webhook = webhook(&format!("http://{}/", listener.local_addr().unwrap()));
        let gateway = tokio::spawn(async move {
            let mut connection = listener.accept().await.unwrap().0;
            connection.read_exact(&mut [0; 1]).await.unwrap();
            // First the door, then the connection: the second try finds nobody.
            drop(listener);
            drop(connection);
        });
        let error = send(&webhook, 0).await.unwrap_err();
        assert!(matches!(error, SmsError::NoAnswer(_)), "{error}");
        gateway.await.unwrap();
    }
}
