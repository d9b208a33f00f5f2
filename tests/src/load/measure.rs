//! The works, one after the other, each at every number of connections.

use std::sync::{Arc, atomic::AtomicUsize};

use super::{
    drive::drive,
    proofs::{self, Draw},
    table::Result,
    usage::{self, Pid},
    users::Users,
    works::{Asking, Work},
};
use crate::process::Process;

/// So many users ask.
pub(super) const USERS: u32 = 200;

/// What is measured, and how.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) works: &'a [Work],
    pub(super) connections: &'a [u16],
    pub(super) seconds: u32,
    pub(super) engine: &'static str,
    pub(super) database: Pid,
    /// Rows of the ledger that were made before.
    pub(super) rows: u32,
}

/// Who asks all through the run: no request has the name of another.
pub(super) async fn asking(server: &Process, users: &mut Users) -> Arc<Asking> {
    users.at_least(&server.address, USERS).await;
    Arc::new(Asking { users: users.all.clone(), number: AtomicUsize::new(0) })
}

/// Measures on these servers, and proves some of the draws.
pub(super) async fn measure(servers: &[Process], plan: &Plan<'_>, asking: &Arc<Asking>) -> (Vec<Result>, String) {
    let addresses: Vec<String> = servers.iter().map(|server| server.address.clone()).collect();
    let mut results = Vec::new();
    let mut draws: Vec<Draw> = Vec::new();
    for &work in plan.works {
        for &connections in plan.connections {
            eprintln!("  {}, {connections} connections, {} s", work.name(), plan.seconds);
            let before = cpu(servers, plan.database);
            let mut driven = drive(&addresses, connections.into(), plan.seconds, work, asking).await;
            draws.append(&mut driven.draws);
            let after = cpu(servers, plan.database);
            let mut result = Result {
                work,
                engine: plan.engine,
                connections: connections.into(),
                instances: servers.len(),
                rows: plan.rows,
                cpu_s: [0, 1, 2].map(|at| Some(after[at]? - before[at]?)),
                peak_mb: servers.iter().filter_map(Process::peak_kib).max().map(megabytes),
                ..Result::default()
            };
            result.driven(driven);
            results.push(result);
        }
    }
    let proved = proofs::check(&addresses[0], &draws, asking).await.expect("proofs");
    (results, proved)
}

/// Seconds of the servers together, the database and this process.
fn cpu(servers: &[Process], database: Pid) -> [Option<f64>; 3] {
    let servers = servers.iter().map(|server| usage::cpu_s(Some(server.id()))).sum();
    [servers, usage::cpu_s(database), usage::cpu_s(Some(std::process::id()))]
}

#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
fn megabytes(kib: u64) -> f64 {
    kib as f64 / 1024.0
}
