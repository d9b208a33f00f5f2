//! Listening, and stopping in good order.

mod accept;
mod patience;
#[cfg(test)]
mod tests;

use std::{io, time::Duration};

use serde_json::json;
use tokio::net::TcpListener;

use crate::{api, app::AppState, ops, push};

/// How long requests in flight may take to finish once the server was asked to stop.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);
/// How long sockets may take to be closed then.
const SOCKET_GRACE: Duration = Duration::from_secs(3);

/// What a connection may take.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// How long the head of a request may take, from its first byte on; for the first also from the connection on.
    head: Duration,
    /// How long a connection may be silent between two requests.
    idle: Duration,
    /// How long a client may take nothing of an answer.
    write: Duration,
    /// The largest head of a request.
    head_bytes: usize,
    /// What is read or written at once.
    buffer_bytes: usize,
    /// Connections open at once, those of `/ws` included. More wait until one is closed.
    connections: usize,
}

/// Phones and proxies keep connections for 60 to 75 s: the server must not be the first to close one.
const LIMITS: Limits = Limits {
    head: Duration::from_secs(10),
    idle: Duration::from_secs(90),
    write: Duration::from_mins(1),
    head_bytes: 32 * 1024,
    buffer_bytes: 64 * 1024,
    connections: 20_000,
};

/// How long the database may take to let go.
const CLOSE_GRACE: Duration = Duration::from_secs(3);

/// Answers requests until `stop` resolves and those in flight are done, or their time is up. What the listener says is logged,
/// and it is asked again.
pub async fn run(app: AppState, listener: TcpListener, stop: impl Future<Output = ()>) {
    let (stopping, mut stopped) = tokio::sync::watch::channel(());
    let graceful = async move {
        // An error means that the other end is gone: stop as well.
        let _ = stopped.changed().await;
    };
    tokio::spawn({
        let app = app.clone();
        async move { app.ocr.check().await }
    });
    tokio::spawn(api::demo::prepare());
    let tasks = (push::start(&app), ops::housekeeping::start(&app), ops::sweep::start(&app));
    let mut server = std::pin::pin!(accept::serve(listener, api::router(app.clone()), LIMITS, &app.metrics, graceful));
    tokio::select! {
        () = &mut server => {}
        () = stop => {
            tracing::info!(module = "server", action = "stopping", "finishing the requests in flight");
            drop(stopping);
            app.push.close();
            let sockets = tokio::time::timeout(SOCKET_GRACE, app.push.emptied());
            let (requests, sockets) = tokio::join!(tokio::time::timeout(SHUTDOWN_GRACE, server), sockets);
            if sockets.is_err() {
                let data = json!({ "grace_ms": SOCKET_GRACE.as_millis() });
                tracing::warn!(module = "server", action = "stopping", data = %data, "some sockets did not close");
            }
            if requests.is_err() {
                let data = json!({ "grace_ms": SHUTDOWN_GRACE.as_millis() });
                tracing::warn!(module = "server", action = "stopping", data = %data, "some requests did not finish");
            }
        }
    }
    drop(tasks);
    if tokio::time::timeout(CLOSE_GRACE, app.db.close()).await.is_err() {
        tracing::warn!(module = "server", action = "stopping", "some connections to the database did not close");
    }
}

/// Resolves at SIGINT (Ctrl-C) or SIGTERM, on Unix from the moment of the call on.
pub fn signal() -> impl Future<Output = ()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{Signal, SignalKind, signal};

        let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        let heard = async |signal: io::Result<Signal>| match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            // Then it ends the process, as it does without us.
            Err(_) => std::future::pending().await,
        };
        async move {
            tokio::select! {
                () = heard(interrupt) => {}
                () = heard(terminate) => {}
            }
        }
    }
    #[cfg(not(unix))]
    async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
