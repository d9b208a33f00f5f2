//! What a server does besides answering.

pub mod housekeeping;
pub mod sweep;
