//! Pages of lists.

use std::borrow::Cow;

use axum::{
    extract::{FromRequestParts, Query},
    http::request::Parts,
};
use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::json;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        AllOfBuilder, Array, ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::error::ApiError;

/// A page as asked for: `page` from 1, `size` 1..=100 with its other names `page_size` and `limit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

    /// These items of `total` as a list.
    #[must_use]
    pub fn list<T: Listed>(self, items: Vec<T>, total: i64) -> List<T> {
        let has_more = self.skip() + self.size < total;
        List { items, pagination: Pagination { page: self.page, size: self.size, total, has_more } }
    }
}

/// What lists are of.
pub trait Listed {
    /// The name of the list in the answer.
    const NAME: &'static str;
}

/// A list in the shape that all lists have: `{"<name>": […], "list": [same], total, page, size, has_more, pagination}`.
#[derive(Debug)]
pub struct List<T> {
    items: Vec<T>,
    pagination: Pagination,
}

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Pagination {
    /// The page, from 1.
    #[schema(example = 1)]
    page: i64,
    /// Items that a page has, except for the last.
    #[schema(example = 20)]
    size: i64,
    /// Items of all pages.
    #[schema(example = 1)]
    total: i64,
    /// Whether there is a page after this.
    #[schema(example = false)]
    has_more: bool,
}

impl<T: Listed + Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { items, pagination } = self;
        let mut map = serializer.serialize_map(Some(7))?;
        map.serialize_entry(T::NAME, items)?;
        map.serialize_entry("list", items)?;
        map.serialize_entry("page", &pagination.page)?;
        map.serialize_entry("size", &pagination.size)?;
        map.serialize_entry("total", &pagination.total)?;
        map.serialize_entry("has_more", &pagination.has_more)?;
        map.serialize_entry("pagination", pagination)?;
        map.end()
    }
}

impl<T: Listed + ToSchema> PartialSchema for List<T> {
    fn schema() -> RefOr<Schema> {
        let array = |about: &str| {
            let items = Array::new(Ref::from_schema_name(T::name()));
            ArrayBuilder::from(items).description(Some(about)).build()
        };
        let names = ObjectBuilder::new()
            .property(T::NAME, array("The items of the page."))
            .required(T::NAME)
            .property("list", array("The same."))
            .required("list")
            .property("pagination", Ref::from_schema_name(Pagination::name()))
            .required("pagination");
        AllOfBuilder::new().item(names).item(Ref::from_schema_name(Pagination::name())).into()
    }
}

impl<T: Listed + ToSchema> ToSchema for List<T> {
    fn name() -> Cow<'static, str> {
        format!("List.{}", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        for (name, schema) in [(T::name(), T::schema()), (Pagination::name(), Pagination::schema())] {
            schemas.push((name.into(), schema));
        }
        T::schemas(schemas);
    }
}

/// The parameters, for the documentation.
impl IntoParams for Page {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let parameter = |(name, about, default, max): (&str, &str, i64, i64)| {
            let schema = ObjectBuilder::new().schema_type(Type::Integer).examples([json!(default)]);
            let schema = schema.minimum(Some(1)).maximum(Some(max)).default(Some(json!(default)));
            let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query);
            parameter.description(Some(about)).schema(Some(schema)).build()
        };
        [
            ("page", "The page, from 1", 1, PAGE_MAX),
            ("size", "Items of a page", SIZE_DEFAULT, SIZE_MAX),
            ("page_size", "Another name of `size`", SIZE_DEFAULT, SIZE_MAX),
            ("limit", "Another name of `size`", SIZE_DEFAULT, SIZE_MAX),
        ]
        .map(parameter)
        .into()
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    #[derive(Serialize)]
    struct Row(u8);

    impl Listed for Row {
        const NAME: &'static str = "records";
    }

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
        let list = |page| json!(Page { page, size: 2 }.list(vec![Row(1), Row(2)], 4));
        assert_eq!(list(1)["has_more"], true);
        assert_eq!(list(2)["pagination"]["has_more"], false);
        assert_eq!(list(2)["records"], list(2)["list"]);
    }
}
