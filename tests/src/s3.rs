//! A bucket that speaks the protocol of S3, over a folder: with real signatures, and able to fail.

use std::{
    convert::Infallible,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::http::{Response, StatusCode};
use fairwheel_server::rng::Rng;
use hyper::{
    Request,
    body::Incoming,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use s3s::{
    Body,
    auth::SimpleAuth,
    service::{S3Service, S3ServiceBuilder},
};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    task::{JoinHandle, JoinSet},
};

use crate::TestApp;

/// The name of every bucket.
pub const BUCKET: &str = "receipts";

/// A bucket on a free port of 127.0.0.1. It ends with its test, or when it is stopped.
#[derive(Debug)]
pub struct Bucket {
    url: String,
    access_key: String,
    secret_key: String,
    dir: TempDir,
    counts: Arc<Counts>,
    server: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicUsize,
    /// Requests still to be answered with 503.
    failures: AtomicUsize,
    /// Requests still to be carried out and answered with 503 nevertheless.
    lost: AtomicUsize,
    /// Whether requests wait.
    stalled: watch::Sender<bool>,
}

impl Bucket {
    /// An empty bucket with keys of its own.
    pub async fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(dir.path().join(BUCKET)).expect("a bucket");
        let (access_key, secret_key) = (format!("AK{}", Rng::System.hex::<8>()), Rng::System.hex::<20>());
        let mut builder = S3ServiceBuilder::new(FileSystem::new(dir.path()).expect("a folder"));
        builder.set_auth(SimpleAuth::from_single(&access_key, secret_key.as_str()));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = listener.local_addr().expect("its address");
        let url = format!("s3://{BUCKET}?endpoint=http://{endpoint}&region=us-east-1&path_style=true");
        let counts = Arc::new(Counts::default());
        let server = tokio::spawn(serve(listener, builder.build(), counts.clone()));
        Self { url, access_key, secret_key, dir, counts, server }
    }

    /// What a server is told of it.
    pub fn settings(&self) -> [(&str, &str); 3] {
        [
            ("FAIRWHEEL_STORAGE_URL", self.url.as_str()),
            ("AWS_ACCESS_KEY_ID", self.access_key.as_str()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_key.as_str()),
        ]
    }

    /// A server that keeps its photos here.
    pub async fn app(&self) -> TestApp {
        TestApp::configured(&self.settings()).await
    }

    /// How many requests came.
    pub fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// Answers so many of the next requests with 503, instead of what was still to be answered so. A failed request is
    /// tried three times.
    pub fn fail(&self, times: usize) {
        self.counts.failures.store(times, Ordering::SeqCst);
    }

    /// Carries so many of the next requests out, and answers 503 nevertheless.
    pub fn fail_after(&self, times: usize) {
        self.counts.lost.store(times, Ordering::SeqCst);
    }

    /// Leaves every request waiting, or no more.
    pub fn stall(&self, stalled: bool) {
        self.counts.stalled.send_replace(stalled);
    }

    /// Closes every connection, and answers no more.
    pub async fn stop(&mut self) {
        self.server.abort();
        // It ends by being cancelled.
        let _ = (&mut self.server).await;
    }

    /// The keys of what is stored, sorted.
    pub fn keys(&self) -> Vec<String> {
        let root = self.dir.path().join(BUCKET);
        let mut keys = Vec::new();
        list(&root, &root, &mut keys);
        keys.sort();
        keys
    }
}

impl Drop for Bucket {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn list(root: &Path, dir: &Path, keys: &mut Vec<String>) {
    let paths = std::fs::read_dir(dir).expect("a folder").map(|entry| entry.expect("an entry").path());
    for path in paths.collect::<Vec<PathBuf>>() {
        if path.is_dir() {
            list(root, &path, keys);
        } else {
            keys.push(path.strip_prefix(root).expect("below").to_str().expect("a text").to_owned());
        }
    }
}

/// The connections end with the task that serves.
async fn serve(listener: TcpListener, bucket: S3Service, counts: Arc<Counts>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.expect("a connection");
        connections.spawn(connection(stream, bucket.clone(), counts.clone()));
    }
}

async fn connection(stream: TcpStream, bucket: S3Service, counts: Arc<Counts>) {
    let service = service_fn(move |request: Request<Incoming>| answer(request, bucket.clone(), counts.clone()));
    // A client that goes away is no failure.
    let _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    bucket: S3Service,
    counts: Arc<Counts>,
) -> Result<Response<Body>, Infallible> {
    counts.requests.fetch_add(1, Ordering::SeqCst);
    // The sender is in the same place.
    let _ = counts.stalled.subscribe().wait_for(|stalled| !stalled).await;
    let takes = |counter: &AtomicUsize| {
        let fewer = |failures: usize| failures.checked_sub(1);
        counter.fetch_update(Ordering::SeqCst, Ordering::SeqCst, fewer).is_ok()
    };
    if !takes(&counts.failures) {
        let answer = Service::call(&bucket, request).await.expect("an answer");
        if !takes(&counts.lost) {
            return Ok(answer);
        }
    }
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    Ok(answer)
}
