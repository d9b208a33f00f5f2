//! Listening, and stopping in good order.

use std::{future::IntoFuture, io, time::Duration};

use serde_json::json;
use tokio::net::TcpListener;

use crate::{api, app::AppState, ops, push};

/// How long requests in flight may take to finish once the server was asked to stop.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);
/// How long sockets may take to be closed then.
const SOCKET_GRACE: Duration = Duration::from_secs(3);

/// How long the database may take to let go.
const CLOSE_GRACE: Duration = Duration::from_secs(3);

/// Answers requests until `stop` resolves and those in flight are done, or their time is up.
///
/// # Errors
///
/// What the listener says.
pub async fn run(app: AppState, listener: TcpListener, stop: impl Future<Output = ()>) -> io::Result<()> {
    let (stopping, mut stopped) = tokio::sync::watch::channel(());
    let graceful = async move {
        // An error means that the other end is gone: stop as well.
        let _ = stopped.changed().await;
    };
    tokio::spawn({
        let app = app.clone();
        async move { app.ocr.check().await }
    });
    let tasks = (push::start(&app), ops::housekeeping::start(&app));
    let server = axum::serve(listener, api::router(app.clone())).with_graceful_shutdown(graceful).into_future();
    let mut server = std::pin::pin!(server);
    let outcome = tokio::select! {
        outcome = &mut server => outcome,
        () = stop => {
            tracing::info!(module = "server", action = "stopping", "finishing the requests in flight");
            drop(stopping);
            app.push.close();
            let sockets = tokio::time::timeout(SOCKET_GRACE, app.push.emptied());
            let (outcome, sockets) = tokio::join!(tokio::time::timeout(SHUTDOWN_GRACE, server), sockets);
            if sockets.is_err() {
                let data = json!({ "grace_ms": SOCKET_GRACE.as_millis() });
                tracing::warn!(module = "server", action = "stopping", data = %data, "some sockets did not close");
            }
            if let Ok(outcome) = outcome {
                outcome
            } else {
                let data = json!({ "grace_ms": SHUTDOWN_GRACE.as_millis() });
                tracing::warn!(module = "server", action = "stopping", data = %data, "some requests did not finish");
                Ok(())
            }
        }
    };
    drop(tasks);
    if tokio::time::timeout(CLOSE_GRACE, app.db.close()).await.is_err() {
        tracing::warn!(module = "server", action = "stopping", "some connections to the database did not close");
    }
    outcome
}

/// Resolves at SIGINT (Ctrl-C) or SIGTERM.
pub async fn signal() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };

    use super::*;
    use crate::app::temporary;

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
        server.await.unwrap().unwrap();
    }
}
