//! The demo page as browsers get it: addresses, codings, and what it weighs on the way.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, header},
};
use fairwheel_tests::{Answer, TestApp};

/// Bytes of the page on the way, its core included: on the 4G of a phone they take a third of a second.
const PAGE_MAX_BYTES: usize = 150_000;

async fn get(app: &TestApp, path: &str, coding: &str) -> Answer {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, coding).body(Body::empty()).expect("a request");
    app.send(request).await
}

/// What a file of the page refers to, by its address: `src` and `href` of HTML, imports, and the core.
fn references(from: &str, text: &str) -> BTreeSet<String> {
    let folder = &from[..=from.rfind('/').expect("a path")];
    let quoted = text.lines().flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_file = |path: &str| [".js", ".css", ".wasm", ".svg"].iter().any(|ending| path.ends_with(ending));
    let files = quoted.filter(|path| is_file(path) && !path.contains([' ', ':']));
    files.map(|path| resolved(folder, path)).collect()
}

fn resolved(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.trim_end_matches('/').split('/').collect();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[tokio::test]
async fn a_page_weighs_little_on_the_way() {
    let app = TestApp::empty().await;
    // Named in two parts, by `core.js`.
    let core = ["/demo/core/fairwheel_wasm_bg.js", "/demo/core/fairwheel_wasm.wasm"];
    let (mut waiting, mut known): (Vec<String>, _) = (core.map(str::to_owned).into(), BTreeSet::new());
    waiting.push("/demo/".to_owned());
    let (mut files, mut plain, mut sent) = (0, 0, 0);
    while let Some(path) = waiting.pop() {
        if !known.insert(path.clone()) {
            continue;
        }
        let whole = get(&app, &path, "identity").await;
        if path.contains("/core/") && whole.status == 404 {
            println!("{path} has not been built: it is not counted");
            continue;
        }
        // A comment may name a file that is no part of the page.
        if whole.status == 404 {
            continue;
        }
        let packed = get(&app, &path, "gzip, deflate, br, zstd").await;
        assert_eq!((whole.status.as_u16(), packed.status.as_u16()), (200, 200), "{path}");
        assert!(packed.bytes.len() <= whole.bytes.len());
        (files, plain, sent) = (files + 1, plain + whole.bytes.len(), sent + packed.bytes.len());
        if whole.header("content-type") != "application/wasm" {
            waiting.extend(references(&path, &whole.text()));
        }
    }
    println!("/demo/ is {files} files of {plain} bytes, of which {sent} are sent");
    assert!(files > 40, "{files}");
    assert!(sent < PAGE_MAX_BYTES, "{sent} bytes");
}

#[tokio::test]
async fn a_page_is_at_its_name_and_links_are_meant_from_there() {
    let app = TestApp::empty().await;
    let page = get(&app, "/demo/", "br").await;
    assert_eq!((page.status.as_u16(), page.header("content-encoding")), (200, "br"));
    assert_eq!(get(&app, "/demo/index", "br").await.bytes, page.bytes);
    let moved = get(&app, "/demo/index/?draw=d1-0#x", "").await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "/demo/index?draw=d1-0"));
    for absent in ["/demo/common", "/demo/common/", "/demo/nothing", "/demo/nothing/", "/demo/common/disc", "/demo//"] {
        get(&app, absent, "br").await.http(404);
    }
}

#[tokio::test]
async fn who_takes_no_brotli_gets_none_and_caches_know() {
    let app = TestApp::empty().await;
    for coding in ["", "gzip", "br;q=0", "identity"] {
        let plain = get(&app, "/demo/main.js", coding).await;
        assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "accept-encoding"), "{coding}");
        assert!(plain.text().contains("import"));
    }
    let packed = get(&app, "/demo/main.js", "br").await;
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), ("br", "accept-encoding"));
    assert_eq!(packed.header("content-type"), "text/javascript; charset=utf-8");
    assert_eq!(packed.header("x-content-type-options"), "nosniff");
    // A page has dozens of such files: what they need not say, they don't.
    for absent in ["content-security-policy", "referrer-policy", "x-request-id"] {
        assert_eq!(packed.header(absent), "", "{absent}");
    }
    let worker = get(&app, "/demo/design/simulate-worker.js", "br").await;
    for document in [worker, get(&app, "/demo/", "br").await, get(&app, "/demo/favicon.svg", "br").await] {
        assert!(document.header("content-security-policy").contains("worker-src 'self'"));
        assert_eq!((document.header("referrer-policy"), document.header("x-request-id").len()), ("no-referrer", 16));
    }
}
