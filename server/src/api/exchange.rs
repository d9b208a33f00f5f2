//! Products, and points for them.

pub mod categories;
pub mod products;
pub mod records;
pub mod redeem;
