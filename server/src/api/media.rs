//! GET `/media/{key}`: photos kept in a folder. The answer is the same whether the address was never given, has expired
//! or leads to nothing.

mod body;
pub mod prize;

use axum::{
    body::Body,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use self::body::Pieces;
use crate::{
    api::envelope::Envelope,
    app::AppState,
    error::ApiError,
    media::storage::{self, Storage, StorageError},
};

const MISSING: &str = "图片不存在或地址已过期";

/// What makes an address valid.
#[derive(Debug, Deserialize)]
pub struct Signed {
    /// Unix seconds.
    expires: i64,
    /// In hexadecimal.
    signature: String,
}

/// Serves a photo to whoever has its address. Anything else is 404.
///
/// # Errors
///
/// 500 if the folder can't be read.
pub async fn handle(
    State(app): State<AppState>,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<Signed>, QueryRejection>,
) -> Result<Response, ApiError> {
    let (Storage::Local(folder), Ok(Path(key)), Ok(Query(signed))) = (&app.storage, path, query) else {
        return Ok(missing(MISSING));
    };
    let now = app.clock.now();
    let opened = async {
        let Some(file) = folder.signed(&key, signed.expires, &signed.signature, now).await? else { return Ok(None) };
        Ok(Some(Pieces::of(tokio::fs::File::from_std(file)).await?))
    };
    let Some(pieces) = opened.await.map_err(|error| ApiError::internal(StorageError::Io(error)))? else {
        return Ok(missing(MISSING));
    };
    let cache = format!("private, max-age={}", signed.expires - now.as_second());
    Ok(found(storage::CONTENT_TYPE, &cache, Body::new(pieces)))
}

/// A picture, and nothing that a browser could run.
fn found(kind: &str, cache: &str, content: impl Into<Body>) -> Response {
    let headers = [(CONTENT_TYPE, kind), (CACHE_CONTROL, cache), (CONTENT_SECURITY_POLICY, "default-src 'none'")];
    (headers, content.into()).into_response()
}

fn missing(message: &str) -> Response {
    (StatusCode::NOT_FOUND, Envelope::new(404, message, &json!({}))).into_response()
}
