//! `cargo xtask load` measures; here it only has to run, and to say what it measured in the words that programs read.

use std::process::{Command, Stdio};

use fairwheel_tests::process;
use serde_json::Value;

/// The names that programs know.
const NAMES: [&str; 10] = [
    "work",
    "engine",
    "conns",
    "per_s",
    "p50_ms",
    "p99_ms",
    "errors",
    "limit_single_per_s",
    "limit_batch_per_s",
    "ratio_to_single_limit",
];

#[test]
fn every_work_is_measured_and_the_tables_hold() {
    let output = Command::new(env!("CARGO_BIN_EXE_load"))
        .arg("--server")
        .arg(process::binary())
        .args(["--json", "--seconds", "1", "--conns", "2", "--rows", "2000", "--ws", "4"])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", output.status);
    let lines: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let works: Vec<&str> = lines.iter().map(|line| line["work"].as_str().unwrap()).collect();
    let wanted = ["draw", "redeem", "config", "products", "mixed", "draw", "points_update", "stock_update"];
    assert_eq!(works, wanted);
    for line in &lines {
        assert!(NAMES.iter().all(|name| line.get(name).is_some()), "{line}");
        assert_eq!(line["errors"], 0, "{line}");
        let is_limited = matches!(line["work"].as_str(), Some("draw" | "redeem"));
        assert_eq!(line["ratio_to_single_limit"].is_number(), is_limited, "{line}");
    }
    assert_eq!((&lines[0]["rows"], &lines[5]["rows"]), (&0.into(), &2000.into()));
}
