//! `/openapi.json`, and Swagger UI for it under `/docs/`; all of it is part of the binary.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, rejection::PathRejection},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE},
    },
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use utoipa_swagger_ui::Config;

use super::openapi;
use crate::{app::AppState, error::status_answer};

/// Nothing from elsewhere. Swagger UI sets `style` attributes, and has its icons in `data:` addresses.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `/openapi.json`, and `/docs` with everything below it.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/openapi.json", get(document))
        .route("/docs", get(async || Redirect::permanent("/docs/")))
        .route("/docs/", get(async || file("index.html")))
        .route("/docs/{*path}", get(any))
}

async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json; charset=utf-8"), (CACHE_CONTROL, "no-cache")], openapi::text())
}

async fn any(path: Result<Path<String>, PathRejection>) -> Response {
    match path {
        Ok(Path(path)) => file(&path),
        Err(_) => status_answer(StatusCode::NOT_FOUND),
    }
}

fn file(path: &str) -> Response {
    // No `validator`: it would ask a server elsewhere.
    let config = Config::from("/openapi.json").validator_url("none").deep_linking(true).persist_authorization(false);
    match utoipa_swagger_ui::serve(path, Arc::new(config)) {
        Ok(Some(file)) => {
            let headers = [
                (CONTENT_TYPE, file.content_type),
                (CACHE_CONTROL, "no-cache".to_owned()),
                (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
            ];
            (headers, file.bytes.into_owned()).into_response()
        }
        _ => status_answer(StatusCode::NOT_FOUND),
    }
}
