//! Around every request: its id, its time limit, its line in the log, and what happens after a panic.

use std::{any::Any, time::Duration};

use axum::{
    body::{Body, HttpBody},
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http_body_util::BodyExt;
use serde::Serialize;
use tracing::{Instrument, field::Empty};

use super::{BODY_LIMIT_BYTES, body::incomplete, envelope::ApiCode, merchant::lottery::publish, photo::upload};
use crate::{
    app::AppState,
    clock::Stopwatch,
    error::{ApiError, status_answer},
};

/// How long a request may take.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a body of known, modest length may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Marks an answer that is the same for everybody and no document: its headers are as few as can be, as a page is dozens
/// of such answers.
#[derive(Clone, Copy, Debug)]
pub struct Bare;

/// What the log says of a request.
#[derive(Serialize)]
struct Line<'a> {
    method: &'a str,
    route: &'a str,
    status: u16,
    code: Option<u16>,
    duration_ms: f64,
}

/// The outermost layer.
pub async fn request(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let id = request_id(request.headers()).unwrap_or_else(|| app.rng.hex::<8>());
    let span = tracing::info_span!("request", request_id = id, user_id = Empty);
    let header = HeaderValue::from_str(&id);
    let mut response = answer(&app, request, next).instrument(span).await;
    let is_bare = response.extensions().get::<Bare>().is_some();
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if is_bare {
        return response;
    }
    if let Ok(id) = header {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

async fn answer(app: &AppState, request: Request, next: Next) -> Response {
    let watch = Stopwatch::start();
    let method = request.method().clone();
    // The pattern, not the path: what a path or query holds may be nobody's business.
    let route = request.extensions().get::<MatchedPath>().map_or("-".to_owned(), |path| path.as_str().to_owned());
    let is_upload = route == upload::ROUTE;
    let limit = if is_upload { upload::TIMEOUT } else { REQUEST_TIMEOUT };
    let answered = async {
        // An upload is read at its own pace.
        let modest = if route == publish::ROUTE { publish::BODY_LIMIT_BYTES } else { BODY_LIMIT_BYTES };
        let read = if is_upload { Ok(request) } else { read_to_its_end(request, modest).await };
        match read {
            Ok(request) => next.run(request).await,
            Err(error) => error.into_response(),
        }
    };
    let response = match tokio::time::timeout(limit, answered).await {
        Ok(response) => response,
        Err(_) => ApiError::Unavailable(format!("no answer within {} s", limit.as_secs()).into()).into_response(),
    };
    let code = response.extensions().get::<ApiCode>().map(|ApiCode(code)| *code);
    app.metrics.answered(&method, &route, response.status().as_u16(), code.unwrap_or(0), watch.ms() / 1e3);
    let status = response.status().as_u16();
    let line = Line { method: method.as_str(), route: &route, status, code, duration_ms: watch.ms() };
    let data = serde_json::to_string(&line).unwrap_or_default();
    tracing::info!(module = "http", action = "request", data = %data, "request answered");
    response
}

/// Reads a body of known and `modest` length before anything is decided: a connection whose request was not read to its end
/// is closed after the answer, and a phone that is told to refresh its token asks again on that very connection.
async fn read_to_its_end(request: Request, modest: usize) -> Result<Request, ApiError> {
    let length = request.body().size_hint().exact();
    match length.and_then(|length| usize::try_from(length).ok()) {
        Some(length) if (1..=modest).contains(&length) => {
            let (parts, body) = request.into_parts();
            let read = tokio::time::timeout(BODY_TIMEOUT, whole(body, length)).await;
            let bytes = read.ok().flatten().ok_or_else(incomplete)?;
            Ok(Request::from_parts(parts, Body::from(bytes)))
        }
        _ => Ok(request),
    }
}

/// All bytes of a body, copied as they come: pieces that are kept as they came keep the buffers that they came in.
async fn whole(mut body: Body, length: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(length);
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.ok()?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Some(bytes)
}

/// An id that a proxy gave the request, if it is 1–64 of `A-Za-z0-9_-`.
fn request_id(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    is_name(id).then(|| id.to_owned())
}

/// Whether a text is 1–64 of `A-Za-z0-9_-`.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

/// What is answered after a handler panicked. The panic hook has logged it.
#[must_use]
pub fn after_panic(_: Box<dyn Any + Send + 'static>) -> Response {
    status_answer(StatusCode::INTERNAL_SERVER_ERROR)
}
