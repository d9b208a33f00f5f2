//! Orders, as those see them who fulfil them.

pub mod records;
pub mod status;
