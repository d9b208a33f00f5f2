//! Draws and their verification.

use core::str::FromStr;

use fairwheel_core::{
    draw::{ClientSeed, Count, DrawInput, DrawResult, DrawTrace, InputError, Nonce, ServerSeed},
    proof::{self, Check, Expected, Status},
};
use serde::Serialize;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    error::Thrown,
    js::{self, Input},
    read,
};

#[derive(Serialize)]
struct Drawn {
    key: String,
    commitment: String,
    results: Vec<DrawResult>,
}

#[derive(Serialize)]
struct Traced {
    key: String,
    draws: Vec<Trace>,
}

#[derive(Serialize)]
struct Trace {
    words: Vec<u32>,
    ticket: u32,
    drawn_prize_id: u32,
    prize_id: u32,
    start: u32,
    width: u32,
    offset: u32,
    angle: u32,
    is_near_miss: bool,
}

#[derive(Serialize)]
struct Report {
    ok: bool,
    checks: Vec<Verdict>,
    key: Option<String>,
    results: Option<Vec<DrawResult>>,
}

#[derive(Serialize)]
struct Verdict {
    check: Check,
    draw: Option<u32>,
    status: &'static str,
    code: Option<&'static str>,
    message: Option<String>,
    expected: Option<String>,
    found: Option<String>,
}

fn input(error: InputError) -> Thrown {
    let field = match error {
        InputError::ClientSeedLength | InputError::ClientSeedControl => "client_seed",
        InputError::Nonce => "nonce",
        InputError::Count => "count",
    };
    Thrown::new("bad_value", Some(field), error)
}

pub(crate) fn seed(input: &Input) -> Result<ServerSeed, Thrown> {
    ServerSeed::from_str(&input.text()?).map_err(|_| input.refuse("must be 64 lower-case hexadecimal digits"))
}

/// Makes the draws of one request: what the server does, given its seed.
///
/// # Errors
///
/// Throws `bad_value` naming the field, or the code of the first rule that the table breaks.
#[wasm_bindgen(unchecked_return_type = "Drawn")]
pub fn draw(#[wasm_bindgen(unchecked_param_type = "DrawRequest")] request: &JsValue) -> Result<JsValue, JsValue> {
    Ok(with_request(request, &|input, sold_out| {
        js::out(&Drawn {
            key: input.key().to_string(),
            commitment: input.server_seed.commitment().to_string(),
            results: input.draw_all(sold_out),
        })
    })?)
}

/// Makes the draws of one request as `draw` does, and gives the words of the key stream that each took, its ticket, and
/// the way from there to the angle.
///
/// # Errors
///
/// Throws what `draw` throws.
#[wasm_bindgen(js_name = drawTrace, unchecked_return_type = "Traced")]
pub fn draw_trace(#[wasm_bindgen(unchecked_param_type = "DrawRequest")] request: &JsValue) -> Result<JsValue, JsValue> {
    Ok(with_request(request, &|input, sold_out| {
        let draws = input.trace_all(sold_out).into_iter().map(|DrawTrace { words, result, sector, offset }| Trace {
            words,
            ticket: result.ticket,
            drawn_prize_id: result.drawn_prize_id,
            prize_id: result.prize_id,
            start: sector.start().hundredths(),
            width: sector.width(),
            offset,
            angle: result.angle,
            is_near_miss: result.is_near_miss,
        });
        js::out(&Traced { key: input.key().to_string(), draws: draws.collect() })
    })?)
}

/// What is made of a request and its sold-out lists.
type Answer = dyn Fn(&DrawInput<'_>, &[Vec<u32>]) -> Result<JsValue, Thrown>;

fn with_request(request: &JsValue, answer: &Answer) -> Result<JsValue, Thrown> {
    let request = Input::object(request, "request")?;
    let server_seed = seed(&request.get("server_seed"))?;
    let sold_out = request.get("sold_out").given().map(|lists| read::sold_out(&lists)).transpose()?;
    let input = DrawInput {
        table: &read::table(&request.get("table_text"))?,
        server_seed: &server_seed,
        client_seed: &ClientSeed::new(request.get("client_seed").text()?).map_err(input)?,
        nonce: Nonce::new(request.get("nonce").count()?).map_err(input)?,
        count: Count::new(request.get("count").any_whole()?).map_err(input)?,
    };
    answer(&input, &sold_out.unwrap_or_default())
}

/// Recomputes everything in a proof and gives a verdict on each check.
///
/// # Errors
///
/// Throws `bad_value`, naming the field, if the value is not a proof at all. A false proof is not an error: its report
/// says which checks failed.
#[wasm_bindgen(unchecked_return_type = "Report")]
pub fn verify(
    #[wasm_bindgen(unchecked_param_type = "Proof")] proof: &JsValue,
    #[wasm_bindgen(
        unchecked_optional_param_type = "Expected",
        param_description = "what was seen before the draw, to compare with"
    )]
    expected: &JsValue,
) -> Result<JsValue, JsValue> {
    let proof = Input::object(proof, "proof").and_then(|proof| read::proof(&proof))?;
    let expected = if expected.is_null() || expected.is_undefined() {
        Expected::default()
    } else {
        Input::object(expected, "expected").and_then(|expected| read::expected(&expected))?
    };
    let report = proof::verify(&proof, &expected);
    let checks = report.verdicts.iter().map(|verdict| {
        let (status, failure) = match verdict.status {
            Status::Holds => ("ok", None),
            Status::Fails(failure) => ("failed", Some(failure)),
            Status::Skipped => ("skipped", None),
        };
        Verdict {
            check: verdict.check,
            draw: verdict.draw,
            status,
            code: failure.map(proof::Failure::code),
            message: failure.map(|failure| failure.to_string()),
            expected: verdict.expected.clone(),
            found: verdict.found.clone(),
        }
    });
    Ok(js::out(&Report {
        ok: report.ok(),
        checks: checks.collect(),
        key: report.key.map(|key| key.to_string()),
        results: report.results,
    })?)
}

/// The commitment to a server seed: SHA-256 of its 32 bytes.
///
/// # Errors
///
/// Throws `bad_value` unless the seed is 64 lower-case hexadecimal digits.
#[wasm_bindgen]
pub fn commitment(
    #[wasm_bindgen(unchecked_param_type = "string", param_description = "64 lower-case hexadecimal digits")]
    server_seed: &JsValue,
) -> Result<String, JsValue> {
    Ok(seed(&Input::new(server_seed, "server_seed"))?.commitment().to_string())
}
