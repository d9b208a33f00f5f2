//! Requests that may come twice and must count once: their name, and what else was asked.

use axum::http::HeaderMap;
use fairwheel_core::digest::Digest;
use serde_json::{Value, json};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use super::layers::is_name;
use crate::{error::ApiError, store::idempotency::Key};

const FIELD: &str = "request_id";
const HEADER: &str = "idempotency-key";

/// The header, for the documentation. The field in the body is added with it.
#[derive(Debug)]
pub struct Header;

impl IntoParams for Header {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Makes a retry safe: within 24 hours the same user and name get the first answer again, byte for byte, \
                     and nothing moves. 1 to 64 of `A-Za-z0-9_-`.";
        let schema = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]{1,64}$"))
            .examples([json!("a-name-of-your-own")]);
        let parameter = ParameterBuilder::new().name("Idempotency-Key").parameter_in(ParameterIn::Header);
        vec![parameter.description(Some(about)).schema(Some(schema)).build()]
    }
}

/// The key of a request that names itself, in `request_id` of its body or in the header `Idempotency-Key`.
///
/// # Errors
///
/// 400 if the name is not 1–64 of `A-Za-z0-9_-`, or if body and header give different names.
pub fn key(user_id: i64, route: &str, headers: &HeaderMap, body: &Value) -> Result<Option<Key>, ApiError> {
    let in_header = headers.get(HEADER).map(|value| value.to_str().unwrap_or_default());
    let in_body = match &body[FIELD] {
        Value::Null => None,
        Value::String(name) => Some(name.as_str()),
        _ => return Err(bad_name(FIELD)),
    };
    let (name, source) = match (in_body, in_header) {
        (Some(name), None) => (name, FIELD),
        (None, Some(name)) => (name, HEADER),
        (Some(body), Some(header)) if body == header => (body, FIELD),
        (Some(_), Some(_)) => return Err(ApiError::field(FIELD, "与请求头 Idempotency-Key 不一致")),
        (None, None) => return Ok(None),
    };
    if !is_name(name) {
        return Err(bad_name(source));
    }
    let mut asked = body.clone();
    asked.as_object_mut().and_then(|asked| asked.remove(FIELD));
    let fingerprint = Digest::sha256(format!("{route}\n{asked}").as_bytes()).to_string();
    Ok(Some(Key { user_id, request_id: name.to_owned(), fingerprint }))
}

/// 409: the name was used for another request.
#[must_use]
pub fn used_otherwise() -> ApiError {
    ApiError::refused(409, "该 request_id 已用于另一个请求")
}

fn bad_name(field: &str) -> ApiError {
    ApiError::field(field, "必须是 1 到 64 个字母、数字、_ 或 -")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_of(header: Option<&str>, body: &Value) -> Result<Option<Key>, ApiError> {
        let mut headers = HeaderMap::new();
        if let Some(name) = header {
            headers.insert(HEADER, name.parse().unwrap());
        }
        key(1, "x", &headers, body)
    }

    #[test]
    fn body_and_header_name_the_same_request() {
        let body = json!({ "draw_type": "single", "request_id": "r-1" });
        let in_body = key_of(None, &body).unwrap().unwrap();
        let in_header = key_of(Some("r-1"), &json!({ "draw_type": "single" })).unwrap().unwrap();
        assert_eq!(in_body, in_header);
        assert_eq!(key_of(Some("r-1"), &body).unwrap().unwrap(), in_body);
        assert!(key_of(Some("r-2"), &body).is_err());
        let other = key_of(None, &json!({ "draw_type": "ten", "request_id": "r-1" })).unwrap().unwrap();
        assert_ne!(other.fingerprint, in_body.fingerprint);
        assert_eq!(key_of(None, &json!({})).unwrap(), None);
    }

    #[test]
    fn odd_names_are_refused() {
        let long = "x".repeat(65);
        for name in ["", "a b", "é", long.as_str()] {
            assert!(key_of(None, &json!({ "request_id": name })).is_err(), "{name}");
        }
        assert!(key_of(None, &json!({ "request_id": 5 })).is_err());
        assert!(key_of(Some(""), &json!({})).is_err());
    }
}
