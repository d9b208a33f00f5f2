//! The user who asks.

pub mod info;

use serde_json::{Value, json};

use crate::{phone::masked, store::user::User};

/// A user as clients know them. The phone is masked.
#[must_use]
pub fn user_info(user: &User) -> Value {
    json!({
        "user_id": user.user_id,
        "phone": masked(&user.mobile),
        "nickname": user.nickname,
        "avatar": user.avatar,
        "total_points": user.total_points,
        "is_merchant": user.is_merchant,
        "status": user.status.name(),
    })
}
