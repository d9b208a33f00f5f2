//! What clients do to connections, with real sockets. Time is paused: it moves on only when both sides wait.

use axum::{
    Router,
    body::{Body, Bytes, HttpBody},
    routing::get,
};
use hyper::body::Frame;
use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    time::{Instant, sleep},
};
use tracing_subscriber::layer::SubscriberExt;

use super::*;
use crate::{app::temporary, clock::Clock, logs::Lines, metrics::Metrics};

const ASK: &[u8] = b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n";

/// A body that says when it is dropped.
struct Endless {
    pieces: usize,
    /// What comes after them.
    breaks: bool,
    _gone: oneshot::Sender<()>,
}

impl HttpBody for Endless {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.pieces == 0 && self.breaks {
            return Poll::Ready(Some(Err(io::Error::other("on purpose"))));
        }
        self.pieces = self.pieces.saturating_sub(1);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b'x'; 16_384])))))
    }
}

/// A server, and a connection to it. The server ends when the sender is dropped.
async fn served(routes: Router, limits: Limits) -> (std::net::SocketAddr, oneshot::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    tokio::spawn(async move {
        accept::serve(listener, routes, limits, &Metrics::default(), async { drop(stopped.await) }).await;
    });
    (address, stop)
}

async fn connected(routes: Router) -> (TcpStream, oneshot::Sender<()>) {
    let (address, stop) = served(routes, LIMITS).await;
    let stream = TcpStream::connect(address).await.unwrap();
    (stream, stop)
}

fn hello() -> Router {
    Router::new().route("/x", get(async || "hello")).route(
        "/slow",
        get(async || {
            sleep(Duration::from_secs(20)).await;
            "slow"
        }),
    )
}

/// Reads one answer, to the end of its body.
async fn answered(stream: &mut TcpStream, end: &[u8]) -> String {
    let mut answer = Vec::new();
    while !answer.ends_with(end) {
        answer.push(stream.read_u8().await.expect("the connection is open"));
    }
    String::from_utf8(answer).unwrap()
}

/// Seconds until the server closes the connection.
async fn closed_after(stream: &mut TcpStream) -> u64 {
    let since = Instant::now();
    // A reset is as good as an end.
    if let Ok(read) = stream.read(&mut [0; 64]).await {
        assert_eq!(read, 0);
    }
    since.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_head_that_comes_a_byte_a_second_is_cut_short() {
    for asked_before in [false, true] {
        let (mut stream, _stop) = connected(hello()).await;
        if asked_before {
            stream.write_all(ASK).await.unwrap();
            answered(&mut stream, b"hello").await;
            sleep(Duration::from_mins(1)).await;
        }
        let since = Instant::now();
        let (mut read, mut write) = stream.into_split();
        let writes = tokio::spawn(async move {
            for byte in [b'G', b'E', b'T', b' ', b'/'].into_iter().chain(std::iter::repeat(b'x')) {
                if write.write_all(&[byte]).await.is_err() {
                    return;
                }
                sleep(Duration::from_secs(1)).await;
            }
        });
        // A reset is as good as an end.
        let _ = read.read(&mut [0; 64]).await;
        assert_eq!(since.elapsed().as_secs(), 10, "asked before: {asked_before}");
        writes.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn who_connects_and_says_nothing_is_let_go() {
    let (mut stream, _stop) = connected(hello()).await;
    assert_eq!(closed_after(&mut stream).await, 10);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_between_requests_and_not_for_ever() {
    let (mut stream, _stop) = connected(hello()).await;
    for _ in 0..3 {
        stream.write_all(ASK).await.unwrap();
        answered(&mut stream, b"hello").await;
        sleep(Duration::from_mins(1)).await;
    }
    stream.write_all(ASK).await.unwrap();
    answered(&mut stream, b"hello").await;
    assert_eq!(closed_after(&mut stream).await, LIMITS.idle.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_longer_than_a_head_may_is_answered() {
    let (mut stream, _stop) = connected(hello()).await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    answered(&mut stream, b"slow").await;
}

#[tokio::test(start_paused = true)]
async fn requests_may_come_at_once_and_their_answers_come_in_order() {
    let (mut stream, _stop) = connected(hello()).await;
    let slow = b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n";
    stream.write_all(&[slow, ASK, ASK].concat()).await.unwrap();
    answered(&mut stream, b"slow").await;
    answered(&mut stream, b"hello").await;
    answered(&mut stream, b"hello").await;
}

#[tokio::test(start_paused = true)]
async fn an_old_client_and_one_that_has_said_all_are_answered() {
    let (mut stream, _stop) = connected(hello()).await;
    stream.write_all(b"GET /x HTTP/1.0\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.0 200 OK") && answer.ends_with("hello"), "{answer}");

    let (mut stream, _stop) = connected(hello()).await;
    stream.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("slow"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn a_head_has_a_largest_size() {
    for (length, status) in [(8 * 1024, "200"), (LIMITS.head_bytes, "431")] {
        let (mut stream, _stop) = connected(hello()).await;
        let head = format!("GET /x HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "x".repeat(length));
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(answer, format!("HTTP/1.1 {status}").as_bytes());
    }
}

/// A route that answers with [`Endless`] once, and what resolves when the body is dropped.
fn endless(pieces: usize, breaks: bool) -> (Router, oneshot::Receiver<()>) {
    let (sender, gone) = oneshot::channel();
    let body = std::sync::Mutex::new(Some(Endless { pieces, breaks, _gone: sender }));
    let body = std::sync::Arc::new(body);
    let route = get(async move || Body::new(body.lock().unwrap().take().unwrap()));
    (Router::new().route("/x", route), gone)
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_takes_nothing_is_cut_off_and_a_slow_one_is_not() {
    let (routes, gone) = endless(usize::MAX, false);
    let (mut stream, _stop) = connected(routes).await;
    stream.write_all(ASK).await.unwrap();
    // More than all buffers on the way hold, in each of four half minutes.
    for _ in 0..4 {
        sleep(Duration::from_secs(30)).await;
        stream.read_exact(&mut vec![0; 1 << 24]).await.unwrap();
    }
    let since = Instant::now();
    assert!(gone.await.is_err());
    assert_eq!(since.elapsed().as_secs(), LIMITS.write.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_body_that_breaks_off_has_no_end() {
    let (routes, gone) = endless(3, true);
    let (mut stream, _stop) = connected(routes).await;
    stream.write_all(ASK).await.unwrap();
    let mut answer = Vec::new();
    // A reset is as good as an end.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(gone.await.is_err());
    assert!(!answer.ends_with(b"0\r\n\r\n"), "the last chunk is there");
}

#[tokio::test(start_paused = true)]
async fn who_finds_no_place_waits_for_one() {
    let (address, _stop) = served(hello(), Limits { connections: 1, ..LIMITS }).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    first.write_all(ASK).await.unwrap();
    answered(&mut first, b"hello").await;
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(ASK).await.unwrap();
    let waits = tokio::time::timeout(Duration::from_secs(30), second.read_u8()).await;
    assert!(waits.is_err(), "{waits:?}");
    drop(first);
    answered(&mut second, b"hello").await;
}

#[tokio::test(start_paused = true)]
async fn that_no_place_is_free_is_said_once() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = lines.clone();
    let write = move |line: &str| sink.lock().unwrap().push(line.to_owned());
    let layer = Lines { clock: Clock::System, write };
    let _logged = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
    let (address, _stop) = served(hello(), Limits { connections: 2, ..LIMITS }).await;
    let said = || lines.lock().unwrap().iter().filter(|line| line.contains("no more connections")).count();
    let mut open = Vec::new();
    for n in 0..6 {
        if open.len() == 2 {
            drop(open.remove(0));
        }
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(ASK).await.unwrap();
        answered(&mut stream, b"hello").await;
        open.push(stream);
        assert!(said() <= 1, "{n}");
    }
    assert_eq!(said(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_closes_what_is_idle_and_waits_for_what_is_asked() {
    let (address, stop) = served(hello(), LIMITS).await;
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(ASK).await.unwrap();
    answered(&mut idle, b"hello").await;
    let mut busy = TcpStream::connect(address).await.unwrap();
    busy.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    sleep(Duration::from_secs(1)).await;
    drop(stop);
    assert_eq!(closed_after(&mut idle).await, 0);
    assert!(answered(&mut busy, b"slow").await.contains("connection: close"));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_client_that_never_finishes_does_not_keep_the_server() {
    let (_dir, app) = temporary().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let server = tokio::spawn(run(app, listener, async { drop(stopped.await) }));
    // An answered request, and half of another.
    client.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut answer = [0; 15];
    client.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    client.write_all(b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{").await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    stop.send(()).unwrap();
    tokio::time::pause();
    server.await.unwrap();
}
