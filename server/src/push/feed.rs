//! What a socket is to be sent, in order: first what its client missed, then what happens.
//!
//! What happens comes by a queue. If more happens at once than there is room for, the socket reads the rest from the
//! table, as one does that comes back: what it costs is bounded, and its client notices nothing.

use std::collections::VecDeque;

use tokio::sync::mpsc;

use super::{
    handle::{Handle, Queued},
    outgoing::Outgoing,
};
use crate::{
    app::App,
    store::{
        StoreError,
        event::{self, KEPT_MS},
    },
};

/// Missed events that are read at once.
const PAGE: i64 = 100;
/// A socket that has come this close to the present goes live, and what it has still missed is read while the queue
/// collects what happens: so a long absence can't fill the queue.
const NEAR: i64 = 64;

/// The events of one socket.
#[derive(Debug)]
pub(super) struct Feed {
    queue: mpsc::Receiver<Queued>,
    replay: Option<Replay>,
    page: VecDeque<Outgoing>,
    /// The last event that the client has, or has no need of.
    last: i64,
}

#[derive(Clone, Copy, Debug)]
struct Replay {
    /// Everything up to this has been read.
    after: i64,
    /// Everything after this comes by the queue; `None` while the socket is not live.
    until: Option<i64>,
}

impl Feed {
    /// What follows on the event `last_id`; on the present one, without it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] from the database.
    pub(super) async fn open(
        app: &App,
        handle: &Handle,
        queue: mpsc::Receiver<Queued>,
        last_id: Option<i64>,
    ) -> Result<Self, StoreError> {
        let mut feed = Self { queue, replay: None, page: VecDeque::new(), last: 0 };
        match last_id {
            Some(after) if after <= app.push.position() => {
                feed.replay = Some(Replay { after, until: None });
                feed.last = after;
            }
            // Another server has been quicker to send it; or the database is an older one now, and whatever the client
            // has seen, this is where it goes on.
            Some(ahead) if ahead <= event::last_id(&app.db).await? => {
                let position = app.push.go_live(handle);
                feed.last = ahead;
                // This server has caught up while the database was asked: what came in between is in no queue.
                if position > ahead {
                    feed.replay = Some(Replay { after: ahead, until: Some(position) });
                }
            }
            _ => feed.last = app.push.go_live(handle),
        }
        Ok(feed)
    }

    /// The last event that the client has, or has no need of: what it is to come back with.
    pub(super) const fn last(&self) -> i64 {
        self.last
    }

    /// The next one. Nothing is lost when the future is dropped before it resolves.
    ///
    /// # Errors
    ///
    /// [`StoreError`] from the database.
    pub(super) async fn next(&mut self, app: &App, handle: &Handle) -> Result<Outgoing, StoreError> {
        loop {
            while let Some(missed) = self.page.pop_front() {
                self.last = missed.id;
                if handle.wants(&missed) {
                    return Ok(missed);
                }
            }
            if let Some(replay) = self.replay {
                self.replay = self.turn(app, handle, replay).await?;
                continue;
            }
            // The other end is in the handle, which is there as long as we are.
            let Some(next) = self.queue.recv().await else { return std::future::pending().await };
            match next {
                Queued::Event(next) if next.id > self.last => {
                    self.last = next.id;
                    return Ok(Outgoing::clone(&next));
                }
                Queued::Event(_) => {}
                // All there was room for has been sent by now, so that every round brings the client a queue further.
                Queued::Behind(after) => {
                    self.replay = Some(Replay { after: after.max(self.last), until: None });
                }
            }
        }
    }

    /// Reads a page. What is still to be read after it.
    async fn turn(&mut self, app: &App, handle: &Handle, replay: Replay) -> Result<Option<Replay>, StoreError> {
        let Replay { after, mut until } = replay;
        // Before the socket goes live: its queue is not to fill while it waits for its turn.
        let _reader = app.push.reader().await;
        let mut end = until.unwrap_or_else(|| app.push.position());
        if until.is_none() && end - after <= NEAR {
            end = app.push.go_live(handle);
            until = Some(end);
            // Kept at once: should this future be dropped, the socket is live all the same.
            self.replay = Some(Replay { after, until });
        }
        let since = app.clock.now() - jiff::SignedDuration::from_millis(KEPT_MS);
        let is_merchant = handle.is_merchant();
        // Boxed, as its space is needed only while it runs, and there are thousands of sockets.
        let reading = event::missed(&app.db, handle.user_id, is_merchant, after, end, since, PAGE);
        let events = Box::pin(reading).await?;
        let is_full = events.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
        let read = events.last().filter(|_| is_full).map_or(end, |event| event.id);
        self.page = events.iter().map(Outgoing::from).collect();
        Ok((until != Some(read)).then_some(Replay { after: read, until }))
    }
}
