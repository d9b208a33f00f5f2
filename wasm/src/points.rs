//! Client seeds, and the points of a receipt.

use fairwheel_core::{digest::Digest, points::ReceiptRule};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{error::Thrown, js::Input};

/// Bytes of chance in a client seed made here: 128 bits.
const SEED_BYTES: usize = 16;

/// Makes a client seed (32 hexadecimal digits) from the browser's or Node's source of chance.
///
/// # Errors
///
/// Throws `random_unavailable` where there is none, as in a mini-program: use `clientSeedFromBytes` there.
#[wasm_bindgen(js_name = randomClientSeed)]
#[expect(clippy::disallowed_methods, reason = "the phone's own share of the chance, by definition")]
pub fn random_client_seed() -> Result<String, JsValue> {
    let mut bytes = [0; SEED_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| Thrown::new("random_unavailable", None, error))?;
    Ok(client_seed(&bytes))
}

/// Makes a client seed (32 hexadecimal digits) from bytes of chance, as from `wx.getRandomValues`.
///
/// # Errors
///
/// Throws `bad_value` unless given 16..=1024 numbers 0..=255.
#[wasm_bindgen(js_name = clientSeedFromBytes)]
pub fn client_seed_from_bytes(
    #[wasm_bindgen(unchecked_param_type = "Uint8Array", param_description = "16..=1024 bytes of chance")]
    bytes: &JsValue,
) -> Result<String, JsValue> {
    let bytes = Input::new(bytes, "bytes");
    let values = bytes.list(|byte| byte.whole(0, 255).map(|byte| byte.to_le_bytes()[0]))?;
    if values.len() < SEED_BYTES {
        return Err(bytes.refuse("must be at least 16 bytes").into());
    }
    Ok(client_seed(&values))
}

fn client_seed(bytes: &[u8]) -> String {
    let mut seed = Digest::sha256(bytes).to_string();
    seed.truncate(SEED_BYTES * 2);
    seed
}

/// Points that a receipt earns: `floor(yuan × points_per_yuan)`, between `min` and `max`.
///
/// # Errors
///
/// Throws `bad_value` naming the parameter that is out of range.
#[wasm_bindgen(js_name = receiptPoints)]
pub fn receipt_points(
    #[wasm_bindgen(unchecked_param_type = "number", param_description = "hundredths of a yuan, 0..=4294967295")]
    amount_cents: &JsValue,
    #[wasm_bindgen(unchecked_optional_param_type = "ReceiptRule", param_description = "default: 10 a yuan, 50..=2000")]
    rule: &JsValue,
) -> Result<u32, JsValue> {
    let amount = Input::new(amount_cents, "amount_cents").any_whole()?;
    if rule.is_null() || rule.is_undefined() {
        return Ok(ReceiptRule::default().points(amount.into()));
    }
    let (input, default) = (Input::object(rule, "rule")?, ReceiptRule::default());
    let field = |name, default| input.get(name).given().map_or(Ok(default), |field| field.any_whole());
    let per_yuan = field("points_per_yuan", default.points_per_yuan())?;
    let rule = ReceiptRule::new(per_yuan, field("min", default.min())?, field("max", default.max())?);
    Ok(rule.map_err(|error| Thrown::new("bad_value", Some("rule"), error))?.points(amount.into()))
}
