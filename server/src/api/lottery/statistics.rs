//! GET `/api/lottery/statistics`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::{
        bearer::Bearer,
        envelope::{ApiResult, Envelope},
    },
    app::AppState,
    store::lottery::statistics,
};

/// What is answered. A request of ten counts as ten draws.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = lottery::statistics::Answer)]
struct Answer {
    /// Draws in all.
    #[schema(example = 42, minimum = 0)]
    total_draws: i64,
    /// Draws of the local day, as the daily limit counts them.
    #[schema(example = 3, minimum = 0)]
    today_draws: i64,
    /// Points that the draws cost.
    #[schema(example = 4200, minimum = 0)]
    points_spent: i64,
    /// Points that were won.
    #[schema(example = 300, minimum = 0)]
    points_won: i64,
    /// Draws that gave something.
    #[schema(example = 33, minimum = 0)]
    total_wins: i64,
    /// All draws by the type of what they gave.
    wins: Wins,
    /// Draws that rested within 2° of a rarer prize.
    #[schema(example = 2, minimum = 0)]
    near_misses: i64,
}

/// Draws by the type of what they gave.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = lottery::statistics::Wins)]
struct Wins {
    /// Points.
    #[schema(example = 6, minimum = 0)]
    points: i64,
    /// Coupons.
    #[schema(example = 10, minimum = 0)]
    coupon: i64,
    /// Things and dishes.
    #[schema(example = 17, minimum = 0)]
    physical: i64,
    /// Nothing.
    #[schema(example = 9, minimum = 0)]
    empty: i64,
}

/// How often the asking user drew, what it cost, and what it gave.
///
/// # Errors
///
/// 401, 403.
#[utoipa::path(get, path = "/lottery/statistics", security(("bearer" = [])), responses((status = 200, body = Answer)))]
pub async fn handle(State(app): State<AppState>, Bearer(user): Bearer) -> ApiResult {
    let today_draws = user.draws_on(app.day(app.clock.now()));
    let mut answer = Answer { today_draws, ..Answer::default() };
    for row in statistics::by_type(&app.db, user.user_id).await? {
        answer.total_draws += row.draws;
        answer.points_spent += row.points_cost;
        answer.near_misses += row.near_misses;
        match row.prize_type.as_str() {
            "points" => (answer.wins.points, answer.points_won) = (row.draws, row.value / 100),
            "coupon" => answer.wins.coupon = row.draws,
            "physical" => answer.wins.physical = row.draws,
            _ => answer.wins.empty = row.draws,
        }
    }
    answer.total_wins = answer.total_draws - answer.wins.empty;
    Ok(Envelope::ok(&answer))
}
