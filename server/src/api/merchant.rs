//! What only merchants may do.

pub mod exchange;
pub mod lottery;
pub mod review;
pub mod products;
