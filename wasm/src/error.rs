//! What is thrown: a JavaScript `Error` with a `code`, and the `field` at fault where there is one.

use core::fmt::Display;

use fairwheel_core::prize::{TableError, TableTextError};
use wasm_bindgen::JsValue;

/// An error on its way to JavaScript.
#[derive(Debug)]
pub(crate) struct Thrown {
    code: &'static str,
    message: String,
    field: Option<String>,
}

impl Thrown {
    pub(crate) fn new(code: &'static str, field: Option<&str>, problem: impl Display) -> Self {
        let message = match field {
            Some(field) => format!("{field}: {problem}"),
            None => problem.to_string(),
        };
        Self { code, message, field: field.map(Into::into) }
    }

    /// A value of the wrong type or out of range.
    pub(crate) fn bad(field: &str, problem: &str) -> Self {
        Self::new("bad_value", Some(field), problem)
    }
}

impl From<TableError> for Thrown {
    fn from(error: TableError) -> Self {
        let field = match error.prize {
            Some(prize) => format!("prizes[{}].{}", prize.index, error.field.name()),
            None => error.field.name().to_owned(),
        };
        Self { code: error.problem.code(), message: error.to_string(), field: Some(field) }
    }
}

impl From<TableTextError> for Thrown {
    fn from(error: TableTextError) -> Self {
        match error {
            TableTextError::Table(error) => error.into(),
            TableTextError::Line { .. } => Self::new("bad_text", None, error),
        }
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        let error = js_sys::Error::new(&thrown.message);
        let set = |name: &str, value: &str| {
            // A new Error is an ordinary object, so this cannot fail; if it did, the message would still be there.
            let _ = js_sys::Reflect::set(&error, &name.into(), &value.into());
        };
        set("code", thrown.code);
        if let Some(field) = &thrown.field {
            set("field", field);
        }
        error.into()
    }
}
