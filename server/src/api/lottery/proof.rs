//! GET `/api/lottery/proof/{draw_id}`.

use axum::extract::{Path, State, rejection::PathRejection};

use super::fairness::Proof;
use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        openapi::Refusals,
    },
    app::AppState,
    error::ApiError,
    store::lottery::proof::{self, Reader},
};

/// What it refuses.
const REFUSALS: Refusals = &[(404, "没有找到这次抽奖", "{}")];

/// The whole proof of a draw: one's own, or any for a merchant.
///
/// # Errors
///
/// 401, 403; 404 if there is none, or it is somebody else's.
#[utoipa::path(
    get, path = "/lottery/proof/{draw_id}", security(("bearer" = [])),
    params(("draw_id" = String, Path, description = "As the draw answered it", example = "d1-3f1c0a7be2d94c58a6b0f7e4d21c9385aa64be17")),
    responses((status = 200, body = Proof)), extensions(("x-refusals" = json!(REFUSALS)))
)]
pub async fn handle(
    State(app): State<AppState>,
    Bearer(user): Bearer,
    draw_id: Result<Path<String>, PathRejection>,
) -> ApiResult {
    let none = || ApiError::refused(404, "没有找到这次抽奖");
    let Path(draw_id) = draw_id.map_err(|_| none())?;
    let reader = if user.is_merchant { Reader::Merchant } else { Reader::Diner(user.user_id) };
    let proof = proof::read(&app.db, &app.keys, &draw_id, reader).await?.ok_or_else(none)?;
    Ok(Envelope::ok(&Proof::from(&proof)))
}
