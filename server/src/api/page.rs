//! Pages of lists.

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::ApiError;

/// A page as asked for: `page` from 1, `size` 1..=100 with its other names `page_size` and `limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub page: i64,
    /// 1..=100.
    pub size: i64,
}

const PAGE_MAX: i64 = 1_000_000_000;
const SIZE_MAX: i64 = 100;
const SIZE_DEFAULT: i64 = 20;

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| ApiError::refused(400, "网址中的参数无法解析"))?;
        let mut page = Self { page: 1, size: SIZE_DEFAULT };
        for (name, value) in &query {
            match name.as_str() {
                "page" => page.page = number(name, value, PAGE_MAX)?,
                "size" | "page_size" | "limit" => page.size = number(name, value, SIZE_MAX)?,
                _ => {}
            }
        }
        Ok(page)
    }
}

fn number(name: &str, value: &str, max: i64) -> Result<i64, ApiError> {
    let number = value.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or_else(|| ApiError::field(name, &format!("必须是 1 到 {max} 的整数")))
}

impl Page {
    /// Rows before this page.
    #[must_use]
    pub fn skip(self) -> i64 {
        (self.page - 1) * self.size
    }

    /// A list in the shape that all lists have.
    pub fn list(self, name: &str, items: &[impl Serialize], total: i64) -> Value {
        let Self { page, size } = self;
        let has_more = self.skip() + size < total;
        json!({
            name: items,
            "list": items,
            "total": total,
            "page": page,
            "size": size,
            "has_more": has_more,
            "pagination": { "page": page, "size": size, "total": total, "has_more": has_more },
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn page(query: &str) -> Result<Page, ApiError> {
        let (mut parts, ()) = Request::get(format!("/x?{query}")).body(()).unwrap().into_parts();
        Page::from_request_parts(&mut parts, &()).await
    }

    #[tokio::test]
    async fn names_defaults_and_bounds() {
        assert_eq!(page("").await.unwrap(), Page { page: 1, size: 20 });
        for query in ["page=3&size=7", "page=3&page_size=7", "limit=7&page=3&x=y"] {
            assert_eq!(page(query).await.unwrap(), Page { page: 3, size: 7 }, "{query}");
        }
        for (query, field) in [("page=0", "page"), ("size=101", "size"), ("limit=x", "limit"), ("page=9e9", "page")] {
            let ApiError::Refused { code: 400, data, .. } = page(query).await.unwrap_err() else { panic!("{query}") };
            assert_eq!(data["field"], field);
        }
    }

    #[test]
    fn the_last_page_has_no_more() {
        let list = |page| Page { page, size: 2 }.list("records", &[1, 2], 4);
        assert_eq!(list(1)["has_more"], true);
        assert_eq!(list(2)["pagination"]["has_more"], false);
        assert_eq!(list(2)["records"], list(2)["list"]);
    }
}
