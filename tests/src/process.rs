//! The server as a process of its own, which can be killed, and whose memory can be read.

use std::{
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, SystemTime},
};

use fairwheel_server::api::openapi;
use serde_json::Value;

use crate::{JWT_SECRET, SEED_SECRET};

/// The login code of every phone.
pub const DEV_CODE: &str = "123456";

const POLL: Duration = Duration::from_millis(5);
/// Times [`POLL`]: how long a start may take.
const POLLS_MAX: u32 = 6000;

/// A server; it is killed with this value, however that goes.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// Where it listens, like `127.0.0.1:3000`.
    pub address: String,
}

impl Process {
    /// Starts the server on this database, with these settings beside those of all tests, and waits until it listens.
    /// Its log goes to a file in `dir`.
    pub async fn start(binary: &Path, dir: &Path, database_url: &str, settings: &[(&str, &str)]) -> Self {
        let file = dir.join("server.log");
        let mut child = Command::new(binary)
            .current_dir(dir)
            .env_clear()
            .env("FAIRWHEEL_ENV", "development")
            .env("FAIRWHEEL_LISTEN", "127.0.0.1:0")
            .env("FAIRWHEEL_DATABASE_URL", database_url)
            .env("FAIRWHEEL_JWT_SECRET", JWT_SECRET)
            .env("FAIRWHEEL_SEED_SECRET", SEED_SECRET)
            .env("FAIRWHEEL_DEV_CODE", DEV_CODE)
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stderr(File::create(&file).expect("a file for the log"))
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", binary.display()));
        for _ in 0..POLLS_MAX {
            let ended = child.try_wait().expect("a child").is_some();
            let log = fs::read_to_string(&file).expect("its log");
            if let Some(address) = listening(&log) {
                return Self { child, address };
            }
            assert!(!ended, "the server ended at its start:\n{log}");
            tokio::time::sleep(POLL).await;
        }
        drop(Self { child, address: String::new() });
        panic!("the server does not start; its log is\n{}", fs::read_to_string(&file).unwrap_or_default());
    }

    /// SIGKILL: nothing of it is run any more.
    pub fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }

    /// The number of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Memory that the process holds, in KiB; `None` where `/proc` does not say.
    pub fn resident_kib(&self) -> Option<u64> {
        self.status_kib("VmRSS:")
    }

    /// The most memory that it ever held.
    pub fn peak_kib(&self) -> Option<u64> {
        self.status_kib("VmHWM:")
    }

    fn status_kib(&self, name: &str) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        status.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The server that cargo built beside the tests. One that describes another interface than the tests know, or was built
/// before its sources were changed, is an old one: `cargo test --package fairwheel-tests` does not build it.
pub fn binary() -> PathBuf {
    let test = env::current_exe().expect("this program's path");
    let binary = test.ancestors().nth(2).expect("target/debug/deps/test").join("fairwheel-server");
    let described = Command::new(&binary).arg("openapi").output().map(|output| output.stdout).unwrap_or_default();
    let is_ours = described == openapi::text().as_bytes();
    assert!(is_ours, "{} is missing or old: {BUILD}", binary.display());
    let built = changed(&binary);
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    for dir in ["core/src", "server/src", "server/migrations"] {
        let (at, newest) = newest(&sources.join(dir));
        assert!(at <= built, "{} is older than {}: {BUILD}", binary.display(), newest.display());
    }
    binary
}

const BUILD: &str = "`cargo build --package fairwheel-server` first";

/// The file of a folder that was changed last, and when.
fn newest(dir: &Path) -> (SystemTime, PathBuf) {
    let entries = fs::read_dir(dir).unwrap_or_else(|error| panic!("{}: {error}", dir.display()));
    let files = entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| if path.is_dir() { newest(&path) } else { (changed(&path), path) });
    files.max().expect("a file")
}

fn changed(file: &Path) -> SystemTime {
    file.metadata().and_then(|file| file.modified()).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// The address in the line that says so.
fn listening(log: &str) -> Option<String> {
    let lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let line = lines.into_iter().find(|line| line["action"] == "listening")?;
    let url = line["data"]["url"].as_str()?;
    Some(url.strip_prefix("http://")?.split('/').next()?.to_owned())
}
