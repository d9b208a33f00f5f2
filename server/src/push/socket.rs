//! One socket: the conversation with its client, and its end.

use std::{convert::Infallible, time::Duration};

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use serde_json::json;

use super::{
    End,
    client::{Listener, Said},
    dispatch::recheck_one,
    feed::Feed,
    handle::Handle,
    outgoing::{Outgoing, aside},
};
use crate::{api::bearer::Access, app::AppState, clock::iso, store::StoreError};

/// How long the client may take to agree that the socket is closed.
const CLOSE_GRACE: Duration = Duration::from_secs(5);
/// The largest message that a client may send, in bytes.
pub const MESSAGE_LIMIT_BYTES: usize = 16 * 1024;

/// A socket that was let in.
#[derive(Debug)]
pub struct Arrival {
    /// Who it is.
    pub access: Access,
    /// The last event the client has, if it has been here before.
    pub last_id: Option<i64>,
}

/// `None` if the client has gone by itself.
type Over = Option<End>;

/// Holds the conversation until either side ends it.
pub async fn run(app: AppState, mut ws: WebSocket, arrival: Arrival) {
    let Arrival { access, last_id } = arrival;
    let Some((place, queue)) = app.push.enter(&access, app.clock.now()) else {
        return close(&mut ws, End::Shutdown).await;
    };
    drop(access);
    let handle = &*place.handle;
    let over = async {
        let opening = Box::pin(async {
            let _reader = app.push.reader().await;
            // What has changed since the handshake was told to the sockets that were there. This one looks for itself.
            recheck_one(&app, &app.db.aside(), &place.handle).await?;
            Feed::open(&app, handle, queue, last_id).await
        });
        let feed = tokio::select! {
            biased;
            end = handle.ended() => return Err(Some(end)),
            feed = opening => feed.map_err(|error| Some(unavailable(&error)))?,
        };
        Conversation { app: &app, ws: &mut ws, handle, feed, listener: Listener::default() }.hold().await
    };
    let Err(over) = over.await;
    if let Some(why) = over {
        let data = json!({ "code": why.code(), "reason": why.reason() });
        tracing::info!(module = "push", action = "close", user_id = handle.user_id, data = %data, "socket closed");
        close(&mut ws, why).await;
    }
}

fn unavailable(error: &StoreError) -> End {
    tracing::warn!(module = "push", action = "unavailable", error = %error, "a socket could not be served");
    End::Unavailable
}

struct Conversation<'a> {
    app: &'a AppState,
    ws: &'a mut WebSocket,
    handle: &'a Handle,
    feed: Feed,
    listener: Listener,
}

impl Conversation<'_> {
    async fn hold(mut self) -> Result<Infallible, Over> {
        let now = self.app.clock.now();
        let last_id = self.feed.last();
        let data = json!({ "user_id": self.handle.user_id, "server_time": iso(now), "last_id": last_id });
        self.send(aside("connected", last_id, &data, now)).await?;
        loop {
            tokio::select! {
                biased;
                end = self.handle.ended() => return Err(Some(end)),
                frame = self.ws.recv() => match frame {
                    Some(Ok(frame)) => self.hear(frame).await?,
                    Some(Err(_)) | None => return Err(None),
                },
                next = self.feed.next(self.app, self.handle) => match next {
                    Ok(Outgoing { text, .. }) => self.send(text).await?,
                    Err(error) => return Err(Some(unavailable(&error))),
                },
            }
        }
    }

    async fn hear(&mut self, frame: Message) -> Result<(), Over> {
        let now = self.app.clock.now();
        self.handle.heard(now);
        self.listener.count(now).map_err(Some)?;
        match frame {
            Message::Text(text) if text.len() > MESSAGE_LIMIT_BYTES => Err(Some(End::TooBig)),
            Message::Text(text) => match self.listener.read(&text).map_err(Some)? {
                Said::Ping(client_time) => {
                    let data = json!({ "client_time": client_time, "server_time": iso(now) });
                    self.send(aside("pong", self.feed.last(), &data, now)).await
                }
                Said::Subscribe(products) => {
                    self.handle.want(products);
                    Ok(())
                }
                Said::Other => Ok(()),
            },
            Message::Binary(_) => Err(Some(End::Binary)),
            // Answered by the library; the answer to a close goes out with the next `recv`, which then finds the end.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(()),
        }
    }

    /// Waits until the client takes it, or the hub loses patience.
    async fn send(&mut self, text: Utf8Bytes) -> Result<(), Over> {
        self.handle.sending(self.app.clock.now());
        tokio::select! {
            biased;
            end = self.handle.ended() => return Err(Some(end)),
            sent = self.ws.send(Message::Text(text)) => sent.map_err(|_| None)?,
        }
        self.handle.sent();
        Ok(())
    }
}

/// Says why, and waits a while for the client to agree.
async fn close(ws: &mut WebSocket, why: End) {
    let frame = CloseFrame { code: why.code(), reason: why.reason().into() };
    let closing = async {
        if ws.send(Message::Close(Some(frame))).await.is_ok() {
            while let Some(Ok(_)) = ws.recv().await {}
        }
    };
    // A client that doesn't answer is dropped like one that does.
    let _ = tokio::time::timeout(CLOSE_GRACE, closing).await;
}
