//! The program `tesseract`, one child process a reading.

use std::{ffi::OsStr, io, path::PathBuf, process::Stdio, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt},
    process::Command,
    sync::Semaphore,
    time::timeout,
};

use super::total;

/// Printed text may have so many bytes. A receipt has one or two thousand.
const TEXT_MAX: u64 = 256 * 1024;
/// With both, ¥ and amounts are read best, but some labels are taken for English; Chinese alone gets those right.
const LANGUAGES: [&str; 2] = ["chi_sim+eng", "chi_sim"];
/// The limits hold even if the server is killed: 512 MiB and half a minute of CPU. A system that does not know them goes
/// without. Requests come before receipts.
const LIMITED: &str = r#"ulimit -v 524288; ulimit -t 30; exec nice -n 10 "$0" "$@""#;
/// All that the child sees of the environment: no secret is among it.
const ENVIRONMENT: [&str; 3] = ["PATH", "TESSDATA_PREFIX", "LD_LIBRARY_PATH"];

/// What bounds the readings of one server.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The program: its path, or its name on PATH.
    pub program: PathBuf,
    /// How many run at once.
    pub at_once: usize,
    /// How long a receipt may take, waiting for others included.
    pub within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { program: "tesseract".into(), at_once: (cores / 2).max(1), within: Duration::from_secs(10) }
    }
}

/// Why a receipt was not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unread {
    /// Others were read all the time.
    #[error("too many receipts at once")]
    Busy,
    /// It took too long; the child is killed.
    #[error("it took too long")]
    Timeout,
    /// The program is missing, or failed.
    #[error("{0}")]
    Failed(String),
}

impl From<io::Error> for Unread {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

/// The program and its bounds.
#[derive(Debug)]
pub(super) struct Tesseract {
    limits: Limits,
    turns: Semaphore,
}

impl Tesseract {
    pub(super) fn new(limits: Limits) -> Self {
        Self { turns: Semaphore::new(limits.at_once), limits }
    }

    /// The total in cents; `None` if the receipt names none that is beyond doubt.
    pub(super) async fn total(&self, jpeg: &[u8]) -> Result<Option<i64>, Unread> {
        let mut has_turn = false;
        let reading = timeout(self.limits.within, async {
            let _turn = self.turns.acquire().await;
            has_turn = true;
            let [both, chinese] = LANGUAGES;
            let first = self.text(jpeg, both).await?;
            if let Some(cents) = total::total(&first) {
                return Ok(Some(cents));
            }
            // The Chinese alone loses digits behind a ¥, so the first reading must have seen the same amount.
            let second = total::total(&self.text(jpeg, chinese).await?);
            Ok(second.filter(|cents| total::amounts(&first).contains(cents)))
        });
        let reading = reading.await;
        reading.unwrap_or(Err(if has_turn { Unread::Timeout } else { Unread::Busy }))
    }

    /// Why nothing can be read here, if that is so.
    pub(super) async fn check(&self) -> Result<(), Unread> {
        let listed = self.run(&["--list-langs"], &[]);
        let listed = timeout(self.limits.within, listed).await.map_err(|_| Unread::Timeout)??;
        let lacks = |data: &&str| !listed.lines().any(|line| line.trim() == *data);
        let missing: Vec<&str> = ["chi_sim", "eng"].into_iter().filter(lacks).collect();
        if missing.is_empty() { Ok(()) } else { Err(Unread::Failed(format!("no data for {}", missing.join(" and ")))) }
    }

    async fn text(&self, jpeg: &[u8], languages: &str) -> Result<String, Unread> {
        // 6: one block of lines, so that an amount stays beside its label.
        self.run(&["stdin", "stdout", "-l", languages, "--psm", "6", "--dpi", "200"], jpeg).await
    }

    /// What the program prints. Dropped, it kills the child.
    async fn run(&self, arguments: &[&str], input: &[u8]) -> Result<String, Unread> {
        let environment = ENVIRONMENT.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut child = Command::new("/bin/sh")
            .args(["-c", LIMITED])
            .arg(&self.limits.program)
            .args(arguments)
            .env_clear()
            .envs(environment)
            .env("OMP_THREAD_LIMIT", OsStr::new("1"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (mut stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let write = async {
            if let Some(mut stdin) = stdin.take() {
                // A child that ends without reading says why in its own way.
                let _ = stdin.write_all(input).await;
            }
            Ok(())
        };
        let ((), printed, complaint) = tokio::try_join!(write, bounded(stdout), bounded(stderr))?;
        let status = child.wait().await?;
        if status.success() {
            return Ok(printed);
        }
        let last = complaint.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        Err(Unread::Failed(format!("{}: {status}: {last}", self.limits.program.display())))
    }
}

/// Everything that a child prints, unless that is too much.
async fn bounded(output: Option<impl AsyncRead + Unpin>) -> Result<String, Unread> {
    let mut bytes = Vec::new();
    if let Some(output) = output {
        output.take(TEXT_MAX + 1).read_to_end(&mut bytes).await?;
    }
    if bytes.len() as u64 > TEXT_MAX {
        return Err(Unread::Failed("it prints without end".to_owned()));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
