//! What processes use of the machine, from `/proc`.

use std::fs;

use fairwheel_server::store::{Db, db::Engine};

/// Clock ticks in a second, as every common Linux counts them for programs.
const TICKS: f64 = 100.0;

/// A process of this machine; `None` where it is not known.
pub(super) type Pid = Option<u32>;

/// Seconds that a process has spent on the processors.
pub(super) fn cpu_s(pid: Pid) -> Option<f64> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid?)).ok()?;
    // The second field, in brackets, is the name, which may have anything in it; the 14th and 15th are the ticks.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok();
    Some((f64::from(ticks(11)?) + f64::from(ticks(12)?)) / TICKS)
}

/// The process of the database: none of its own with SQLite.
pub(super) async fn database(db: &Db) -> Pid {
    let Engine::MySql { read, .. } = &db.engine else { return None };
    let (file,): (String,) = sqlx::query_as("SELECT @@pid_file").fetch_one(read).await.ok()?;
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_used_some_time() {
        let before = cpu_s(Some(std::process::id())).unwrap();
        let mut sum = 0_u64;
        while cpu_s(Some(std::process::id())).unwrap() <= before {
            sum = (0..1_000_000).fold(sum, |sum, n| std::hint::black_box(sum.wrapping_add(n)));
        }
        assert_eq!(cpu_s(None), None);
    }
}
