//! GET `/media/pictures/{name}`: pictures of prizes, for everybody and for ever: another picture has another name.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    api::envelope::Envelope,
    app::AppState,
    error::ApiError,
    store::picture::{self, FOLDER},
};

/// The longest name: 64 digits, a dot, three letters.
const NAME_MAX: usize = 68;

/// Serves a picture. Anything else is 404.
///
/// # Errors
///
/// [`ApiError`] if the database can't be read.
pub async fn handle(
    State(app): State<AppState>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let Some(name) = name.ok().map(|Path(name)| name).filter(|name| name.len() <= NAME_MAX) else {
        return Ok(missing());
    };
    let content = picture::content(&app.db, &format!("{FOLDER}{name}")).await?;
    let Some(content) = content else { return Ok(missing()) };
    let kind = if content.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'"),
    ];
    Ok((headers, content).into_response())
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, Envelope::new(404, "图片不存在", &json!({}))).into_response()
}
