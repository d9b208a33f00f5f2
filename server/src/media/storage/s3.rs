//! Photos in a bucket, Amazon's or any other that speaks its protocol.

use std::{
    error::Error,
    fmt,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation, SharedHttpClient,
        retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::{ProvideErrorMetadata, SdkError},
    presigning::PresigningConfig,
    primitives::ByteStream,
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use axum::body::Bytes;
use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::{ADDRESS_LIFE, CONTENT_TYPE, StorageError};
use crate::config::S3Settings;

/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long one try may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long all tries together may take. The phone that sends a photo waits for them.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(25);
/// How often something is tried that may do better the next time.
const ATTEMPTS: u32 = 3;

/// A private bucket. `Debug` shows no key.
pub struct Bucket {
    client: Client,
    name: String,
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bucket").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Bucket {
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn new(settings: &S3Settings) -> Self {
        let credentials = Credentials::new(
            settings.access_key_id.expose_secret(),
            settings.secret_access_key.expose_secret(),
            settings.session_token.as_ref().map(|token| token.expose_secret().to_owned()),
            None,
            "fairwheel settings",
        );
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        let is_plain = settings.endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http");
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(credentials)
            .force_path_style(settings.path_style)
            .http_client(http_client(is_plain))
            .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
            .timeout_config(timeouts)
            // Others than Amazon's do not know the newer checksums; what is sent is signed with its hash all the same.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        if let Some(endpoint) = &settings.endpoint {
            config = config.endpoint_url(endpoint.as_str());
        }
        Self { client: Client::from_conf(config.build()), name: settings.bucket.clone() }
    }

    pub(super) async fn put(&self, key: &str, jpeg: Bytes) -> Result<(), StorageError> {
        let put = self.client.put_object().bucket(&self.name).key(key).body(ByteStream::from(jpeg));
        // No list of who may read it: what a private bucket holds is private.
        let put = put.content_type(CONTENT_TYPE).cache_control(format!("private, max-age={}", ADDRESS_LIFE.as_secs()));
        put.send().await.map(drop).map_err(|error| described(&error))
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), StorageError> {
        match self.client.delete_object().bucket(&self.name).key(key).send().await {
            // Amazon's does not say so, others do.
            Err(error) if error.code() == Some("NoSuchKey") => Ok(()),
            Err(error) => Err(described(&error)),
            Ok(_) => Ok(()),
        }
    }

    /// The address names the access key but does not give away its secret: a signature is not reversible.
    pub(super) async fn url(&self, key: &str, now: Timestamp) -> Result<String, StorageError> {
        let life = PresigningConfig::builder().start_time(SystemTime::from(now)).expires_in(ADDRESS_LIFE).build();
        let life = life.map_err(|error| StorageError::S3(error.to_string()))?;
        let signed = self.client.get_object().bucket(&self.name).key(key).presigned(life).await;
        signed.map(|request| request.uri().to_owned()).map_err(|error| described(&error))
    }
}

/// The same cryptography as elsewhere, and the certificates that this machine trusts; they are not read for nothing.
fn http_client(is_plain: bool) -> SharedHttpClient {
    let builder = aws_smithy_http_client::Builder::new();
    if is_plain {
        return builder.build_http();
    }
    builder.tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}

/// What went wrong, without what a server says of it at length: that may repeat what was sent.
fn described<E: ProvideErrorMetadata + Error + 'static>(error: &SdkError<E>) -> StorageError {
    StorageError::S3(match error {
        SdkError::ServiceError(answer) => {
            let code = answer.err().code().unwrap_or("no code");
            format!("it answered {} {code}", answer.raw().status().as_u16())
        }
        SdkError::TimeoutError(_) => "no answer in time".to_owned(),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) => format!("no connection: {}", with_causes(error)),
            None => "no connection".to_owned(),
        },
        SdkError::ResponseError(_) => "an answer that is none".to_owned(),
        other => with_causes(other),
    })
}

fn with_causes(error: &dyn Error) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
