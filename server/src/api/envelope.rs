//! The envelope of every answer: `{"code":0,"message":"success","msg":"success","data":{…}}`.

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderValue,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;

use crate::{error::ApiError, store::idempotency::Answer};

/// What handlers answer.
pub type ApiResult = Result<Envelope, ApiError>;

/// Bytes that an answer may take at first: most of those with a wheel fit.
const ROOM: usize = 6 * 1024;

/// Marks a response with the `code` of its envelope, for the log and the `x-api-code` header.
#[derive(Clone, Copy, Debug)]
pub struct ApiCode(pub u16);

/// An answer, written once so that it can be kept and sent again byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    code: u16,
    /// Shared by those who get the same.
    body: Bytes,
}

impl Envelope {
    /// An answer; code 0 is success.
    #[must_use]
    pub fn new(code: u16, message: &str, data: &Value) -> Self {
        let message = Value::from(message);
        // `msg` is the name that older clients read.
        let body = format!(r#"{{"code":{code},"message":{message},"msg":{message},"data":{data}}}"#);
        Self { code, body: body.into() }
    }

    /// Success. The names in `data` come in alphabetical order, whatever that of the type's fields.
    pub fn ok(data: &impl Serialize) -> Self {
        // Only a map whose keys are no texts fails, and the answer's schema then.
        Self::new(0, "success", &serde_json::to_value(data).unwrap_or_default())
    }

    /// Success as [`Self::ok`] writes it, without taking `data` apart first: for types that have their fields, and those
    /// of all they hold, in alphabetical order.
    pub fn ordered(data: &impl Serialize) -> Self {
        let mut body = Vec::with_capacity(ROOM);
        body.extend_from_slice(br#"{"code":0,"message":"success","msg":"success","data":"#);
        if serde_json::to_writer(&mut body, data).is_err() {
            return Self::ok(data);
        }
        body.push(b'}');
        Self { code: 0, body: body.into() }
    }
}

impl From<Envelope> for Answer {
    fn from(envelope: Envelope) -> Self {
        // It was written as text; not copied, as nobody else has it.
        let body = String::from_utf8(envelope.body.into()).unwrap_or_default();
        Self { code: envelope.code.into(), body }
    }
}

impl From<Answer> for Envelope {
    fn from(answer: Answer) -> Self {
        Self { code: answer.code.try_into().unwrap_or(0), body: answer.body.into() }
    }
}

impl IntoResponse for Envelope {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.code != 0 {
            response.headers_mut().insert("x-api-code", HeaderValue::from(self.code));
        }
        response.extensions_mut().insert(ApiCode(self.code));
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_names_carry_the_same_text() {
        let envelope = Envelope::new(1001, "积分不足", &serde_json::json!({}));
        assert_eq!(envelope.body, r#"{"code":1001,"message":"积分不足","msg":"积分不足","data":{}}"#);
        let kept: Answer = envelope.clone().into();
        assert_eq!(Envelope::from(kept), envelope);
    }
}
