//! The binary as people run it: its commands, its start and its stop, and what it writes to its log.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may panic as its functions do")]

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStderr, Command, Output, Stdio},
};

use serde_json::{Value, json};

const PHONE: &str = "13800138000";
const JWT_SECRET: &str = "2b7e151628aed2a6abf7158809cf4f3c";
const SEED_SECRET: &str = "3c4fcf098815f7aba6d2ae2816157e2b";

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fairwheel-server"));
    command.args(args).current_dir(dir).env_clear().env("FAIRWHEEL_LISTEN", "127.0.0.1:0");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// A server that runs until it is told to stop.
struct Running {
    child: Child,
    /// `None` once nobody reads it any more.
    log: Option<BufReader<ChildStderr>>,
    address: String,
    lines: String,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let mut lines = String::new();
        let url = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "it stopped: {lines}");
            lines.push_str(&line);
            let line: Value = serde_json::from_str(&line).expect("log lines are JSON");
            if line["action"] == "listening" {
                break line["data"]["url"].as_str().unwrap().to_owned();
            }
        };
        let address = url.trim_start_matches("http://").trim_end_matches("/demo/").to_owned();
        Self { child, log: Some(log), address, lines }
    }

    fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> Value {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap()
    }

    /// Asks the process to stop, and answers everything it logged.
    fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        if let Some(mut log) = self.log.take() {
            log.read_to_string(&mut self.lines).unwrap();
        }
        assert!(self.child.wait().unwrap().success());
        std::mem::take(&mut self.lines)
    }
}

/// A proof that holds: of a draw that the demo diner has just made.
fn proof(dir: &Path) -> String {
    let server = Running::start(command(dir, &[]).env("FAIRWHEEL_DEV_CODE", "123456"));
    let ask = json!({ "phone": PHONE, "code": "123456" }).to_string();
    server.ask("POST", "/api/auth/send-code", "", &ask);
    let login = server.ask("POST", "/api/auth/login", "", &ask);
    let token = login["data"]["access_token"].as_str().unwrap();
    let drawn = server.ask("POST", "/api/lottery/draw", token, r#"{"draw_type":"single"}"#);
    let path = format!("/api/lottery/proof/{}", drawn["data"]["draw_id"].as_str().unwrap());
    let proof = server.ask("GET", &path, token, "");
    server.stop();
    proof.to_string()
}

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone after `stop`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn without_any_configuration_it_starts_with_demo_data_and_keeps_secrets_out_of_its_log() {
    let dir = tempfile::tempdir().unwrap();
    let server = Running::start(&mut command(dir.path(), &[]));
    let phone = json!({ "phone": PHONE });
    let code = server.ask("POST", "/api/auth/send-code", "", &phone.to_string())["data"]["dev_code"].clone();
    let login = json!({ "phone": PHONE, "code": code });
    let login = server.ask("POST", "/api/auth/login", "", &login.to_string());
    assert_eq!(login["data"]["user_info"]["total_points"], 1500, "{login}");
    let token = login["data"]["access_token"].as_str().unwrap();
    let drawn = server.ask("POST", "/api/lottery/draw", token, r#"{"draw_type":"ten"}"#);
    let path = format!("/api/lottery/proof/{}", drawn["data"]["draw_id"].as_str().unwrap());
    let proof = server.ask("GET", &path, token, "");
    let secrets: Vec<String> = ["jwt-secret.txt", "seed-secret.txt"]
        .map(|name| fs::read_to_string(dir.path().join("data").join(name)).unwrap())
        .into();
    let log = server.stop();

    let server_seed = proof["data"]["server_seed"].as_str().unwrap();
    for hidden in [PHONE, token, &secrets[0], &secrets[1], server_seed] {
        assert!(!log.contains(hidden), "the log shows {hidden}:\n{log}");
    }
    assert!(log.contains("138****8000"));
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let code_lines: Vec<_> = lines.iter().filter(|line| line["data"]["code"] == code).collect();
    assert!(code_lines.len() == 1 && code_lines[0]["action"] == "code_logged", "{code_lines:?}");
    let draw = lines.iter().find(|line| line["module"] == "lottery" && line["action"] == "draw").unwrap();
    let request = lines.iter().find(|line| line["data"]["route"] == "/api/lottery/draw").unwrap();
    assert_eq!((&draw["user_id"], &draw["request_id"]), (&json!(1), &request["request_id"]));
    assert_eq!((&draw["data"]["draw_type"], &draw["data"]["points_cost"]), (&json!("ten"), &json!(1000)));
    assert_eq!(draw["data"]["prize_ids"].as_array().unwrap().len(), 10);
    for name in ["timestamp", "level", "module", "action", "user_id", "request_id", "data", "message"] {
        assert!(draw.get(name).is_some(), "{name}");
    }

    // The proof, as an answer and alone, from a file and from standard input; and with a byte changed.
    let file = dir.path().join("proof.json");
    fs::write(&file, proof.to_string()).unwrap();
    let verified = run(&mut command(dir.path(), &["verify", "proof.json"]));
    assert!(verified.status.success(), "{}", text(&verified.stdout));
    assert!(text(&verified.stdout).contains("ok      angle 10"));
    fs::write(&file, proof["data"].to_string()).unwrap();
    let stdin = fs::File::open(&file).unwrap();
    assert!(run(command(dir.path(), &["verify", "-"]).stdin(stdin)).status.success());
    let mut tampered = proof["data"].clone();
    tampered["results"][3]["angle"] = json!((tampered["results"][3]["angle"].as_u64().unwrap() + 1) % 36_000);
    fs::write(&file, tampered.to_string()).unwrap();
    let refused = run(&mut command(dir.path(), &["verify", "proof.json"]));
    assert!(!refused.status.success());
    assert!(text(&refused.stdout).contains("FAILED  angle 4: the wheel rests at another angle"));
    fs::write(&file, "{}").unwrap();
    let nothing = run(&mut command(dir.path(), &["verify", "proof.json", "none.json"]));
    assert!(!nothing.status.success());
    assert!(text(&nothing.stderr).contains("proof.json: not a proof: missing field"));
    assert!(text(&nothing.stderr).contains("none.json: No such file"));
}

#[test]
fn demo_data_is_put_in_once_and_never_in_production() {
    let dir = tempfile::tempdir().unwrap();
    let dump = || {
        let server = Running::start(command(dir.path(), &["serve"]).env("FAIRWHEEL_DEV_CODE", "123456"));
        let ask = json!({ "phone": PHONE, "code": "123456" });
        server.ask("POST", "/api/auth/send-code", "", &ask.to_string());
        let login = server.ask("POST", "/api/auth/login", "", &ask.to_string());
        let token = login["data"]["access_token"].as_str().unwrap();
        let config = server.ask("GET", "/api/lottery/config", token, "")["data"].clone();
        server.stop();
        (login["data"]["user_info"].clone(), config)
    };
    assert!(run(&mut command(dir.path(), &["seed"])).status.success());
    let first = dump();
    assert_eq!(first.0["total_points"], 1500);
    assert!(run(&mut command(dir.path(), &["seed"])).status.success());
    assert!(run(&mut command(dir.path(), &["migrate"])).status.success());
    let config = run(command(dir.path(), &["seed"])
        .env("FAIRWHEEL_ENV", "production")
        .env("FAIRWHEEL_JWT_SECRET", JWT_SECRET)
        .env("FAIRWHEEL_SEED_SECRET", SEED_SECRET)
        .env("FAIRWHEEL_SMS_WEBHOOK", "http://127.0.0.1:9/")
        .env("FAIRWHEEL_SMS_SECRET", "5f2d8c41b7e09a36d2c4f1708be5936a"));
    assert!(!config.status.success());
    assert!(text(&config.stderr).contains("demo data is refused in production"));
}

#[test]
fn production_says_everything_that_keeps_it_from_starting() {
    let dir = tempfile::tempdir().unwrap();
    let refused = run(command(dir.path(), &["serve"])
        .env("FAIRWHEEL_ENV", "production")
        .env("FAIRWHEEL_JWT_SECRET", "short")
        .env("FAIRWHEEL_DEV_CODE", "123456"));
    assert!(!refused.status.success());
    let said = text(&refused.stderr);
    for problem in ["3 problem(s)", "JWT_SECRET is too short", "SEED_SECRET is missing", "DEV_CODE is for development"]
    {
        assert!(said.contains(problem), "{said}");
    }
    assert!(!dir.path().join("data").exists(), "nothing was made");
}

#[test]
fn a_database_in_memory_is_refused_and_nothing_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let refused = run(command(dir.path(), &["seed"]).env("FAIRWHEEL_DATABASE_URL", "sqlite://x.db?mode=memory"));
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains("1 problem(s):\n  - FAIRWHEEL_DATABASE_URL must be a file"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_taken_port_is_one_clear_line() {
    let dir = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(command(dir.path(), &["serve"]).env("FAIRWHEEL_LISTEN", &address));
    assert!(!refused.status.success());
    assert!(text(&refused.stderr).contains(&format!("fairwheel-server: can't listen on {address}")));
}

#[test]
fn a_log_that_nobody_reads_is_no_reason_to_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Running::start(&mut command(dir.path(), &[]));
    server.log = None;
    for _ in 0..3 {
        assert_eq!(server.ask("GET", "/healthz", "", "")["code"], 0);
    }
    server.stop();
}

#[test]
fn a_verdict_that_nobody_reads_to_the_end_is_still_the_verdict() {
    let dir = tempfile::tempdir().unwrap();
    let mut verify = command(dir.path(), &["verify", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The reader is gone before the proof arrives.
    drop(verify.stdout.take());
    verify.stdin.take().unwrap().write_all(proof(dir.path()).as_bytes()).unwrap();
    let done = verify.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", text(&done.stderr));
}

#[tokio::test]
async fn demo_data_asked_for_by_many_at_once_on_a_new_database_is_put_in_once() {
    for _ in 0..3 {
        let scratch = fairwheel_scratch::Scratch::new().await;
        let url = scratch.url();
        let seed = || {
            command(scratch.dir(), &["seed"])
                .env("FAIRWHEEL_DATABASE_URL", &url)
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let all: Vec<Child> = (0..4).map(|_| seed()).collect();
        for one in all {
            let done = one.wait_with_output().unwrap();
            assert!(done.status.success(), "{}", text(&done.stderr));
        }
        let migrated = run(command(scratch.dir(), &["migrate"]).env("FAIRWHEEL_DATABASE_URL", &url));
        assert_eq!(text(&migrated.stdout), "the database is up to date\n", "{}", text(&migrated.stderr));
    }
}

#[test]
fn a_database_server_that_is_not_there_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let url = "mysql://me:p4ss@127.0.0.1:1/fairwheel";
    let refused = run(command(dir.path(), &["migrate"]).env("FAIRWHEEL_DATABASE_URL", url));
    let says = text(&refused.stderr);
    assert!(!refused.status.success());
    assert!(says.contains("can't open the database") && says.contains("refused"), "{says}");
    assert!(!says.contains("p4ss"), "{says}");
}

#[tokio::test]
async fn the_operator_changes_rights_and_points_by_phone() {
    let scratch = fairwheel_scratch::Scratch::new().await;
    let url = scratch.url();
    let admin = |words: &[&str]| {
        let words: Vec<&str> = ["admin"].iter().chain(words).copied().collect();
        let done = run(command(scratch.dir(), &words).env("FAIRWHEEL_DATABASE_URL", &url));
        (done.status.success(), text(&done.stdout) + &text(&done.stderr))
    };
    assert!(run(command(scratch.dir(), &["seed"]).env("FAIRWHEEL_DATABASE_URL", &url)).status.success());
    for (words, works, says) in [
        (&["grant-merchant", PHONE][..], true, "138****8000 is a merchant\n"),
        (&["revoke-merchant", PHONE], true, "138****8000 is no merchant\n"),
        (&["ban", PHONE], true, "138****8000 is locked out\n"),
        (&["unban", PHONE], true, "138****8000 may log in\n"),
        (&["add-points", PHONE, "-500", "更正"], true, "138****8000 has 1000 points\n"),
        (&["add-points", PHONE, "-1001", "更正"], false, "would become negative"),
        (&["add-points", PHONE, "0", "更正"], false, "must not be 0"),
        (&["add-points", PHONE, "5", " "], false, "REASON must be"),
        (&["add-points", PHONE, "1000001", "更正"], false, "1000001"),
        (&["ban", "13800138001"], false, "nobody with the phone 138****8001 has ever logged in\n"),
        (&["ban", "13800"], false, "no mainland mobile number"),
    ] {
        let (worked, said) = admin(words);
        assert_eq!(worked, works, "{words:?}: {said}");
        assert!(said.contains(says), "{words:?}: {said}");
    }
}

#[test]
fn what_a_command_says_holds_for_the_server_that_is_running() {
    let dir = tempfile::tempdir().unwrap();
    let server = Running::start(command(dir.path(), &[]).env("FAIRWHEEL_DEV_CODE", "123456"));
    let ask = json!({ "phone": PHONE, "code": "123456" }).to_string();
    server.ask("POST", "/api/auth/send-code", "", &ask);
    let login = server.ask("POST", "/api/auth/login", "", &ask);
    let token = login["data"]["access_token"].as_str().unwrap();
    let code = || server.ask("GET", "/api/merchant/lottery/config", token, "")["code"].clone();
    for (right, expected) in [("grant-merchant", 0), ("revoke-merchant", 403), ("grant-merchant", 0), ("ban", 403)] {
        code();
        let done = run(&mut command(dir.path(), &["admin", right, PHONE]));
        assert!(done.status.success() && done.stderr.is_empty(), "{}", text(&done.stderr));
        assert_eq!(code(), expected, "{right}");
    }
    let second = run(&mut command(dir.path(), &[]));
    let says = text(&second.stderr);
    assert!(!second.status.success() && says.contains("is open in another server"), "{says}");
    server.stop();
    Running::start(&mut command(dir.path(), &[])).stop();
}
