//! What merchants manage.

pub mod lottery;
