//! Reading receipts: drawn ones by the real program, and programs that misbehave.

use std::{
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use fairwheel_server::{
    media::{Ocr, ocr::Limits},
    metrics::Metrics,
};
use fairwheel_tests::receipts::{self, Fonts};

/// Those that the rules were made with, and those that nobody looked at before the rules were done.
const SEEDS: [(&str, std::ops::Range<u64>); 2] = [("development", 0..24), ("held out", 2000..2024)];
/// A machine that is busy with other tests reads as well as any, only later.
const PATIENCE: Duration = Duration::from_mins(10);

#[tokio::test(flavor = "multi_thread")]
async fn receipts_are_read_right_or_not_at_all() {
    let installed = tokio::process::Command::new("tesseract").arg("--list-langs").output().await;
    let listed = installed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    assert!(
        listed.lines().any(|line| line == "chi_sim") && listed.lines().any(|line| line == "eng"),
        "needed and not found: tesseract with Chinese. `cargo xtask test` installs it, or `apt-get install tesseract-ocr \
         tesseract-ocr-chi-sim`"
    );
    let fonts = Fonts::load();
    let ocr = Arc::new(Ocr::within(Limits { within: PATIENCE, at_once: 2, ..Limits::default() }));
    let mut report = String::from("set           layout       face              paid       read\n");
    let mut score = [(0, 0, 0); 2];
    for ((set, seeds), score) in SEEDS.into_iter().zip(&mut score) {
        let readings: Vec<_> = seeds
            .map(|seed| {
                let (ocr, receipt) = (Arc::clone(&ocr), receipts::draw(&fonts, seed));
                tokio::spawn(async move { (ocr.estimate(&receipt.jpeg).await, receipt) })
            })
            .collect();
        for reading in readings {
            let (read, receipt) = reading.await.expect("no panic");
            let verdict = match read {
                None => "-".to_owned(),
                Some(cents) if cents == receipt.cents => "right".to_owned(),
                Some(cents) => format!("WRONG: {cents}"),
            };
            let (layout, face, paid) = (receipt.layout, receipt.face, receipt.cents);
            writeln!(report, "{set:<13} {layout:<12} {face:<15} {paid:>7}  {verdict}").expect("written");
            *score = (score.0 + 1, score.1 + i32::from(read.is_some()), score.2 + i32::from(verdict == "right"));
        }
    }
    for ((set, _), (all, answered, right)) in SEEDS.iter().zip(score) {
        writeln!(
            report,
            "{set}: {all} receipts, {answered} answered, {right} right: precision {:.2}, recall {:.2}",
            f64::from(right) / f64::from(answered.max(1)),
            f64::from(right) / f64::from(all)
        )
        .expect("written");
    }
    println!("{report}");
    for (all, answered, right) in score {
        assert!(right * 10 >= answered * 9, "precision is below 0.9\n{report}");
        assert!(right * 2 >= all, "recall is below 0.5\n{report}");
    }
}

#[tokio::test]
async fn without_the_program_there_is_no_answer() {
    let metrics = Metrics::default();
    let ocr = Ocr::within(Limits { program: "/nowhere/tesseract".into(), ..Limits::default() }).counted(&metrics);
    ocr.check().await;
    assert_eq!(ocr.estimate(b"a picture").await, None);
    assert_eq!(ocr.estimate(b"a picture").await, None);
    assert_counted(&metrics, "failed", 2);
}

#[tokio::test]
async fn what_is_no_picture_has_no_total() {
    let metrics = Metrics::default();
    let ocr = Ocr::within(Limits { within: PATIENCE, ..Limits::default() }).counted(&metrics);
    assert_eq!(ocr.estimate(b"").await, None);
    assert_eq!(ocr.estimate(&vec![0xff; 100_000]).await, None);
    assert_counted(&metrics, "failed", 2);
}

#[tokio::test]
async fn a_program_that_hangs_is_killed() {
    let scripts = Scripts::new();
    let program = scripts.write("echo $$ >>\"$DIR/started\"; exec sleep 1000");
    let metrics = Metrics::default();
    let limits = Limits { program, at_once: 1, within: Duration::from_secs(3) };
    let ocr = Arc::new(Ocr::within(limits).counted(&metrics));
    let reading = |ocr: Arc<Ocr>| tokio::spawn(async move { ocr.estimate(&vec![0; 1 << 20]).await });
    let (one, other) = (reading(Arc::clone(&ocr)), reading(ocr));
    assert_eq!((one.await.unwrap(), other.await.unwrap()), (None, None));
    let pids = scripts.lines("started");
    assert!(!pids.is_empty());
    for pid in pids {
        until(|| !lives(&pid)).await;
    }
    // The second either waited all the time, or came in at the very end.
    let text = metrics.text(0).unwrap();
    assert!(text.contains(r#"receipts_read_total{outcome="timeout"}"#), "{text}");
}

#[tokio::test]
async fn a_reading_that_nobody_waits_for_is_killed() {
    let scripts = Scripts::new();
    let program = scripts.write("echo $$ >>\"$DIR/started\"; exec sleep 1000");
    let ocr = Ocr::within(Limits { program, at_once: 1, within: PATIENCE });
    let reading = tokio::spawn(async move { ocr.estimate(b"a picture").await });
    until(|| !scripts.lines("started").is_empty()).await;
    reading.abort();
    let pid = scripts.lines("started").remove(0);
    until(|| !lives(&pid)).await;
}

#[tokio::test]
async fn only_so_many_run_at_once() {
    let scripts = Scripts::new();
    // Each makes a folder of its own while it runs, and writes down how many there are.
    let program = scripts.write(
        "mkdir \"$DIR/run.$$\"; ls -d \"$DIR\"/run.* | wc -l >>\"$DIR/counts\"; cat >/dev/null; sleep 0.1; \
         rmdir \"$DIR/run.$$\"; echo '合计 58.50'",
    );
    let ocr = Arc::new(Ocr::within(Limits { program, at_once: 2, within: PATIENCE }));
    let readings: Vec<_> = (0..8)
        .map(|_| {
            let ocr = Arc::clone(&ocr);
            tokio::spawn(async move { ocr.estimate(b"a picture").await })
        })
        .collect();
    for reading in readings {
        assert_eq!(reading.await.unwrap(), Some(5850));
    }
    let counts: Vec<u32> = scripts.lines("counts").iter().map(|line| line.trim().parse().unwrap()).collect();
    assert_eq!(counts.len(), 8);
    assert!(counts.iter().all(|count| *count <= 2), "{counts:?}");
}

#[tokio::test]
async fn what_a_program_prints_is_bounded() {
    let scripts = Scripts::new();
    for (says, answer) in [
        ("head -c 10000000 /dev/zero", None),
        ("head -c 10000000 /dev/zero >&2", None),
        ("while :; do echo 合计 58.50; done", None),
        ("cat >/dev/null; echo 合计 58.50", Some(5850)),
        ("echo 合计 58.50; exit 1", None),
        // It needs not read to the end.
        ("echo 合计 58.50", Some(5850)),
    ] {
        let ocr = Ocr::within(Limits { program: scripts.write(says), at_once: 1, within: PATIENCE });
        assert_eq!(ocr.estimate(&vec![0; 1 << 20]).await, answer, "{says}");
    }
}

#[tokio::test]
async fn the_program_sees_no_secret_and_has_limits() {
    let scripts = Scripts::new();
    let program = scripts.write("env >\"$DIR/env\"; ulimit -v >\"$DIR/memory\"; ulimit -t >\"$DIR/cpu\"");
    Ocr::within(Limits { program, at_once: 1, within: PATIENCE }).estimate(b"a picture").await;
    let seen = scripts.lines("env");
    let known =
        ["PATH", "PWD", "OLDPWD", "SHLVL", "_", "OMP_THREAD_LIMIT", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "DIR"];
    assert!(seen.iter().all(|line| known.contains(&line.split('=').next().unwrap())), "{seen:?}");
    assert!(seen.iter().any(|line| line == "OMP_THREAD_LIMIT=1"), "{seen:?}");
    assert_eq!((scripts.lines("memory"), scripts.lines("cpu")), (vec!["524288".to_owned()], vec!["30".to_owned()]));
}

fn assert_counted(metrics: &Metrics, outcome: &str, count: u32) {
    let (text, line) =
        (metrics.text(0).expect("text"), format!(r#"receipts_read_total{{outcome="{outcome}"}} {count}"#));
    assert!(text.contains(&line), "{line}\n{text}");
}

fn lives(pid: &str) -> bool {
    Path::new("/proc").join(pid.trim()).exists()
}

/// Waits for something that will come true, or for the limit of the whole test.
async fn until(condition: impl Fn() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("it never came true");
}

/// A folder of shell scripts that stand for the program, and of the traces that they leave there.
struct Scripts(tempfile::TempDir);

impl Scripts {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A script that does this. `$DIR` is the folder.
    fn write(&self, what: &str) -> PathBuf {
        // Written by another process: a file that this one has open, as may all that it starts, cannot be run.
        const WRITE: &str = r#"printf '#!/bin/sh\nDIR=%s\n%s\n' "$2" "$3" >"$1" && chmod +x "$1""#;
        let file = self.0.path().join("program");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", WRITE, "write"]).arg(&file).arg(self.0.path()).arg(what);
        assert!(shell.status().expect("sh runs").success(), "written");
        file
    }

    fn lines(&self, name: &str) -> Vec<String> {
        fs::read_to_string(self.0.path().join(name)).unwrap_or_default().lines().map(str::to_owned).collect()
    }
}
