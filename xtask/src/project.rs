//! Where the checkout and its build output are.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

#[derive(Debug)]
pub(crate) struct Project {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever the user's settings put it.
    pub(crate) target: PathBuf,
    /// This program: cargo puts the server beside it.
    pub(crate) exe: PathBuf,
}

impl Project {
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask is not in a folder")?.to_owned();
        let exe = env::current_exe()?;
        let target = exe.ancestors().nth(2).context("xtask was not started by cargo")?.to_owned();
        Ok(Self { root, target, exe })
    }

    /// The binary `name`, as `cargo build` in the same profile leaves it.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.exe.with_file_name(name)
    }
}
