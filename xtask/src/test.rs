//! `cargo xtask test`: everything, the cheapest first.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::{
    chromium,
    mariadb::{self, MariaDb},
    miniprogram, node, ocr, probe,
    project::Project,
    redis, sh,
    steps::{self, Step},
    wasm,
};

const STEPS: [Step; 18] = [
    ("format", format),
    ("Node tools", node::ensure),
    ("lint of the scripts", lint_scripts),
    ("clippy", clippy),
    ("no_std probe", probe::run),
    ("documentation", documentation),
    ("wasm", wasm::run),
    ("mini-program", miniprogram::build),
    ("types of the page", check_types),
    ("types of the mini-program", miniprogram::check_types),
    ("wasm in Node", test_wasm),
    ("logic of the page", test_page),
    ("what is packed of the mini-program", miniprogram::test_packed),
    ("logic of the mini-program", miniprogram::test_logic),
    ("core in the engine of iPhones", miniprogram::test_engine),
    ("tests on SQLite", test_on_sqlite),
    ("mini-program in a browser", miniprogram::test_rendering),
    ("tests on MariaDB", test_on_mariadb),
];

/// Milliseconds for each file.
const NODE_TESTS_TIMEOUT: &str = "--test-timeout=300000";

pub(crate) fn run(project: &Project) -> Result<()> {
    steps::run(project, &STEPS)
}

fn format(project: &Project) -> Result<()> {
    sh::run(sh::cargo(&project.root).args(["fmt", "--all", "--check"])).context("`cargo fmt --all` puts this right")?;
    let probe = project.root.join("core/nostd-probe");
    sh::run(sh::cargo(&probe).args(["fmt", "--check"])).context("`cargo fmt` in core/nostd-probe puts this right")
}

fn lint_scripts(project: &Project) -> Result<()> {
    let tests = project.root.join("tests");
    sh::run(node::tool(project, "biome").current_dir(tests).args([
        "lint",
        "--error-on-warnings",
        "--max-diagnostics=200",
        ".",
        "../www-demo",
        "../wasm",
        "../miniprogram-glue",
    ]))
}

fn clippy(project: &Project) -> Result<()> {
    sh::run(sh::cargo(&project.root).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}

fn documentation(project: &Project) -> Result<()> {
    sh::run(sh::cargo(&project.root).args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
}

fn check_types(project: &Project) -> Result<()> {
    sh::run(node::tool(project, "tsc").args(["--noEmit", "--project", "tests/tsconfig.json"]))
}

fn test_wasm(project: &Project) -> Result<()> {
    node_tests(project, "wasm/tests")
}

/// What the page works out without a browser.
fn test_page(project: &Project) -> Result<()> {
    node_tests(project, "tests/page")
}

fn node_tests(project: &Project, folder: &str) -> Result<()> {
    // Each version of Node finds tests in a folder in another way, so the files are named.
    let mut files: Vec<_> = fs::read_dir(project.root.join(folder))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    ensure!(!files.is_empty(), "{folder} has no *.test.mjs");
    sh::run(node::node(project).args(["--test", NODE_TESTS_TIMEOUT]).args(files))
}

fn test_on_sqlite(project: &Project) -> Result<()> {
    let chromium = chromium::ensure()?;
    ocr::ensure()?;
    redis::ensure()?;
    sh::run(
        sh::cargo(&project.root)
            .args(["test", "--workspace", "--exclude", "fairwheel-wasm"])
            .env("FAIRWHEEL_CHROMIUM", chromium)
            .env_remove(mariadb::VARIABLE),
    )
}

/// What has to do with the database, again. Neither the page nor the reader of receipts knows which one it is.
fn test_on_mariadb(project: &Project) -> Result<()> {
    let mariadb = MariaDb::for_tests()?;
    redis::ensure()?;
    sh::run(
        sh::cargo(&project.root)
            .args(["test", "--package", "fairwheel-server", "--package", "fairwheel-tests", "--lib", "--tests"])
            .args(["--", "--skip", "in_a_browser"])
            .args(["--skip", "receipts_are_read_right_or_not_at_all"])
            .env(mariadb::VARIABLE, &mariadb.address),
    )
}
