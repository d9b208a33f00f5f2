//! Node and the packages of `tests/package.json`.

use std::{fs, process::Command};

use anyhow::{Context, Result, bail};

use crate::{
    project::Project,
    sh,
    stamp::{self, Fingerprint},
};

const NODE_MAJOR_MIN: u32 = 20;

/// Checks Node's version, and installs the packages again if the lock file changed.
pub(crate) fn ensure(project: &Project) -> Result<()> {
    let version = sh::capture(sh::command("node").arg("--version"))
        .with_context(|| format!("install Node {NODE_MAJOR_MIN} or later, with npm"))?;
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|major| major.parse().ok());
    if major.is_none_or(|major: u32| major < NODE_MAJOR_MIN) {
        bail!("Node {NODE_MAJOR_MIN} or later is needed, not {}", version.trim());
    }
    let dir = project.root.join("tests");
    let stamp_file = dir.join("node_modules/.fairwheel-stamp");
    let wanted = Fingerprint::default().path(&dir.join("package.json"))?.path(&dir.join("package-lock.json"))?.hex();
    if stamp::is_current(&stamp_file, &wanted) {
        return Ok(());
    }
    println!("Installing the Node tools of tests/package.json");
    sh::run(sh::command("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&dir))?;
    fs::write(stamp_file, wanted)?;
    Ok(())
}

/// A program that one of the packages brings.
pub(crate) fn tool(project: &Project, name: &str) -> Command {
    let mut tool = sh::command(project.root.join("tests/node_modules/.bin").join(name));
    tool.current_dir(&project.root);
    tool
}

/// Node itself, in the project's folder.
pub(crate) fn node(project: &Project) -> Command {
    let mut node = sh::command("node");
    node.current_dir(&project.root);
    node
}
