//! Reads what the core takes, field by field.

use fairwheel_core::{
    draw::DrawResult,
    prize::{Prize, PrizeKind, PrizeTable, TableSpec},
    proof::{Expected, Proof},
};

use crate::{
    error::Thrown,
    js::{Input, LONG},
};

pub(crate) fn table(text: &Input) -> Result<PrizeTable, Thrown> {
    PrizeTable::parse(&text.text_up_to(LONG)?).map_err(Thrown::from)
}

pub(crate) fn table_spec(spec: &Input) -> Result<TableSpec, Thrown> {
    Ok(TableSpec {
        cost: spec.get("cost").any_whole()?,
        daily_limit: spec.get("daily_limit").any_whole()?,
        fallback: spec.get("fallback").given().map(|id| id.any_whole()).transpose()?,
        prizes: spec.get("prizes").list(prize)?,
    })
}

fn prize(prize: &Input) -> Result<Prize, Thrown> {
    let kind = prize.get("type");
    let kind =
        PrizeKind::from_name(&kind.text()?).ok_or_else(|| kind.refuse("must be points, coupon, physical or empty"))?;
    Ok(Prize {
        id: prize.get("id").any_whole()?,
        angle: prize.get("angle").any_whole()?,
        weight: prize.get("weight").any_whole()?,
        kind,
        value_cents: prize.get("value_cents").any_whole()?,
        is_activity: prize.get("is_activity").flag()?,
        stock: prize.get("stock").given().map(|stock| stock.any_whole()).transpose()?,
        name: prize.get("name").text()?,
    })
}

pub(crate) fn sold_out(lists: &Input) -> Result<Vec<Vec<u32>>, Thrown> {
    lists.list(|list| list.list(Input::any_whole))
}

const PROOF: [&str; 14] = [
    "algorithm",
    "draw_id",
    "table_text",
    "table_hash",
    "server_seed",
    "commitment",
    "client_seed",
    "nonce",
    "count",
    "sold_out",
    "results",
    "created_at",
    "next_nonce",
    "next_commitment",
];

pub(crate) fn proof(proof: &Input) -> Result<Proof, Thrown> {
    proof.only(&PROOF)?;
    let text = |name| proof.get(name).text();
    Ok(Proof {
        algorithm: text("algorithm")?,
        draw_id: text("draw_id")?,
        table_text: proof.get("table_text").text_up_to(LONG)?,
        table_hash: text("table_hash")?,
        server_seed: text("server_seed")?,
        commitment: text("commitment")?,
        client_seed: text("client_seed")?,
        nonce: proof.get("nonce").count()?,
        count: proof.get("count").any_whole()?,
        sold_out: sold_out(&proof.get("sold_out"))?,
        results: proof.get("results").list(result)?,
        created_at: text("created_at")?,
        next_nonce: proof.get("next_nonce").count()?,
        next_commitment: text("next_commitment")?,
    })
}

fn result(result: &Input) -> Result<DrawResult, Thrown> {
    result.only(&["ticket", "drawn_prize_id", "prize_id", "angle", "is_near_miss"])?;
    Ok(DrawResult {
        ticket: result.get("ticket").any_whole()?,
        drawn_prize_id: result.get("drawn_prize_id").any_whole()?,
        prize_id: result.get("prize_id").any_whole()?,
        angle: result.get("angle").any_whole()?,
        is_near_miss: result.get("is_near_miss").flag()?,
    })
}

pub(crate) fn expected(expected: &Input) -> Result<Expected, Thrown> {
    expected.only(&["commitment", "client_seed", "nonce", "count", "table_hash", "draw_id"])?;
    let text = |name| expected.get(name).given().map(|text| text.text()).transpose();
    Ok(Expected {
        commitment: text("commitment")?,
        client_seed: text("client_seed")?,
        nonce: expected.get("nonce").given().map(|nonce| nonce.count()).transpose()?,
        count: expected.get("count").given().map(|count| count.any_whole()).transpose()?,
        table_hash: text("table_hash")?,
        draw_id: text("draw_id")?,
    })
}
