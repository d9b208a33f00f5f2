//! The wheel: what can be won, draws, and their proofs.

pub mod config;
pub mod draw;
pub mod fairness;
pub mod odds;
pub mod proof;
pub mod records;
pub mod statistics;
