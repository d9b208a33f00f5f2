//! The rules of promotions, and the notice that diners read.

use fairwheel_core::promotion::{self, NoticeTerms};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::{
    js::{self, Input, LONG},
    read,
};

/// What a term of a notice may measure, in UTF-16 units: the core cuts what is longer.
const TERM: u32 = 500;

/// Looks at a table and its rules as the provisions for promotions in China would have it. It informs and forbids nothing;
/// what it says about the rules comes from a search for words.
///
/// # Errors
///
/// Throws `bad_value` naming the field, or the code of the first rule that the table breaks.
#[wasm_bindgen(js_name = promotionCheck, unchecked_return_type = "PromotionFinding[]")]
pub fn promotion_check(
    #[wasm_bindgen(unchecked_param_type = "string", param_description = "canonical text")] table_text: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "PromotionTerms")] terms: &JsValue,
) -> Result<JsValue, JsValue> {
    let table = read::table(&Input::new(table_text, "table_text"))?;
    let rules = Input::object(terms, "terms").and_then(|terms| terms.get("rules").text_up_to(LONG))?;
    Ok(js::out(&promotion::check(&table, &rules))?)
}

/// The notice of a table that diners read, in Chinese, in lines, of at most 5,000 characters.
///
/// # Errors
///
/// Throws `bad_value` naming the field, or the code of the first rule that the table breaks.
#[wasm_bindgen(js_name = noticeText)]
pub fn notice_text(
    #[wasm_bindgen(unchecked_param_type = "string", param_description = "canonical text")] table_text: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "NoticeTerms")] terms: &JsValue,
) -> Result<String, JsValue> {
    let table = read::table(&Input::new(table_text, "table_text"))?;
    let terms = Input::object(terms, "terms")?;
    let term = |name| terms.get(name).text_up_to(TERM);
    let (organiser, period) = (&*term("organiser")?, &*term("period")?);
    let (redemption, contact) = (&*term("redemption")?, &*term("contact")?);
    Ok(promotion::notice(&table, &NoticeTerms { organiser, period, redemption, contact }))
}
