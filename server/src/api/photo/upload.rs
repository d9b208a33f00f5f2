//! POST `/api/photo/upload`.

mod form;
mod keep;
mod steady;
#[cfg(test)]
mod tests;

use std::{fmt::Display, sync::Arc, time::Duration};

use axum::{
    extract::{FromRequestParts, Request, State},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header::CONNECTION, request::Parts};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Number, json};
use utoipa::ToSchema;

use self::{keep::keep, steady::Steady};
use super::BAD_AMOUNT;
use crate::{
    api::{auth::to_the_end, bearer::Bearer, envelope::ApiResult, openapi::Refusals},
    app::{App, AppState},
    clock::Stopwatch,
    error::ApiError,
    media::uploads::Slot,
    store::user::User,
};

/// Where it is, for what surrounds it: its bodies are larger, and may take longer, than all others.
pub const ROUTE: &str = "/api/photo/upload";
/// How long a request may take: the body, and then a while for the photo.
pub const TIMEOUT: Duration = Duration::from_secs(steady::LONGEST.as_secs() + 120);

/// What is asked. (Only for the documentation: it is read piece by piece.)
#[derive(ToSchema)]
#[schema(as = photo::upload::Ask)]
#[expect(dead_code, reason = "documentation")]
struct Ask {
    /// The photo: JPEG, PNG or WebP by content, at most 5 MB (5 × 1024 × 1024 bytes), at least 100 × 100 and at most 40 million
    /// pixels. The field may as well be called `file` or `photo`; there must be exactly one.
    #[schema(example = "the bytes of the file", value_type = String, format = Binary)]
    image: String,
    /// What the receipt is about, in yuan with at most two decimals, 0.01 to 999999.99. Empty, `undefined`, `null` and
    /// `NaN` are as good as nothing.
    #[schema(example = "58.50")]
    user_amount: Option<String>,
    /// The same.
    #[schema(example = "58.50")]
    amount: Option<String>,
}

/// What was sent in.
#[derive(Serialize, ToSchema)]
#[schema(as = photo::upload::Answer)]
struct Answer {
    /// Its name: `UP` and 19 digits.
    #[schema(example = "UP1795320000000482913", pattern = r"^UP\d{19}$")]
    upload_id: String,
    /// Address of the picture, good for 15 minutes.
    #[schema(example = "https://example.com/media/receipts/up1795320000000482913-5f1d7a84db00d2fc.jpg")]
    image_url: String,
    /// The amount that was read from the picture, in yuan; null if nothing was, or nobody reads.
    #[schema(example = 58.5, value_type = Option<f64>, minimum = 0, required)]
    estimated_amount: Option<Number>,
    /// Always `pending`: a merchant decides.
    #[schema(example = "pending", pattern = "^(pending)$")]
    review_status: &'static str,
    /// The same.
    #[schema(example = "pending", pattern = "^(pending)$")]
    status: &'static str,
    /// When it was sent in, ISO-8601 UTC with milliseconds.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    created_at: String,
}

const UNSUPPORTED: &str = "不支持的图片，请上传 JPEG、PNG 或 WebP 照片";
const TOO_MANY_BYTES: &str = "图片不能超过 5 MB";
const TOO_MANY_PIXELS: &str = "图片不能超过 4000 万像素";
const TOO_SMALL: &str = "图片太小，宽和高都至少要 100 像素";
const NOT_STORED: &str = "图片保存失败，请稍后再试";
const AGAIN: &str = "这张图片已经上传过";
const NO_PHOTO: &str = "请选择一张图片";
const AT_ONCE: &str = "同时上传的图片太多，请稍后再试";
const BUSY: &str = "服务器繁忙，请稍后再试";

/// Seconds after which it is worth trying again when too many upload at once.
const RETRY_AFTER_S: i64 = 5;

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, NO_PHOTO, r#"{"field": "image"}"#),
    (400, BAD_AMOUNT, r#"{"field": "user_amount"}"#),
    (400, "请求必须是 multipart/form-data 表单", "{}"),
    (400, "请求体未完整收到", "{}"),
    (400, "上传过慢，请换个网络再试", "{}"),
    (409, AGAIN, r#"{"upload_id": "UP1795320000000482913"}"#),
    (429, AT_ONCE, r#"{"retry_after_s": 5}"#),
    (429, BUSY, r#"{"retry_after_s": 5}"#),
    (1001, UNSUPPORTED, "{}"),
    (1002, TOO_MANY_BYTES, "{}"),
    (1002, TOO_MANY_PIXELS, "{}"),
    (1003, TOO_SMALL, "{}"),
    (1004, NOT_STORED, "{}"),
    (1004, BUSY, "{}"),
    (1005, "今天最多上传 20 张，请明天再来", r#"{"next_at": "2026-11-22T16:00:00.000Z"}"#),
];

/// Sends in the photo of a receipt, which then waits for a merchant.
///
/// What a camera writes beside the picture, such as the place, is not kept. A phone whose answer was lost sends the same
/// photo again: 409 then says that it has arrived, and under which name. The answer comes within a minute of the end of
/// the body. Of a body over 8 MiB nothing is made, and one over 32 MiB is not read to its end.
///
/// # Errors
///
/// 1001 no supported image, 1002 too large, 1003 too small, 1004 not stored, 1005 daily limit, or five times as many
/// photos were tried; 409 the same photo again, 429 too many at once; 400, 401, 403; HTTP 413.
#[utoipa::path(
    post, path = "/photo/upload", security(("bearer" = [])),
    request_body(content = Ask, content_type = "multipart/form-data"),
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, request: Request) -> Response {
    let watch = Stopwatch::start();
    let (mut parts, body) = request.into_parts();
    let body = Steady::new(body);
    let (answer, is_admitted) = match admit(&app, &mut parts).await {
        Ok(who) => (send_in(&app, parts, &body, who, watch).await, true),
        Err(error) => (Err(error), false),
    };
    let drained = body.drain().await;
    // How long it is matters more than what was wrong with its beginning.
    let mut response = match answer {
        Err(_) if is_admitted && body.is_too_long() => ApiError::from(steady::Fault::TooLong).into_response(),
        answer => answer.into_response(),
    };
    if drained.is_err() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Who sends it in, if they may.
async fn admit(app: &AppState, parts: &mut Parts) -> Result<(Arc<User>, Slot), ApiError> {
    let Bearer(user) = Bearer::from_request_parts(parts, app).await?;
    let slot = app.uploads.enter(user.user_id).ok_or_else(|| later(AT_ONCE))?;
    Ok((user, slot))
}

async fn send_in(app: &AppState, parts: Parts, body: &Steady, who: (Arc<User>, Slot), watch: Stopwatch) -> ApiResult {
    let form = form::read(parts, body).await?;
    let app = app.clone();
    // A client that hangs up now finds it arrived when it asks again.
    to_the_end(async move { keep(&app, &who.0, &who.1, form, watch).await }).await?
}

/// 429.
fn later(message: &str) -> ApiError {
    ApiError::Refused { code: 429, message: message.to_owned(), data: json!({ "retry_after_s": RETRY_AFTER_S }) }
}

/// 400, about this field.
fn on(field: &str, message: &str) -> ApiError {
    ApiError::Refused { code: 400, message: message.to_owned(), data: json!({ "field": field }) }
}

fn too_large() -> ApiError {
    ApiError::refused(1002, TOO_MANY_BYTES)
}

/// 1004. The cause is for who runs the server.
fn not_stored(error: impl Display) -> ApiError {
    tracing::error!(module = "photo", action = "not_stored", error = %error, "a photo could not be stored");
    ApiError::refused(1004, NOT_STORED)
}

fn again(upload_id: &str) -> ApiError {
    ApiError::Refused { code: 409, message: AGAIN.to_owned(), data: json!({ "upload_id": upload_id }) }
}

fn limit_reached(app: &App, now: Timestamp) -> Result<ApiError, ApiError> {
    let message = format!("今天最多上传 {} 张，请明天再来", app.config.upload_daily_limit);
    let next_at = crate::clock::iso(app.next_day(now).map_err(ApiError::internal)?);
    Ok(ApiError::Refused { code: 1005, message, data: json!({ "next_at": next_at }) })
}
