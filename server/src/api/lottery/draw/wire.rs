//! What a draw takes and answers.

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::ToSchema;

use crate::api::{lottery::fairness::Fairness, openapi::Refusals};

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = lottery::draw::Ask)]
pub struct Ask {
    /// How many draws: `single` is 1, `triple` 3, `five` 5, `ten` 10.
    #[schema(example = "triple", pattern = "^(single|triple|five|ten)$")]
    pub(super) draw_type: String,
    /// The same as a number; a mismatch is refused.
    #[schema(example = 3, minimum = 1, maximum = 10)]
    pub(super) count: Option<u32>,
    /// The diner's share of the chance, 1 to 64 bytes of UTF-8 without control characters. It is what makes the draw
    /// provable: without it the seed in the config is used, which the server knows beforehand.
    #[schema(example = "my own words", min_length = 1, max_length = 64)]
    pub(super) client_seed: Option<String>,
    /// The odds that the client has shown. If they have changed, the draw is refused.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", pattern = "^[0-9a-f]{64}$")]
    pub(super) table_hash: Option<String>,
    /// The number of the draw that the client has shown a commitment for. If another one is due (the diner drew
    /// elsewhere), the draw is refused.
    #[schema(example = 7, minimum = 1, maximum = 9_223_372_036_854_775_807_i64)]
    pub(super) nonce: Option<u64>,
}

/// What was drawn.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::draw::Answer)]
pub(super) struct Answer<'a> {
    /// The draws in order, 1, 3, 5 or 10.
    pub(super) results: Vec<Won<'a>>,
    /// Points left, prizes included.
    #[schema(example = 1250)]
    pub(super) remaining_points: i64,
    /// The diner's draws of the local day, these included.
    #[schema(example = 3)]
    pub(super) today_draw_count: i64,
    /// Points taken: price of a draw times draws.
    #[schema(example = 300)]
    pub(super) points_cost: i64,
    /// Name of the request; its proof is read under it.
    #[schema(example = "d1-3f1c0a7be2d94c58a6b0f7e4d21c9385aa64be17")]
    pub(super) draw_id: &'a str,
    /// The proof but for `table_text`, which the config has.
    pub(super) fairness: Fairness<'a>,
}

/// A prize that was drawn.
#[derive(Serialize, ToSchema)]
#[schema(as = lottery::draw::Won)]
pub(super) struct Won<'a> {
    /// The prize that was given.
    #[schema(example = 7)]
    pub(super) prize_id: u32,
    /// Its name.
    #[schema(example = "50积分", required)]
    pub(super) prize_name: Option<&'a str>,
    /// Its type: `points`, `coupon`, `physical` or `empty`.
    #[schema(example = "points", required, pattern = "^(points|coupon|physical|empty)$")]
    pub(super) prize_type: Option<&'static str>,
    /// Its worth: points, yuan, or a coupon's share of the price.
    #[schema(example = 50, required, value_type = Option<f64>)]
    pub(super) prize_value: Option<Number>,
    /// Where the wheel rests, in degrees with two decimals, inside the prize's sector.
    #[schema(example = 281.37, value_type = f64, minimum = 0, maximum = 360)]
    pub(super) angle: Number,
    /// Whether it rests within 2° of a rarer prize. Observed, never chosen.
    #[schema(example = false)]
    pub(super) is_near_miss: bool,
    /// Whether the prize belongs to an activity.
    #[schema(example = false)]
    pub(super) is_activity: bool,
    /// The prize that the ticket won; another than `prize_id` if it had run out.
    #[schema(example = 7)]
    pub(super) drawn_prize_id: u32,
}

/// What it refuses.
pub(super) const REFUSALS: Refusals = &[
    (400, "参数 draw_type 必须是 single、triple、five 或 ten", r#"{"field": "draw_type"}"#),
    (409, "您在别处抽过奖，请刷新后再抽", r#"{"field": "nonce"}"#),
    (1001, "积分不足，还差 50 积分", r#"{"missing_points": 50}"#),
    (1002, "今日还可抽 5 次", r#"{"remaining_draws": 5}"#),
    (1002, "今日抽奖次数已用完，明天再来吧", r#"{"remaining_draws": 0}"#),
    (1003, "暂时没有进行中的转盘", "{}"),
    (1003, "奖品概率已更新，请刷新后再抽", r#"{"field": "table_hash"}"#),
    (1004, "抽奖人数较多，请稍后再试", "{}"),
];
