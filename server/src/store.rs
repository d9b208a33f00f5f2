//! The database: one module a noun, one transaction a function, every SQL text written once for all engines.
//!
//! The SQL keeps to what SQLite and MariaDB share: the contended `UPDATE` first and the child `INSERT` after, no
//! `RETURNING`, no upsert, no `FOR UPDATE`; times are Unix milliseconds, JSON is text. The write is the check: a
//! conditional `UPDATE` whose row count says whether it was allowed, never a look before it.
#![deny(missing_docs)]

pub mod application;
mod batch;
pub mod check_in;
pub mod code;
pub mod db;
pub mod error;
pub mod event;
pub mod exchange;
pub mod export;
pub mod idempotency;
pub mod installation;
pub mod ledger;
pub mod lottery;
pub mod mark;
pub mod photo;
pub mod picture;
pub mod product;
pub mod profile;
pub mod review;
pub mod session;
pub mod statistics;
pub mod status;
pub mod table;
pub mod user;

pub use db::{Db, Tx};
pub use error::{StoreError, retry_busy};
