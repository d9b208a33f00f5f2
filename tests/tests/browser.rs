//! The demo page in Chromium, against a real server: the flows themselves are in `browser/*.test.mjs`.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use fairwheel_server::seed;
use fairwheel_tests::TestApp;
use tokio::process::Command;

/// How long all browser tests together may take.
const TIME_LIMIT: Duration = Duration::from_mins(5);
/// A diner who has less than one draw costs.
const POOR: (&str, i64) = ("13900000040", 40);

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_page_works_in_a_browser() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let chromium = PathBuf::from(std::env::var_os("FAIRWHEEL_CHROMIUM").unwrap_or_else(|| "/usr/bin/chromium".into()));
    needs(&chromium, "Chromium (`apt-get install chromium`), or its path in FAIRWHEEL_CHROMIUM");
    needs(&here.join("node_modules/playwright-core"), "the Node tools (`npm ci` in tests/)");
    needs(&here.join("../www-demo/core/fairwheel_wasm.wasm"), "the core as WebAssembly (`cargo xtask wasm`)");

    let mut app = TestApp::configured(&[("FAIRWHEEL_WELCOME_POINTS", "1500")]).await;
    seed::run(&app.state).await.expect("demo data");
    app.diner(POOR.0, POOR.1).await;
    // The poor diner has just asked for a code, and will ask again in the browser.
    app.state.clock.advance(Duration::from_secs(61));
    let base_url = app.serve().await;

    let mut node = Command::new("node")
        .args(["--test", "--test-concurrency=1", "--test-reporter=spec"])
        .args(["demo", "doubt", "memory", "store", "trouble"].map(|name| format!("browser/{name}.test.mjs")))
        .current_dir(here)
        .env("FAIRWHEEL_BASE_URL", base_url)
        .env("FAIRWHEEL_CHROMIUM", &chromium)
        .env("FAIRWHEEL_POOR_PHONE", POOR.0)
        .kill_on_drop(true)
        .spawn()
        .expect("Node.js 20 or newer is needed: `apt-get install nodejs`");
    let status = tokio::time::timeout(TIME_LIMIT, node.wait()).await;
    let status = status.unwrap_or_else(|_| panic!("the browser tests took longer than {TIME_LIMIT:?}"));
    assert!(status.expect("node was awaited").success(), "a browser test failed: see its report above");
}

/// A missing program is a failure that says what to install, never a skipped test.
fn needs(path: &Path, what: &str) {
    assert!(path.exists(), "needed and not found at {}: {what}", path.display());
}
