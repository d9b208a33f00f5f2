//! A request of any kind, with whoever waits for it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

use super::{Ask, Effects, Request, Work};
use crate::store::{
    StoreError,
    idempotency::{Answer, Settled},
};

/// A request that waits.
pub(super) trait Job: Send + Sync {
    fn ask(&self) -> &dyn Ask;

    fn decide<'j>(&'j self, work: &Work) -> Result<(Box<dyn Decision + 'j>, Effects), StoreError>;

    /// Answers without a decision of now.
    fn end(&self, end: End);
}

/// How a request ends that is not decided now.
pub(super) enum End {
    /// It was answered before.
    Before(Answer),
    /// Its name was used for another request.
    Otherwise,
    Failed(StoreError),
}

/// What became of a request, not yet told.
pub(super) trait Decision: Send {
    /// Writes it down, now that the ids of new orders are known.
    fn answer(&mut self, ids: &BTreeMap<String, i64>) -> Answer;

    fn tell(self: Box<Self>, answer: Answer);
}

/// Where the answer is waited for.
pub(super) type Reply<O> = Result<Settled<O>, StoreError>;

/// Writes an outcome down.
type Writes<O> = dyn Fn(&O) -> Answer + Send + Sync;

struct Waiting<R: Request> {
    request: R,
    answer: Box<Writes<R::Outcome>>,
    reply: Mutex<Option<oneshot::Sender<Reply<R::Outcome>>>>,
}

struct Decided<'j, R: Request> {
    job: &'j Waiting<R>,
    outcome: R::Outcome,
}

pub(super) fn waiting<R: Request>(
    request: R,
    answer: impl Fn(&R::Outcome) -> Answer + Send + Sync + 'static,
) -> (Arc<dyn Job>, oneshot::Receiver<Reply<R::Outcome>>) {
    let (reply, settled) = oneshot::channel();
    (Arc::new(Waiting { request, answer: Box::new(answer), reply: Mutex::new(Some(reply)) }), settled)
}

impl<R: Request> Waiting<R> {
    fn reply(&self, reply: Reply<R::Outcome>) {
        if let Some(waits) = self.reply.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // Whoever asked may have hung up.
            let _ = waits.send(reply);
        }
    }
}

impl<R: Request> Job for Waiting<R> {
    fn ask(&self) -> &dyn Ask {
        &self.request
    }

    fn decide<'j>(&'j self, work: &Work) -> Result<(Box<dyn Decision + 'j>, Effects), StoreError> {
        let (outcome, effects) = self.request.decide(work)?;
        Ok((Box::new(Decided { job: self, outcome }), effects))
    }

    fn end(&self, end: End) {
        self.reply(match end {
            End::Before(answer) => Ok(Settled::Before(answer)),
            End::Otherwise => Ok(Settled::Otherwise),
            End::Failed(error) => Err(error),
        });
    }
}

impl<R: Request> Decision for Decided<'_, R> {
    fn answer(&mut self, ids: &BTreeMap<String, i64>) -> Answer {
        R::numbered(&mut self.outcome, ids);
        (self.job.answer)(&self.outcome)
    }

    fn tell(self: Box<Self>, answer: Answer) {
        self.job.reply(Ok(Settled::Now(self.outcome, answer)));
    }
}
