//! The user who asks.

pub mod info;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{phone::masked, store::user::User};

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
