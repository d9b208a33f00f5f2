//! A closed loop: each connection asks as soon as it was answered. So the load follows the server, and never queues.

use std::{
    mem,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use fairwheel_server::clock::Stopwatch;
use tokio::task::JoinSet;

use super::{
    endpoints::{ENDPOINTS, Endpoint, Turn, World},
    report::Row,
    users::Users,
};
use crate::client::Client;

/// Measures one endpoint after the other.
pub(super) async fn measure_all(address: &str, connections: usize, seconds: u32, users: &mut Users) -> Vec<Row> {
    let world = Arc::new(Mutex::new(World { users: mem::take(users), ..World::default() }));
    let mut rows = Vec::new();
    for endpoint in ENDPOINTS {
        rows.push(measure(address, connections, seconds, endpoint, &world).await);
    }
    *users = mem::take(&mut world.lock().expect("no panic").users);
    rows
}

async fn measure(
    address: &str,
    connections: usize,
    seconds: u32,
    endpoint: &'static Endpoint,
    world: &Arc<Mutex<World>>,
) -> Row {
    let mut clients = Vec::new();
    for _ in 0..connections {
        clients.push(Client::connect(address).await.expect("the server"));
    }
    let number = Arc::new(AtomicUsize::new(0));
    let watch = Stopwatch::start();
    let mut loops = JoinSet::new();
    for (connection, client) in clients.into_iter().enumerate() {
        let (number, world) = (number.clone(), world.clone());
        loops.spawn(async move {
            let until = f64::from(seconds) * 1000.0;
            let mut row = Row::new(endpoint.name);
            let mut asked = client;
            while watch.ms() < until {
                let turn = Turn { connection, number: number.fetch_add(1, Ordering::SeqCst) };
                if !ask(&mut asked, endpoint, turn, &world, &mut row).await {
                    break;
                }
            }
            row
        });
    }
    let mut all = Row::new(endpoint.name);
    for row in loops.join_all().await {
        all.add(row);
    }
    all.seconds = Some(watch.ms() / 1000.0);
    all
}

/// One request. Whether there was one to make.
async fn ask(client: &mut Client, endpoint: &Endpoint, turn: Turn, world: &Mutex<World>, row: &mut Row) -> bool {
    let next = (endpoint.ask)(&mut world.lock().expect("no panic"), turn);
    let Some((ask, token)) = next else { return false };
    let watch = Stopwatch::start();
    match client.send(&ask, token.as_deref()).await {
        Ok(reply) if reply.is_success() => {
            row.ms.push(watch.ms());
            if let Some(learn) = endpoint.learn {
                learn(&mut world.lock().expect("no panic"), turn, &reply.json()["data"]);
            }
            true
        }
        Ok(reply) => {
            row.error(String::from_utf8_lossy(&reply.bytes).into_owned());
            true
        }
        Err(error) => {
            row.error(error.to_string());
            false
        }
    }
}
