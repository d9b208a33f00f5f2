//! The pages in Chromium, each group of them against a real server of its own: the flows themselves are in
//! `browser/*.test.mjs`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use fairwheel_server::seed;
use fairwheel_tests::TestApp;
use tokio::process::Command;

/// How long the browser tests of a group may take.
const TIME_LIMIT: Duration = Duration::from_mins(25);
/// The server's clock goes on in steps of this, as what it remembers for a while grows old in a browser's time.
const TICK: Duration = Duration::from_millis(200);
/// A diner who has less than one draw costs.
const POOR: (&str, i64) = ("13900000040", 40);
/// Somebody who publishes wheels.
const MERCHANT: &str = "13900000088";

/// Which files of `browser/` run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    /// Of diners, and of those who check.
    Visitors,
    /// Of whoever designs a wheel.
    Designers,
    /// Those that print figures.
    Figures,
}

impl Group {
    fn of(file: &Path) -> Self {
        let name = file.file_name().and_then(|name| name.to_str()).expect("a name");
        if name.contains("figures") {
            Self::Figures
        } else if ["design", "pictures", "store"].iter().any(|start| name.starts_with(start)) {
            Self::Designers
        } else {
            Self::Visitors
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_work_in_a_browser() {
    let (visitors, designers) = tokio::join!(passes(Group::Visitors), passes(Group::Designers));
    // They measure: nothing runs beside them.
    let figures = passes(Group::Figures).await;
    assert!(visitors && designers && figures, "a browser test failed: see its report above");
}

/// Runs the files of a group, and says whether all is well.
async fn passes(group: Group) -> bool {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chromium = PathBuf::from(std::env::var_os("FAIRWHEEL_CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into()));
    needs(&chromium, "Chromium (`apt-get install chromium`), or its path in FAIRWHEEL_CHROMIUM");
    needs(&here.join("node_modules/playwright-core"), "the Node tools (`npm ci` in tests/)");
    needs(&here.join("../www-demo/core/fairwheel_wasm.wasm"), "the core as WebAssembly (`cargo xtask wasm`)");

    let mut app = TestApp::configured(&[("FAIRWHEEL_WELCOME_POINTS", "1500")]).await;
    seed::run(&app.state).await.expect("demo data");
    app.diner(POOR.0, POOR.1).await;
    app.merchant(MERCHANT).await;
    // They have just asked for a code, and will ask again in the browser.
    app.state.clock.advance(Duration::from_secs(61));
    let base_url = app.serve().await;
    let clock = app.state.clone();
    let ticking = tokio::spawn(async move {
        loop {
            tokio::time::sleep(TICK).await;
            clock.clock.advance(TICK);
        }
    });

    let mut node = Command::new("node")
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(test_files(&here.join("browser"), group))
        .current_dir(here)
        .env("FAIRWHEEL_BASE_URL", base_url)
        .env("FAIRWHEEL_CHROMIUM", &chromium)
        .env("FAIRWHEEL_POOR_PHONE", POOR.0)
        .env("FAIRWHEEL_MERCHANT_PHONE", MERCHANT)
        .kill_on_drop(true)
        .spawn()
        .expect("Node.js 20 or newer is needed: `apt-get install nodejs`");
    let status = tokio::time::timeout(TIME_LIMIT, node.wait()).await;
    ticking.abort();
    let status = status.unwrap_or_else(|_| panic!("the browser tests of {group:?} took longer than {TIME_LIMIT:?}"));
    status.expect("node was awaited").success()
}

/// Those of a group, in the order of their names.
fn test_files(folder: &Path, group: Group) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("the folder of the browser tests");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    files.retain(|path| path.to_str().is_some_and(|name| name.ends_with(".test.mjs")) && Group::of(path) == group);
    files.sort();
    assert!(!files.is_empty(), "no tests in {}", folder.display());
    files
}

/// A missing program is a failure that says what to install, never a skipped test.
fn needs(path: &Path, what: &str) {
    assert!(path.exists(), "needed and not found at {}: {what}", path.display());
}
