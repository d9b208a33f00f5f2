//! The wheel as merchants see and change it.

pub mod ask;
pub mod config;
pub mod publish;
