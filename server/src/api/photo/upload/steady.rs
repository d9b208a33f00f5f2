//! Bodies of uploads: read at a steady pace, up to a limit, and in pieces that are dealt with one by one.

use std::{
    future::poll_fn,
    mem,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http::StatusCode;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::{api::body::incomplete, error::ApiError};

/// The most bytes that are read of a body, whatever they are.
pub(super) const HARD_LIMIT_BYTES: u64 = 8 * 1024 * 1024;
/// How long a client may be slower than [`BYTES_PER_S`].
const GRACE: Duration = Duration::from_secs(10);
/// How fast a client must be on average, once the grace is over.
const BYTES_PER_S: u64 = 16 * 1024;
/// How much may be read before something is made of it: what is between the parts of a form is kept until its end.
const UNUSED_MAX: usize = 64 * 1024;

/// The longest that a body can take to arrive.
pub(super) const LONGEST: Duration = Duration::from_secs(GRACE.as_secs() + HARD_LIMIT_BYTES / BYTES_PER_S);

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// It comes too slowly.
    #[error("slower than 16 KiB a second")]
    Slow,
    /// It is over [`HARD_LIMIT_BYTES`].
    #[error("more than 8 MiB")]
    TooLong,
    /// The client broke off.
    #[error("cut off")]
    Cut,
    /// Nothing can be made of it.
    #[error("no form")]
    Shapeless,
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Slow => Self::refused(400, "上传过慢，请换个网络再试"),
            Fault::TooLong => Self::Http(StatusCode::PAYLOAD_TOO_LARGE),
            Fault::Cut | Fault::Shapeless => incomplete(),
        }
    }
}

/// A body. Clones read on where the others have stopped: what reads the form gives up at its first mistake, and the rest
/// must be read nevertheless.
#[derive(Clone, Debug)]
pub(super) struct Steady(Arc<Mutex<Reading>>);

#[derive(Debug)]
struct Reading {
    body: Body,
    /// By then the next bytes must be here: the more have come, the later.
    deadline: Pin<Box<Sleep>>,
    received: u64,
    unused: usize,
    is_turn_over: bool,
    is_over: bool,
    fault: Option<Fault>,
}

impl Steady {
    /// Begins to count the time.
    pub(super) fn new(body: Body) -> Self {
        // What says so itself is not read at all.
        let fault = (body.size_hint().lower() > HARD_LIMIT_BYTES).then_some(Fault::TooLong);
        let deadline = Box::pin(sleep(GRACE));
        let reading = Reading { body, deadline, received: 0, unused: 0, is_turn_over: false, is_over: false, fault };
        Self(Arc::new(Mutex::new(reading)))
    }

    /// Says that something was made of all that has been read.
    pub(super) fn used(&self) {
        self.reading().unused = 0;
    }

    /// What is wrong with it; a form that can't be read if nothing else is.
    pub(super) fn fault(&self) -> Fault {
        self.reading().fault.unwrap_or(Fault::Shapeless)
    }

    /// Reads what is left and throws it away: a client reads the answer when it has sent everything.
    ///
    /// # Errors
    ///
    /// [`Fault`] if it does not come to its end. The connection is closed after the answer then.
    pub(super) async fn drain(&self) -> Result<(), Fault> {
        while let Some(frame) = poll_fn(|cx| self.reading().poll(cx)).await {
            frame?;
            self.used();
        }
        Ok(())
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        // The reader of forms takes whatever it can get at once. It gets one piece at a turn.
        if mem::take(&mut self.is_turn_over) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.is_over {
            return Poll::Ready(None);
        }
        let fault = match self.fault {
            Some(fault) => fault,
            None => match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match self.count(frame.data_ref().map_or(0, Bytes::len)) {
                    Ok(()) => return Poll::Ready(Some(Ok(frame))),
                    Err(fault) => fault,
                },
                Poll::Ready(Some(Err(_))) => Fault::Cut,
                Poll::Ready(None) => {
                    self.is_over = true;
                    return Poll::Ready(None);
                }
                Poll::Pending if self.deadline.as_mut().poll(cx).is_ready() => Fault::Slow,
                Poll::Pending => return Poll::Pending,
            },
        };
        self.fault = Some(fault);
        Poll::Ready(Some(Err(fault)))
    }

    fn count(&mut self, bytes: usize) -> Result<(), Fault> {
        if self.unused > UNUSED_MAX {
            return Err(Fault::Shapeless);
        }
        let counted = bytes as u64;
        self.received += counted;
        if self.received > HARD_LIMIT_BYTES {
            return Err(Fault::TooLong);
        }
        self.unused += bytes;
        self.is_turn_over = true;
        let later = self.deadline.deadline() + Duration::from_micros(counted * 1_000_000 / BYTES_PER_S);
        self.deadline.as_mut().reset(later);
        Ok(())
    }
}

impl HttpBody for Steady {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        self.reading().poll(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.reading().is_over
    }

    fn size_hint(&self) -> SizeHint {
        self.reading().body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, future};

    use tokio::time::{self, Instant};

    use super::*;

    /// Sends such a piece at each such pause, for ever.
    struct Sender {
        piece: Bytes,
        pause: Duration,
        next: Pin<Box<Sleep>>,
    }

    impl HttpBody for Sender {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            if self.next.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let next = Instant::now() + self.pause;
            self.next.as_mut().reset(next);
            Poll::Ready(Some(Ok(Frame::data(self.piece.clone()))))
        }
    }

    /// What becomes of a client that sends so many bytes at each pause, and after how many seconds.
    async fn sent(bytes: usize, pause: Duration) -> (Fault, u64) {
        let start = Instant::now();
        let sender = Sender { piece: vec![b'x'; bytes].into(), pause, next: Box::pin(sleep(pause)) };
        let body = Steady::new(Body::new(sender));
        let fault = body.drain().await.unwrap_err();
        assert_eq!(body.drain().await, Err(fault), "a fault stays");
        (fault, start.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_slower_than_allowed_is_given_up_after_the_grace() {
        let second = Duration::from_secs(1);
        assert_eq!(sent(1, second).await, (Fault::Slow, 10));
        assert_eq!(sent(1, Duration::from_millis(10)).await, (Fault::Slow, 10));
        // Half as fast as allowed: what was sent is worth as many seconds as it should have taken.
        assert_eq!(sent(8 * 1024, second).await, (Fault::Slow, 19));
        // As fast as allowed, for as long as it takes.
        let (fault, seconds) = sent(16 * 1024, second).await;
        assert_eq!(fault, Fault::TooLong);
        assert!((512..=LONGEST.as_secs()).contains(&seconds), "{seconds}");
        // Nothing at all.
        let start = Instant::now();
        let stalled = Steady::new(Body::new(Sender {
            piece: Bytes::new(),
            pause: second,
            next: Box::pin(sleep(Duration::from_hours(1))),
        }));
        assert_eq!((stalled.drain().await, start.elapsed().as_secs()), (Err(Fault::Slow), 10));
    }

    #[tokio::test]
    async fn what_is_between_the_parts_is_not_kept_without_end() {
        let mut body = Steady::new(Body::new(Sender {
            piece: vec![b'x'; 16 * 1024].into(),
            pause: Duration::ZERO,
            next: Box::pin(sleep(Duration::ZERO)),
        }));
        let mut read = 0;
        let fault = loop {
            match future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap() {
                Ok(frame) => read += frame.into_data().unwrap().len(),
                Err(fault) => break fault,
            }
        };
        assert_eq!((fault, read), (Fault::Shapeless, UNUSED_MAX + 16 * 1024));
    }

    #[tokio::test]
    async fn one_piece_is_read_at_a_turn_and_a_length_is_believed() {
        let mut body = Steady::new(Body::from("abc"));
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(Pin::new(&mut body).poll_frame(&mut context).is_ready());
        assert!(Pin::new(&mut body).poll_frame(&mut context).is_pending(), "it is the other's turn");
        assert!(Pin::new(&mut body).poll_frame(&mut context).is_ready());
        assert!(body.is_end_stream());
        let long = Steady::new(Body::from(vec![0; usize::try_from(HARD_LIMIT_BYTES).unwrap() + 1]));
        assert_eq!(time::timeout(GRACE, long.drain()).await, Ok(Err(Fault::TooLong)));
    }
}
