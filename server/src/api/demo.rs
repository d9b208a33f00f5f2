//! The demo page under `/demo/`: read from the folder in a debug build, part of the binary in a release build.

use axum::{
    Router,
    extract::{Path, rejection::PathRejection},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use rust_embed::RustEmbed;

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
#[exclude = "node_modules/*"]
#[exclude = "test/*"]
#[exclude = "tests/*"]
struct Files;

/// Nothing from elsewhere, nothing inline; WebAssembly may be compiled.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: \
                      blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action \
                      'none'; frame-ancestors 'none'";

/// `/demo` and everything below it.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/demo", get(async || Redirect::permanent("/demo/")))
        .route("/demo/", get(async |headers: HeaderMap| file("index.html", &headers)))
        .route("/demo/{*path}", get(any))
}

async fn any(path: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Response {
    match path {
        Ok(Path(path)) => file(&path, &headers),
        Err(_) => status_answer(StatusCode::NOT_FOUND),
    }
}

fn file(path: &str, headers: &HeaderMap) -> Response {
    let path = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let Some(file) = Files::get(&path) else { return missing(&path) };
    let tag = format!("\"{}\"", hex::encode(&file.metadata.sha256_hash()[..16]));
    let mut response = match headers.get(IF_NONE_MATCH) {
        Some(seen) if seen.as_bytes() == tag.as_bytes() => StatusCode::NOT_MODIFIED.into_response(),
        _ => ([(CONTENT_TYPE, content_type(&path))], file.data).into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
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
    use super::*;

    #[test]
    fn types_are_what_browsers_insist_on() {
        assert_eq!(content_type("core/x.wasm"), "application/wasm");
        assert_eq!(content_type("a/app.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("index.html"), "text/html; charset=utf-8");
        assert_eq!(content_type("style.css"), "text/css; charset=utf-8");
    }

    #[test]
    fn the_page_comes_with_its_policy_and_only_when_it_changed() {
        let page = file("index.html", &HeaderMap::new());
        assert_eq!(page.status(), StatusCode::OK);
        assert!(
            page.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap().contains("script-src 'self' 'wasm-unsafe-eval';")
        );
        let seen = HeaderMap::from_iter([(IF_NONE_MATCH, page.headers()[ETAG].clone())]);
        assert_eq!(file("index.html", &seen).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        for path in ["../Cargo.toml", "../../etc/passwd", "/etc/passwd", "..%2fCargo.toml", ".env", "node_modules/x.js"]
        {
            assert_eq!(file(path, &HeaderMap::new()).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
