//! What a handler may fail with. It meets HTTP here, once.

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    api::{bearer::MERCHANTS_ONLY, envelope::Envelope},
    store::StoreError,
};

/// What a locked-out diner reads.
pub const BANNED: &str = "账号已被停用，请联系商家";

/// Why a request was not carried out.
#[derive(Debug)]
pub enum ApiError {
    /// A business answer: HTTP 200, and `code` says which.
    Refused {
        /// The general codes are those of HTTP; from 1001 on, each call says in its own `# Errors` what they mean.
        code: u16,
        /// What the diner reads.
        message: String,
        /// What programs read: the field at fault, seconds to wait.
        data: Value,
    },
    /// An answer of HTTP itself: 404, 405, 413; for `/ws` also 400, 401 and 426.
    Http(StatusCode),
    /// 503: it was not possible just now. The client learns nothing of why.
    Unavailable(Box<dyn std::error::Error + Send + Sync>),
    /// A surprise. The client learns nothing of it.
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError {
    /// A business refusal.
    pub fn refused(code: u16, message: impl Into<String>) -> Self {
        Self::Refused { code, message: message.into(), data: json!({}) }
    }

    /// 400: a field is malformed or out of range.
    #[must_use]
    pub fn field(field: &str, problem: &str) -> Self {
        Self::Refused { code: 400, message: format!("参数 {field} {problem}"), data: json!({ "field": field }) }
    }

    /// 401: the access token is missing, bad or expired.
    #[must_use]
    pub fn unauthorized() -> Self {
        Self::refused(401, "登录已过期，请重新登录")
    }

    /// 403: the account is locked out.
    #[must_use]
    pub fn banned() -> Self {
        Self::refused(403, BANNED)
    }

    /// A surprise.
    pub fn internal(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(error.into())
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy(_) | StoreError::Full => Self::Unavailable(error.into()),
            StoreError::NoSession => Self::unauthorized(),
            // As if they had come a moment later.
            StoreError::Banned => Self::banned(),
            StoreError::NotMerchant => Self::refused(403, MERCHANTS_ONLY),
            other => Self::internal(other),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused { code, message, data } => Envelope::new(code, &message, &data).into_response(),
            Self::Http(status) => status_answer(status),
            Self::Unavailable(error) => {
                tracing::warn!(module = "http", action = "unavailable", error = %error, "request not possible just now");
                status_answer(StatusCode::SERVICE_UNAVAILABLE)
            }
            Self::Internal(error) => {
                tracing::error!(module = "http", action = "failed", error = %error, "request failed");
                status_answer(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }
}

/// The envelope for an answer that keeps its HTTP status.
#[must_use]
pub fn status_answer(status: StatusCode) -> Response {
    let message = status_text(status.as_u16().into());
    (status, Envelope::new(status.as_u16(), message, &json!({}))).into_response()
}

/// What is said beside an HTTP status other than 200.
#[must_use]
pub(crate) const fn status_text(status: u64) -> &'static str {
    match status {
        400 => "请求格式有误",
        401 => "登录已过期，请重新登录",
        404 => "接口不存在",
        405 => "请求方法不支持",
        413 => "请求内容过大",
        426 => "请使用 WebSocket 连接",
        503 => "服务繁忙，请稍后再试",
        _ => "服务器内部错误，请稍后再试",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing_subscriber::layer::SubscriberExt;

    use super::*;
    use crate::{clock::Clock, logs::Lines};

    #[test]
    fn a_server_error_is_logged_once_with_its_cause_and_says_nothing_of_it() {
        for (error, status, cause) in [
            (StoreError::Full, 503, "no connection to the database came free in time, or it can't be reached"),
            (StoreError::Corrupt("row 7".into()), 500, "row 7"),
        ] {
            let lines = Arc::new(Mutex::new(Vec::new()));
            let sink = lines.clone();
            let layer =
                Lines { clock: Clock::System, write: move |line: &str| sink.lock().unwrap().push(line.to_owned()) };
            let answer = tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
                ApiError::from(error).into_response()
            });
            assert_eq!(answer.status().as_u16(), status);
            let lines = lines.lock().unwrap();
            assert_eq!(lines.len(), 1, "{lines:?}");
            assert!(lines[0].contains(cause), "{lines:?}");
        }
    }
}
