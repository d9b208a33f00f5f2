//! Letting connections in, and answering what they ask.

use std::{io, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use serde_json::json;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{AcquireError, OwnedSemaphorePermit, Semaphore, watch},
};

use super::{
    Limits,
    patience::{Heads, Wire},
};
use crate::metrics::{Connected, Metrics};

/// Pause after the system refused a connection for want of something, such as files.
const PAUSE: Duration = Duration::from_secs(1);

/// A connection's place among those that may be open, and in the count of those that are.
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    _counted: Connected,
}

/// The places for connections.
struct Places {
    free: Arc<Semaphore>,
    /// How many there are.
    count: usize,
    /// Whether it was said that none is free. It is said again only after a tenth of them were.
    said: bool,
}

impl Places {
    /// A place, as soon as there is one.
    async fn next(&mut self) -> Result<OwnedSemaphorePermit, AcquireError> {
        match self.free.available_permits() {
            0 if !self.said => {
                let data = json!({ "connections": self.count });
                tracing::warn!(module = "server", action = "accept", data = %data, "no more connections: others wait");
                self.said = true;
            }
            free if free > self.count / 10 => self.said = false,
            _ => {}
        }
        self.free.clone().acquire_owned().await
    }
}

/// Serves until `stop` resolves, and then until what is being answered is answered.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    limits: Limits,
    metrics: &Metrics,
    stop: impl Future<Output = ()>,
) {
    let count = limits.connections;
    let mut places = Places { free: Arc::new(Semaphore::new(count)), count, said: false };
    let (stopping, _) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let next = async { (places.next().await, next(&listener).await) };
        let (place, stream) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        // Nobody closes the semaphore.
        let Ok(permit) = place else { break };
        let place = Place { _permit: permit, _counted: metrics.connected() };
        tokio::spawn(hold(connection(stream, routes.clone(), limits, place), stopping.subscribe()));
    }
    drop(listener);
    // Fails if no connection is open.
    let _ = stopping.send(());
    stopping.closed().await;
}

type Connection = http1::UpgradeableConnection<TokioIo<Wire>, TowerToHyperService<Router>>;

/// Serves a connection to its end, which comes after the next answer once the server stops. What goes wrong is the client's:
/// it hung up, was too slow, or spoke no HTTP.
async fn hold(connection: Connection, mut stopping: watch::Receiver<()>) {
    let mut connection = pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

fn connection(stream: TcpStream, routes: Router, limits: Limits, place: Place) -> Connection {
    // Answers are written whole: waiting for more would only delay them. A connection that can't be told so works too.
    let _ = stream.set_nodelay(true);
    let (heads, heard) = Heads::new(limits);
    let wire = Wire::new(stream, heard, limits.write, place);
    http1::Builder::new()
        .timer(heads)
        // Switches the timer on, which knows better for how long.
        .header_read_timeout(limits.idle)
        .max_header_size(limits.head_bytes)
        .max_buf_size(limits.buffer_bytes)
        // A client may say that it has asked everything, and wait for the answer.
        .half_close(true)
        .serve_connection(TokioIo::new(wire), TowerToHyperService::new(routes))
        .with_upgrades()
}

/// The next connection, however long the system has none to give.
async fn next(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::error!(module = "server", action = "accept", error = %error, "no connection can be accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Whether a connection failed by itself, so that the next is there to be accepted at once.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_server_pauses_only_for_what_it_lacks_itself() {
        // ECONNABORTED, ECONNRESET; EMFILE, ENFILE, ENOMEM.
        for (number, clients) in [(103, true), (104, true), (24, false), (23, false), (12, false)] {
            assert_eq!(is_the_clients(&io::Error::from_raw_os_error(number)), clients, "{number}");
        }
    }
}
