//! GET `/api/auth/verify`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{
    bearer::Bearer,
    envelope::{ApiResult, Envelope},
    user::UserInfo,
};

/// What is answered.
#[derive(Serialize, ToSchema)]
#[schema(as = auth::verify::Answer)]
struct Answer {
    /// Always true: a token that is not valid is refused.
    #[schema(example = true)]
    valid: bool,
    /// Whose it is.
    user_info: UserInfo,
}

/// Whether the access token is good, and whose it is.
///
/// # Errors
///
/// 401, 403.
#[utoipa::path(get, path = "/auth/verify", security(("bearer" = [])), responses((status = 200, body = Answer)))]
pub async fn handle(Bearer(user): Bearer) -> ApiResult {
    Ok(Envelope::ok(&Answer { valid: true, user_info: user.as_ref().into() }))
}
