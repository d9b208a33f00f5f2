//! What only merchants may do.

pub mod application;
pub mod apply;
pub mod exchange;
pub mod export;
pub mod lottery;
pub mod pictures;
pub mod products;
pub mod review;
