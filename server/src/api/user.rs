//! The user who asks.

pub mod check_in;
pub mod info;
pub mod points_records;
pub mod profile;
pub mod statistics;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{error::ApiError, phone::masked, store::user::User};

/// A user as clients know them.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserInfo {
    /// Identifier, from 1.
    #[schema(example = 1)]
    user_id: i64,
    /// The phone, masked.
    #[schema(example = "138****8000")]
    phone: String,
    /// The name shown.
    #[schema(example = "小王")]
    nickname: String,
    /// Address of the picture; empty without one.
    #[schema(example = "")]
    avatar: String,
    /// Points to spend.
    #[schema(example = 1500, minimum = 0)]
    total_points: i64,
    /// Whether the user is a merchant.
    #[schema(example = false)]
    is_merchant: bool,
    /// `active`, or `banned`.
    #[schema(example = "active", pattern = "^(active|banned)$")]
    status: &'static str,
}

impl From<&User> for UserInfo {
    fn from(user: &User) -> Self {
        Self {
            user_id: user.user_id,
            phone: masked(&user.mobile),
            nickname: user.nickname.clone(),
            avatar: user.avatar.clone(),
            total_points: user.total_points,
            is_merchant: user.is_merchant,
            status: user.status.name(),
        }
    }
}

const NICKNAME_MAX_CHARS: usize = 32;

/// A name as it is kept: without spaces around it, `None` if nothing is left.
///
/// # Errors
///
/// 400 if it has more than 32 characters, or control characters.
pub(super) fn nickname(given: &str) -> Result<Option<String>, ApiError> {
    let name = given.trim();
    if name.chars().count() > NICKNAME_MAX_CHARS || name.chars().any(char::is_control) {
        return Err(ApiError::field("nickname", "最多 32 个字符，且不能含控制字符"));
    }
    Ok(Some(name).filter(|name| !name.is_empty()).map(str::to_owned))
}
