//! A real MariaDB for the tests, for as long as they run.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, BufRead, BufReader, Read},
    net::{Ipv4Addr, TcpListener},
    os::unix::{net::UnixStream, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    debian, sh,
    steps::{Stopwatch, seconds},
};

/// Where the tests look for the server's address, which names no database: each test makes its own.
pub(crate) const VARIABLE: &str = "FAIRWHEEL_TEST_MARIADB";

/// The first two are run here, the third by the first.
const PROGRAMS: [&str; 3] = ["mariadb-install-db", "mariadbd", "my_print_defaults"];
/// Looked into after PATH, which often lacks them.
const FOLDERS: [&str; 3] = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"];
/// The programs without the service that `mariadb-server` would start.
const PACKAGES: [&str; 2] = ["mariadb-server-core", "mariadb-client-core"];
/// Small and quick: the data need not outlive a crash of the machine. Names and texts as in production.
const OPTIONS: [&str; 10] = [
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--max-connections=1000",
    "--performance-schema=OFF",
    "--innodb-buffer-pool-size=256M",
    "--innodb-log-file-size=64M",
    "--innodb-flush-log-at-trx-commit=2",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_bin",
];
/// As in production: the data outlive a crash of the machine.
const DURABLE: [&str; 1] = ["--innodb-flush-log-at-trx-commit=1"];
const READY_MAX: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(20);
const LOG_LINES: usize = 30;

/// A server for the tests; if it was started here, it ends with this value.
#[derive(Debug)]
pub(crate) struct MariaDb {
    pub(crate) address: String,
    keeper: Option<Keeper>,
}

impl MariaDb {
    /// The server that the user names, or else a new one.
    pub(crate) fn for_tests() -> Result<Self> {
        match env::var(VARIABLE) {
            Ok(address) if !address.is_empty() => Ok(Self { address, keeper: None }),
            _ => Self::start(&[]),
        }
    }

    /// A new server that has each commit on disk before it answers.
    pub(crate) fn durable() -> Result<Self> {
        Self::start(&DURABLE)
    }

    /// The later of two equal options counts.
    fn start(more: &[&str]) -> Result<Self> {
        let [install_db, server] = programs()?;
        let watch = Stopwatch::start();
        // Free at this moment; should another process be faster, the server ends and its log says so.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut options: Vec<OsString> = OPTIONS.iter().chain(more).map(OsString::from).collect();
        options.push(format!("--port={port}").into());
        if sh::is_root() {
            options.push("--user=root".into());
        }
        let keeper = Keeper::start(&install_db, &server, &options)?;
        keeper.wait_until_ready()?;
        // Not on the standard output, which may be read by a program.
        eprintln!("Started MariaDB on port {port} in {}", seconds(watch.elapsed()));
        Ok(Self { address: format!("mysql://root@{}:{port}", Ipv4Addr::LOCALHOST), keeper: Some(keeper) })
    }
}

impl Drop for MariaDb {
    fn drop(&mut self) {
        if let Some(keeper) = self.keeper.as_ref().filter(|keeper| keeper.has_ended()) {
            eprintln!("\nMariaDB ended too early; its log ends with\n{}", keeper.log_end());
        }
    }
}

/// `cargo xtask mariadb`: a server for single tests, until Ctrl-C or the end of the input.
pub(crate) fn run() -> Result<()> {
    let mariadb = MariaDb::start(&[])?;
    println!("\n  MariaDB is ready. For single tests, in another terminal:\n");
    println!("  export {VARIABLE}={}\n\n  Ctrl-C stops it, as does the end of its standard input.", mariadb.address);
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

/// Paths of `mariadb-install-db` and `mariadbd`; installs them where they are missing.
fn programs() -> Result<[PathBuf; 2]> {
    if let Some(found) = find() {
        return Ok(found);
    }
    debian::install(
        &format!("MariaDB (or set {VARIABLE} to a server that is there), which the tests use,"),
        &PACKAGES,
    )?;
    find().with_context(|| format!("MariaDB is installed, but not all of {}", PROGRAMS.join(", ")))
}

fn find() -> Option<[PathBuf; 2]> {
    let find = |name| {
        let elsewhere = || FOLDERS.iter().map(|dir| Path::new(dir).join(name)).find(|file| file.is_file());
        sh::on_path(name).or_else(elsewhere)
    };
    let [install_db, server, print_defaults] = PROGRAMS.map(find);
    print_defaults.and(Some([install_db?, server?]))
}

/// The shell that starts the server, and stops it when this value or the whole process is gone: both close the pipe.
#[derive(Debug)]
struct Keeper {
    shell: Child,
    dir: PathBuf,
}

impl Keeper {
    fn start(install_db: &Path, server: &Path, options: &[OsString]) -> Result<Self> {
        let mut shell = sh::command("sh")
            .args(["-c", include_str!("mariadb.sh"), "mariadb.sh"])
            .args([install_db, server])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C must not meet it: it has to clean up.
            .process_group(0)
            .spawn()
            .context("cannot start sh")?;
        let mut dir = String::new();
        BufReader::new(shell.stdout.take().context("sh has no output")?).read_line(&mut dir)?;
        ensure!(!dir.is_empty(), "cannot make a temporary folder");
        Ok(Self { shell, dir: dir.trim_end_matches('\n').into() })
    }

    /// Waits for the server's greeting. Its socket is in its own folder, so nobody else can answer; the port is open
    /// before the socket.
    fn wait_until_ready(&self) -> Result<()> {
        let watch = Stopwatch::start();
        while !greets(&self.dir.join("socket")) {
            let what = if self.has_ended() {
                "ended at once"
            } else if watch.elapsed() > READY_MAX {
                "does not answer"
            } else {
                thread::sleep(POLL);
                continue;
            };
            bail!("MariaDB {what}; its log ends with\n{}", self.log_end());
        }
        Ok(())
    }

    fn has_ended(&self) -> bool {
        self.dir.join("ended").exists()
    }

    fn log_end(&self) -> String {
        let log = fs::read(self.dir.join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        if let Err(error) = self.shell.wait() {
            eprintln!("xtask: cannot wait for MariaDB's end: {error}");
        }
    }
}

/// Whether a server greets whoever comes, in version 10 of the protocol.
fn greets(socket: &Path) -> bool {
    let listen = || {
        let mut stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(READY_MAX))?;
        let mut greeting = [0; 5];
        stream.read_exact(&mut greeting).map(|()| greeting)
    };
    listen().is_ok_and(|greeting| matches!(greeting, [_, _, _, 0, 10]))
}

#[cfg(test)]
mod tests {
    use std::{io::Write, os::unix::net::UnixListener, process::Command};

    use tempfile::TempDir;

    use super::*;

    const SLEEP: &str = "echo pid $$; exec sleep 1000";
    /// Names the folder in which the other process of a test reports what it has started.
    const REPORT: &str = "FAIRWHEEL_XTASK_TEST_REPORT";

    /// Both programs as shell scripts.
    fn start(install_db: &str, server: &str) -> Keeper {
        let scripts = TempDir::new().unwrap();
        let script = |name, text| {
            // Written by another process: a file that this one has open, as may all that it starts, cannot be run.
            const WRITE: &str = r#"printf '#!/bin/sh\n%s\n' "$2" >"$1" && chmod +x "$1""#;
            let file = scripts.path().join(name);
            sh::run(sh::command("sh").args(["-c", WRITE, "write"]).arg(&file).arg(text)).unwrap();
            file
        };
        let keeper = Keeper::start(&script("install", install_db), &script("server", server), &[]).unwrap();
        // The scripts go with this function, so they must have been read.
        until(|| keeper.has_ended() || keeper.log_end().contains("pid "));
        keeper
    }

    fn until(condition: impl Fn() -> bool) {
        let watch = Stopwatch::start();
        while !condition() {
            assert!(watch.elapsed() < READY_MAX, "it never came true");
            thread::sleep(POLL);
        }
    }

    fn pid(keeper: &Keeper) -> String {
        keeper.log_end().rsplit_once("pid ").unwrap().1.trim().to_owned()
    }

    fn lives(pid: &str) -> bool {
        Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().unwrap().success()
    }

    #[test]
    fn nothing_outlives_thekeeper() {
        let keeper = start("", SLEEP);
        let (pid, dir) = (pid(&keeper), keeper.dir.clone());
        assert!(lives(&pid) && dir.is_dir());
        drop(keeper);
        assert!(!lives(&pid) && !dir.exists());
    }

    /// Tests nothing: the next test starts it in a process of its own.
    #[test]
    fn other_process() {
        let Some(report) = env::var_os(REPORT).map(PathBuf::from) else { return };
        let keeper = start("", SLEEP);
        fs::write(report.join("new"), format!("{}\n{}", pid(&keeper), keeper.dir.display())).unwrap();
        fs::rename(report.join("new"), report.join("started")).unwrap();
        io::copy(&mut io::stdin(), &mut io::sink()).unwrap();
    }

    #[test]
    fn nothing_outlives_a_killed_process() {
        let report = TempDir::new().unwrap();
        let started = report.path().join("started");
        let mut other = Command::new(env::current_exe().unwrap())
            .args(["--exact", "mariadb::tests::other_process"])
            .env(REPORT, report.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        until(|| started.exists());
        let started = fs::read_to_string(started).unwrap();
        let (pid, dir) = started.split_once('\n').unwrap();
        assert!(lives(pid) && Path::new(dir).is_dir());
        other.kill().unwrap(); // SIGKILL
        other.wait().unwrap();
        until(|| !lives(pid) && !Path::new(dir).exists());
    }

    #[test]
    fn a_server_that_cannot_start_says_why() {
        for (install_db, server) in [("", "echo no port"), ("echo no port; exit 1", SLEEP)] {
            let keeper = start(install_db, server);
            let error = keeper.wait_until_ready().unwrap_err().to_string();
            assert!(error.contains("ended at once") && error.ends_with("no port"), "{error}");
            let dir = keeper.dir.clone();
            drop(keeper);
            assert!(!dir.exists());
        }
    }

    #[test]
    fn a_server_is_ready_when_it_greets() {
        for (greeting, ready) in
            [(&b"\x4a\0\0\0\x0a5.5.5-10.11"[..], true), (b"HTTP/1.1 400 Bad Request", false), (b"", false)]
        {
            let dir = TempDir::new().unwrap();
            let socket = dir.path().join("socket");
            assert!(!greets(&socket));
            let listener = UnixListener::bind(&socket).unwrap();
            let server = thread::spawn(move || listener.accept().unwrap().0.write_all(greeting).unwrap());
            assert_eq!(greets(&socket), ready, "{greeting:?}");
            server.join().unwrap();
        }
    }
}
