//! Receipts, as diners send them in.

pub mod records;
pub mod upload;

use serde_json::json;

use crate::error::ApiError;

/// What is said of an amount that is outside of [`crate::store::photo::AMOUNTS`], or none.
pub(super) const BAD_AMOUNT: &str = "金额必须是 0.01 到 999999.99 元，最多两位小数";

/// 400: the amount in this field.
pub(super) fn bad_amount(field: &str) -> ApiError {
    ApiError::Refused { code: 400, message: BAD_AMOUNT.to_owned(), data: json!({ "field": field }) }
}
