//! The open sockets of this server, by user, and how far the events have been handed to them.

use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use tokio::sync::{Notify, Semaphore, SemaphorePermit, mpsc};

use super::{
    End,
    handle::{Handle, Queued},
    outgoing::Outgoing,
    wake::Wake,
};
use crate::{api::bearer::Access, store::event::Event};

/// Events that may wait for a socket. What comes after them it reads from the table.
pub const QUEUE: usize = 256;
/// Sockets a user may have. One more, and the oldest is closed: it is most likely one that its phone has lost.
pub const PER_USER: usize = 20;
/// Sockets that may read from the database at a time: when all phones come back at once, there is to be room for
/// requests.
const READERS: usize = 2;

/// The open sockets.
#[derive(Debug)]
pub struct Hub {
    sockets: Mutex<Sockets>,
    readers: Semaphore,
    /// Told when the last socket is gone.
    emptied: Notify,
    /// Word from other servers and to them.
    pub(super) wake: Wake,
}

#[derive(Debug)]
struct Sockets {
    /// The oldest of a user first.
    by_user: HashMap<i64, Vec<Arc<Handle>>>,
    /// The last event that was handed out.
    position: i64,
    /// Sockets that exist, those being closed among them.
    alive: usize,
    is_closing: bool,
}

/// A socket's place in the hub, left when dropped.
#[derive(Debug)]
pub(super) struct Place<'a> {
    hub: &'a Hub,
    pub(super) handle: Arc<Handle>,
}

impl Hub {
    /// A hub without sockets, for the events after `position`.
    #[must_use]
    pub fn new(position: i64) -> Self {
        let sockets = Sockets { by_user: HashMap::new(), position, alive: 0, is_closing: false };
        let (readers, emptied, wake) = (Semaphore::new(READERS), Notify::new(), Wake::default());
        Self { sockets: Mutex::new(sockets), readers, emptied, wake }
    }

    /// The last event that was handed out.
    #[must_use]
    pub fn position(&self) -> i64 {
        self.lock().position
    }

    /// How many sockets are open, without those being closed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().all().count()
    }

    /// Whether no socket is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes a socket in, from now on subject to bans, silence and the like; events go to its queue once it is live.
    /// `None` if the server stops.
    pub(super) fn enter(&self, access: &Access, now: Timestamp) -> Option<(Place<'_>, mpsc::Receiver<Queued>)> {
        // One place more for `Queued::Behind`.
        let (sender, receiver) = mpsc::channel(QUEUE + 1);
        let handle = Arc::new(Handle::new(access, sender, now));
        let mut sockets = self.lock();
        if sockets.is_closing {
            return None;
        }
        sockets.alive += 1;
        let own = sockets.by_user.entry(handle.user_id).or_default();
        own.push(handle.clone());
        if own.len() > PER_USER {
            own.remove(0).close(End::Replaced);
        }
        Some((Place { hub: self, handle }, receiver))
    }

    /// Has events go to a socket's queue. The last that does not.
    pub(super) fn go_live(&self, handle: &Handle) -> i64 {
        let sockets = self.lock();
        handle.go_live();
        sockets.position
    }

    /// Waits until a socket may read from the database, which it may until it drops the answer.
    pub(super) async fn reader(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it, so there is one.
        self.readers.acquire().await.ok()
    }

    /// Hands an event to those it is for, never waiting for any of them.
    pub(super) fn deliver(&self, event: &Event) {
        let outgoing = Arc::new(Outgoing::from(event));
        let mut sockets = self.lock();
        let offer = |handle: &Arc<Handle>| handle.offer(&outgoing);
        match (event.audience.as_str(), event.user_id) {
            _ if event.is_internal() => {}
            ("user", Some(user_id)) => sockets.by_user.get(&user_id).into_iter().flatten().for_each(offer),
            ("merchants", _) => sockets.all().filter(|it| it.is_merchant()).for_each(offer),
            _ => sockets.all().for_each(offer),
        }
        // Last: after a panic it is handed out again, and those who have it pass it over.
        sockets.position = event.id;
    }

    /// The sockets of a user.
    pub(super) fn of_user(&self, user_id: i64) -> Vec<Arc<Handle>> {
        self.lock().by_user.get(&user_id).cloned().unwrap_or_default()
    }

    /// Closes a socket.
    pub(super) fn end(&self, handle: &Arc<Handle>, why: End) {
        self.lock().end(handle, why);
    }

    /// Closes the sockets whose token has expired, those that don't read, and those not heard of.
    pub(super) fn sweep(&self, now: Timestamp) {
        let mut sockets = self.lock();
        let over: Vec<_> = sockets.all().filter_map(|it| Some((it.clone(), it.overdue(now)?))).collect();
        for (handle, why) in over {
            sockets.end(&handle, why);
        }
    }

    /// Closes all sockets and lets none in any more.
    pub fn close(&self) {
        let mut sockets = self.lock();
        sockets.is_closing = true;
        for handle in mem::take(&mut sockets.by_user).into_values().flatten() {
            handle.close(End::Shutdown);
        }
    }

    /// Whether the server stops.
    #[must_use]
    pub fn is_closing(&self) -> bool {
        self.lock().is_closing
    }

    /// Resolves when no socket is left, not even one being closed.
    pub async fn emptied(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.lock().alive == 0 {
                return;
            }
            emptied.await;
        }
    }

    /// What a panic under the lock leaves behind is still a list of sockets.
    fn lock(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sockets {
    fn all(&self) -> impl Iterator<Item = &Arc<Handle>> {
        self.by_user.values().flatten()
    }

    fn end(&mut self, handle: &Arc<Handle>, why: End) {
        self.remove(handle);
        handle.close(why);
    }

    fn remove(&mut self, handle: &Arc<Handle>) {
        if let Some(own) = self.by_user.get_mut(&handle.user_id) {
            own.retain(|other| !Arc::ptr_eq(other, handle));
            if own.is_empty() {
                self.by_user.remove(&handle.user_id);
            }
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut sockets = self.hub.lock();
        sockets.remove(&self.handle);
        sockets.alive -= 1;
        if sockets.alive == 0 {
            self.hub.emptied.notify_waiters();
        }
    }
}
