//! Programs that come as Rust sources: taken from PATH if the version fits, else built once and kept outside the checkout.

use std::{env, fs, path::PathBuf};

use anyhow::{Context, Result, bail};

use crate::{project::Project, sh};

const WASM_PACK_VERSION: &str = "0.15.1";
/// Of the same version as the packages of glass-easel in `tests/package.json`.
const STYLESHEET_COMPILER: &str = "glass-easel-stylesheet-compiler";
const STYLESHEET_COMPILER_VERSION: &str = "0.12.1";

struct Tool {
    package: &'static str,
    binary: &'static str,
    version: String,
    /// Whether the package's own lock file is kept to. wasm-bindgen-cli's cannot be: it names withdrawn versions.
    is_locked: bool,
}

/// The folders to put before PATH.
pub(crate) fn ensure(project: &Project) -> Result<Vec<PathBuf>> {
    let lock = fs::read_to_string(project.root.join("Cargo.lock"))?;
    let bindgen = locked_version(&lock, "wasm-bindgen").context("Cargo.lock has no wasm-bindgen")?;
    let tools = [
        Tool { package: "wasm-pack", binary: "wasm-pack", version: WASM_PACK_VERSION.to_owned(), is_locked: true },
        Tool { package: "wasm-bindgen-cli", binary: "wasm-bindgen", version: bindgen, is_locked: false },
    ];
    let dirs = tools.iter().map(|tool| find_or_build(project, tool)).collect::<Result<Vec<_>>>()?;
    Ok(dirs.into_iter().flatten().collect())
}

/// The compiler of WXSS for the browser in which the mini-program is tested.
pub(crate) fn stylesheet_compiler(project: &Project) -> Result<PathBuf> {
    let name = STYLESHEET_COMPILER;
    let version = STYLESHEET_COMPILER_VERSION.to_owned();
    let folder = find_or_build(project, &Tool { package: name, binary: name, version, is_locked: true })?;
    folder.map(|folder| folder.join(name)).or_else(|| sh::on_path(name)).context("the compiler of WXSS is gone")
}

/// The folder of the tool's binary, or nothing if the one on PATH serves.
fn find_or_build(project: &Project, tool: &Tool) -> Result<Option<PathBuf>> {
    let Tool { package, binary, version, is_locked } = tool;
    let fits = |program: PathBuf| {
        let printed = sh::command(program).arg("--version").output();
        printed
            .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).split_whitespace().any(|word| word == version))
    };
    if sh::on_path(binary).is_some_and(fits) {
        return Ok(None);
    }
    let root = cache()?.join(format!("{package}-{version}"));
    let bin = root.join("bin");
    if !fits(bin.join(binary)) {
        println!("Building {package} {version} once, into {} (some minutes)", root.display());
        let mut install = sh::cargo(&project.root);
        install.args(["install", package, "--version", version, "--force", "--root"]).arg(&root);
        if *is_locked {
            install.arg("--locked");
        }
        sh::run(&mut install)?;
    }
    Ok(Some(bin))
}

fn cache() -> Result<PathBuf> {
    let given = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
    let dir = given.or_else(|| env::home_dir().map(|home| home.join(".cache")));
    let Some(dir) = dir else { bail!("neither XDG_CACHE_HOME nor HOME is set") };
    Ok(dir.join("fairwheel/tools"))
}

/// The version that a Cargo.lock has of a package.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    Some(lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_that_of_the_exact_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
