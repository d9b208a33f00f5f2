//! What a list is narrowed to by the address.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// The parameters of an address as `T`, whose fields are texts that may be absent.
#[derive(Debug)]
pub struct Narrowed<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Narrowed<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let query = Query::try_from_uri(&parts.uri).map_err(|_| ApiError::refused(400, "网址中的参数无法解析"))?;
        Ok(Self(query.0))
    }
}

/// The one that a parameter names. `all`, an empty text and none at all are `None`.
///
/// # Errors
///
/// 400 names the parameter and what it may be.
pub fn one_of<T: Copy>(
    field: &str,
    given: Option<&str>,
    known: impl IntoIterator<Item = T>,
    name: impl Fn(T) -> &'static str,
) -> Result<Option<T>, ApiError> {
    let Some(given) = given.filter(|given| !matches!(*given, "" | "all")) else { return Ok(None) };
    let mut names = Vec::new();
    for one in known {
        if name(one) == given {
            return Ok(Some(one));
        }
        names.push(name(one));
    }
    Err(ApiError::field(field, &format!("必须是 {} 或 all", names.join("、"))))
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use serde::Deserialize;

    use super::*;
    use crate::store::exchange::records::Status;

    #[derive(Debug, Deserialize)]
    struct Query {
        status: Option<String>,
    }

    async fn status(query: &str) -> Result<Option<Status>, ApiError> {
        let (mut parts, ()) = Request::get(format!("/x?{query}")).body(()).unwrap().into_parts();
        let Narrowed(Query { status }) = Narrowed::from_request_parts(&mut parts, &()).await?;
        one_of("status", status.as_deref(), Status::ALL, Status::name)
    }

    #[tokio::test]
    async fn names_are_known_or_refused() {
        for query in ["", "page=2", "status=all", "status="] {
            assert_eq!(status(query).await.unwrap(), None, "{query}");
        }
        assert_eq!(status("status=shipped").await.unwrap(), Some(Status::Shipped));
        let ApiError::Refused { code: 400, data, message } = status("status=Shipped").await.unwrap_err() else {
            panic!()
        };
        assert_eq!(data["field"], "status");
        assert_eq!(message, "参数 status 必须是 pending、shipped、completed、cancelled 或 all");
        assert!(matches!(status("status=all&status=shipped").await, Err(ApiError::Refused { code: 400, .. })));
    }
}
