//! What the hub has of a socket.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, AtomicI64, Ordering},
};

use jiff::Timestamp;
use tokio::sync::{
    Notify,
    mpsc::{self, error::TrySendError},
};

use super::{End, outgoing::Outgoing};
use crate::api::bearer::Access;

/// How long nothing may be heard of a client, in milliseconds.
const SILENCE_MS: i64 = 120_000;

/// What the hub has of a socket.
#[derive(Debug)]
pub(super) struct Handle {
    pub(super) user_id: i64,
    pub(super) session_id: String,
    expires_at: Timestamp,
    /// When its client was last heard of, Unix milliseconds.
    heard_at: AtomicI64,
    is_merchant: AtomicBool,
    /// Held while its rights are read and kept, so that an older answer of the database can't follow a newer one.
    pub(super) rights: tokio::sync::Mutex<()>,
    /// Whether events go to its queue. Changed under the lock of the hub only.
    is_live: AtomicBool,
    /// The products whose stock its client wants to know, ascending; `None` is all.
    wanted: Mutex<Option<Vec<i64>>>,
    queue: mpsc::Sender<Arc<Outgoing>>,
    end: OnceLock<End>,
    ended: Notify,
}

impl Handle {
    pub(super) fn new(access: &Access, queue: mpsc::Sender<Arc<Outgoing>>, now: Timestamp) -> Self {
        Self {
            user_id: access.user.user_id,
            session_id: access.session_id.clone(),
            expires_at: access.expires_at,
            heard_at: AtomicI64::new(now.as_millisecond()),
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

    /// Puts an event into its queue if its client wants it. An error if there is no room.
    pub(super) fn offer(&self, outgoing: &Arc<Outgoing>) -> Result<(), End> {
        if !self.is_live.load(Ordering::Relaxed) || !self.wants(outgoing) {
            return Ok(());
        }
        match self.queue.try_send(outgoing.clone()) {
            Err(TrySendError::Full(_)) => Err(End::TooSlow),
            // A queue that is closed belongs to a socket that is about to leave.
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
        }
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
        (now.as_millisecond() - heard_at >= SILENCE_MS).then_some(End::Silent)
    }

    /// Its client was heard of.
    pub(super) fn heard(&self, now: Timestamp) {
        self.heard_at.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// Narrows `stock_update` to these products, in ascending order; `None` is all.
    pub(super) fn want(&self, products: Option<Vec<i64>>) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = products;
    }

    fn wants(&self, outgoing: &Outgoing) -> bool {
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
