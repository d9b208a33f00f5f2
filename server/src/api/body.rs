//! JSON bodies whose refusal names the field at fault.

use axum::{
    body::Bytes,
    extract::{FromRequest, OptionalFromRequest, Request, rejection::BytesRejection},
    http::StatusCode,
    response::IntoResponse,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, error::Category, json};

use crate::error::ApiError;

/// A body as `T`, and as it was sent.
///
/// Clients don't agree on the content type, so it is not looked at.
#[derive(Debug)]
pub struct JsonBody<T> {
    /// The checked content.
    pub content: T,
    /// All that was sent, unknown fields included.
    pub raw: Value,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        read(&bytes)
    }
}

/// A body that may be left out.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        if bytes.trim_ascii().is_empty() { Ok(None) } else { read(&bytes).map(Some) }
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<JsonBody<T>, ApiError> {
    let raw: Value = serde_json::from_slice(bytes).map_err(|error| not_json(bytes, &error))?;
    if !raw.is_object() {
        return Err(ApiError::Refused { code: 400, message: "请求体必须是 JSON 对象".into(), data: json!({}) });
    }
    let content = serde_path_to_error::deserialize(&raw).map_err(|error| wrong_field(&error))?;
    Ok(JsonBody { content, raw })
}

fn unread(error: BytesRejection) -> ApiError {
    match error.into_response().status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::Http(StatusCode::PAYLOAD_TOO_LARGE),
        _ => incomplete(),
    }
}

/// 400: the client broke off.
pub(super) fn incomplete() -> ApiError {
    ApiError::refused(400, "请求体未完整收到")
}

fn not_json(bytes: &[u8], error: &serde_json::Error) -> ApiError {
    let (line, column) = (error.line(), error.column());
    let message = match error.classify() {
        _ if bytes.trim_ascii().is_empty() => "请求体为空，需要 JSON 对象".to_owned(),
        Category::Eof => format!("请求体不是完整的 JSON（第 {line} 行第 {column} 列处中断）"),
        _ => format!("请求体不是合法的 JSON（第 {line} 行第 {column} 列）"),
    };
    ApiError::Refused { code: 400, message, data: json!({ "line": line, "column": column }) }
}

fn wrong_field(error: &serde_path_to_error::Error<serde_json::Error>) -> ApiError {
    let detail = error.inner().to_string();
    // serde puts a missing field's name into its message only.
    let missing = detail.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
    match (missing, error.path().to_string().as_str()) {
        (Some(field), "." | "?") => ApiError::field(field, "缺失"),
        (Some(field), path) => ApiError::field(&format!("{path}.{field}"), "缺失"),
        (None, path) => ApiError::field(path, "的类型或取值不正确"),
    }
}
