//! POST `/api/merchant/pictures`.

use axum::extract::State;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::{MERCHANTS_ONLY, Merchant},
        body::JsonBody,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    media::picture::PictureError,
    store::picture::{self, DAILY_MAX, Kept, NewPicture},
};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::pictures::Ask)]
pub struct Ask {
    /// The file as a `data:` URL in Base64: PNG, JPEG or WebP, by its content; at most 48,000 bytes, and 512 pixels wide and
    /// high.
    #[schema(example = "data:image/png;base64,iVBORw0KGgo…", pattern = "^data:[^,]*;base64,")]
    data: String,
}

/// What is answered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = merchant::pictures::Answer)]
struct Answer {
    /// Where the picture is served, for `image` of a prize. It is the same for the same picture.
    #[schema(
        example = "/media/pictures/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png",
        pattern = r"^/media/pictures/[0-9a-f]{64}\.(png|jpg)$"
    )]
    image: String,
    /// In pixels.
    #[schema(example = 256, minimum = 1, maximum = 512)]
    width: u32,
    /// In pixels.
    #[schema(example = 256, minimum = 1, maximum = 512)]
    height: u32,
}

const UNSUPPORTED: &str = "不支持的图片，请换一张 PNG、JPEG 或 WebP 图片";
const TOO_LARGE: &str = "图片太大，最多 48 KB，宽和高最多 512 像素";

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 data 必须是 Base64 编码的 data: 网址", r#"{"field": "data"}"#),
    (403, MERCHANTS_ONLY, "{}"),
    (429, "一天最多上传 200 张新图片，请稍后再试", r#"{"retry_after_s": 3600}"#),
    (1001, UNSUPPORTED, r#"{"field": "data"}"#),
    (1002, TOO_LARGE, r#"{"field": "data"}"#),
];

/// Sends in a picture for a prize. What a camera or an editor wrote beside it is not kept.
///
/// Sent in again, the same picture has the same address. One that no published wheel names is gone after a day, counted from
/// when it was last sent in.
///
/// # Errors
///
/// 1001 no supported image, 1002 too large; 429 too many new ones in a day; 400, 401, 403; HTTP 413 for a body over 64 KiB.
#[utoipa::path(
    post, path = "/merchant/pictures", security(("bearer" = [])), request_body = Ask,
    responses((status = 200, body = Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Merchant(user): Merchant, body: JsonBody<Ask>) -> ApiResult {
    let file = file(&body.content.data).ok_or_else(|| ApiError::field("data", "必须是 Base64 编码的 data: 网址"))?;
    let kept = app.pictures.prize(file).await.map_err(refusal)?;
    let new = NewPicture { content: &kept.content, ending: kept.ending, user_id: user.user_id };
    let now = app.clock.now();
    match picture::keep(&app.db, &new, now).await? {
        Kept::Here => Ok(Envelope::ok(&Answer { image: new.path(), width: kept.width, height: kept.height })),
        Kept::TooMany(room_at) => {
            let wait_ms = room_at.as_millisecond() - now.as_millisecond();
            Err(ApiError::Refused {
                code: 429,
                message: format!("一天最多上传 {DAILY_MAX} 张新图片，请稍后再试"),
                data: json!({ "retry_after_s": (wait_ms + 999) / 1000 }),
            })
        }
    }
}

/// The content of a `data:` URL. What type it says it is matters to nobody.
fn file(url: &str) -> Option<Vec<u8>> {
    let (head, content) = url.strip_prefix("data:")?.split_once(',')?;
    head.strip_suffix(";base64")?;
    STANDARD.decode(content).ok()
}

fn refusal(error: PictureError) -> ApiError {
    let refused =
        |code, message: &str| ApiError::Refused { code, message: message.to_owned(), data: json!({ "field": "data" }) };
    match error {
        PictureError::Unsupported | PictureError::TooSmall => refused(1001, UNSUPPORTED),
        PictureError::TooLarge => refused(1002, TOO_LARGE),
        error @ (PictureError::Unreadable | PictureError::Busy) => ApiError::Unavailable(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base64_of_a_data_url_is_a_file() {
        assert_eq!(file("data:image/png;base64,AAEC"), Some(vec![0, 1, 2]));
        assert_eq!(file("data:;base64,"), Some(vec![]));
        for bad in
            ["", "AAEC", "data:image/png;base64", "data:image/png,AAEC", "data:image/png;base64,A", "data:;base64,A-_A"]
        {
            assert_eq!(file(bad), None, "{bad}");
        }
    }
}
