//! GET `/api/lottery/config`.

use axum::extract::State;
use fairwheel_core::{
    draw::{ALGORITHM, Nonce},
    prize::PrizeTable,
};
use serde_json::{Value, json};

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
        number::{hundredths, ten_thousandths},
    },
    app::AppState,
    error::ApiError,
    store::{table, user::User},
};

/// The active wheel, what the day still allows, and the promise that the next draw will be held to.
///
/// # Errors
///
/// 401, 403; 404 while no wheel is active.
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer) -> ApiResult {
    let active = table::active(&app.db).await?.ok_or_else(|| ApiError::refused(404, "暂时没有进行中的转盘"))?;
    let colors = table::colors(&app.db, active.table_id).await?;
    let table = &active.table;
    let today = user.draws_on(app.day(app.clock.now()));
    let remaining = table.remaining_draws(u32::try_from(today).map_err(ApiError::internal)?);
    Ok(Envelope::ok(&json!({
        "prizes": prizes(table, &colors),
        "cost_points": table.cost(),
        "daily_limit": table.daily_limit(),
        "today_draw_count": today,
        "remaining_draws": remaining,
        "rules": active.rules,
        "fairness": fairness(&app, table, &user)?,
    })))
}

fn prizes(table: &PrizeTable, colors: &[(u32, String)]) -> Vec<Value> {
    let color = |id| colors.iter().find(|(prize, _)| *prize == id).map(|(_, color)| color.as_str());
    let prize = |prize: &fairwheel_core::prize::Prize| {
        json!({
            "id": prize.id,
            "name": prize.name,
            "angle": prize.angle,
            "color": color(prize.id),
            "probability": ten_thousandths(prize.weight),
            "is_activity": prize.is_activity,
            "type": prize.kind.name(),
            "value": hundredths(prize.value_cents),
        })
    };
    table.prizes().iter().map(prize).collect()
}

fn fairness(app: &AppState, table: &PrizeTable, user: &User) -> Result<Value, ApiError> {
    let spent = u64::try_from(user.nonce).map_err(ApiError::internal)?;
    let nonce = Nonce::new(spent + 1).map_err(ApiError::internal)?;
    Ok(json!({
        "algorithm": ALGORITHM,
        "table_hash": table.hash().to_string(),
        "table_text": table.text(),
        "nonce": nonce.get(),
        "commitment": app.keys.server_seed(user.user_id, nonce).commitment().to_string(),
        "client_seed": user.client_seed,
    }))
}
