//! The wheel: all angles and rotations in hundredths of a degree, clockwise.

use core::time::Duration;

use fairwheel_core::wheel::{Angle, FULL_TURN, Spin};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{error::Thrown, js::Input, read};

fn angle(value: &JsValue, name: &str) -> Result<Angle, Thrown> {
    Input::new(value, name).whole(0, FULL_TURN - 1).map(Angle::wrapping)
}

fn millis(value: &JsValue, name: &str, min: u64, max: u64) -> Result<Duration, Thrown> {
    Input::new(value, name).number(min, max).map(|ms| Duration::from_secs_f64(ms / 1_000.0))
}

/// The clockwise rotation of the wheel, 0..=35999, that brings an angle under the pointer.
///
/// # Errors
///
/// Throws `bad_value` unless the angle is a whole number 0..=35999.
#[wasm_bindgen(js_name = rotationFor)]
pub fn rotation_for(
    #[wasm_bindgen(js_name = angle, unchecked_param_type = "number", param_description = "hundredths of a degree, 0..=35999")]
    to: &JsValue,
) -> Result<u32, JsValue> {
    Ok(angle(to, "angle")?.rotation().hundredths())
}

/// The id of the prize whose sector an angle is in.
///
/// # Errors
///
/// Throws `bad_value` naming the parameter, or the code of the first rule that the table breaks.
#[wasm_bindgen(js_name = sectorAt)]
pub fn sector_at(
    #[wasm_bindgen(unchecked_param_type = "string", param_description = "canonical text")] table_text: &JsValue,
    #[wasm_bindgen(js_name = angle, unchecked_param_type = "number", param_description = "hundredths of a degree, 0..=35999")]
    at: &JsValue,
) -> Result<u32, JsValue> {
    let table = read::table(&Input::new(table_text, "table_text"))?;
    let index = table.index_at(angle(at, "angle")?);
    let prize = table.prizes().get(index).ok_or_else(|| Thrown::new("internal", None, "no sector there"))?;
    Ok(prize.id)
}

/// The rotation of a spinning wheel, counted on over whole turns: `from` at 0 ms, and from the end of the duration on
/// the rotation that shows the angle. A pure function of the time, so it looks the same at every frame rate.
///
/// # Errors
///
/// Throws `bad_value` naming the parameter that is out of range.
#[wasm_bindgen(js_name = spinRotation)]
pub fn spin_rotation(
    #[wasm_bindgen(unchecked_param_type = "number", param_description = "rotation at the start, 0..=35999")]
    from: &JsValue,
    #[wasm_bindgen(js_name = angle, unchecked_param_type = "number", param_description = "angle to end on, 0..=35999")]
    to: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", param_description = "whole turns on the way, 3..=20")]
    turns: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "number", param_description = "milliseconds, 1..=60000")]
    duration_ms: &JsValue,
    #[wasm_bindgen(
        unchecked_param_type = "number",
        param_description = "milliseconds since the start, 0 or more, with fractions"
    )]
    elapsed_ms: &JsValue,
) -> Result<u32, JsValue> {
    let (from, to) = (angle(from, "from")?, angle(to, "angle")?);
    let turns = Input::new(turns, "turns").whole(3, 20)?;
    let spin = Spin::new(from, to, turns, millis(duration_ms, "duration_ms", 1, 60_000)?);
    let spin = spin.map_err(|error| Thrown::new("bad_value", None, error))?;
    Ok(spin.rotation_at(millis(elapsed_ms, "elapsed_ms", 0, 1 << 40)?))
}
