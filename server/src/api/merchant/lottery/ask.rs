//! What a publication asks for, read into what the core checks.

use std::collections::{BTreeMap, BTreeSet};

use fairwheel_core::prize::{Prize, PrizeKind, PrizeRef, PrizeTable, TableError, TableField, TableProblem, TableSpec};
use serde::Deserialize;
use serde_json::Number;
use utoipa::ToSchema;

use crate::{
    api::{
        merchant::products::fields::Fields,
        number::{parts, ten_thousandths},
    },
    error::ApiError,
    store::table::Expected,
};

/// The longest rules, in characters.
const RULES_MAX: usize = 5_000;
/// Colours of prizes that bring none, in turn.
const PALETTE: [&str; 8] = ["#cb3a22", "#f6d9b8", "#eeb98a", "#fae8d2", "#d98a5b", "#f2c9a0", "#e7b04c", "#efe3d6"];

/// What is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::lottery::publish::Ask)]
pub struct Ask {
    /// Price of one draw, in points.
    #[schema(example = 100, minimum = 1, maximum = 1_000_000)]
    cost_points: u32,
    /// Draws that a diner may make in a local day.
    #[schema(example = 10, minimum = 1, maximum = 10_000)]
    daily_limit: u32,
    /// The prize of type `empty` and of unlimited stock that is given in place of one that ran out. Needed if any
    /// prize has limited stock.
    #[schema(example = 2)]
    fallback: Option<u32>,
    /// The rules, in words; up to 5,000 characters.
    #[schema(example = "每次抽奖消耗 100 积分，每日最多 10 次。", max_length = 5000)]
    pub rules: String,
    /// 2 to 100 prizes, whose probabilities add up to 1.
    #[schema(min_items = 2, max_items = 100, example = json!([
        { "id": 1, "name": "八八折券", "type": "coupon", "value": 0.88, "probability": 0.05, "angle": 0,
          "color": "#cb3a22", "is_activity": true, "stock": 500 },
        { "id": 2, "name": "谢谢参与", "type": "empty", "value": 0, "probability": 0.95, "angle": 90,
          "color": "#efe3d6", "is_activity": false, "stock": null },
    ]))]
    prizes: Vec<AskedPrize>,
    /// The active table that this one is to replace. If another is active by now, the publication is refused.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", pattern = "^[0-9a-f]{64}$")]
    pub expected_table_hash: Option<String>,
    /// When the active wheel was published, as it was read. Rules, colours and pictures are not in the hash: if any version took
    /// its place, the publication is refused.
    #[schema(example = "2026-11-22T04:00:00.000Z", format = DateTime)]
    pub expected_published_at: Option<String>,
}

/// A prize as it is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = merchant::lottery::publish::AskedPrize)]
struct AskedPrize {
    /// Identifier; without it the prize is a new one, and gets the lowest that neither the list nor the active wheel has.
    #[schema(example = 1, minimum = 1, maximum = 2_147_483_647)]
    id: Option<u32>,
    /// Its name, 1 to 100 characters.
    #[schema(example = "八八折券", min_length = 1, max_length = 100)]
    name: String,
    /// What it is: `points`, `coupon`, `physical` or `empty`.
    #[serde(rename = "type")]
    #[schema(example = "coupon", pattern = "^(points|coupon|physical|empty)$")]
    kind: String,
    /// Its worth, with at most two decimals: yuan, or a coupon's share of the price; whole points.
    #[schema(example = 0.88, value_type = f64, minimum = 0, maximum = 1_000_000)]
    value: Number,
    /// Its chance, 0 to 1 with at most four decimals.
    #[schema(example = 0.05, value_type = f64, minimum = 0, maximum = 1)]
    probability: Number,
    /// Where its sector starts, in whole degrees. If no prize has one, the sectors are equal, in the order of the list.
    #[schema(example = 0, minimum = 0, maximum = 359)]
    angle: Option<u32>,
    /// Colour of its sector, `#rrggbb`.
    #[schema(example = "#cb3a22", pattern = "^#[0-9A-Fa-f]{6}$")]
    color: Option<String>,
    /// Its picture: the path of one that was sent in, or an address or a path as products have it. Empty for none; if left
    /// out, the same prize keeps its own.
    #[schema(
        example = "/media/pictures/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.png",
        max_length = 1000
    )]
    image: Option<String>,
    /// Whether it belongs to an activity; false if left out.
    #[schema(example = true)]
    is_activity: Option<bool>,
    /// Pieces that can be won in all since the prize was introduced; unlimited if left out or null. What was won already is
    /// taken off: more adds the difference, and the same changes nothing.
    #[schema(example = 500, minimum = 0)]
    stock: Option<u32>,
}

/// What a prize looks like.
#[derive(Debug)]
pub(super) struct Look {
    /// `#rrggbb`.
    pub(super) color: String,
    /// Address or path of the picture, empty for none; `None` leaves it as it is.
    pub(super) image: Option<String>,
}

impl Ask {
    /// The version that is to be replaced, as far as it is named.
    pub(super) fn expected(&self) -> Result<Expected, ApiError> {
        let bad_hash = |_| ApiError::field("expected_table_hash", "必须是 64 位小写十六进制");
        let bad_time = |_| ApiError::field("expected_published_at", "必须是 ISO-8601 时间，与读到的 published_at 相同");
        let hash = self.expected_table_hash.as_deref().map(str::parse).transpose().map_err(bad_hash)?;
        let published_at = self.expected_published_at.as_deref().map(str::parse).transpose().map_err(bad_time)?;
        Ok(Expected { hash, published_at })
    }

    /// The table, and the looks of its prizes by id. `taken` are the ids of the active table.
    pub(super) fn read(&self, taken: &BTreeSet<u32>) -> Result<(PrizeTable, BTreeMap<u32, Look>), ApiError> {
        if self.rules.chars().count() > RULES_MAX {
            return Err(ApiError::field("rules", &format!("最长 {RULES_MAX} 个字符")));
        }
        let ids = self.ids(taken);
        let angles = self.angles()?;
        let (mut prizes, mut looks) = (Vec::new(), BTreeMap::new());
        for (index, asked) in self.prizes.iter().enumerate() {
            let name = |field: &str| format!("prizes[{index}].{field}");
            let refuse = |field: &str, problem: &str| ApiError::field(&name(field), problem);
            let kind = PrizeKind::from_name(&asked.kind)
                .ok_or_else(|| refuse("type", "必须是 points、coupon、physical 或 empty"))?;
            let value_cents = parts(&asked.value, 2).ok_or_else(|| refuse("value", VALUE))?;
            if kind == PrizeKind::Points && !value_cents.is_multiple_of(100) {
                return Err(refuse("value", "必须是整数积分"));
            }
            let weight = parts(&asked.probability, 4).ok_or_else(|| refuse("probability", PROBABILITY))?;
            let color = asked.color.as_deref().unwrap_or(PALETTE[index % PALETTE.len()]);
            if !is_color(color) {
                return Err(refuse("color", "必须是 #rrggbb"));
            }
            let image = asked.image.as_deref().map(|given| Fields(&name("")).image(given)).transpose()?;
            let (id, stock) = (ids[index], asked.stock);
            looks.insert(id, Look { color: color.to_ascii_lowercase(), image });
            let is_activity = asked.is_activity.unwrap_or(false);
            let name = asked.name.clone();
            prizes.push(Prize { id, angle: angles[index], weight, kind, value_cents, is_activity, stock, name });
        }
        let spec = TableSpec { cost: self.cost_points, daily_limit: self.daily_limit, fallback: self.fallback, prizes };
        Ok((PrizeTable::new(spec).map_err(refusal)?, looks))
    }

    /// The prizes that were given no id.
    pub(super) fn nameless(&self, taken: &BTreeSet<u32>) -> Vec<u32> {
        self.prizes.iter().zip(self.ids(taken)).filter(|(prize, _)| prize.id.is_none()).map(|(_, id)| id).collect()
    }

    /// Where a prize stands in the list.
    pub(super) fn index_of(&self, taken: &BTreeSet<u32>, prize_id: u32) -> Option<usize> {
        self.ids(taken).into_iter().position(|id| id == prize_id)
    }

    /// A new prize gets no id of the active table's: what was won of that one is not its own.
    fn ids(&self, taken: &BTreeSet<u32>) -> Vec<u32> {
        let named: BTreeSet<u32> = self.prizes.iter().filter_map(|prize| prize.id).collect();
        let mut free = (1..).filter(|id| !named.contains(id) && !taken.contains(id));
        self.prizes.iter().map(|prize| prize.id.or_else(|| free.next()).unwrap_or_default()).collect()
    }

    fn angles(&self) -> Result<Vec<u32>, ApiError> {
        if self.prizes.iter().all(|prize| prize.angle.is_none()) {
            let (count, places) = (self.prizes.len(), 0..self.prizes.len());
            // A list of more than 360 prizes is refused for its length.
            return Ok(places.map(|place| u32::try_from(place * 360 / count).unwrap_or_default()).collect());
        }
        let angle = |(index, prize): (usize, &AskedPrize)| {
            prize.angle.ok_or_else(|| ApiError::field(&format!("prizes[{index}].angle"), "缺失"))
        };
        self.prizes.iter().enumerate().map(angle).collect()
    }
}

const VALUE: &str = "必须是 0 到 1000000 的数，最多两位小数";
const PROBABILITY: &str = "必须是 0 到 1 的数，最多四位小数";

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// What the core refuses, in the names of the wire.
fn refusal(error: TableError) -> ApiError {
    let TableError { prize, field, problem } = error;
    let name = match field {
        TableField::Cost => "cost_points",
        TableField::Weight => "probability",
        TableField::Value => "value",
        other => other.name(),
    };
    let name = match prize {
        Some(PrizeRef { index, .. }) => format!("prizes[{index}].{name}"),
        // The weights of all.
        None if field == TableField::Weight => "prizes".to_owned(),
        None => name.to_owned(),
    };
    ApiError::field(&name, &words(field, problem))
}

fn words(field: TableField, problem: TableProblem) -> String {
    match (field, problem) {
        (TableField::Value, TableProblem::OutOfRange { .. }) => VALUE.to_owned(),
        (TableField::Weight, TableProblem::OutOfRange { .. }) => PROBABILITY.to_owned(),
        (TableField::Name, TableProblem::OutOfRange { min, max, .. }) => format!("必须有 {min} 到 {max} 个字符"),
        (TableField::Prizes, TableProblem::OutOfRange { min, max, .. }) => format!("必须有 {min} 到 {max} 个"),
        (_, TableProblem::OutOfRange { min, max, .. }) => format!("必须是 {min} 到 {max} 的整数"),
        (_, TableProblem::Duplicate { value }) => format!("与前面的奖品重复：{value}"),
        (_, TableProblem::WeightSum { sum }) => format!("的概率之和必须是 1，现在是 {}", ten_thousandths(sum)),
        (_, TableProblem::TooNarrow { degrees }) => format!("的扇区至少 2°，现在是 {degrees}°"),
        (_, TableProblem::ControlCharacter) => "不能含控制字符".to_owned(),
        (_, TableProblem::FallbackNeeded) => "缺失：有奖品限量时，须指定代替它的空奖".to_owned(),
        (_, TableProblem::FallbackUnknown { id }) => format!("没有 id 为 {id} 的奖品"),
        (_, TableProblem::FallbackNotEmpty { id }) => format!("奖品 {id} 的类型不是 empty"),
        (_, TableProblem::FallbackLimited { id }) => format!("奖品 {id} 不能限量"),
    }
}
