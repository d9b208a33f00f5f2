//! Many users asking for many things at once: what they ask, chosen at random, and what must be true of the answers.

use fairwheel_core::prize::TableSpec;
use fairwheel_server::seed;
use serde_json::{Value, json};

use crate::{chance::Chance, client::Ask};

/// A table of which one may draw often, and where some prizes run out.
pub fn table() -> TableSpec {
    let mut spec = seed::demo_spec();
    (spec.cost, spec.daily_limit) = (10, 10_000);
    for prize in &mut spec.prizes[2..6] {
        prize.stock = Some(20);
    }
    spec
}

/// A phone in somebody's hand. Several may belong to one user.
#[derive(Debug)]
pub struct Phone {
    /// The token it was given.
    pub token: String,
    /// Begins the name of each of its requests.
    name: String,
    turn: u64,
    chance: Chance,
}

/// What a phone asks for, and how often among all.
type Operation = (u64, fn(&Phone) -> Ask);

/// Everything that moves points or stock, and some that only read.
const OPERATIONS: &[Operation] = &[(8, draw), (1, config), (1, records)];

impl Phone {
    /// A phone that chooses by this seed. Phones of the same user have different names.
    pub fn new(name: impl Into<String>, token: String, seed: u64) -> Self {
        Self { token, name: name.into(), turn: 0, chance: Chance::new(seed) }
    }

    /// The next thing it asks for. What moves something has a name, so that it may be asked for again.
    pub fn next(&mut self) -> Ask {
        self.turn += 1;
        let mut at = self.chance.below(OPERATIONS.iter().map(|(share, _)| share).sum());
        let chosen = OPERATIONS.iter().find(|(share, _)| {
            let here = at < *share;
            at = at.saturating_sub(*share);
            here
        });
        let mut ask = chosen.expect("the shares add up").1(self);
        if let Some(body) = ask.body.as_mut() {
            body["request_id"] = format!("{}-{}", self.name, self.turn).into();
        }
        ask
    }
}

fn draw(phone: &Phone) -> Ask {
    let mut body = json!({ "draw_type": phone.chance.one_of(&["single", "single", "triple", "five", "ten"]) });
    if phone.chance.below(2) == 0 {
        body["client_seed"] = format!("my words {}", phone.chance.below(1000)).into();
    }
    Ask::post("/api/lottery/draw", body)
}

fn config(_: &Phone) -> Ask {
    Ask::get("/api/lottery/config")
}

fn records(phone: &Phone) -> Ask {
    Ask::get(format!("/api/lottery/records?page={}&size=5", 1 + phone.chance.below(3)))
}

/// Whether the same request, asked again, must get the same answer: it moved something or was refused for good.
pub fn is_final(ask: &Ask, code: u16) -> bool {
    // 1004 of a draw says: busy, try again.
    ask.body.is_some() && code < 500 && !(ask.path == "/api/lottery/draw" && code == 1004)
}

/// The name of a request that has one.
pub fn name(ask: &Ask) -> Option<&str> {
    ask.body.as_ref().and_then(|body: &Value| body["request_id"].as_str())
}
