//! GET `/media/pictures/{name}`: pictures of prizes, for everybody and for ever: another picture has another name.

use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};

use super::{found, missing};
use crate::{
    app::AppState,
    error::ApiError,
    store::picture::{self, FOLDER},
};

const MISSING: &str = "图片不存在";
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
        return Ok(missing(MISSING));
    };
    let content = picture::content(&app.db, &format!("{FOLDER}{name}")).await?;
    let Some(content) = content else { return Ok(missing(MISSING)) };
    let kind = if content.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
    Ok(found(kind, "public, max-age=31536000, immutable", content))
}
