//! Prize tables.

use fairwheel_core::prize::{PrizeTable, TableSpec};
use serde::Serialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    error::Thrown,
    js::{self, Input},
    read,
};

#[derive(Serialize)]
struct Table<'a> {
    text: &'a str,
    hash: String,
    #[serde(flatten)]
    spec: &'a TableSpec,
    sectors: Vec<Sector>,
}

#[derive(Serialize)]
struct Sector {
    prize_id: u32,
    start: u32,
    width: u32,
    middle: u32,
}

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    message: String,
    field: &'static str,
    prize_index: Option<u32>,
    prize_id: Option<u32>,
}

/// Reads and checks the canonical text of a prize table.
///
/// # Errors
///
/// Throws `bad_text` (naming the line) or the code of the first rule that the table breaks.
#[wasm_bindgen(js_name = tableFromText, unchecked_return_type = "Table")]
pub fn table_from_text(
    #[wasm_bindgen(unchecked_param_type = "string", param_description = "canonical text, `fairwheel-table-v1`")]
    text: &JsValue,
) -> Result<JsValue, JsValue> {
    Ok(table_out(&read::table(&Input::new(text, "text"))?)?)
}

/// Checks the contents of a prize table and puts its prizes in order of angle.
///
/// # Errors
///
/// Throws `bad_value` for another shape, or the code of the first rule that the table breaks, with its `field`.
#[wasm_bindgen(js_name = tableFromSpec, unchecked_return_type = "Table")]
pub fn table_from_spec(#[wasm_bindgen(unchecked_param_type = "TableSpec")] spec: &JsValue) -> Result<JsValue, JsValue> {
    let spec = Input::object(spec, "spec").and_then(|spec| read::table_spec(&spec))?;
    Ok(PrizeTable::new(spec).map_err(Thrown::from).and_then(|table| table_out(&table))?)
}

/// Lists every rule that the contents of a prize table break; empty if it is valid.
///
/// # Errors
///
/// Throws `bad_value` for another shape.
#[wasm_bindgen(js_name = tableErrors, unchecked_return_type = "TableProblem[]")]
pub fn table_errors(#[wasm_bindgen(unchecked_param_type = "TableSpec")] spec: &JsValue) -> Result<JsValue, JsValue> {
    let spec = Input::object(spec, "spec").and_then(|spec| read::table_spec(&spec))?;
    let problems = spec.errors().into_iter().map(|error| Problem {
        code: error.problem.code(),
        message: error.to_string(),
        field: error.field.name(),
        prize_index: error.prize.and_then(|prize| u32::try_from(prize.index).ok()),
        prize_id: error.prize.map(|prize| prize.id),
    });
    Ok(js::out(&problems.collect::<Vec<_>>())?)
}

fn table_out(table: &PrizeTable) -> Result<JsValue, Thrown> {
    let sectors = table.prizes().iter().zip(table.sectors()).map(|(prize, sector)| Sector {
        prize_id: prize.id,
        start: sector.start().hundredths(),
        width: sector.width(),
        middle: sector.middle().hundredths(),
    });
    js::out(&Table {
        text: table.text(),
        hash: table.hash().to_string(),
        spec: table.spec(),
        sectors: sectors.collect(),
    })
}
