//! GET `/api/lottery/proof/{draw_id}`.

use axum::extract::{Path, State, rejection::PathRejection};
use serde_json::json;

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
    },
    app::AppState,
    error::ApiError,
    store::lottery::proof::{self, Reader},
};

/// The whole proof of a draw: one's own, or any for a merchant.
///
/// # Errors
///
/// 401, 403; 404 if there is none, or it is somebody else's.
pub async fn handle(
    State(app): State<AppState>,
    Bearer(user): Bearer,
    draw_id: Result<Path<String>, PathRejection>,
) -> ApiResult {
    let none = || ApiError::refused(404, "没有找到这次抽奖");
    let Path(draw_id) = draw_id.map_err(|_| none())?;
    let reader = if user.is_merchant { Reader::Merchant } else { Reader::Diner(user.user_id) };
    let proof = proof::read(&app.db, &app.keys, &draw_id, reader).await?.ok_or_else(none)?;
    Ok(Envelope::ok(&json!(proof)))
}
