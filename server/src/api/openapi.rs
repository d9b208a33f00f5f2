//! `/openapi.json`: what every call takes and answers, put together from the handlers.
//!
//! A handler has its `#[utoipa::path]`, typed bodies, and a table of [`Refusals`]; the rest (`complete.rs`) is the same
//! for all: the envelope, the refusals that come with a login or a body, headers, names, and examples.

mod complete;
mod example;
mod refusals;
mod shared;

use std::sync::LazyLock;

use serde_json::Value;

/// What a call refuses with codes of its own: code, what the diner reads, and `data` as JSON text.
///
/// One row for each text and each shape of `data`. Numbers in texts stand for any number.
pub type Refusals = &'static [(u16, &'static str, &'static str)];

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let collected = super::documented().into_openapi();
    // A document that doesn't serialise is empty, which every test of it notices.
    complete::document(serde_json::to_value(collected).unwrap_or_default())
});

static TEXT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", *DOCUMENT));

/// The whole document.
#[must_use]
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// The document as it is served, and as the committed copy has it: indented, names in order.
#[must_use]
pub fn text() -> &'static str {
    &TEXT
}
