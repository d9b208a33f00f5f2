//! [`TestApp`]: the whole server on a database of its own, with a clock and a random source that the test holds.
//!
//! Dropping it checks, straight from the tables, what must be true after every commit (see [`invariants`]), so every
//! test that uses it is also a test of those.
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a harness: its functions are assertions, which panic, and whose result may be of no interest"
)]

pub mod answer;
pub mod chance;
pub mod client;
pub mod documented;
pub mod gateway;
pub mod invariants;
pub mod load;
pub mod photos;
pub mod pictures;
pub mod process;
pub mod receipts;
pub mod s3;
pub mod sent_in;
pub mod socket;
pub mod storm;

use std::net::SocketAddr;

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, header},
};
use fairwheel_core::prize::{PrizeTable, TableSpec};
use fairwheel_scratch::Scratch;
use fairwheel_server::{
    api,
    app::AppState,
    clock::Clock,
    config::Config,
    rng::Rng,
    seed, serve,
    store::{Db, StoreError, event, ledger, table, user},
};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tower::ServiceExt;

pub use answer::Answer;

/// Noon in Shanghai: where every test's clock starts.
pub const START: &str = "2026-11-22T04:00:00Z";
/// Signs the tokens of every test server.
pub const JWT_SECRET: &str = "b0c1d2e3f4a5968778695a4b3c2d1e0f";
/// Every test server derives its seeds from it.
pub const SEED_SECRET: &str = "f0e1d2c3b4a5968778695a4b3c2d1e0f";

/// A server for one test.
#[derive(Debug)]
pub struct TestApp {
    /// What the server shares between its requests: database, clock, chance.
    pub state: AppState,
    router: Router,
    server: Option<Server>,
    scratch: Scratch,
}

#[derive(Debug)]
struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl TestApp {
    /// A server with the demo data: eight prizes, and a diner with 1,500 points.
    pub async fn new() -> Self {
        let app = Self::empty().await;
        seed::run(&app.state).await.expect("demo data");
        app
    }

    /// A server that nobody has used.
    pub async fn empty() -> Self {
        Self::configured(&[]).await
    }

    /// A server that nobody has used, with these settings beside those of all tests.
    pub async fn configured(settings: &[(&str, &str)]) -> Self {
        let scratch = Scratch::new().await;
        let clock = Clock::manual(START.parse().expect("a time"));
        let state = open(&scratch, clock, Rng::seeded(1), settings).await;
        Self { router: api::router(state.clone()), state, server: None, scratch }
    }

    /// A server with this table and nobody in it.
    pub async fn with_table(spec: TableSpec) -> Self {
        let app = Self::empty().await;
        app.publish(spec).await;
        app
    }

    /// Closes everything and opens it again, as after a restart.
    pub async fn restart(&mut self) {
        self.stop().await;
        self.state.db.close().await;
        self.state = open(&self.scratch, self.state.clock.clone(), self.state.rng.clone(), &[]).await;
        self.router = api::router(self.state.clone());
    }

    /// Another server's state on the same database, with the same clock.
    pub async fn another(&self, settings: &[(&str, &str)]) -> AppState {
        open(&self.scratch, self.state.clock.clone(), self.state.rng.clone(), settings).await
    }

    /// Publishes a table.
    pub async fn publish(&self, spec: TableSpec) {
        publish(&self.state, spec).await;
    }

    /// The address of the database.
    #[must_use]
    pub fn database_url(&self) -> String {
        self.scratch.url()
    }

    /// Changes the tables behind the server's back.
    pub async fn execute(&self, sql: &'static str) {
        self.try_execute(sql).await.expect("executed");
    }

    /// Tries to change the tables behind the server's back.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub async fn try_execute(&self, sql: &'static str) -> Result<(), StoreError> {
        let mut tx = self.state.db.begin().await?;
        fairwheel_server::execute!(&mut tx, sql)?;
        tx.commit().await
    }

    /// Serves on a free port of 127.0.0.1, `/demo/` included, until the test ends. The base address, without a slash at
    /// its end.
    pub async fn serve(&mut self) -> String {
        // The server's HTTP client is built without a TLS library of its own choice, and so is that of the tests, which
        // takes the one of the process. Another test may have named it already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        if self.server.is_none() {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("its address");
            let (stop, stopped) = oneshot::channel();
            let state = self.state.clone();
            let task = tokio::spawn(async move {
                serve::run(state, listener, async { drop(stopped.await) }).await;
            });
            self.server = Some(Server { address, stop, task });
        }
        let address = self.server.as_ref().expect("just started").address;
        format!("http://{address}")
    }

    async fn stop(&mut self) {
        if let Some(Server { stop, task, .. }) = self.server.take() {
            // A server that is gone already needs no word.
            let _ = stop.send(());
            task.await.expect("the server stopped in good order");
        }
    }

    /// A user with so many points, and their access token. The phone is registered and logged in.
    pub async fn diner(&self, phone: &str, points: i64) -> String {
        let new = user::NewUser {
            mobile: phone.into(),
            nickname: "食客".into(),
            client_seed: self.state.rng.hex::<16>(),
            points,
            points_description: "测试",
        };
        let mut tx = self.state.db.begin().await.expect("a transaction");
        user::register(&mut tx, &new, self.state.clock.now()).await.expect("registered");
        tx.commit().await.expect("committed");
        self.login(phone).await
    }

    /// Logs a phone in, over HTTP with the code of the answer. The access token.
    pub async fn login(&self, phone: &str) -> String {
        let sent = self.post("/api/auth/send-code", None, &json!({ "phone": phone })).await;
        let code = sent.ok()["dev_code"].clone();
        let login = self.post("/api/auth/login", None, &json!({ "phone": phone, "code": code })).await;
        if self.server.is_some() {
            self.pushed().await;
        }
        login.ok()["access_token"].as_str().expect("a token").to_owned()
    }

    /// Waits until the sockets of the running server have been told all there is: one that is opened then begins at the
    /// present.
    async fn pushed(&self) {
        let last = event::last_id(&self.state.db).await.expect("an id");
        while self.state.push.position() < last {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }

    /// GET with a token.
    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.request(Method::GET, path, Some(token), None).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Answer {
        self.request(Method::POST, path, token, Some(body.to_string())).await
    }

    /// Draws with this body.
    pub async fn draw(&self, token: &str, body: &Value) -> Answer {
        self.post("/api/lottery/draw", Some(token), body).await
    }

    /// Any request, in-process.
    pub async fn request(&self, method: Method, path: &str, token: Option<&str>, body: Option<String>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).expect("a request");
        self.send(request).await
    }

    /// Any request, in-process, headers and all. The answer must be one that `/openapi.json` has.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let asked = documented::Asked::new(&request);
        let response = self.router.clone().oneshot(request).await.expect("routers don't fail");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let answer = Answer { status: parts.status, headers: parts.headers, bytes: bytes.to_vec() };
        asked.check(&answer);
        answer
    }

    /// GET with a token, in-process; the body of the answer is left to be read piece by piece.
    pub async fn unread(&self, path: &str, token: &str) -> Response<Body> {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.body(Body::empty()).expect("a request");
        self.router.clone().oneshot(request).await.expect("routers don't fail")
    }

    /// Everything in the tables, for comparing before and after.
    pub async fn dump(&self) -> String {
        invariants::dump(&self.state.db).await
    }
}

/// A server's state on this database, brought up to date, with these settings beside those of all tests.
pub async fn open(scratch: &Scratch, clock: Clock, rng: Rng, settings: &[(&str, &str)]) -> AppState {
    let (url, storage) = (scratch.url(), format!("file://{}", scratch.dir().join("media").display()));
    let common = [
        ("FAIRWHEEL_ENV", "development"),
        ("FAIRWHEEL_DATABASE_URL", url.as_str()),
        ("FAIRWHEEL_STORAGE_URL", storage.as_str()),
        ("FAIRWHEEL_JWT_SECRET", JWT_SECRET),
        ("FAIRWHEEL_SEED_SECRET", SEED_SECRET),
    ];
    let settings = common.iter().chain(settings).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::load(None, settings).expect("settings");
    AppState::open(config, clock, rng).await.expect("a server")
}

/// Publishes a table.
pub async fn publish(state: &AppState, spec: TableSpec) {
    let table = PrizeTable::new(spec).expect("a valid table");
    let publication = table::Publication {
        table: &table,
        nameless: &[],
        color: &|_| "#f6d9b8",
        image: &|_| None,
        rules: "rules",
        now: state.clock.now(),
    };
    table::publish(&state.db, &publication, table::Expected::default()).await.expect("published");
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(Server { task, .. }) = self.server.take() {
            task.abort();
        }
        let url = self.scratch.url();
        // Drop cannot wait for a future on the test's runtime, so the check runs on a thread and a runtime of its own.
        let check = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let db = Db::open(&url).await.expect("the database");
                let broken = invariants::broken(&db).await;
                db.close().await;
                broken
            })
        });
        let broken = check.join().expect("the check itself runs");
        if !std::thread::panicking() {
            assert!(broken.is_empty(), "the database breaks its invariants:\n{}", broken.join("\n"));
        }
    }
}

/// Gives a registered phone points, with their ledger row.
pub async fn credit(app: &TestApp, phone: &str, points: i64) {
    let db = &app.state.db;
    let user = user::by_mobile(db, phone).await.expect("users").expect("a registered phone");
    let mut tx = db.begin().await.expect("a transaction");
    let entry = ledger::Entry {
        user_id: user.user_id,
        points,
        reason: ledger::Reason::Register,
        description: "测试",
        related_id: None,
        at: app.state.clock.now(),
    };
    ledger::move_points(&mut tx, entry).await.expect("moved");
    tx.commit().await.expect("committed");
}
