//! A phone as a server process sees it: one connection, kept open, one request at a time.

use std::io;

use axum::{
    body::Bytes,
    http::{HeaderValue, Method, Request, StatusCode, header},
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A request, without the token of who asks.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The method.
    pub method: Method,
    /// The path, with its query.
    pub path: String,
    /// The body.
    pub body: Option<Value>,
}

impl Ask {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self { method: Method::GET, path: path.into(), body: None }
    }

    /// A POST.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), body: Some(body) }
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: StatusCode,
    /// The header `x-api-code`, which only refusals have.
    pub refusal: Option<HeaderValue>,
    /// The body.
    pub bytes: Bytes,
}

impl Reply {
    /// Whether what was asked was done; told without reading the body.
    pub fn is_success(&self) -> bool {
        self.status == StatusCode::OK && self.refusal.is_none()
    }

    /// The code of the envelope; the HTTP status if there is no envelope.
    pub fn code(&self) -> u16 {
        let code = self.json()["code"].as_u64().and_then(|code| u16::try_from(code).ok());
        code.unwrap_or_else(|| self.status.as_u16())
    }

    /// The body, or null if it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_default()
    }
}

/// A connection.
#[derive(Debug)]
pub struct Client {
    host: String,
    connection: SendRequest<Full<Bytes>>,
}

impl Client {
    /// Connects to `127.0.0.1:3000` or the like.
    ///
    /// # Errors
    ///
    /// Nobody listens there.
    pub async fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io::Error::other)?;
        // What goes wrong with the connection, the request that waits for it is told.
        tokio::spawn(async move { drop(connection.await) });
        Ok(Self { host: address.to_owned(), connection: sender })
    }

    /// Asks, and waits for the whole answer.
    ///
    /// # Errors
    ///
    /// The connection broke: whether the server did what was asked is not known.
    pub async fn send(&mut self, ask: &Ask, token: Option<&str>) -> Result<Reply, hyper::Error> {
        if let Some(form) = crate::storm::form(ask) {
            return self.upload(form, token.unwrap_or_default()).await;
        }
        let mut request = Request::builder().method(&ask.method).uri(&ask.path).header(header::HOST, &self.host);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match &ask.body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                body.to_string()
            }
            None => String::new(),
        };
        self.exchange(request.body(Full::from(body)).expect("a request")).await
    }

    /// Sends in a form with a photo, as [`photos::form`](crate::photos::form) makes it.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn upload(&mut self, form: Vec<u8>, token: &str) -> Result<Reply, hyper::Error> {
        let (mut head, _) = crate::photos::request(token, Vec::new()).into_parts();
        head.headers.insert(header::HOST, HeaderValue::from_str(&self.host).expect("a host"));
        self.exchange(Request::from_parts(head, Full::from(form))).await
    }

    async fn exchange(&mut self, request: Request<Full<Bytes>>) -> Result<Reply, hyper::Error> {
        self.connection.ready().await?;
        let response = self.connection.send_request(request).await?;
        let (status, refusal) = (response.status(), response.headers().get("x-api-code").cloned());
        Ok(Reply { status, refusal, bytes: response.into_body().collect().await?.to_bytes() })
    }

    /// Asks for what must succeed. The data.
    pub async fn ok(&mut self, ask: &Ask, token: Option<&str>) -> Value {
        let reply = self.send(ask, token).await.unwrap_or_else(|error| panic!("{}: {error}", ask.path));
        assert_eq!(reply.code(), 0, "{}: {}", ask.path, reply.json());
        reply.json()["data"].clone()
    }

    /// Logs a phone in with the code of [`process::DEV_CODE`](crate::process::DEV_CODE). The access token.
    pub async fn login(&mut self, phone: &str) -> String {
        let body = serde_json::json!({ "phone": phone, "code": crate::process::DEV_CODE });
        self.ok(&Ask::post("/api/auth/send-code", body.clone()), None).await;
        let login = self.ok(&Ask::post("/api/auth/login", body), None).await;
        login["access_token"].as_str().expect("a token").to_owned()
    }
}
