//! PUT `/api/user/info`.

use axum::{
    extract::State,
    http::{Uri, uri::Scheme},
};
use fairwheel_core::draw::ClientSeed;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{info, nickname};
use crate::{
    api::{bearer::Bearer, body::JsonBody, envelope::ApiResult, lottery::draw::bad_seed, openapi::Refusals},
    app::AppState,
    error::ApiError,
    store::profile::{self, Profile},
};

/// What is to be changed, at least one of them; the rest stays.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = user::profile::Ask)]
pub struct Ask {
    /// The name shown, 1 to 32 characters without control characters.
    #[schema(example = "小王", min_length = 1, max_length = 32)]
    nickname: Option<String>,
    /// Address of a picture, `https://…`; empty for none.
    #[schema(example = "https://example.com/me.png", max_length = 1000)]
    avatar: Option<String>,
    /// The seed of draws that bring none, 1 to 64 bytes of UTF-8 without control characters.
    #[schema(example = "my own words", min_length = 1, max_length = 64)]
    client_seed: Option<String>,
}

/// What it refuses.
const REFUSALS: Refusals = &[
    (400, "参数 nickname 最多 32 个字符，且不能含控制字符", r#"{"field": "nickname"}"#),
    (400, "参数 avatar 必须是 https 网址，最多 1000 个字符", r#"{"field": "avatar"}"#),
    (400, "参数 client_seed 长度必须是 1 到 64 字节", r#"{"field": "client_seed"}"#),
    (400, NOTHING, "{}"),
];
const NOTHING: &str = "请至少填写 nickname、avatar、client_seed 中的一项";

/// Changes what users say about themselves; answers as the GET does.
///
/// # Errors
///
/// 400 nothing given, or a bad field; 401, 403.
#[utoipa::path(
    put, path = "/user/info", security(("bearer" = [])), request_body = Ask,
    responses((status = 200, body = info::Answer)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer, body: JsonBody<Ask>) -> ApiResult {
    let ask = body.content;
    if ask.nickname.is_none() && ask.avatar.is_none() && ask.client_seed.is_none() {
        return Err(ApiError::refused(400, NOTHING));
    }
    let nameless = || ApiError::field("nickname", "不能为空");
    let name = ask.nickname.map(|given| nickname(&given)?.ok_or_else(nameless)).transpose()?;
    if ask.avatar.as_deref().is_some_and(|avatar| !is_avatar(avatar)) {
        return Err(ApiError::field("avatar", "必须是 https 网址，最多 1000 个字符"));
    }
    if let Some(seed) = &ask.client_seed {
        ClientSeed::new(seed.as_str()).map_err(bad_seed)?;
    }
    let new = Profile { nickname: name, avatar: ask.avatar, client_seed: ask.client_seed };
    let user = profile::update(&app.db, user.user_id, &new, app.clock.now()).await?;
    info::answer(&app, &user).await
}

const AVATAR_MAX_CHARS: usize = 1000;

fn is_avatar(text: &str) -> bool {
    let is_https = |uri: Uri| uri.scheme() == Some(&Scheme::HTTPS) && uri.host().is_some_and(|host| !host.is_empty());
    text.is_empty() || (text.chars().count() <= AVATAR_MAX_CHARS && text.parse().is_ok_and(is_https))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_an_address_of_its_own_or_none() {
        let long = format!("https://example.com/{}", "x".repeat(980));
        for good in ["", "https://example.com/a.png?x=1", long.as_str()] {
            assert!(is_avatar(good), "{good}");
        }
        let too_long = format!("{long}x");
        for bad in [
            "http://example.com/a.png",
            "//example.com/a",
            "a.png",
            "https://",
            "https:///a",
            "javascript:alert(1)",
            "https://example.com/a b",
            "https://example.com/\n",
            too_long.as_str(),
        ] {
            assert!(!is_avatar(bad), "{bad}");
        }
    }
}
