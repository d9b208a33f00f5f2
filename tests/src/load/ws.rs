//! Sockets: how long a push takes, and what an open socket costs.

use std::time::Duration;

use fairwheel_server::clock::Stopwatch;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    task::JoinSet,
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, Utf8Bytes},
};

use super::{
    report::{Row, quantile},
    users::Users,
};
use crate::{
    client::{Ask, Client},
    process::Process,
};

/// So many users share the sockets at most, so that each has few.
pub(super) const USERS_MAX: u32 = 1000;
/// So many sockets are opened at once.
const OPENED_AT_ONCE: u32 = 64;
/// So many pushes are caused of each kind, one after the other.
const CAUSES: usize = 100;
const PAUSE: Duration = Duration::from_millis(20);
const ARRIVAL_MAX: Duration = Duration::from_secs(10);

pub(super) const WHAT_IS_MEASURED: &str = "from the moment the request was sent, and from the moment its answer was \
there: the commit is between the two (a push that is there before the answer counts as 0)";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A message that arrived, and when. It is read later, and once for all sockets that it came to.
type Arrival = (Utf8Bytes, f64);

/// Opens sockets, causes pushes to one user and to everybody, and measures when they arrive.
pub(super) async fn delays(address: &str, number: u32, users: &Users) -> [Delays; 2] {
    let watch = Stopwatch::start();
    let (sender, mut arrivals) = mpsc::unbounded_channel();
    let mut readers = JoinSet::new();
    for socket in open(address, number, users).await {
        readers.spawn(read(socket, sender.clone(), watch));
    }
    let mut client = Client::connect(address).await.expect("the server");
    let mut own = Delays::new("points_update", "points_update to the user who drew");
    for user in users.all.iter().take(number as usize).cycle().take(CAUSES) {
        let ask = Ask::post("/api/lottery/draw", json!({ "draw_type": "single" }));
        let (sent, _, answered) = timed(&mut client, &ask, &user.token, watch).await;
        // The same user's other sockets get it too.
        let sockets = sockets_of(user.id, number, users);
        let expected = |message: &Value| {
            let data = &message["data"];
            data["user_id"] == user.id && data["reason"] == "lottery_draw"
        };
        own.gather(&mut arrivals, sockets, expected, (sent, answered)).await;
        tokio::time::sleep(PAUSE).await;
    }
    let mut all = Delays::new("stock_update", "stock_update to every socket");
    for user in users.all.iter().cycle().take(CAUSES) {
        let ask = Ask::post("/api/exchange/redeem", json!({ "product_id": 1, "quantity": 1 }));
        let (sent, data, answered) = timed(&mut client, &ask, &user.token, watch).await;
        let expected = |message: &Value| message["type"] == "stock_update" && message["data"]["stock"] == data["stock"];
        all.gather(&mut arrivals, number as usize, expected, (sent, answered)).await;
        tokio::time::sleep(PAUSE).await;
    }
    readers.shutdown().await;
    [own, all]
}

/// When it was asked, what was answered, and when.
async fn timed(client: &mut Client, ask: &Ask, token: &str, watch: Stopwatch) -> (f64, Value, f64) {
    let sent = watch.ms();
    let data = client.ok(ask, Some(token)).await;
    (sent, data, watch.ms())
}

/// Socket `n` belongs to user `n` modulo the number of users.
fn sockets_of(id: i64, number: u32, users: &Users) -> usize {
    (0..number as usize).filter(|n| users.all[n % users_of(users)].id == id).count()
}

fn users_of(users: &Users) -> usize {
    users.all.len().min(USERS_MAX as usize)
}

/// When the messages of one kind arrived.
pub(super) struct Delays {
    work: &'static str,
    pub(super) since_request: Row,
    pub(super) since_answer: Row,
    /// The last of each cause.
    pub(super) last: Row,
}

impl Delays {
    fn new(work: &'static str, name: &str) -> Self {
        Self {
            work,
            since_request: Row::new(format!("{name}, since the request")),
            since_answer: Row::new(format!("{name}, since the answer")),
            last: Row::new(format!("{name}, the last, since the answer")),
        }
    }

    /// Waits until so many messages have arrived that are expected.
    async fn gather(
        &mut self,
        arrivals: &mut UnboundedReceiver<Arrival>,
        sockets: usize,
        expected: impl Fn(&Value) -> bool,
        (sent, answered): (f64, f64),
    ) {
        let mut missing = sockets;
        let mut last = 0.0_f64;
        let mut known: Option<(Utf8Bytes, bool)> = None;
        while missing > 0 {
            let Ok(Some((text, at))) = tokio::time::timeout(ARRIVAL_MAX, arrivals.recv()).await else {
                self.since_request.errors += missing;
                self.since_request.first_error.get_or_insert(format!("not there after {} s", ARRIVAL_MAX.as_secs()));
                return;
            };
            let is_expected = match &known {
                Some((before, is_expected)) if *before == text => *is_expected,
                _ => expected(&serde_json::from_str(&text).expect("messages are JSON")),
            };
            if is_expected {
                missing -= 1;
                last = (at - answered).max(last);
                self.since_request.ms.push(at - sent);
                self.since_answer.ms.push((at - answered).max(0.0));
            }
            known = Some((text, is_expected));
        }
        self.last.ms.push(last);
    }

    /// As for a work: times since the answer, and those of the last of each cause.
    pub(super) fn json(&self, engine: &str, sockets: u32) -> Value {
        let ms = |row: &Row, percent| {
            let mut ms = row.ms.clone();
            ms.sort_unstable_by(f64::total_cmp);
            quantile(&ms, percent)
        };
        json!({
            "work": self.work,
            "engine": engine,
            "conns": sockets,
            "per_s": null,
            "p50_ms": ms(&self.since_answer, 50),
            "p99_ms": ms(&self.since_answer, 99),
            "errors": self.since_request.errors,
            "limit_single_per_s": null,
            "limit_batch_per_s": null,
            "ratio_to_single_limit": null,
            "last_p50_ms": ms(&self.last, 50),
            "last_max_ms": ms(&self.last, 100),
        })
    }

    pub(super) fn rows(self) -> [Row; 3] {
        [self.since_request, self.since_answer, self.last]
    }
}

/// Opens sockets for the users in turn, and waits for the greeting of each.
async fn open(address: &str, number: u32, users: &Users) -> Vec<Socket> {
    let mut opening = JoinSet::new();
    let wanted: Vec<String> = (0..number as usize)
        .map(|n| format!("ws://{address}/ws?token={}", users.all[n % users_of(users)].token))
        .collect();
    for part in wanted.chunks(wanted.len().div_ceil(OPENED_AT_ONCE as usize)) {
        let part = part.to_vec();
        opening.spawn(async move {
            let mut sockets = Vec::new();
            for url in part {
                let (mut socket, _) = connect_async(url).await.expect("a socket");
                let hello = socket.next().await.expect("a greeting").expect("a message");
                assert!(hello.to_text().is_ok_and(|text| text.contains("connected")), "{hello:?}");
                sockets.push(socket);
            }
            sockets
        });
    }
    opening.join_all().await.into_iter().flatten().collect()
}

async fn read(mut socket: Socket, arrivals: UnboundedSender<Arrival>, watch: Stopwatch) {
    while let Some(Ok(message)) = socket.next().await {
        let at = watch.ms();
        if let Message::Text(text) = message
            && arrivals.send((text, at)).is_err()
        {
            return;
        }
    }
}

/// What the server holds for each open socket.
pub(super) async fn memory(server: &Process, number: u32, users: &Users) -> String {
    let resident = || server.resident_kib();
    // Whatever the first ones need is not for each.
    drop(open(&server.address, OPENED_AT_ONCE, users).await);
    let Some(before) = resident() else { return "Memory: not measured, as there is no /proc here".to_owned() };
    let sockets = open(&server.address, number, users).await;
    let after = resident().expect("as before");
    let each = f64::from(u32::try_from(after - before).expect("less than 4 TiB")) / f64::from(number);
    drop(sockets);
    format!("{number} idle sockets: {before} KiB before, {after} KiB with them, {each:.1} KiB each (aim: at most 20)")
}
