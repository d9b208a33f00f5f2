//! What the hub has of a socket.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use jiff::Timestamp;
use tokio::sync::{Notify, mpsc};

use super::{End, outgoing::Outgoing};
use crate::api::bearer::Access;

/// How long nothing may be heard of a client, in milliseconds.
const SILENCE_MS: i64 = 120_000;
/// How long a client may take for one message, in milliseconds.
const SEND_MS: i64 = 10_000;

/// What waits for a socket.
#[derive(Debug)]
pub(super) enum Queued {
    /// To be sent.
    Event(Arc<Outgoing>),
    /// There was no room for what comes after this event. The table has it, and nothing more comes by the queue until
    /// the socket goes live again.
    Behind(i64),
}

/// What the hub has of a socket.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) user_id: i64,
    pub(super) session_id: String,
    expires_at: Timestamp,
    /// When its client was last heard of, Unix milliseconds.
    heard_at: AtomicI64,
    /// Since when its client has been taking a message, Unix milliseconds; `i64::MAX` while there is none to take.
    sending_since: AtomicI64,
    is_merchant: AtomicBool,
    /// Held while its rights are read and kept, so that an older answer of the database can't follow a newer one.
    pub(super) rights: tokio::sync::Mutex<()>,
    /// Whether events go to its queue. Changed under the lock of the hub only.
    is_live: AtomicBool,
    /// The products whose stock its client wants to know, ascending; `None` is all.
    wanted: Mutex<Option<Vec<i64>>>,
    queue: mpsc::Sender<Queued>,
    end: OnceLock<End>,
    ended: Notify,
}

impl Handle {
    pub(super) fn new(access: &Access, queue: mpsc::Sender<Queued>, now: Timestamp) -> Self {
        Self {
            user_id: access.user.user_id,
            session_id: access.session_id.clone(),
            expires_at: access.expires_at,
            heard_at: AtomicI64::new(now.as_millisecond()),
            sending_since: AtomicI64::new(i64::MAX),
            is_merchant: AtomicBool::new(access.user.is_merchant),
            rights: tokio::sync::Mutex::default(),
            is_live: AtomicBool::new(false),
            wanted: Mutex::new(None),
            queue,
            end: OnceLock::new(),
            ended: Notify::new(),
        }
    }

    /// Has its queue take events; to be called under the lock of the hub.
    pub(super) fn go_live(&self) {
        self.is_live.store(true, Ordering::Relaxed);
    }

    /// Puts an event into its queue if its client wants it; to be called under the lock of the hub. Without room for it
    /// the socket is not live any more, and learns from its queue where to read on.
    pub(super) fn offer(&self, outgoing: &Arc<Outgoing>) {
        if !self.is_live.load(Ordering::Relaxed) || !self.wants(outgoing) {
            return;
        }
        // The last place is kept for that word. Nobody else puts anything in, so it stays free.
        let next = if self.queue.capacity() > 1 {
            Queued::Event(outgoing.clone())
        } else {
            self.is_live.store(false, Ordering::Relaxed);
            Queued::Behind(outgoing.id - 1)
        };
        // A queue that is closed belongs to a socket that is about to leave.
        let _ = self.queue.try_send(next);
    }

    /// Whether events for merchants are for it.
    pub(super) fn is_merchant(&self) -> bool {
        self.is_merchant.load(Ordering::Relaxed)
    }

    pub(super) fn set_merchant(&self, is_merchant: bool) {
        self.is_merchant.store(is_merchant, Ordering::Relaxed);
    }

    /// Why it is to be closed by now, if it is.
    pub(super) fn overdue(&self, now: Timestamp) -> Option<End> {
        let heard_at = self.heard_at.load(Ordering::Relaxed);
        if now >= self.expires_at {
            return Some(End::NotAllowed);
        }
        let now = now.as_millisecond();
        if now.saturating_sub(self.sending_since.load(Ordering::Relaxed)) >= SEND_MS {
            return Some(End::TooSlow);
        }
        (now - heard_at >= SILENCE_MS).then_some(End::Silent)
    }

    /// Its client is to take a message.
    pub(super) fn sending(&self, now: Timestamp) {
        self.sending_since.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// Its client has taken it.
    pub(super) fn sent(&self) {
        self.sending_since.store(i64::MAX, Ordering::Relaxed);
    }

    /// Its client was heard of.
    pub(super) fn heard(&self, now: Timestamp) {
        self.heard_at.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// Narrows `stock_update` to these products, in ascending order; `None` is all.
    pub(super) fn want(&self, products: Option<Vec<i64>>) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = products;
    }

    /// Whether its client wants to know.
    pub(super) fn wants(&self, outgoing: &Outgoing) -> bool {
        let Some(product_id) = outgoing.product_id else { return true };
        let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
        wanted.as_ref().is_none_or(|wanted| wanted.binary_search(&product_id).is_ok())
    }

    /// Resolves when the hub has closed the socket.
    pub(super) async fn ended(&self) -> End {
        loop {
            if let Some(end) = self.end.get() {
                return *end;
            }
            self.ended.notified().await;
        }
    }

    /// The first reason counts.
    pub(super) fn close(&self, why: End) {
        // It has been closed before otherwise.
        let _ = self.end.set(why);
        self.ended.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::push::QUEUE;

    fn handle(queue: mpsc::Sender<Queued>) -> Handle {
        Handle {
            user_id: 1,
            session_id: String::new(),
            expires_at: Timestamp::MAX,
            heard_at: AtomicI64::new(0),
            sending_since: AtomicI64::new(i64::MAX),
            is_merchant: AtomicBool::new(false),
            rights: tokio::sync::Mutex::default(),
            is_live: AtomicBool::new(true),
            wanted: Mutex::new(None),
            queue,
            end: OnceLock::new(),
            ended: Notify::new(),
        }
    }

    #[test]
    fn a_full_queue_ends_with_where_to_read_on() {
        let (sender, mut queue) = mpsc::channel(QUEUE + 1);
        let handle = handle(sender);
        let offer = |id| handle.offer(&Arc::new(Outgoing { id, product_id: None, text: "".into() }));
        let room = i64::try_from(QUEUE).unwrap();
        (1..room + 100).for_each(offer);
        for id in 1..=room {
            assert!(matches!(queue.try_recv(), Ok(Queued::Event(event)) if event.id == id));
            offer(room + 100 + id);
        }
        assert!(matches!(queue.try_recv(), Ok(Queued::Behind(after)) if after == room));
        assert!(queue.try_recv().is_err(), "it is not live any more, though there was room again");
        handle.go_live();
        offer(1000);
        assert!(matches!(queue.try_recv(), Ok(Queued::Event(event)) if event.id == 1000));
    }

    #[test]
    fn ten_seconds_for_a_message_are_too_long() {
        let (sender, _queue) = mpsc::channel(1);
        let handle = handle(sender);
        let at = |ms| Timestamp::from_millisecond(ms).unwrap();
        assert_eq!(handle.overdue(at(100_000)), None);
        handle.sending(at(100_000));
        assert_eq!(handle.overdue(at(109_999)), None);
        assert_eq!(handle.overdue(at(110_000)), Some(End::TooSlow));
        handle.sent();
        assert_eq!(handle.overdue(at(119_999)), None);
        assert_eq!(handle.overdue(at(120_000)), Some(End::Silent));
    }
}
