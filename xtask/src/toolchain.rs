//! Where the compiler for wasm comes from.
//!
//! Most machines have rustup, and rustup can fetch the target. Where it cannot, Debian's own Rust brings the sources of
//! its standard library, from which the target is built once. That Rust lives in `/usr` beside rustup's, and only its
//! sources match its compiler exactly.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{debian, project::Project, sh, stamp};

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTLIB: &str = "/usr/lib/rustlib";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The one on PATH.
    Ambient,
    Debian,
}

impl Toolchain {
    /// A toolchain that has the wasm target; installs what is missing.
    pub(crate) fn ensure(project: &Project) -> Result<Self> {
        let choice = env::var("FAIRWHEEL_WASM_TOOLCHAIN").unwrap_or_default();
        match choice.as_str() {
            "" | "auto" => {
                if is_ambient_ready(project) {
                    Ok(Self::Ambient)
                } else if is_debian_ready() {
                    Ok(Self::Debian)
                } else if sh::on_path("rustup").is_some() && add_rustup_target(project).is_ok() {
                    Ok(Self::Ambient)
                } else if debian::can_install() {
                    println!("rustup could not add {TARGET}; taking Debian's Rust");
                    make_debian_target(project)
                } else {
                    bail!("the Rust target {TARGET} is missing: install it with `rustup target add {TARGET}`")
                }
            }
            "rustup" => {
                if !is_ambient_ready(project) {
                    add_rustup_target(project)?;
                }
                Ok(Self::Ambient)
            }
            "debian" if is_debian_ready() => Ok(Self::Debian),
            "debian" => make_debian_target(project),
            other => bail!("FAIRWHEEL_WASM_TOOLCHAIN must be auto, rustup or debian, not {other:?}"),
        }
    }

    /// The compiler's full description of itself.
    pub(crate) fn version(self, project: &Project) -> Result<String> {
        match self {
            Self::Ambient => sh::capture(rustc(project).arg("-vV")),
            Self::Debian => debian_version(),
        }
    }

    /// Makes `command` and what it starts use this toolchain, with `tools` on PATH before it.
    pub(crate) fn apply(self, command: &mut Command, mut tools: Vec<PathBuf>) -> Result<()> {
        if self == Self::Debian {
            tools.push("/usr/bin".into());
            command.env("RUSTC", DEBIAN_RUSTC).env("CARGO", DEBIAN_CARGO).env_remove("RUSTUP_TOOLCHAIN");
        }
        command.env("PATH", sh::path_with(&tools)?);
        Ok(())
    }
}

/// Flags that take this machine's folders out of the names of source files, which messages of panics carry.
pub(crate) fn remap_paths(project: &Project) -> Result<Vec<String>> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))).context("HOME is not set")?;
    let sources = home.join("registry/src");
    let mut folders = vec![project.root.clone()];
    if sources.is_dir() {
        // One folder for each registry, named after it.
        folders.extend(fs::read_dir(sources)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?);
    }
    folders.sort();
    Ok(folders.iter().map(|folder| format!("--remap-path-prefix={}=.", folder.display())).collect())
}

/// A value for `CARGO_ENCODED_RUSTFLAGS`, in which a flag may hold a space.
pub(crate) fn encode(flags: impl IntoIterator<Item = String>) -> String {
    flags.into_iter().collect::<Vec<_>>().join("\x1f")
}

fn rustc(project: &Project) -> Command {
    let mut rustc = sh::command("rustc");
    rustc.current_dir(&project.root);
    rustc
}

fn is_ambient_ready(project: &Project) -> bool {
    let dir = sh::capture(rustc(project).args(["--print", "target-libdir", "--target", TARGET]));
    dir.is_ok_and(|dir| Path::new(dir.trim()).is_dir())
}

fn add_rustup_target(project: &Project) -> Result<()> {
    sh::run(sh::command("rustup").args(["target", "add", TARGET]).current_dir(&project.root))
}

fn debian_version() -> Result<String> {
    sh::capture(sh::command(DEBIAN_RUSTC).arg("-vV"))
}

/// Written last, so that it vouches for everything beside it; an upgrade of the compiler makes it stale.
fn debian_stamp() -> PathBuf {
    Path::new(DEBIAN_RUSTLIB).join(TARGET).join("fairwheel-stamp")
}

fn debian_linker(version: &str) -> Result<PathBuf> {
    let host = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    Ok(Path::new(host).join("bin/rust-lld"))
}

fn is_debian_ready() -> bool {
    Path::new(DEBIAN_RUSTC).exists()
        && debian_version().is_ok_and(|version| {
            stamp::is_current(&debian_stamp(), &version)
                && debian_linker(&version).is_ok_and(|linker| Path::new(DEBIAN_RUSTLIB).join(linker).exists())
        })
}

fn make_debian_target(project: &Project) -> Result<Toolchain> {
    let missing = debian::missing(&DEBIAN_PACKAGES);
    if !missing.is_empty() {
        debian::install("the wasm compiler", &missing)?;
    }
    if !debian::can_install() {
        bail!("building the target {TARGET} into {DEBIAN_RUSTLIB} needs root; or use `rustup target add {TARGET}`");
    }
    let version = debian_version()?;
    if !stamp::is_current(&debian_stamp(), &version) {
        println!("Building the standard library for {TARGET} once (about 2 minutes)");
        build_debian_std(project).context("the standard library for wasm could not be built")?;
        fs::write(debian_stamp(), &version)?;
    }
    link_debian_linker(project, &version)?;
    Ok(Toolchain::Debian)
}

/// Builds std in a throw-away crate and puts its rlibs where the compiler looks for them.
fn build_debian_std(project: &Project) -> Result<()> {
    let dir = project.target.join("wasm/std");
    if dir.exists() {
        fs::remove_dir_all(&dir)?;
    }
    fs::create_dir_all(dir.join("src"))?;
    fs::write(dir.join("src/lib.rs"), "")?;
    fs::write(dir.join("Cargo.toml"), "[package]\nname = \"throwaway\"\nedition = \"2024\"\n\n[workspace]\n")?;
    let mut cargo = sh::command(DEBIAN_CARGO);
    cargo.args(["build", "--release", "--target", TARGET, "-Z", "build-std=std,panic_abort", "--target-dir", "out"]);
    // Without its bitcode the library cannot take part in the link-time optimisation of the wasm.
    let flags = std::iter::once("-Cembed-bitcode=yes".to_owned()).chain(remap_paths(project)?);
    cargo.current_dir(&dir).env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", encode(flags));
    Toolchain::Debian.apply(&mut cargo, Vec::new())?;
    sh::run(&mut cargo)?;

    let lib = Path::new(DEBIAN_RUSTLIB).join(TARGET).join("lib");
    if lib.exists() {
        fs::remove_dir_all(&lib)?;
    }
    fs::create_dir_all(&lib)?;
    for entry in fs::read_dir(dir.join("out").join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        if path.extension().is_some_and(|kind| kind == "rlib") && !name.as_encoded_bytes().starts_with(b"libthrowaway")
        {
            fs::copy(&path, lib.join(name))?;
        }
    }
    fs::remove_dir_all(&dir)?;
    Ok(())
}

/// Debian's Rust comes without the linker for wasm; rustup's has it.
fn link_debian_linker(project: &Project, version: &str) -> Result<()> {
    let linker = debian_linker(version)?;
    let link = Path::new(DEBIAN_RUSTLIB).join(&linker);
    if link.exists() {
        return Ok(());
    }
    let sysroot = sh::capture(rustc(project).args(["--print", "sysroot"]))?;
    let original = Path::new(sysroot.trim()).join("lib/rustlib").join(&linker);
    if !original.exists() {
        bail!("the linker {} is missing: install Rust with rustup, which brings it", original.display());
    }
    if link.is_symlink() {
        fs::remove_file(&link)?;
    }
    fs::create_dir_all(link.parent().context("a linker is in a folder")?)?;
    std::os::unix::fs::symlink(original, link)?;
    Ok(())
}
