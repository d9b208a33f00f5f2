//! What the tests of the core share: the vectors, and tables made by chance.
#![expect(dead_code, reason = "each test uses a part")]

use fairwheel_core::{
    digest::Digest,
    draw::{ClientSeed, Count, DrawInput, DrawResult, Nonce, ServerSeed},
    prize::{Prize, PrizeKind, PrizeTable, TableSpec},
    proof::Proof,
};
use proptest::prelude::*;
use serde_json::Value;

pub(crate) const VECTORS: &str = include_str!("../../vectors/draw-v1.json");

/// A case of the vectors, typed.
pub(crate) struct Case {
    pub(crate) table: PrizeTable,
    pub(crate) server_seed: ServerSeed,
    pub(crate) client_seed: ClientSeed,
    pub(crate) nonce: Nonce,
    pub(crate) count: Count,
    pub(crate) sold_out: Vec<Vec<u32>>,
    pub(crate) results: Vec<DrawResult>,
    pub(crate) raw: Value,
}

impl Case {
    pub(crate) fn text(&self, field: &str) -> &str {
        self.raw[field].as_str().expect("a text")
    }

    pub(crate) fn input(&self) -> DrawInput<'_> {
        let Self { table, server_seed, client_seed, nonce, count, .. } = self;
        DrawInput { table, server_seed, client_seed, nonce: *nonce, count: *count }
    }

    pub(crate) fn proof(&self) -> Proof {
        let next = Digest::sha256(b"the next seed");
        let time = "2026-01-31T12:00:00.000Z".to_owned();
        Proof::new(&self.input(), self.sold_out.clone(), self.results.clone(), time, next)
    }
}

pub(crate) fn cases() -> Vec<Case> {
    let file: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
    file["cases"].as_array().expect("a list").iter().map(case).collect()
}

fn case(raw: &Value) -> Case {
    let spec: TableSpec = serde_json::from_value(raw["table"].clone()).expect("a table");
    Case {
        table: PrizeTable::new(spec).expect("a valid table"),
        server_seed: raw["server_seed"].as_str().expect("hex").parse().expect("a seed"),
        client_seed: ClientSeed::new(raw["client_seed"].as_str().expect("text")).expect("a seed"),
        nonce: Nonce::new(raw["nonce"].as_u64().expect("a number")).expect("a nonce"),
        count: Count::new(raw["count"].as_u64().expect("a number").try_into().expect("small")).expect("a count"),
        sold_out: serde_json::from_value(raw["sold_out"].clone()).expect("lists of ids"),
        results: serde_json::from_value(raw["results"].clone()).expect("results"),
        raw: raw.clone(),
    }
}

/// Two prizes: half points, half nothing; the second is the fallback.
pub(crate) fn small() -> TableSpec {
    let prize = |id, angle, weight, kind, name: &str| Prize {
        id,
        angle,
        weight,
        kind,
        value_cents: 100,
        is_activity: false,
        stock: None,
        name: name.to_owned(),
    };
    TableSpec {
        cost: 100,
        daily_limit: 10,
        fallback: Some(2),
        prizes: vec![
            prize(1, 0, 5_000, PrizeKind::Points, "10 积分"),
            prize(2, 180, 5_000, PrizeKind::Empty, "谢谢参与"),
        ],
    }
}

/// Any valid table of 2..=24 prizes.
pub(crate) fn any_table() -> impl Strategy<Value = PrizeTable> {
    let prize =
        (any::<u32>(), 0_u32..4, 0_u32..=100_000_000, any::<bool>(), proptest::option::of(any::<u32>()), name());
    let prizes = proptest::collection::vec(prize, 2..=24);
    let angles = proptest::sample::subsequence((0..180).collect::<Vec<u32>>(), 24);
    (prizes, angles, 0_u32..2, 1_u32..=1_000_000, 1_u32..=10_000).prop_map(
        |(parts, angles, shift, cost, daily_limit)| {
            let prizes = parts.into_iter().zip(angles).zip(1..).map(|((part, angle), id)| {
                let (share, kind, value_cents, is_activity, stock, name) = part;
                let kinds = [PrizeKind::Points, PrizeKind::Coupon, PrizeKind::Physical, PrizeKind::Empty];
                let kind = kinds[kind as usize];
                Prize { id, angle: angle * 2 + shift, weight: share, kind, value_cents, is_activity, stock, name }
            });
            let mut prizes: Vec<_> = prizes.collect();
            share_weights(&mut prizes);
            prizes[0].kind = PrizeKind::Empty;
            prizes[0].stock = None;
            PrizeTable::new(TableSpec { cost, daily_limit, fallback: Some(1), prizes }).expect("a valid table")
        },
    )
}

/// Cuts 10,000 at the weights taken as random points.
fn share_weights(prizes: &mut [Prize]) {
    let mut cuts: Vec<u32> = prizes[1..].iter().map(|prize| prize.weight % 10_001).collect();
    cuts.sort_unstable();
    cuts.push(10_000);
    let mut before = 0;
    for (prize, cut) in prizes.iter_mut().zip(cuts) {
        prize.weight = cut - before;
        before = cut;
    }
}

fn name() -> impl Strategy<Value = String> {
    "[^\\p{Cc}]{1,100}"
}
