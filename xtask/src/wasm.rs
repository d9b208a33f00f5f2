//! Builds the wasm that phones, browsers and Node share.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::{
    gates, node,
    project::Project,
    sh,
    stamp::{self, Fingerprint},
    toolchain::{self, Toolchain},
    tools,
};

pub(crate) const WASM: &str = "fairwheel_wasm.wasm";
const GLUE: &str = "fairwheel_wasm_bg.js";
const TYPES: &str = "fairwheel_wasm.d.ts";
const GLUE_TYPES: &str = "fairwheel_wasm_bg.d.ts";

/// Plain WebAssembly 1.0: iOS 14 and the base library 2.20.1 know nothing newer. And SHA-256 as a loop: written out it is
/// seven kilobytes longer.
const RUSTFLAGS: [&str; 4] = [
    "-Ctarget-cpu=mvp",
    "-Ctarget-feature=+mutable-globals",
    "-Clink-arg=-zstack-size=65536",
    "--cfg=sha2_backend_soft=\"compact\"",
];

/// The compiled standard library uses later features; they are put back into plain instructions.
const LOWER: [&str; 9] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--llvm-nontrapping-fptoint-lowering",
    "--llvm-memory-copy-fill-lowering",
    "--signext-lowering",
    "--strip-target-features",
];

/// Twice, as the second finds what the first made alike. The two removed exports are Globals, which WeChat on iOS does not
/// export.
const SHRINK: [&str; 7] = [
    "-mvp",
    "--enable-mutable-globals",
    "--strip-producers",
    "-Os",
    "-Os",
    "--remove-exports=__abort_handler",
    "--remove-exports=__instance_terminated",
];

/// `cargo xtask wasm`.
pub(crate) fn run(project: &Project) -> Result<()> {
    build(project)?;
    gates::run(project)
}

/// Where the package is put.
pub(crate) fn package(project: &Project) -> PathBuf {
    project.root.join("wasm/pkg")
}

/// Builds the package, and the page's copy of it, unless they are what the sources give already.
pub(crate) fn build(project: &Project) -> Result<()> {
    let copies = vec![project.root.join("www-demo/core")];
    Build { work: project.target.join("wasm/shipped"), package: package(project), copies, features: "" }.run(project)
}

/// Builds the package with what only `bench` measures, and gives its folder.
pub(crate) fn build_for_bench(project: &Project) -> Result<PathBuf> {
    let work = project.target.join("wasm/bench");
    let package = work.join("pkg");
    Build { work, package: package.clone(), copies: Vec::new(), features: "bench" }.run(project)?;
    Ok(package)
}

struct Build {
    /// Folder of the steps between.
    work: PathBuf,
    package: PathBuf,
    /// Folders that get the package's files beside it.
    copies: Vec<PathBuf>,
    features: &'static str,
}

impl Build {
    fn run(&self, project: &Project) -> Result<()> {
        let toolchain = Toolchain::ensure(project)?;
        let stamp_file = self.work.join("stamp");
        let inputs = inputs(project, &toolchain.version(project)?)?;
        if stamp::is_current(&stamp_file, &self.state(&inputs)?) {
            println!("The wasm is up to date");
            return Ok(());
        }
        node::ensure(project)?;
        let tools = tools::ensure(project)?;
        self.compile(project, toolchain, tools)?;
        self.assemble()?;
        fs::write(stamp_file, self.state(&inputs)?)?;
        println!("Wrote {}", self.package.display());
        Ok(())
    }

    /// The inputs and what was made of them, so that a deleted or edited output is noticed too.
    fn state(&self, inputs: &str) -> Result<String> {
        let outputs = Fingerprint::default().path(&self.package)?;
        let outputs = self.copies.iter().try_fold(outputs, |print, copy| print.path(copy))?.hex();
        Ok(format!("inputs {inputs}\noutputs {outputs}\n"))
    }

    fn compile(&self, project: &Project, toolchain: Toolchain, tools: Vec<PathBuf>) -> Result<()> {
        let flags = RUSTFLAGS.map(str::to_owned).into_iter().chain(toolchain::remap_paths(project)?);
        let mut pack = sh::command("wasm-pack");
        pack.current_dir(&project.root)
            // Its own remarks point to the raw output; what the compiler says is shown all the same.
            .args(["--log-level", "error"])
            .args(["build", "wasm", "--target", "bundler", "--profile", "wasm", "--no-opt", "--no-pack"])
            .args(["--mode", "no-install", "--out-name", "fairwheel_wasm", "--out-dir"])
            .arg(&self.work)
            .args(["--", "--locked", "--features", self.features])
            // Kept apart from the host's: another compiler would build everything there again.
            .env("CARGO_TARGET_DIR", project.target.join("wasm/cargo"))
            .env("CARGO_ENCODED_RUSTFLAGS", toolchain::encode(flags));
        toolchain.apply(&mut pack, tools)?;
        sh::run(&mut pack)?;

        let lowered = self.work.join("lowered.wasm");
        optimise(project, &self.work.join("fairwheel_wasm_bg.wasm"), &lowered, &LOWER)?;
        optimise(project, &lowered, &self.work.join(WASM), &SHRINK)
    }

    /// Puts together the package, and its copies.
    fn assemble(&self) -> Result<()> {
        clear(&self.package)?;
        for name in [WASM, TYPES] {
            let from = self.work.join(name);
            fs::copy(&from, self.package.join(name)).with_context(|| format!("{} was not made", from.display()))?;
        }
        let glue = fs::read_to_string(self.work.join(GLUE)).context("the glue was not made")?;
        fs::write(self.package.join(GLUE), look_at_memory(&glue)?)?;
        // The glue is loaded by hand, so it is the glue whose types are asked for.
        fs::write(
            self.package.join(GLUE_TYPES),
            "export * from './fairwheel_wasm.js';\n\
             /** Hands the instance's exports to the glue, once, before anything else is called. */\n\
             export function __wbg_set_wasm(exports: object): void;\n",
        )?;
        fs::write(self.package.join("package.json"), manifest())?;
        for copy in &self.copies {
            clear(copy)?;
            for name in [WASM, GLUE, TYPES, GLUE_TYPES] {
                fs::copy(self.package.join(name), copy.join(name))?;
            }
        }
        Ok(())
    }
}

/// How the glue asks whether the memory that it knows is the one there is: by whether the former one was taken away, when it
/// grew. As plain JavaScript, where there is no wasm, the core can't take it away.
const STALE_VIEWS: [(&str, &str); 2] = [
    ("cachedUint8ArrayMemory0.byteLength === 0", "cachedUint8ArrayMemory0.buffer !== wasm.memory.buffer"),
    (
        "cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && \
         cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
        "cachedDataViewMemory0.buffer !== wasm.memory.buffer",
    ),
];

/// The glue, never with a view of a memory that is no longer the core's.
fn look_at_memory(glue: &str) -> Result<String> {
    STALE_VIEWS.iter().try_fold(glue.to_owned(), |glue, (asked, better)| {
        ensure!(glue.contains(asked), "the glue asks for its memory in another way than `{asked}`");
        Ok(glue.replace(asked, better))
    })
}

/// Everything that the package depends on.
fn inputs(project: &Project, compiler: &str) -> Result<String> {
    const PATHS: [&str; 7] = [
        "Cargo.toml",
        "Cargo.lock",
        "core/Cargo.toml",
        "core/src",
        "wasm/Cargo.toml",
        "wasm/src",
        "tests/package-lock.json",
    ];
    let start = Fingerprint::default().text(compiler).path(&project.root.join("xtask/src"))?;
    Ok(PATHS.iter().try_fold(start, |print, path| print.path(&project.root.join(path)))?.hex())
}

fn optimise(project: &Project, from: &Path, to: &Path, passes: &[&str]) -> Result<()> {
    sh::run(node::tool(project, "wasm-opt").arg(from).arg("-o").arg(to).args(passes))
}

fn clear(dir: &Path) -> Result<()> {
    if dir.exists() {
        fs::remove_dir_all(dir)?;
    }
    Ok(fs::create_dir_all(dir)?)
}

fn manifest() -> String {
    format!(
        r#"{{
  "name": "fairwheel-wasm",
  "version": "{}",
  "description": "The Fairwheel core for mini-programs, browsers and Node",
  "license": "MIT OR Apache-2.0",
  "type": "module",
  "main": "{GLUE}",
  "types": "{GLUE_TYPES}",
  "files": ["{WASM}", "{GLUE}", "{TYPES}", "{GLUE_TYPES}"]
}}
"#,
        env!("CARGO_PKG_VERSION")
    )
}
