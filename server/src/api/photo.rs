//! Receipts, as diners send them in.

pub mod records;
pub mod upload;
