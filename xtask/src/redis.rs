//! The Redis that the tests start, one each.

use anyhow::{Result, ensure};

use crate::{debian, sh};

/// Installs it where it is missing.
pub(crate) fn ensure() -> Result<()> {
    let is_there = || sh::on_path("redis-server").is_some();
    if !is_there() {
        debian::install("Redis, by which servers wake each other in the tests,", &["redis-server"])?;
        ensure!(is_there(), "Redis is installed, but there is no redis-server on PATH");
    }
    Ok(())
}
