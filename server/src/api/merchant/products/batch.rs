//! Many products at once: which, and what became of each.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::{NO_PRODUCT, other_stock};
use crate::{
    api::envelope::Envelope,
    error::ApiError,
    store::product::manage::{self, Outcome},
};

/// The most products of one request.
pub(super) const BATCH_MAX: usize = 100;

/// What became of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = merchant::products::batch::Answer)]
pub struct Answer {
    /// How many were asked for, each counted once.
    #[schema(example = 2, minimum = 1)]
    processed_count: usize,
    /// How many it was done to.
    #[schema(example = 1, minimum = 0)]
    success_count: usize,
    /// How many were refused.
    #[schema(example = 1, minimum = 0)]
    failed_count: usize,
    /// Each once, in the order asked.
    results: Vec<Each>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = merchant::products::batch::Each)]
struct Each {
    /// The product.
    #[schema(example = 3)]
    id: i64,
    /// Whether it was done.
    #[schema(example = true)]
    ok: bool,
    /// 0, or 404 no such product, or 409 the stock does not allow it.
    #[schema(example = 0)]
    code: u16,
    /// `success`, or why not.
    #[schema(example = "success")]
    message: String,
}

/// The products that are meant, each once.
pub(super) fn ids(given: &[i64]) -> Result<BTreeSet<i64>, ApiError> {
    let ids: BTreeSet<i64> = given.iter().copied().collect();
    if (1..=BATCH_MAX).contains(&ids.len()) {
        Ok(ids)
    } else {
        Err(ApiError::field("ids", &format!("必须有 1 到 {BATCH_MAX} 个商品")))
    }
}

/// The answer to those who asked for these.
pub(super) fn envelope(asked: &[i64], outcomes: &[manage::Each]) -> Envelope {
    let mut outcomes: BTreeMap<_, _> = outcomes.iter().map(|(id, outcome)| (*id, outcome)).collect();
    let each = |(id, outcome): (i64, &Outcome)| {
        let (code, message) = match outcome {
            Outcome::Done(_) => (0, "success".to_owned()),
            Outcome::NoProduct => (404, NO_PRODUCT.to_owned()),
            Outcome::Stock { stock } => (409, other_stock(*stock)),
        };
        Each { id, ok: code == 0, code, message }
    };
    let results: Vec<_> =
        asked.iter().filter_map(|id| outcomes.remove(id).map(|outcome| each((*id, outcome)))).collect();
    let success_count = results.iter().filter(|each| each.ok).count();
    let processed_count = results.len();
    Envelope::ok(&Answer { processed_count, success_count, failed_count: processed_count - success_count, results })
}
