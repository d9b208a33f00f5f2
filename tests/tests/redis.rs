//! Two servers on one database, with a real Redis between them. Those that poll only every hour hear by nothing else.

use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::http::Method;
use fairwheel_server::{
    api,
    app::AppState,
    push,
    store::{event, mark::Part},
};
use fairwheel_tests::{TestApp, socket::Socket, storm};
use serde_json::{Value, json};
use tokio::task::JoinSet;

const MERCHANT: &str = "13700137000";
const HOUR: Duration = Duration::from_hours(1);
/// When the test gives up waiting for what is bound to happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// A Redis; it is killed with this value.
struct Redis(Child);

impl Redis {
    fn start(port: u16) -> Self {
        let started = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--daemonize", "no"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn();
        Self(started.expect(
            "needed and not found: Redis. `cargo xtask test` installs it, or `apt-get install redis-server` on Debian",
        ))
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("gone");
    }
}

/// A server that reads the events, and where it listens.
struct Server {
    state: AppState,
    base: String,
    tasks: JoinSet<()>,
}

impl Server {
    async fn start(state: AppState, poll: Duration) -> Self {
        let mut tasks = push::start_every(&state, poll);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        let routes = api::router(state.clone());
        tasks.spawn(async move { axum::serve(listener, routes).await.expect("served") });
        let server = Self { state, base, tasks };
        until("it reads the events", || server.state.db.mark(Part::Wheel).is_some()).await;
        server
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let answer = reqwest::Client::new().get(format!("{}{path}", self.base)).bearer_auth(token).send().await;
        answer.expect("an answer").json::<Value>().await.expect("JSON")["data"].take()
    }
}

/// Waits until a server has read all events there are.
async fn catches_up(server: &Server) {
    let last = event::last_id(&server.state.db).await.expect("an id");
    until("the events are read", || server.state.push.position() >= last).await;
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("not in time: {what}"));
}

#[tokio::test]
async fn a_word_by_redis_wakes_other_servers_and_without_it_they_poll() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let mut redis = Some(Redis::start(port));
    let url = format!("redis://127.0.0.1:{port}");
    let settings = [("FAIRWHEEL_REDIS_URL", url.as_str())];
    let app = TestApp::configured(&settings).await;
    fairwheel_server::seed::run(&app.state).await.expect("demo data");
    let token = app.merchant(MERCHANT).await;
    let here = Server::start(app.state.clone(), HOUR).await;
    let woken = Server::start(app.another(&settings).await, HOUR).await;
    let polling = Server::start(app.another(&settings).await, Duration::from_millis(50)).await;
    let mut socket = Socket::open(&woken.base, &token, "").await;
    socket.connected().await;

    let stock =
        async |server: &Server| server.get("/api/exchange/products?size=1", &token).await["list"][0]["stock"].clone();
    let restock = async || {
        let body = json!({ "stock_delta": 5 }).to_string();
        app.request(Method::PUT, "/api/merchant/products/1", Some(&token), Some(body)).await.ok()["stock"].clone()
    };
    // What each has in memory is out of date afterwards.
    let before = stock(&woken).await;
    let after = restock().await;
    assert_ne!(before, after);
    let told = tokio::time::timeout(PATIENCE, socket.next()).await.expect("a word");
    assert_eq!((&told["type"], &told["data"]["stock"]), (&json!("stock_update"), &after));
    assert_eq!(stock(&woken).await, after);

    // A publication, too; and from the other side.
    let table = storm::publication().to_string();
    let answer = reqwest::Client::new().put(format!("{}{}", woken.base, storm::PUBLISH)).bearer_auth(&token);
    let answer = answer.header("content-type", "application/json").body(table).send().await.expect("an answer");
    let published = answer.json::<Value>().await.expect("JSON");
    let hash = &published["data"]["table_hash"];
    assert!(hash.is_string(), "{published}");
    catches_up(&here).await;
    assert_eq!(here.get("/api/lottery/config", &token).await["fairness"]["table_hash"], *hash);

    // Redis dies. All go on, and those that poll hear as always.
    drop(redis.take());
    let after = restock().await;
    catches_up(&polling).await;
    assert_eq!(stock(&polling).await, after);
    assert_eq!(stock(&here).await, after);

    // It comes back: what was said meanwhile is found, and what is said then is heard.
    let _redis = Redis::start(port);
    catches_up(&woken).await;
    assert_eq!(stock(&woken).await, after);
    let after = restock().await;
    catches_up(&woken).await;
    assert_eq!(stock(&woken).await, after);
    drop((here.tasks, woken.tasks, polling.tasks));
}
