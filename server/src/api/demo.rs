//! The demo page under `/demo/`: read from the folder in a debug build, part of the binary in a release build.

mod coding;

use std::borrow::Cow;

use axum::{
    Router,
    body::Bytes,
    extract::{Path, rejection::PathRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use rust_embed::RustEmbed;

use super::layers::Bare;
use crate::{app::AppState, error::status_answer};

#[derive(RustEmbed)]
#[folder = "../www-demo"]
#[include = "*.html"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.json"]
#[include = "*.wasm"]
#[include = "*.svg"]
#[include = "*.png"]
#[include = "*.webp"]
#[include = "*.ico"]
#[include = "*.woff2"]
#[include = "*.webmanifest"]
#[include = "*.txt"]
#[exclude = "node_modules/*"]
#[exclude = "test/*"]
#[exclude = "tests/*"]
struct Files;

/// Nothing from elsewhere, nothing inline; WebAssembly may be compiled, and workers started from files of the page.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: \
                      blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// `/demo` and everything below it.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/demo", get(async || Redirect::permanent("/demo/")))
        .route("/demo/", get(async |headers: HeaderMap| file("index.html", &headers).await))
        .route("/demo/{*path}", get(any))
}

async fn any(path: Result<Path<String>, PathRejection>, uri: Uri, headers: HeaderMap) -> Response {
    let Ok(Path(path)) = path else { return status_answer(StatusCode::NOT_FOUND) };
    match place(&path, |path| Files::get(path).is_some()) {
        Place::Here(path) => file(&path, &headers).await,
        Place::Elsewhere(page) => {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            Redirect::permanent(&format!("/demo/{page}{query}")).into_response()
        }
    }
}

/// Compresses what is part of the binary, so that the first visitor need not wait for it. A debug build, whose files change,
/// waits for who asks.
pub async fn prepare() {
    if cfg!(debug_assertions) {
        return;
    }
    for path in Files::iter() {
        if let (Some(file), true) = (Files::get(&path), coding::is_for(&content_type(&path))) {
            coding::packed(&path, file.metadata.sha256_hash(), &content(file.data)).await;
        }
    }
}

fn content(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(content) => Bytes::from_static(content),
        Cow::Owned(content) => content.into(),
    }
}

/// Where what is asked for is found.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// At this path in the folder, if anywhere.
    Here(String),
    /// On the page of this name: its links are meant from there.
    Elsewhere(String),
}

/// `NAME` is `NAME.html`, and `FOLDER/` its `index.html`. A page has no slash at its end, even if a folder of its modules
/// lies beside it.
fn place(path: &str, is_file: impl Fn(&str) -> bool) -> Place {
    let page = |name: &str| !name.contains(['/', '.']) && is_file(&format!("{name}.html"));
    match path.strip_suffix('/') {
        Some(name) if !is_file(&format!("{path}index.html")) && page(name) => Place::Elsewhere(name.to_owned()),
        Some(_) => Place::Here(format!("{path}index.html")),
        None if page(path) => Place::Here(format!("{path}.html")),
        None => Place::Here(path.to_owned()),
    }
}

async fn file(path: &str, headers: &HeaderMap) -> Response {
    let Some(file) = Files::get(path) else { return missing(path) };
    let (kind, hash) = (content_type(path), file.metadata.sha256_hash());
    let content = content(file.data);
    let is_packable = coding::is_for(&kind);
    let is_wanted = is_packable && coding::wants_brotli(headers);
    let packed = if is_wanted { coding::packed(path, hash, &content).await } else { None };
    let coding = packed.is_some().then_some("br");
    let tag = format!("\"{}{}\"", hex::encode(&hash[..8]), if packed.is_some() { "-br" } else { "" });
    let is_part = is_part(path, &kind);
    let mut response = if is_known(headers, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(CONTENT_TYPE, kind)], coding.map(|coding| [(CONTENT_ENCODING, coding)]), packed.unwrap_or(content))
            .into_response()
    };
    if is_part {
        response.extensions_mut().insert(Bare);
    }
    let headers = response.headers_mut();
    if !is_part {
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if is_packable {
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}

/// Whether a file is only ever part of a page, and so under the page's own policy. A worker takes the policy that its script
/// came with, and what is no script may be opened by itself.
fn is_part(path: &str, content_type: &str) -> bool {
    match content_type.split(';').next() {
        Some("text/javascript") => !path.ends_with("-worker.js"),
        Some("text/css" | "application/wasm") => true,
        _ => false,
    }
}

/// Whether the browser has what has this tag. A proxy that compresses may have made it a weak one.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(IF_NONE_MATCH).iter().filter_map(|list| list.to_str().ok());
    let mut seen = lists.flat_map(|list| list.split(',')).map(str::trim);
    seen.any(|seen| seen == "*" || seen.strip_prefix("W/").unwrap_or(seen) == tag)
}

/// The type by the ending; browsers refuse modules and WebAssembly of any other type.
fn content_type(path: &str) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    match guess.type_() {
        mime_guess::mime::TEXT => format!("{guess}; charset=utf-8"),
        _ => guess.to_string(),
    }
}

fn missing(path: &str) -> Response {
    if path.starts_with("core/") {
        let text = "The WebAssembly core has not been built yet: run `cargo xtask wasm`.\n";
        return (StatusCode::NOT_FOUND, [(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response();
    }
    status_answer(StatusCode::NOT_FOUND)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, header::ACCEPT_ENCODING};
    use http_body_util::BodyExt;

    use super::*;

    #[test]
    fn types_are_what_browsers_insist_on() {
        assert_eq!(content_type("core/x.wasm"), "application/wasm");
        assert_eq!(content_type("a/app.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("index.html"), "text/html; charset=utf-8");
        assert_eq!(content_type("style.css"), "text/css; charset=utf-8");
    }

    fn asked(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    async fn body(response: Response) -> Bytes {
        response.into_body().collect().await.unwrap().to_bytes()
    }

    #[tokio::test]
    async fn the_page_comes_with_its_policy_and_only_when_it_changed() {
        let page = file("index.html", &HeaderMap::new()).await;
        assert_eq!(page.status(), StatusCode::OK);
        let policy = page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.contains("script-src 'self' 'wasm-unsafe-eval';") && policy.contains("worker-src 'self';"));
        let tag = page.headers()[ETAG].to_str().unwrap().to_owned();
        for seen in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let again = file("index.html", &asked(IF_NONE_MATCH, &seen)).await;
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{seen}");
            assert_eq!(
                (&again.headers()[ETAG], &again.headers()[VARY]),
                (&page.headers()[ETAG], &page.headers()[VARY])
            );
        }
        for seen in ["\"other\"", &tag[1..tag.len() - 1], ""] {
            assert_eq!(file("index.html", &asked(IF_NONE_MATCH, seen)).await.status(), StatusCode::OK, "{seen}");
        }
    }

    #[tokio::test]
    async fn what_may_run_by_itself_has_a_policy_of_its_own() {
        let has_policy = async |path| {
            let answer = file(path, &HeaderMap::new()).await;
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
            assert_eq!(
                answer.extensions().get::<Bare>().is_none(),
                answer.headers().contains_key(CONTENT_SECURITY_POLICY)
            );
            answer.headers().contains_key(CONTENT_SECURITY_POLICY)
        };
        for path in Files::iter() {
            let text = String::from_utf8_lossy(&Files::get(&path).unwrap().data).into_owned();
            let script = text.split_once("new Worker(").and_then(|(_, script)| script.split('"').nth(1));
            if let (Some(script), false) = (script, path.starts_with("vendor/")) {
                assert!(script.ends_with("-worker.js"), "{path} starts {script}, which gets no policy");
            }
        }
        for path in ["index.html", "design.html", "favicon.svg", "design/simulate-worker.js", "check/qr-worker.js"] {
            assert!(has_policy(path).await, "{path}");
        }
        for path in ["main.js", "design/main.js", "tokens.css"] {
            assert!(!has_policy(path).await, "{path}");
        }
    }

    #[tokio::test]
    async fn the_same_file_in_brotli_has_a_tag_of_its_own() {
        let (plain, br) =
            (file("main.js", &HeaderMap::new()).await, file("main.js", &asked(ACCEPT_ENCODING, "br")).await);
        assert_eq!(
            (plain.headers().get(CONTENT_ENCODING), &br.headers()[CONTENT_ENCODING]),
            (None, &"br".parse().unwrap())
        );
        assert_eq!(
            (&plain.headers()[VARY], &br.headers()[VARY]),
            (&"accept-encoding".parse().unwrap(), &plain.headers()[VARY])
        );
        assert_eq!(plain.headers()[CONTENT_TYPE], br.headers()[CONTENT_TYPE]);
        assert_ne!(plain.headers()[ETAG], br.headers()[ETAG]);
        let mut seen = asked(ACCEPT_ENCODING, "br");
        seen.insert(IF_NONE_MATCH, plain.headers()[ETAG].clone());
        assert_eq!(file("main.js", &seen).await.status(), StatusCode::OK, "it has another coding of it");
        seen.insert(IF_NONE_MATCH, br.headers()[ETAG].clone());
        assert_eq!(file("main.js", &seen).await.status(), StatusCode::NOT_MODIFIED);
        let (plain, br) = (body(plain).await, body(br).await);
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(&mut brotli::Decompressor::new(br.as_ref(), 4096), &mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
        assert!(br.len() * 2 < plain.len());
    }

    #[test]
    fn a_page_has_no_slash_at_its_end_and_a_folder_has() {
        let files = ["index.html", "design.html", "design/main.js", "album.html", "album/index.html", "a/b.html"];
        let place = |path| place(path, |path| files.contains(&path));
        let here = |path: &str| Place::Here(path.to_owned());
        for (path, found) in [
            ("design", here("design.html")),
            ("design/", Place::Elsewhere("design".to_owned())),
            ("design/main.js", here("design/main.js")),
            ("design.html", here("design.html")),
            ("album", here("album.html")),
            ("album/", here("album/index.html")),
            ("index", here("index.html")),
            ("nothing", here("nothing")),
            ("nothing/", here("nothing/index.html")),
            // Pages lie at the top.
            ("a/b", here("a/b")),
            ("a/b/", here("a/b/index.html")),
            ("design//", here("design//index.html")),
            (".", here(".")),
            ("../design", here("../design")),
        ] {
            assert_eq!(place(path), found, "{path}");
        }
    }

    #[tokio::test]
    async fn nothing_outside_the_folder_is_served() {
        for path in ["../Cargo.toml", "../../etc/passwd", "/etc/passwd", "..%2fCargo.toml", ".env", "node_modules/x.js"]
        {
            assert_eq!(file(path, &HeaderMap::new()).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["", "common", "common/", "css"] {
            assert_eq!(file(path, &HeaderMap::new()).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
