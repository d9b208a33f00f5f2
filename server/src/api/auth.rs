//! Logging in.

pub mod login;
pub mod send_code;
