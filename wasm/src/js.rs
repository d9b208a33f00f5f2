//! The one way in and out for JavaScript values.
//!
//! Fields are read one by one through `Reflect`, which hands back what a getter or proxy throws, so that nothing a caller
//! made can unwind through Rust. Each refusal names its path, and the module is a third smaller than with derived readers.

use js_sys::{JsString, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};

use crate::error::Thrown;

/// What a table's text may measure, in UTF-16 units. The largest valid one has about 30,000.
pub(crate) const LONG: u32 = 1 << 16;

/// What any other text may measure. The longest valid one, a prize's name, has 200.
const SHORT: u32 = 1_000;

/// Items that a list may have. The longest valid one has 100, a seed's bytes 1,024.
const MAX_ITEMS: u32 = 1_024;

/// A value and where it was found, such as `proof.results[2].ticket`.
pub(crate) struct Input {
    value: JsValue,
    path: String,
}

impl Input {
    /// A value given as the parameter `name`.
    pub(crate) fn new(value: &JsValue, name: &str) -> Self {
        Self { value: value.clone(), path: name.into() }
    }

    /// An object given as the parameter `name`.
    pub(crate) fn object(value: &JsValue, name: &str) -> Result<Self, Thrown> {
        let input = Self::new(value, name);
        if value.is_object() { Ok(input) } else { Err(input.refuse("must be an object")) }
    }

    /// The field `name` of an object; `undefined` if it is not there, or if this is no object.
    pub(crate) fn get(&self, name: &str) -> Self {
        let value = Reflect::get(&self.value, &name.into()).unwrap_or_default();
        Self { value, path: format!("{}.{name}", self.path) }
    }

    /// This value, or `None` for `null` and `undefined`.
    pub(crate) fn given(self) -> Option<Self> {
        Some(self).filter(|input| !input.value.is_null() && !input.value.is_undefined())
    }

    pub(crate) fn refuse(&self, problem: &str) -> Thrown {
        Thrown::bad(&self.path, problem)
    }

    /// A text of ordinary length.
    pub(crate) fn text(&self) -> Result<String, Thrown> {
        self.text_up_to(SHORT)
    }

    /// A text of at most `max` UTF-16 units. One with half a surrogate pair is none: it would be read as U+FFFD, and
    /// two texts would pass for one.
    pub(crate) fn text_up_to(&self, max: u32) -> Result<String, Thrown> {
        let short = self.value.dyn_ref::<JsString>().is_some_and(|text| text.length() <= max);
        let text = Some(&self.value).filter(|_| short).and_then(JsValue::as_string);
        let text = text.filter(|text| self.value == JsValue::from_str(text));
        text.ok_or_else(|| self.refuse(&format!("must be a text of at most {max} characters")))
    }

    /// Refuses any field that is not in `known`, so that a misspelt one is not taken for an absent one.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), Thrown> {
        let keys = Reflect::own_keys(&self.value).map_err(|_| self.refuse("must be an object"))?;
        let keys = Self { value: keys.into(), path: self.path.clone() }.list(Self::text)?;
        match keys.iter().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(self.get(key).refuse("is not known here")),
            None => Ok(()),
        }
    }

    pub(crate) fn flag(&self) -> Result<bool, Thrown> {
        self.value.as_bool().ok_or_else(|| self.refuse("must be true or false"))
    }

    /// A number of `min..=max`, with any fraction.
    pub(crate) fn number(&self, min: u64, max: u64) -> Result<f64, Thrown> {
        self.within(min, max, false)
    }

    /// A whole number of `min..=max`. By way of 64 bits: lowered for old phones, the short way makes a nought of `u32::MAX`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
    pub(crate) fn whole(&self, min: u32, max: u32) -> Result<u32, Thrown> {
        self.within(min.into(), max.into(), true).map(|number| number as u64 as u32)
    }

    /// Any whole number that fits 32 bits without a sign.
    pub(crate) fn any_whole(&self) -> Result<u32, Thrown> {
        self.whole(0, u32::MAX)
    }

    /// `0..=2^53`: the whole numbers that JavaScript can count. A nonce, or how often something happened.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be whole and in range")]
    pub(crate) fn count(&self) -> Result<u64, Thrown> {
        self.within(0, 1 << 53, true).map(|number| number as u64)
    }

    #[expect(clippy::cast_precision_loss, reason = "bounds of at most 2^53")]
    fn within(&self, min: u64, max: u64, whole: bool) -> Result<f64, Thrown> {
        let fits = |number: &f64| (min as f64..=max as f64).contains(number) && !(whole && number.fract() != 0.0);
        self.value.as_f64().filter(fits).ok_or_else(|| {
            let kind = if whole { "whole number" } else { "number" };
            self.refuse(&format!("must be a {kind} {min}..={max}"))
        })
    }

    /// Each item of a list, read by `read`.
    pub(crate) fn list<T>(&self, read: impl Fn(&Self) -> Result<T, Thrown>) -> Result<Vec<T>, Thrown> {
        let length = self.get("length").whole(0, MAX_ITEMS);
        let length = length.map_err(|_| self.refuse("must be a list of at most 1024 items"))?;
        let mut items = Vec::new();
        for index in 0..length {
            items.push(read(&self.item(index))?);
        }
        Ok(items)
    }

    fn item(&self, index: u32) -> Self {
        let value = Reflect::get_u32(&self.value, index).unwrap_or_default();
        Self { value, path: format!("{}[{index}]", self.path) }
    }
}

/// Hands plain data out.
pub(crate) fn out(value: &impl Serialize) -> Result<JsValue, Thrown> {
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    value.serialize(&serializer).map_err(|_| Thrown::new("internal", None, "the answer could not be written"))
}
