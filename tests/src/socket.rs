//! A phone's end of `/ws`.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        http::{Request, Response},
    },
};

/// When a test gives up waiting for something that is bound to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket at a server's base address; `query` follows the token, like `&last_id=7`.
    pub async fn open(base: &str, token: &str, query: &str) -> Self {
        let (socket, _) = Self::try_open(request(base, &format!("token={token}{query}"))).await.expect("a socket");
        socket
    }

    /// Tries to open a socket. It and the answer to the handshake, or what went wrong.
    ///
    /// # Errors
    ///
    /// What the client library says, such as the answer that is no 101.
    pub async fn try_open(request: Request<()>) -> Result<(Self, Response<Option<Vec<u8>>>), Error> {
        let (socket, answer) = connect_async(request).await?;
        Ok((Self(socket), answer))
    }

    /// The next message.
    pub async fn next(&mut self) -> Value {
        match self.frame().await {
            Some(Message::Text(text)) => serde_json::from_str(&text).expect("JSON"),
            other => panic!("no message: {other:?}"),
        }
    }

    /// The next message; `None` if the socket ends before it, however.
    pub async fn next_if_any(&mut self) -> Option<Value> {
        match self.frame().await {
            Some(Message::Text(text)) => Some(serde_json::from_str(&text).expect("JSON")),
            _ => None,
        }
    }

    /// The `connected` that comes first: its data.
    pub async fn connected(&mut self) -> Value {
        let mut first = self.next().await;
        assert_eq!(first["type"], "connected", "{first}");
        assert_eq!(first["id"], first["data"]["last_id"], "{first}");
        first["data"].take()
    }

    /// Reads on to the close frame. The messages before it, and its code; `None` if the connection ended without one.
    pub async fn to_the_end(&mut self) -> (Vec<Value>, Option<u16>) {
        let mut before = Vec::new();
        let mut code = None;
        while let Some(frame) = self.frame().await {
            match frame {
                Message::Text(text) => before.push(serde_json::from_str(&text).expect("JSON")),
                Message::Close(frame) => code = frame.map(|frame| frame.code.into()),
                _ => {}
            }
        }
        (before, code)
    }

    /// The code of the close frame, which is to come next.
    pub async fn closed(&mut self) -> Option<u16> {
        let (before, code) = self.to_the_end().await;
        assert!(before.is_empty(), "{before:?}");
        code
    }

    /// Says something.
    pub async fn say(&mut self, kind: &str, data: Value) {
        self.send(Message::text(json!({ "type": kind, "data": data, "timestamp": "" }).to_string())).await;
    }

    /// Waits until everything said before was heard: by a ping, whose answer is to come next.
    pub async fn heard(&mut self) {
        self.say("ping", json!({ "client_time": "now" })).await;
        let answer = self.next().await;
        assert_eq!(answer["type"], "pong", "{answer}");
    }

    /// Sends any frame. One that can't be sent, as the server has gone, is of no interest.
    pub async fn send(&mut self, frame: Message) {
        let _ = self.0.send(frame).await;
    }

    /// Closes it, and waits for the server's answer.
    pub async fn close(mut self) {
        self.0.close(None).await.expect("closed");
        while self.frame().await.is_some() {}
    }

    /// `None` at the end, however it came. Answers to pings of the protocol are passed over.
    async fn frame(&mut self) -> Option<Message> {
        loop {
            let frame = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("something happens in time");
            match frame {
                Some(Ok(Message::Pong(_))) => {}
                Some(Ok(frame)) => return Some(frame),
                Some(Err(_)) | None => return None,
            }
        }
    }
}

/// The handshake at a server's base address.
pub fn request(base: &str, query: &str) -> Request<()> {
    let url = format!("{}/ws?{query}", base.replacen("http", "ws", 1));
    url.into_client_request().expect("a request")
}
