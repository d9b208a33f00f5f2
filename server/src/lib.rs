//! The Fairwheel server: logins, draws, points and proofs over HTTP.
//!
//! A request travels `api/<noun>/<verb>` (reads and authorises) → `store/<noun>` (one transaction, asking the pure
//! rules of `fairwheel-core`) → answer. [`app::App`] is built in one place and holds what is shared; time and chance are
//! among its fields.

pub mod api;
pub mod app;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod error;
pub mod keys;
pub mod logs;
pub mod media;
pub mod metrics;
pub mod ops;
pub mod phone;
pub mod push;
pub mod rng;
pub mod seed;
pub mod serve;
pub mod sms;
pub mod store;
pub mod verify;
