//! Requests that settle together: those that wait at the same moment share one transaction, and so one commit.
//!
//! What becomes of a request is computed from rows that were read before, by a function that touches nothing: it gives
//! back the outcome and its effects. Those of a request that failed are dropped; those of the others are what the next one
//! finds, as if they had come one after the other. Then all effects are written, many rows a statement, and nobody is
//! answered before the commit. `docs/DECISIONS.md` says why.

mod job;
mod load;
mod queue;
#[cfg(test)]
mod tests;
mod transaction;
mod work;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub(super) use queue::Queue;
pub(super) use work::{Effects, Work};

use super::{
    Db, StoreError,
    idempotency::{Answer, Key, Settled},
};

/// What is asked: the part that all kinds of requests have in common.
pub(super) trait Ask: Send + Sync + 'static {
    /// Its name, if it has one.
    fn key(&self) -> Option<&Key>;

    /// When it was made.
    fn now(&self) -> Timestamp;

    /// The session that it came by and whose it must be, if nobody has looked yet.
    fn session(&self) -> Option<(&String, i64)> {
        None
    }

    /// How many requests it is worth.
    fn size(&self) -> usize {
        1
    }

    /// What is to be read for it, and locked until the commit.
    fn needs(&self, needs: &mut Needs);

    /// Whether who asks may still do so; looked at before anything else.
    fn admitted(&self, _work: &Work) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A kind of request.
pub(super) trait Request: Ask {
    /// What becomes of it.
    type Outcome: Send + 'static;

    /// What becomes of it now, and by which effects.
    fn decide(&self, work: &Work) -> Result<(Self::Outcome, Effects), StoreError>;

    /// Tells the outcome which ids its orders were given, by their numbers.
    fn numbered(_outcome: &mut Self::Outcome, _ids: &BTreeMap<String, i64>) {}
}

/// What is to be read for the requests of a transaction.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) users: BTreeSet<i64>,
    /// The active table, and what is left of its prizes.
    pub(super) table: bool,
    pub(super) products: BTreeSet<i64>,
    pub(super) receipts: BTreeSet<String>,
}

/// Settles a request together with those that wait as well. `answer` writes the outcome down; what it wrote is kept for a
/// repetition of the request. From here on it is settled even if nobody waits for it any more.
pub(super) async fn settle<R: Request>(
    db: &Db,
    request: R,
    answer: impl Fn(&R::Outcome) -> Answer + Send + Sync + 'static,
) -> Result<Settled<R::Outcome>, StoreError> {
    let (job, settled) = job::waiting(request, answer);
    queue::join(db, job)?;
    settled.await.map_err(|_| StoreError::Cut)?
}
