//! Shows that `core` links no std: a crate that cannot be built beside std is built with it.

use anyhow::{Result, ensure};

use crate::{project::Project, sh};

pub(crate) fn run(project: &Project) -> Result<()> {
    let build = || {
        let mut cargo = sh::cargo(&project.root.join("core/nostd-probe"));
        cargo.args(["build", "--locked"]).env("CARGO_TARGET_DIR", project.target.join("nostd-probe"));
        cargo
    };
    sh::run(&mut build())?;
    // A probe that cannot fail shows nothing, so std is let in on purpose.
    let leaky = build().args(["--features", "leak-std"]).output()?;
    let told = String::from_utf8_lossy(&leaky.stderr);
    ensure!(
        !leaky.status.success() && told.contains("error[E0152]") && told.contains("`panic_impl`"),
        "the probe was to refuse std and did not:\n{told}"
    );
    println!("fairwheel-core links no std, and the probe does refuse std");
    Ok(())
}
