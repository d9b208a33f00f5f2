//! GET `/media/{key}`: photos kept in a folder. The answer is the same whether the address was never given, has expired
//! or leads to nothing.

use axum::{
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

use crate::{
    app::AppState,
    error::ApiError,
    media::storage::{self, Storage},
};

/// What makes an address valid.
#[derive(Debug, Deserialize)]
pub struct Signed {
    /// Unix seconds.
    expires: i64,
    /// In hexadecimal.
    signature: String,
}

/// Serves a photo to whoever has its address.
///
/// # Errors
///
/// 404; 500 if the folder can't be read.
pub async fn handle(
    State(app): State<AppState>,
    path: Result<Path<String>, PathRejection>,
    query: Result<Query<Signed>, QueryRejection>,
) -> Result<Response, ApiError> {
    const MISSING: ApiError = ApiError::Http(StatusCode::NOT_FOUND);
    let (Storage::Local(folder), Ok(Path(key)), Ok(Query(signed))) = (&app.storage, path, query) else {
        return Err(MISSING);
    };
    let now = app.clock.now();
    let found = folder.signed(&key, signed.expires, &signed.signature, now).await.map_err(ApiError::internal)?;
    let jpeg = found.ok_or(MISSING)?;
    let cache = format!("private, max-age={}", signed.expires - now.as_second());
    let headers = [
        (CONTENT_TYPE, storage::CONTENT_TYPE.to_owned()),
        (CACHE_CONTROL, cache),
        (CONTENT_SECURITY_POLICY, "default-src 'none'".to_owned()),
    ];
    Ok((headers, jpeg).into_response())
}
