//! Bodies of uploads: read at a steady pace, up to a limit, and in pieces that are dealt with one by one.

use std::{
    future::poll_fn,
    mem,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http::StatusCode;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

use crate::{api::body::incomplete, error::ApiError};

/// The most bytes of which anything is made.
pub(super) const HARD_LIMIT_BYTES: u64 = 8 * 1024 * 1024;
/// The most bytes that are read to be thrown away: clients hear an answer when they have sent everything.
const DRAIN_LIMIT_BYTES: u64 = 32 * 1024 * 1024;
/// How long a client may be slower than [`BYTES_PER_S`].
const GRACE: Duration = Duration::from_secs(10);
/// How fast a client must be on average, once the grace is over: 5 MB take 170 s at most.
const BYTES_PER_S: u64 = 32 * 1024;
/// How much may be read before something is made of it: what is between the parts of a form is kept until its end.
const UNUSED_MAX: usize = 64 * 1024;
/// Pieces that a body may come in, however short they are, and bytes that each of the others must have on average: the
/// form is searched once for each piece.
const PIECES: u64 = 2000;
const BYTES_OF_A_PIECE: u64 = 256;

/// The longest that a body can take to arrive, whatever becomes of it.
pub(super) const LONGEST: Duration = Duration::from_secs(GRACE.as_secs() + HARD_LIMIT_BYTES / BYTES_PER_S);

/// What is wrong with a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// It comes too slowly.
    #[error("slower than 32 KiB a second")]
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
    /// By then all of them.
    end: Instant,
    received: u64,
    pieces: u64,
    unused: usize,
    is_turn_over: bool,
    /// Why nothing is made of what comes now.
    fault: Option<Fault>,
    /// How reading has ended.
    ended: Option<Result<(), Fault>>,
}

impl Steady {
    /// Begins to count the time.
    pub(super) fn new(body: Body) -> Self {
        let length = body.size_hint().lower();
        let fault = (length > HARD_LIMIT_BYTES).then_some(Fault::TooLong);
        // What says so itself is not read at all.
        let ended = (length > DRAIN_LIMIT_BYTES).then_some(Err(Fault::TooLong));
        let deadline = Box::pin(sleep(GRACE));
        let end = Instant::now() + LONGEST;
        let (received, pieces, unused, is_turn_over) = (0, 0, 0, false);
        let reading = Reading { body, deadline, end, received, pieces, unused, is_turn_over, fault, ended };
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

    /// Whether it has, or says that it has, more than is looked at.
    pub(super) fn is_too_long(&self) -> bool {
        let reading = self.reading();
        reading.fault == Some(Fault::TooLong) || reading.received > HARD_LIMIT_BYTES
    }

    /// Reads what is left and throws it away: a client reads the answer when it has sent everything.
    ///
    /// # Errors
    ///
    /// [`Fault`] if it does not come to its end. The connection is closed after the answer then.
    pub(super) async fn drain(&self) -> Result<(), Fault> {
        while let Some(frame) = poll_fn(|cx| self.reading().poll_next(cx)).await {
            frame?;
        }
        Ok(())
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reading {
    /// The next piece, if something can still be made of it.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        if let Some(fault) = self.fault {
            return Poll::Ready(Some(Err(fault)));
        }
        let Some(polled) = ready!(self.poll_next(cx)) else { return Poll::Ready(None) };
        let shaped = polled.and_then(|frame| {
            self.check()?;
            self.unused += frame.data_ref().map_or(0, Bytes::len);
            Ok(frame)
        });
        self.fault = shaped.as_ref().err().copied();
        Poll::Ready(Some(shaped))
    }

    fn check(&self) -> Result<(), Fault> {
        if self.received > HARD_LIMIT_BYTES {
            return Err(Fault::TooLong);
        }
        if self.unused > UNUSED_MAX || self.pieces > PIECES + self.received / BYTES_OF_A_PIECE {
            return Err(Fault::Shapeless);
        }
        Ok(())
    }

    /// The next piece, whatever it is.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        // The reader of forms takes whatever it can get at once. It gets one piece at a turn.
        if mem::take(&mut self.is_turn_over) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if let Some(ended) = self.ended {
            return Poll::Ready(ended.err().map(Err));
        }
        let ended = match Pin::new(&mut self.body).poll_frame(cx) {
            Poll::Ready(Some(Ok(frame))) => {
                self.count(frame.data_ref().map_or(0, Bytes::len));
                if self.received <= DRAIN_LIMIT_BYTES {
                    return Poll::Ready(Some(Ok(frame)));
                }
                Err(Fault::TooLong)
            }
            Poll::Ready(Some(Err(_))) => Err(Fault::Cut),
            Poll::Ready(None) => Ok(()),
            Poll::Pending if self.deadline.as_mut().poll(cx).is_ready() => Err(Fault::Slow),
            Poll::Pending => return Poll::Pending,
        };
        self.ended = Some(ended);
        Poll::Ready(ended.err().map(Err))
    }

    fn count(&mut self, bytes: usize) {
        let counted = bytes as u64;
        self.received += counted;
        self.pieces += 1;
        self.is_turn_over = true;
        let later = self.deadline.deadline() + Duration::from_micros(counted * 1_000_000 / BYTES_PER_S);
        self.deadline.as_mut().reset(later.min(self.end));
    }
}

impl HttpBody for Steady {
    type Data = Bytes;
    type Error = Fault;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Fault>>> {
        self.reading().poll(cx)
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.reading().ended, Some(Ok(())))
    }

    fn size_hint(&self) -> SizeHint {
        self.reading().body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, future};

    use tokio::time;

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
        assert_eq!(sent(16 * 1024, second).await, (Fault::Slow, 19));
        // As fast as was once allowed.
        assert_eq!(sent(18 * 1024, second).await, (Fault::Slow, 21));
        // As fast as allowed, but without end.
        assert_eq!(sent(32 * 1024, second).await, (Fault::Slow, LONGEST.as_secs()));
        assert_eq!(sent(200 * 1024, second).await, (Fault::TooLong, 164));
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
        let of_length = |bytes| Steady::new(Body::from(vec![0; usize::try_from(bytes).unwrap()]));
        for (bytes, drained) in [(HARD_LIMIT_BYTES + 1, Ok(())), (DRAIN_LIMIT_BYTES + 1, Err(Fault::TooLong))] {
            let mut long = of_length(bytes);
            assert_eq!(
                Pin::new(&mut long).poll_frame(&mut context).map(|frame| frame.unwrap().unwrap_err()),
                Poll::Ready(Fault::TooLong)
            );
            assert!(long.is_too_long());
            assert_eq!(time::timeout(GRACE, long.drain()).await, Ok(drained));
        }
    }

    #[tokio::test]
    async fn a_body_in_crumbs_has_no_shape() {
        let mut body = Steady::new(Body::new(Sender {
            piece: vec![b'x'].into(),
            pause: Duration::ZERO,
            next: Box::pin(sleep(Duration::ZERO)),
        }));
        let mut read = 0;
        let fault = loop {
            match future::poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await.unwrap() {
                Ok(_) => read += 1,
                Err(fault) => break fault,
            }
            body.used();
        };
        assert_eq!((fault, read), (Fault::Shapeless, PIECES + PIECES / BYTES_OF_A_PIECE));
    }
}
