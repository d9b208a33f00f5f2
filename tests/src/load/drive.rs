//! A closed loop: each connection asks as soon as it was answered. So the load follows the server, and never queues.

use std::sync::{Arc, atomic::Ordering};

use fairwheel_server::clock::Stopwatch;
use tokio::task::JoinSet;

use super::{
    proofs::Draw,
    wire::Wire,
    works::{Asking, Call, Work},
};

/// Of so many draws one is proved afterwards.
pub(super) const PROVED_EACH: usize = 50;

/// What came of a work.
#[derive(Debug, Default)]
pub(super) struct Driven {
    /// Milliseconds of each request that was done.
    pub(super) ms: Vec<f64>,
    pub(super) seconds: f64,
    /// Requests that were refused, or not answered.
    pub(super) errors: usize,
    /// The first of them.
    pub(super) first_error: Option<String>,
    /// Every so many draws.
    pub(super) draws: Vec<Draw>,
}

/// Drives a work over so many connections for so many seconds, the connections spread over the servers.
pub(super) async fn drive(
    addresses: &[String],
    connections: usize,
    seconds: u32,
    work: Work,
    asking: &Arc<Asking>,
) -> Driven {
    let mut wires = Vec::new();
    for address in addresses.iter().cycle().take(connections) {
        let mut wire = Wire::connect(address).await.expect("the server");
        // What a new connection costs is not measured.
        let greeted = wire.exchange(b"GET /healthz HTTP/1.1\r\nhost: load\r\n\r\n").await;
        greeted.expect("an answer");
        wires.push(wire);
    }
    let watch = Stopwatch::start();
    let mut loops = JoinSet::new();
    for wire in wires {
        loops.spawn(ask_on(wire, work, asking.clone(), watch, f64::from(seconds) * 1000.0));
    }
    let mut all = Driven::default();
    for one in loops.join_all().await {
        all.ms.extend(one.ms);
        all.errors += one.errors;
        all.first_error = all.first_error.or(one.first_error);
        all.draws.extend(one.draws);
    }
    all.seconds = watch.ms() / 1000.0;
    all
}

/// Asks over one connection until the time is over.
async fn ask_on(mut wire: Wire, work: Work, asking: Arc<Asking>, watch: Stopwatch, until: f64) -> Driven {
    let mut driven = Driven::default();
    let mut request = String::new();
    let mut begun = watch.ms();
    while begun < until {
        let number = asking.number.fetch_add(1, Ordering::Relaxed);
        let call = work.call(number);
        asking.write(call, number, &mut request);
        let answered = wire.exchange(request.as_bytes()).await;
        let now = watch.ms();
        match answered {
            Ok(true) => {
                driven.ms.push(now - begun);
                if call == Call::Draw && driven.ms.len() % PROVED_EACH == 1 {
                    driven.draws.push(Draw { number, answer: wire.body().to_vec() });
                }
            }
            Ok(false) => driven.error(String::from_utf8_lossy(wire.body()).into_owned()),
            Err(error) => {
                driven.error(error.to_string());
                break;
            }
        }
        begun = now;
    }
    driven
}

impl Driven {
    fn error(&mut self, error: String) {
        self.errors += 1;
        self.first_error.get_or_insert(error);
    }
}
