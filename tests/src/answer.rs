//! What the server answered.

use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub bytes: Vec<u8>,
}

/// What is said of an amount, which diners type: it names no parameter.
const BAD_AMOUNT: &str = "金额必须是 0.01 到 999999.99 元，最多两位小数";

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {:?}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header's value, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The data of a success.
    pub fn ok(&self) -> Value {
        let json = self.envelope(StatusCode::OK, 0);
        assert_eq!(self.header("x-api-code"), "", "a success has no x-api-code");
        json["data"].clone()
    }

    /// The whole envelope of a business refusal with this code.
    pub fn refused(&self, code: u16) -> Value {
        let json = self.envelope(StatusCode::OK, code);
        assert_eq!(self.header("x-api-code"), code.to_string());
        json
    }

    /// The whole envelope of a refusal with 400 that names this field.
    pub fn bad_field(&self, field: &str) -> Value {
        let json = self.refused(400);
        assert_eq!(json["data"]["field"], field, "{json}");
        let message = json["message"].as_str().expect("a text");
        assert!(message.contains(field) || message == BAD_AMOUNT, "{json}");
        json
    }

    /// The whole envelope of an answer with this HTTP status.
    pub fn http(&self, status: u16) -> Value {
        self.envelope(StatusCode::from_u16(status).expect("a status"), status)
    }

    fn envelope(&self, status: StatusCode, code: u16) -> Value {
        let json = self.json();
        assert_eq!((self.status, &json["code"]), (status, &Value::from(code)), "{json}");
        assert_eq!(json["message"], json["msg"]);
        assert!(json["data"].is_object(), "{json}");
        assert!(!self.header("x-request-id").is_empty());
        json
    }
}
