//! Simulation, and the test of what was counted.

use fairwheel_core::{prize::PrizeTable, simulate as statistics};
use serde::Serialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    draw::seed,
    js::{self, Input},
    read,
};

#[derive(Serialize)]
struct Simulation {
    draws: u32,
    counts: Vec<PrizeCount>,
    near_misses: u64,
    chi_square: Option<f64>,
    degrees_of_freedom: Option<u32>,
    p_value: Option<f64>,
}

#[derive(Serialize)]
struct Fit {
    chi_square: Option<f64>,
    degrees_of_freedom: Option<u32>,
    p_value: Option<f64>,
}

#[derive(Serialize)]
struct PrizeCount {
    prize_id: u32,
    weight: u32,
    observed: f64,
    expected: f64,
}

/// Makes many draws of a table, nothing running out, and tests the counts against the declared weights.
///
/// # Errors
///
/// Throws `bad_value` naming the parameter, or the code of the first rule that the table breaks.
#[wasm_bindgen(unchecked_return_type = "Simulation")]
#[expect(clippy::cast_precision_loss, reason = "counts of at most 100,000,000")]
pub fn simulate(
    #[wasm_bindgen(unchecked_param_type = "string", param_description = "canonical text")] table_text: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "string",
        param_description = "key of the ChaCha20 stream, 64 lower-case hexadecimal digits"
    )]
    key: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", param_description = "how many, 1..=100000000")] draws: &JsValue,
) -> Result<JsValue, JsValue> {
    let table = read::table(&Input::new(table_text, "table_text"))?;
    let key = seed(&Input::new(key, "key"))?.reveal();
    let draws = Input::new(draws, "draws").whole(1, 100_000_000)?;
    let tally = statistics::simulate(&table, key, draws);
    let Fit { chi_square, degrees_of_freedom, p_value } = fit(&table, &tally.counts);
    let counts = table.prizes().iter().zip(&tally.counts).map(|(prize, &observed)| PrizeCount {
        prize_id: prize.id,
        weight: prize.weight,
        observed: observed as f64,
        expected: statistics::expected(tally.draws, prize.weight),
    });
    Ok(js::out(&Simulation {
        draws,
        counts: counts.collect(),
        near_misses: tally.near_misses,
        chi_square,
        degrees_of_freedom,
        p_value,
    })?)
}

/// Tests how often each prize was drawn against the declared weights.
///
/// # Errors
///
/// Throws `bad_value` naming the parameter, or the code of the first rule that the table breaks.
#[wasm_bindgen(js_name = chiSquare, unchecked_return_type = "ChiSquare")]
pub fn chi_square(
    #[wasm_bindgen(unchecked_param_type = "string", param_description = "canonical text")] table_text: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "number[]",
        param_description = "how often each prize was drawn, 0..=2^53, in the order of the table's prizes"
    )]
    counts: &JsValue,
) -> Result<JsValue, JsValue> {
    let table = read::table(&Input::new(table_text, "table_text"))?;
    let input = Input::new(counts, "counts");
    let counts = input.list(Input::count)?;
    if counts.len() != table.prizes().len() {
        return Err(input.refuse("must have one number for each prize").into());
    }
    Ok(js::out(&fit(&table, &counts))?)
}

fn fit(table: &PrizeTable, counts: &[u64]) -> Fit {
    let test = statistics::chi_square(table, counts);
    Fit {
        chi_square: test.map(|test| test.statistic),
        degrees_of_freedom: test.map(|test| test.degrees_of_freedom),
        p_value: test.map(|test| test.p_value),
    }
}
