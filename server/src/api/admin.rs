//! What only admins may do.

pub mod applications;
pub mod points;
pub mod status;

use axum::extract::{Path, rejection::PathRejection};

use crate::error::ApiError;

const NO_USER: &str = "没有找到该用户";

/// The user id of a path.
fn user_id(path: Result<Path<String>, PathRejection>) -> Result<i64, ApiError> {
    let id = path.ok().and_then(|Path(text)| text.parse().ok()).filter(|id| *id >= 1);
    id.ok_or_else(|| ApiError::field("id", "必须是用户编号"))
}
