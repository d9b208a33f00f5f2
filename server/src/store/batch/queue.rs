//! Who waits for a transaction, and those who carry the transactions out. They exist only while somebody waits.

use std::{
    collections::VecDeque,
    fmt,
    panic::AssertUnwindSafe,
    slice,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use futures_util::FutureExt;
use tokio::{
    sync::{Notify, Semaphore},
    time::{Duration, Instant},
};

use super::{
    job::{End, Job},
    transaction,
};
use crate::{
    metrics::Metrics,
    store::{
        Db, StoreError,
        db::{Engine, MANY},
        error::retry_later,
        table::ActiveTable,
    },
};

/// Requests that wait at most: more would wait longer than phones do.
pub(super) const WAITING_MAX: usize = 1024;
/// How long a request may wait and still be carried out. Its client is told after 30 s that it was not.
const WAIT_MAX: Duration = Duration::from_secs(20);
/// Requests that are tried alone at once.
const ALONE_AT_ONCE: usize = 4;
/// Transactions at once on MariaDB: one is prepared while the other is committed. SQLite has one writer.
const MYSQL_AT_ONCE: usize = 2;

/// Requests that wait for a transaction.
pub(in crate::store) struct Queue {
    line: Mutex<Line>,
    emptied: Notify,
    /// Turns of those who are tried alone: they must not take all connections.
    alone: Semaphore,
    metrics: OnceLock<Metrics>,
    /// The table that draws were made from last.
    table: Mutex<Option<Arc<ActiveTable>>>,
}

impl Default for Queue {
    fn default() -> Self {
        let (line, emptied, metrics, table) = Default::default();
        Self { line, emptied, alone: Semaphore::new(ALONE_AT_ONCE), metrics, table }
    }
}

#[derive(Default)]
struct Line {
    /// Since when.
    waiting: VecDeque<(Arc<dyn Job>, Instant)>,
    executors: usize,
    /// Executors, and requests that are tried alone.
    tasks: usize,
}

/// Puts a request into the line.
pub(super) fn join(db: &Db, job: Arc<dyn Job>) -> Result<(), StoreError> {
    join_since(db, job, Instant::now())
}

/// The same for one that has waited before.
pub(super) fn join_since(db: &Db, job: Arc<dyn Job>, since: Instant) -> Result<(), StoreError> {
    let at_once = match db.engine {
        Engine::Sqlite { .. } => 1,
        Engine::MySql { .. } => MYSQL_AT_ONCE,
    };
    let mut line = db.queue.line();
    if line.waiting.len() >= WAITING_MAX {
        return Err(StoreError::Busy("too many requests wait for it"));
    }
    line.waiting.push_back((job, since));
    if line.executors < at_once {
        line.executors += 1;
        line.tasks += 1;
        tokio::spawn(execute(db.clone()));
    }
    Ok(())
}

/// Settles whatever waits, until nobody does.
async fn execute(db: Db) {
    while let Some(batch) = db.queue.next() {
        settle(&db, batch).await;
    }
    db.queue.ended();
}

/// Settles a batch. If it fails, one of it is to blame: it is tried again in halves, until that one stands alone.
pub(super) async fn settle(db: &Db, batch: Vec<Arc<dyn Job>>) {
    let mut parts = vec![batch];
    while let Some(mut part) = parts.pop() {
        match apart(db, &part).await {
            Ok(()) => {}
            Err(StoreError::Shared(cause)) => {
                for job in part {
                    job.end(End::Failed(StoreError::share(&cause)));
                }
            }
            Err(StoreError::Busy(_)) => {
                for job in part {
                    alone(db.clone(), job);
                }
            }
            Err(_) if part.len() > 1 => {
                let later = part.split_off(part.len() / 2);
                parts.extend([later, part]);
            }
            Err(error) => part[0].end(End::Failed(error)),
        }
    }
}

/// Tries a request of a batch that was busy again, on its own and beside the others: what somebody holds for too long is in
/// nobody's way but that of those who need it.
fn alone(db: Db, job: Arc<dyn Job>) {
    db.queue.line().tasks += 1;
    tokio::spawn(async move {
        // Never closed; whoever gets no turn goes without.
        let _turn = db.queue.alone.acquire().await;
        if let Err(error) = retry_later(|| apart(&db, slice::from_ref(&job))).await {
            job.end(End::Failed(match error {
                StoreError::Shared(cause) => StoreError::share(&cause),
                error => error,
            }));
        }
        db.queue.ended();
    });
}

/// Carries a part out; a panic before the commit is an error like others.
async fn apart(db: &Db, part: &[Arc<dyn Job>]) -> Result<(), StoreError> {
    let settled = AssertUnwindSafe(transaction::carry_out(db, part)).catch_unwind().await;
    settled.unwrap_or_else(|_| Err(StoreError::Corrupt("a request can't be settled: it panicked".into())))
}

impl Queue {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those who wait at this moment, as many as go into one transaction. `None` ends the executor that asks.
    fn next(&self) -> Option<Vec<Arc<dyn Job>>> {
        let mut line = self.line();
        let (mut batch, mut size) = (Vec::new(), 0);
        while let Some((job, since)) = line.waiting.pop_front() {
            if since.elapsed() > WAIT_MAX {
                job.end(End::Failed(StoreError::Busy("it had waited for too long")));
                continue;
            }
            size += job.ask().size();
            if size > MANY && !batch.is_empty() {
                line.waiting.push_front((job, since));
                break;
            }
            if let Some(metrics) = self.metrics.get() {
                metrics.waited(since.elapsed().as_secs_f64());
            }
            batch.push(job);
        }
        if batch.is_empty() {
            line.executors -= 1;
            return None;
        }
        if let Some(metrics) = self.metrics.get() {
            metrics.batch(batch.len());
        }
        Some(batch)
    }

    /// Counts the batches here from now on.
    pub(in crate::store) fn count(&self, metrics: &Metrics) {
        // Whoever came first counts.
        let _ = self.metrics.set(metrics.clone());
    }

    fn ended(&self) {
        self.line().tasks -= 1;
        self.emptied.notify_waiters();
    }

    /// Waits until everyone who waits is settled.
    pub(in crate::store) async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.line().tasks == 0 {
                return;
            }
            emptied.await;
        }
    }

    /// The table with this id, if it is the one that draws were made from last. A version never changes.
    pub(super) fn table(&self, table_id: i64) -> Option<Arc<ActiveTable>> {
        let last = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone().filter(|table| table.table_id == table_id)
    }

    pub(super) fn remember(&self, table: &Arc<ActiveTable>) {
        *self.table.lock().unwrap_or_else(PoisonError::into_inner) = Some(table.clone());
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("waiting", &self.line().waiting.len()).finish_non_exhaustive()
    }
}
