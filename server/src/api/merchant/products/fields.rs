//! The fields of a product as merchants write them.

use std::ops::RangeInclusive;

use serde::{Deserialize, Deserializer, de::Error};

use crate::{error::ApiError, store::product::manage::STOCK_MAX};

const NAME_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 2_000;
const CATEGORY_MAX: usize = 50;
const IMAGE_MAX: usize = 1_000;
/// Points of one product.
const POINTS: RangeInclusive<i64> = 1..=1_000_000;
/// Small ones come first in the list.
const SORT_ORDER: RangeInclusive<i64> = -1_000_000..=1_000_000;
/// What is on the shelf at first.
const STOCK: RangeInclusive<i64> = 0..=STOCK_MAX;
/// Pieces that come or go.
const STOCK_DELTA: RangeInclusive<i64> = -STOCK_MAX..=STOCK_MAX;

/// Checks fields, and names the one at fault. What it holds comes before their names: `updates.`, or nothing.
#[derive(Clone, Copy, Debug)]
pub(in crate::api::merchant) struct Fields<'a>(pub &'a str);

impl Fields<'_> {
    pub(super) fn refuse(self, field: &str, problem: &str) -> ApiError {
        ApiError::field(&format!("{}{field}", self.0), problem)
    }

    pub(super) fn name(self, given: &str) -> Result<String, ApiError> {
        self.line("name", given, NAME_MAX)
    }

    pub(super) fn category(self, given: &str) -> Result<String, ApiError> {
        let category = self.line("category", given, CATEGORY_MAX)?;
        // The list takes it for all categories.
        if category == "all" { Err(self.refuse("category", "不能是 all")) } else { Ok(category) }
    }

    /// A line of text, without what surrounds it.
    fn line(self, field: &str, given: &str, max: usize) -> Result<String, ApiError> {
        let text = given.trim();
        if text.is_empty() || text.chars().count() > max || text.chars().any(char::is_control) {
            return Err(self.refuse(field, &format!("必须有 1 到 {max} 个字符，且不能含控制字符")));
        }
        Ok(text.to_owned())
    }

    pub(super) fn description(self, given: &str) -> Result<String, ApiError> {
        let text = given.trim();
        let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        if text.chars().count() > DESCRIPTION_MAX || text.chars().any(strange) {
            return Err(self.refuse("description", &format!("最多 {DESCRIPTION_MAX} 个字符，且不能含控制字符")));
        }
        Ok(text.to_owned())
    }

    pub(in crate::api::merchant) fn image(self, given: &str) -> Result<String, ApiError> {
        let text = given.trim();
        if text.chars().count() > IMAGE_MAX || !is_image(text) {
            return Err(self.refuse("image", &format!("必须是 http(s) 网址或路径，最多 {IMAGE_MAX} 个字符")));
        }
        Ok(text.to_owned())
    }

    pub(super) fn exchange_points(self, given: i64) -> Result<i64, ApiError> {
        self.number("exchange_points", given, POINTS)
    }

    pub(super) fn stock(self, given: i64) -> Result<i64, ApiError> {
        self.number("stock", given, STOCK)
    }

    pub(super) fn expected_stock(self, given: i64) -> Result<i64, ApiError> {
        self.number("expected_stock", given, 0..=i64::from(u32::MAX))
    }

    pub(super) fn stock_delta(self, given: i64) -> Result<i64, ApiError> {
        self.number("stock_delta", given, STOCK_DELTA)
    }

    pub(super) fn sort_order(self, given: i64) -> Result<i64, ApiError> {
        self.number("sort_order", given, SORT_ORDER)
    }

    fn number(self, field: &str, given: i64, range: RangeInclusive<i64>) -> Result<i64, ApiError> {
        let problem = || self.refuse(field, &format!("必须是 {} 到 {} 的整数", range.start(), range.end()));
        range.contains(&given).then_some(given).ok_or_else(problem)
    }

    /// Whether a product with this status is on the shelf. Of one that was seen without any stock a page shows `sold_out`,
    /// and puts it back.
    pub(super) fn status(self, given: &str, seen: Option<i64>) -> Result<bool, ApiError> {
        match given {
            "active" => Ok(true),
            "inactive" | "offline" => Ok(false),
            "sold_out" if seen == Some(0) => Ok(true),
            "sold_out" => Err(self.refuse("status", "不能设为 sold_out：是否兑完由库存决定")),
            _ => Err(self.refuse("status", "必须是 active、inactive 或 offline")),
        }
    }
}

/// Empty, an address with `http` or `https`, or a path on this server: nothing that a page would run.
fn is_image(text: &str) -> bool {
    if text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>')) {
        return false;
    }
    let (before, _) = text.split_once(['/', '?', '#']).unwrap_or((text, ""));
    match before.strip_suffix(':') {
        Some(scheme) => {
            let host = text.get(before.len()..).and_then(|rest| rest.strip_prefix("//")).unwrap_or_default();
            ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) && !host.is_empty()
        }
        // `//host/…` would be an address.
        None => !before.contains(':') && !text.starts_with("//"),
    }
}

/// A flag as phones send it: true and false, or 1 and 0.
pub(super) fn flag<'de, D: Deserializer<'de>>(from: D) -> Result<Option<bool>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Flag {
        Is(bool),
        Number(i64),
    }
    match Option::<Flag>::deserialize(from)? {
        None => Ok(None),
        Some(Flag::Is(is)) => Ok(Some(is)),
        Some(Flag::Number(number @ (0 | 1))) => Ok(Some(number == 1)),
        Some(Flag::Number(_)) => Err(D::Error::custom("neither 0 nor 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_an_address_or_a_path_and_nothing_that_runs() {
        for good in ["", "/media/a.png", "images/a.png", "a.png?x=1:2", "https://example.com/a.png", "HTTP://h/a:b"] {
            assert!(is_image(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "JavaScript://x/%0aalert(1)",
            "data:image/png;base64,AAAA",
            "//example.com/a.png",
            "/\\example.com/a.png",
            "https:",
            "https:/a.png",
            "https://",
            "file:///etc/passwd",
            "java\tscript:alert(1)",
            "/a b.png",
            "\"onerror=alert(1)",
            "a:b/c",
        ] {
            assert!(!is_image(bad), "{bad}");
        }
    }
}
