//! Installing system packages where that can be done without asking: on Debian, as root.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::sh;

/// Installs Debian packages, or says which ones are needed for `purpose` and fails.
pub(crate) fn install(purpose: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if !can_install() {
        bail!(
            "{purpose} needs to be installed first. On Debian: sudo apt-get install {list}. \
             Elsewhere: the packages that stand for them. Then run the same command again."
        );
    }
    println!("Installing {list} for {purpose}");
    // Images often come without package lists, and old lists name versions that are gone.
    sh::run(apt().arg("update"))?;
    sh::run(apt().args(["install", "--yes", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("{purpose} could not be installed"))
}

/// Those of `packages` that dpkg does not have.
pub(crate) fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    let is_installed = |package: &str| {
        sh::command("dpkg-query")
            .args(["--show", "--showformat=${Status}", package])
            .output()
            .is_ok_and(|output| output.stdout == b"install ok installed")
    };
    packages.iter().copied().filter(|package| !is_installed(package)).collect()
}

pub(crate) fn can_install() -> bool {
    Path::new("/etc/debian_version").exists() && sh::on_path("apt-get").is_some() && sh::is_root()
}

fn apt() -> std::process::Command {
    let mut apt = sh::command("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive").args([
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=300",
        "-o",
        "Dpkg::Use-Pty=0",
    ]);
    apt
}
