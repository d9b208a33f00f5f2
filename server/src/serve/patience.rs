//! How long a connection may keep the server waiting.
//!
//! hyper has one limit for the head of a request and for the pause before it. Phones keep connections open for longer than
//! any of them needs for a head, so the two are told apart here: hyper asks its timer for a sleep when it begins to wait for a
//! head, and that sleep grows short as soon as something of the head has come.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use hyper::rt::{Sleep, Timer};
use hyper_util::rt::TokioTimer;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{self, sleep},
};

use super::{Limits, accept::Place};

/// The timer of one connection.
pub(super) struct Heads {
    limits: Limits,
    /// Whether a request has been waited for before.
    later: AtomicBool,
    heard: Arc<AtomicBool>,
}

impl Heads {
    /// It, and what is set when something was read.
    pub(super) fn new(limits: Limits) -> (Self, Arc<AtomicBool>) {
        let heard = Arc::<AtomicBool>::default();
        (Self { limits, later: AtomicBool::new(false), heard: heard.clone() }, heard)
    }
}

impl Timer for Heads {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        TokioTimer::new().sleep(duration)
    }

    /// Asked for when the wait for a head begins, and dropped when the head is there.
    fn sleep_until(&self, _: Instant) -> Pin<Box<dyn Sleep>> {
        self.heard.store(false, Relaxed);
        // Who connects has something to ask.
        let silent = if self.later.swap(true, Relaxed) { self.limits.idle } else { self.limits.head };
        let heard = Some(self.heard.clone());
        Box::pin(Wait { sleep: Box::pin(sleep(silent)), head: self.limits.head, heard })
    }
}

/// The wait for a head.
struct Wait {
    sleep: Pin<Box<time::Sleep>>,
    head: Duration,
    /// None once the head has begun.
    heard: Option<Arc<AtomicBool>>,
}

impl Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    /// hyper polls it whenever it has read and the head is not whole.
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.heard.take_if(|heard| heard.load(Relaxed)).is_some() {
            self.sleep = Box::pin(sleep(self.head));
        }
        self.sleep.as_mut().poll(cx)
    }
}

/// A connection that notices what was read, and breaks when its client takes nothing for too long.
pub(super) struct Wire {
    stream: TcpStream,
    heard: Arc<AtomicBool>,
    patience: Duration,
    /// While the client takes nothing.
    stalled: Option<Pin<Box<time::Sleep>>>,
    /// Its place among the open connections, sockets included.
    _place: Place,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, heard: Arc<AtomicBool>, patience: Duration, place: Place) -> Self {
        Self { stream, heard, patience, stalled: None, _place: place }
    }

    fn in_time<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.stalled = None;
            return polled;
        }
        let patience = self.patience;
        let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(patience)));
        stalled.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.heard.store(true, Relaxed);
        }
        polled
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.in_time(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.in_time(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
