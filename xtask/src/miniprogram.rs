//! The mini-program: its npm package, the app that uses it, and what is checked of both.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

use crate::{
    chromium, debian, node,
    project::Project,
    sh,
    stamp::{self, Fingerprint},
    steps::{self, Step},
    tools, wasm,
};

const FOLDER: &str = "miniprogram-glue";
/// What the package is made of, from the project's folder.
const SOURCES: [&str; 5] =
    ["miniprogram-glue/lib", "miniprogram-glue/build", "www-demo/common", "wasm/pkg", "tests/package-lock.json"];
/// What is made, from the mini-program's folder.
const MADE: [&str; 7] = [
    "miniprogram_dist",
    "fallback",
    "app/miniprogram_npm/fairwheel-miniprogram",
    "app/fallback",
    "app/merchant/common",
    "tests/fixture/miniprogram_npm/fairwheel-miniprogram",
    "tests/fixture/fallback",
];
/// Milliseconds for each file.
const TESTS_TIMEOUT: &str = "--test-timeout=300000";
const MACOS_JSC: &str = "/System/Library/Frameworks/JavaScriptCore.framework/Versions/Current/Helpers/jsc";

/// `cargo xtask miniprogram test`.
const STEPS: [Step; 7] = [
    ("Node tools", node::ensure),
    ("mini-program", build),
    ("types of the mini-program", check_types),
    ("what is packed of the mini-program", test_packed),
    ("logic of the mini-program", test_logic),
    ("core in the engine of iPhones", test_engine),
    ("mini-program in a browser", test_rendering),
];

/// `cargo xtask miniprogram`.
pub(crate) fn run(project: &Project) -> Result<()> {
    wasm::build(project)?;
    node::ensure(project)?;
    build(project)
}

/// What `test` does for the mini-program alone.
pub(crate) fn test(project: &Project) -> Result<()> {
    wasm::build(project)?;
    steps::run(project, &STEPS)
}

/// Builds the package and puts it into the app, unless they are what the sources give already.
pub(crate) fn build(project: &Project) -> Result<()> {
    let stamp_file = project.target.join("miniprogram/stamp");
    if stamp::is_current(&stamp_file, &state(project)?) {
        println!("The mini-program is up to date");
        return Ok(());
    }
    sh::run(node::node(project).arg(project.root.join(FOLDER).join("build/build.mjs")))?;
    fs::create_dir_all(project.target.join("miniprogram"))?;
    fs::write(stamp_file, state(project)?)?;
    println!("Wrote {FOLDER}/miniprogram_dist, and the app's copy of it");
    Ok(())
}

/// The sources and what was made of them, so that a deleted or edited output is noticed too.
fn state(project: &Project) -> Result<String> {
    let of = |root: &Path, paths: &[&str]| -> Result<String> {
        Ok(paths.iter().try_fold(Fingerprint::default(), |print, path| print.path(&root.join(path)))?.hex())
    };
    Ok(format!("sources {}\nmade {}\n", of(&project.root, &SOURCES)?, of(&project.root.join(FOLDER), &MADE)?))
}

pub(crate) fn check_types(project: &Project) -> Result<()> {
    ["tsconfig.json", "tsconfig.app.json"]
        .iter()
        .try_for_each(|file| sh::run(node::tool(project, "tsc").arg("--project").arg(format!("{FOLDER}/{file}"))))
}

/// What is packed: that WeChat's compilers take it, and how large it is.
pub(crate) fn test_packed(project: &Project) -> Result<()> {
    sh::run(&mut tests(project, "packaged")?)
}

/// Modules and pages without anything to look at; some of them talk to the real server.
pub(crate) fn test_logic(project: &Project) -> Result<()> {
    sh::run(tests(project, "")?.env("FAIRWHEEL_SERVER", server(project)?))
}

pub(crate) fn test_engine(project: &Project) -> Result<()> {
    sh::run(tests(project, "engine")?.env("FAIRWHEEL_JSC", jsc()?))
}

/// In Chromium, against the real server.
pub(crate) fn test_rendering(project: &Project) -> Result<()> {
    let chromium = chromium::ensure()?;
    let compiler = tools::stylesheet_compiler(project)?;
    sh::run(
        tests(project, "rendering")?
            .env("FAIRWHEEL_CHROMIUM", chromium)
            .env("FAIRWHEEL_WXSS_COMPILER", compiler)
            .env("FAIRWHEEL_SERVER", server(project)?),
    )
}

fn server(project: &Project) -> Result<PathBuf> {
    sh::run(sh::cargo(&project.root).args(["build", "--package", "fairwheel-server"]))?;
    Ok(project.binary("fairwheel-server"))
}

/// Node's test runner with every test of a folder below the mini-program's `tests`.
fn tests(project: &Project, folder: &str) -> Result<Command> {
    let dir = project.root.join(FOLDER).join("tests").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(&dir)
        .with_context(|| format!("cannot read {}", dir.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    ensure!(!files.is_empty(), "{} has no *.test.mjs", dir.display());
    let mut node = node::node(project);
    // One file at a time: those that render have a browser and a server each.
    node.args(["--test", "--test-concurrency=1", "--test-reporter=spec", TESTS_TIMEOUT]);
    // Each version of Node finds tests in a folder in another way, so the files are named.
    node.args(files);
    Ok(node)
}

/// The shell of `JavaScriptCore`, the engine of Safari and of every iPhone.
fn jsc() -> Result<PathBuf> {
    let find = || {
        let given = env::var_os("FAIRWHEEL_JSC").filter(|given| !given.is_empty()).map(PathBuf::from);
        given.or_else(|| sh::on_path("jsc")).or_else(|| Some(MACOS_JSC.into())).filter(|path| path.is_file())
    };
    if let Some(found) = find() {
        return Ok(found);
    }
    debian::install("JavaScriptCore's shell", &["libjavascriptcoregtk-4.0-bin"])?;
    find().context("JavaScriptCore is installed, but jsc is not on PATH")
}
