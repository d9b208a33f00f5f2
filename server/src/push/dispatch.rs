//! The tasks behind the sockets: reading events and handing them out, and closing sockets whose time is up.

use std::{pin::pin, sync::Arc, time::Duration};

use tokio::{task::JoinSet, time};

use super::{End, handle::Handle, wake};
use crate::{
    app::{App, AppState},
    store::{
        Db, StoreError,
        event::{self, ACCESS_CHANGED},
        mark::Marks,
        session,
        user::UserStatus,
    },
};

/// Events that are read at once.
const BATCH: i64 = 1000;
/// Events that are handed out in one go.
const CHUNK: usize = 64;
/// How long an event of another process on the same database may go unnoticed.
const POLL: Duration = Duration::from_millis(500);
/// Pause between two looks: under load one brings what several transactions wrote.
const PAUSE: Duration = Duration::from_millis(5);
/// How long a look at the events may take before what is kept in memory is shown no more.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long it may take at all.
const LIMIT: Duration = Duration::from_secs(30);
/// Pause after the database failed, and after a panic.
const BACK_OFF: Duration = Duration::from_millis(500);
/// Time between two looks for sockets whose time is up.
const SWEEP: Duration = Duration::from_secs(1);

/// Starts the tasks. They end when this is dropped.
#[must_use]
pub fn start(app: &AppState) -> JoinSet<()> {
    start_every(app, POLL)
}

/// The same with another time after which an event of another process is noticed by itself.
#[must_use]
pub fn start_every(app: &AppState, poll: Duration) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let (dispatching, sweeping, listening) = (app.clone(), app.clone(), app.clone());
    tasks.spawn(kept_running("dispatch", move || dispatch(dispatching.clone(), poll)));
    tasks.spawn(kept_running("sweep", move || sweep(sweeping.clone())));
    if app.config.redis_url.is_some() {
        tasks.spawn(kept_running("redis", move || wake::run(listening.clone())));
    }
    tasks
}

/// Starts a task that never ends again if it does: by a panic, which the panic hook has logged.
async fn kept_running<F>(action: &'static str, task: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        let mut running = JoinSet::new();
        running.spawn(task());
        // What matters is that it is over.
        let _ = running.join_next().await;
        tracing::error!(module = "push", action, "a task ended that never should; it is started again");
        time::sleep(BACK_OFF).await;
    }
}

async fn sweep(app: AppState) {
    loop {
        time::sleep(SWEEP).await;
        app.push.sweep(app.clock.now());
    }
}

/// What is kept in memory is shown only while this lives.
struct Following<'a>(&'a Marks);

impl Drop for Following<'_> {
    fn drop(&mut self) {
        self.0.unfollow();
    }
}

async fn dispatch(app: AppState, poll: Duration) {
    let mut is_failing = false;
    let db = app.db.aside();
    let following = Following(app.db.marks());
    loop {
        match hand_out(&app, &db, &following).await {
            Ok(()) => {
                following.0.follow();
                app.db.noticed(app.push.position());
                if is_failing {
                    tracing::info!(module = "push", action = "dispatch", "events are read again");
                }
                is_failing = false;
                time::sleep(PAUSE).await;
                // Told or not, it is time to look.
                tokio::select! {
                    () = time::sleep(poll) => {}
                    () = app.push.wake.heard() => {}
                    () = app.db.events_written() => app.push.wake.tell(),
                }
            }
            Err(error) => {
                following.0.unfollow();
                // Once, not twice a second.
                if !is_failing {
                    tracing::error!(module = "push", action = "dispatch", error = %error, "events can't be read");
                }
                is_failing = true;
                time::sleep(BACK_OFF).await;
            }
        }
    }
}

/// Waits for a look at the database. While it takes too long, nobody knows whether what is kept in memory is still so.
async fn watched<T>(
    following: &Following<'_>,
    look: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    let mut look = pin!(look);
    if let Ok(looked) = time::timeout(PATIENCE, look.as_mut()).await {
        return looked;
    }
    following.0.unfollow();
    time::timeout(LIMIT, look).await.unwrap_or(Err(StoreError::Full))
}

/// Hands out all events there are. After an error it goes on with the one that failed.
async fn hand_out(app: &App, db: &Db, following: &Following<'_>) -> Result<(), StoreError> {
    loop {
        let events = watched(following, event::after(db, app.push.position(), BATCH)).await?;
        // Before one is handed out: a phone that hears of it asks at once.
        for event in &events {
            app.db.marks().heard(event);
        }
        for (n, event) in events.iter().enumerate() {
            if n % CHUNK == CHUNK - 1 {
                // A turn for the sockets to empty their queues, or they would all have to read from the table.
                tokio::task::yield_now().await;
            }
            if event.kind == ACCESS_CHANGED
                && let Some(user_id) = event.user_id
            {
                watched(following, recheck(app, db, user_id)).await?;
            }
            app.push.deliver(event);
        }
        if events.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(());
        }
    }
}

/// Looks again at what a user may do, and closes the sockets they may not have any more.
///
/// # Errors
///
/// [`StoreError`] from the database.
async fn recheck(app: &App, db: &Db, user_id: i64) -> Result<(), StoreError> {
    for handle in app.push.of_user(user_id) {
        recheck_one(app, db, &handle).await?;
    }
    Ok(())
}

/// The same for one socket.
pub(super) async fn recheck_one(app: &App, db: &Db, handle: &Arc<Handle>) -> Result<(), StoreError> {
    let _rights = handle.rights.lock().await;
    match session::user(db, &handle.session_id, handle.user_id).await? {
        Some(user) if user.status == UserStatus::Active => {
            handle.set_merchant(user.is_merchant);
        }
        _ => app.push.end(handle, End::NotAllowed),
    }
    Ok(())
}
