//! The results of the works: their table for people, their lines for programs.

use serde_json::{Value, json};

use super::{drive::Driven, limit::Limit, report::quantile, works::Work};

/// A work at some number of connections, and what it took.
#[derive(Debug, Default)]
pub(super) struct Result {
    pub(super) work: Work,
    pub(super) engine: &'static str,
    pub(super) connections: usize,
    pub(super) instances: usize,
    /// Rows of the ledger that were there before, if any were made.
    pub(super) rows: u32,
    pub(super) number: usize,
    pub(super) per_s: f64,
    /// 50, 99 and 100 % took no longer.
    pub(super) ms: [f64; 3],
    pub(super) errors: usize,
    pub(super) first_error: Option<String>,
    /// Seconds of processor: of the servers together, the database, and who asked.
    pub(super) cpu_s: [Option<f64>; 3],
    /// The most memory that a server held until then.
    pub(super) peak_mb: Option<f64>,
}

impl Result {
    /// Takes over what was driven.
    pub(super) fn driven(&mut self, driven: Driven) {
        let mut ms = driven.ms;
        ms.sort_unstable_by(f64::total_cmp);
        self.number = ms.len();
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
        let per_s = self.number as f64 / driven.seconds;
        self.per_s = per_s;
        self.ms = [50, 99, 100].map(|percent| quantile(&ms, percent).unwrap_or(f64::NAN));
        self.errors = driven.errors;
        self.first_error = driven.first_error;
    }

    /// One object, on one line.
    pub(super) fn json(&self, limit: Option<&Limit>) -> Value {
        let round = |number: f64, digits: i32| (number * 10_f64.powi(digits)).round() / 10_f64.powi(digits);
        let [server, database, load] = self.cpu_s.map(|cpu| cpu.map(|cpu| round(cpu, 2)));
        let alone = limit.filter(|_| self.connections == 1).map(|limit| self.ms[0] / limit.alone_ms);
        json!({
            "work": self.work.name(),
            "engine": self.engine,
            "conns": self.connections,
            "per_s": round(self.per_s, 1),
            "p50_ms": round(self.ms[0], 3),
            "p99_ms": round(self.ms[1], 3),
            "errors": self.errors,
            "limit_single_per_s": limit.map(|limit| round(limit.single_per_s, 1)),
            "limit_batch_per_s": limit.map(|limit| round(limit.batch_per_s, 1)),
            "ratio_to_single_limit": limit.map(|limit| round(self.per_s / limit.single_per_s, 3)),
            "max_ms": round(self.ms[2], 3),
            "server_cpu_s": server,
            "database_cpu_s": database,
            "load_cpu_s": load,
            "peak_mb": self.peak_mb.map(|peak| round(peak, 1)),
            "instances": self.instances,
            "rows": self.rows,
            "latency_to_transaction": alone.map(|ratio| round(ratio, 3)),
        })
    }
}

/// A line a result, the columns aligned.
pub(super) fn text(results: &[(Result, Option<Limit>)]) -> String {
    let heads = [
        "work",
        "servers",
        "rows",
        "conns",
        "per s",
        "p50 ms",
        "p99 ms",
        "errors",
        "server s",
        "database s",
        "load s",
        "peak MB",
        "÷ single",
        "÷ 32",
    ];
    let mut lines = vec![line(&heads.map(str::to_owned))];
    for (result, limit) in results {
        let cpu = result.cpu_s.map(|cpu| cpu.map_or("-".to_owned(), |cpu| format!("{cpu:.1}")));
        let ratio = |of: fn(&Limit) -> f64| {
            limit.as_ref().map_or("-".to_owned(), |limit| format!("{:.2}", result.per_s / of(limit)))
        };
        let [server, database, load] = cpu;
        lines.push(line(&[
            result.work.name().to_owned(),
            result.instances.to_string(),
            result.rows.to_string(),
            result.connections.to_string(),
            format!("{:.0}", result.per_s),
            format!("{:.2}", result.ms[0]),
            format!("{:.2}", result.ms[1]),
            result.errors.to_string(),
            server,
            database,
            load,
            result.peak_mb.map_or("-".to_owned(), |peak| format!("{peak:.0}")),
            ratio(|limit| limit.single_per_s),
            ratio(|limit| limit.batch_per_s),
        ]));
        lines.extend(result.first_error.as_ref().map(|error| format!("    {error}")));
    }
    lines.join("\n")
}

fn line(cells: &[String; 14]) -> String {
    let cells = cells.iter().enumerate();
    let cells: Vec<String> =
        cells.map(|(at, cell)| if at == 0 { format!("  {cell:9}") } else { format!("{cell:>10}") }).collect();
    cells.join(" ")
}
