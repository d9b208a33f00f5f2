//! One transaction: reads what its requests need, decides them in their order, writes, commits, answers.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{
    job::{Decision, End, Job},
    load::load,
    work::{Seen, Work},
    write::write,
};
use crate::store::{
    Db, StoreError,
    db::{Closing, Engine},
    error::retry_busy,
    idempotency::{self, Answer, Kept},
};

/// How long a transaction may take up to its commit, and how long that may take: a database that says nothing any more
/// must not keep those who come later.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a request ends, once the transaction is committed.
enum Ending<'j> {
    Decided(Box<dyn Decision + 'j>),
    /// As the request at this place.
    As(usize),
    Other(End),
}

/// Carries requests out. Whoever is answered is so after the commit.
///
/// # Errors
///
/// [`StoreError::Shared`] if none of them is to blame, and none may be tried again: a commit that failed may have taken
/// place. Otherwise nothing has happened.
pub(super) async fn carry_out(db: &Db, jobs: &[Arc<dyn Job>]) -> Result<(), StoreError> {
    let shared = |error| StoreError::Shared(Arc::new(error));
    let ready = timeout(PATIENCE, prepare(db, jobs)).await;
    let Ready { closing, endings, answers } = ready.map_err(|_| shared(StoreError::Busy("it took too long")))??;
    // After a panic or a long silence nobody knows either. It goes on all the same, and what is kept in memory follows it.
    let committed = match timeout(PATIENCE, tokio::spawn(closing.commit())).await {
        Ok(Ok(committed)) => committed,
        Ok(Err(_)) | Err(_) => Err(StoreError::Cut),
    };
    committed.map_err(shared)?;
    tell(jobs, endings, answers);
    Ok(())
}

/// What is left to be done: the commit, and telling what became of whom.
struct Ready<'j> {
    closing: Closing,
    endings: Vec<Ending<'j>>,
    answers: BTreeMap<usize, Answer>,
}

/// Decides and writes. After an error nothing has happened.
async fn prepare<'j>(db: &Db, jobs: &'j [Arc<dyn Job>]) -> Result<Ready<'j>, StoreError> {
    let shared = |error| StoreError::Shared(Arc::new(error));
    let begun = async || {
        let mut tx = retry_busy(|| db.begin_with_first()).await.map_err(shared)?;
        let work = load(db, &mut tx, jobs).await?;
        Ok((tx, work))
    };
    let (mut tx, mut work) = match db.engine {
        // Only another process can be in the way, and it is in everybody's.
        Engine::Sqlite { .. } => retry_busy(begun).await.map_err(|error| match error {
            StoreError::Busy(_) => shared(error),
            error => error,
        }),
        Engine::MySql { .. } => begun().await,
    }?;
    let mut replaced = Vec::new();
    let mut endings = Vec::with_capacity(jobs.len());
    for (place, job) in jobs.iter().enumerate() {
        let ending = end(&mut work, &mut replaced, place, job.as_ref());
        endings.push(ending.unwrap_or_else(|error| Ending::Other(End::Failed(error))));
    }
    let now = jobs.iter().map(|job| job.ask().now()).max().unwrap_or_default();
    let ids = write(&mut tx, &mut work, now).await?;
    let answers = answers(&mut endings, &ids);
    for kept in &replaced {
        idempotency::forget(&mut tx, kept).await?;
    }
    idempotency::insert(&mut tx, &kept(jobs, &endings, &answers)).await?;
    let closing = tx.close().await?;
    Ok(Ready { closing, endings, answers })
}

/// Decides a request, unless it was answered before.
fn end<'j>(
    work: &mut Work,
    replaced: &mut Vec<Kept>,
    place: usize,
    job: &'j dyn Job,
) -> Result<Ending<'j>, StoreError> {
    let ask = job.ask();
    if ask.session().is_some_and(|(session_id, user_id)| work.sessions.get(session_id) != Some(&user_id)) {
        return Err(StoreError::NoSession);
    }
    ask.admitted(work)?;
    if let Some(key) = ask.key() {
        match work.seen(key, ask.now()) {
            Seen::Never => {}
            Seen::Before(kept) => return Ok(Ending::Other(End::Before(kept.answer.clone()))),
            Seen::Now(place) => return Ok(Ending::As(place)),
            Seen::Otherwise => return Ok(Ending::Other(End::Otherwise)),
        }
    }
    let (decision, effects) = job.decide(work)?;
    work.apply(effects);
    if let Some(key) = ask.key() {
        replaced.extend(work.used(key, place));
    }
    Ok(Ending::Decided(decision))
}

/// What those who were decided are answered, by their places.
fn answers(endings: &mut [Ending<'_>], ids: &BTreeMap<String, i64>) -> BTreeMap<usize, Answer> {
    let answer = |(place, ending): (usize, &mut Ending<'_>)| match ending {
        Ending::Decided(decision) => Some((place, decision.answer(ids))),
        _ => None,
    };
    endings.iter_mut().enumerate().filter_map(answer).collect()
}

/// The answers that a repetition gets as well.
fn kept(jobs: &[Arc<dyn Job>], endings: &[Ending<'_>], answers: &BTreeMap<usize, Answer>) -> Vec<Kept> {
    let kept = |(place, answer): (&usize, &Answer)| match &endings[*place] {
        Ending::Decided(_) => {
            let ask = jobs[*place].ask();
            Some(Kept::new(ask.key()?, answer.clone(), ask.now()))
        }
        _ => None,
    };
    answers.iter().filter_map(kept).collect()
}

fn tell(jobs: &[Arc<dyn Job>], endings: Vec<Ending<'_>>, mut answers: BTreeMap<usize, Answer>) {
    // Those who are answered as another one first, while its answer is there.
    for (job, ending) in jobs.iter().zip(&endings) {
        if let Ending::As(place) = ending {
            job.end(answers.get(place).cloned().map_or(End::Failed(StoreError::Cut), End::Before));
        }
    }
    for (place, (job, ending)) in jobs.iter().zip(endings).enumerate() {
        match ending {
            Ending::As(_) => {}
            Ending::Other(end) => job.end(end),
            Ending::Decided(decision) => {
                if let Some(answer) = answers.remove(&place) {
                    decision.tell(answer);
                }
            }
        }
    }
}
