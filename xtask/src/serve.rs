//! `cargo xtask serve`: from nothing to a page that can be used.
//!
//! This process becomes the server, so Ctrl-C or a signal meets the server itself and nothing can be left behind. A
//! second process waits beside it for the moment when the server answers, says so, and ends.

use std::{
    env,
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    os::unix::process::{CommandExt, parent_id},
    process, thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};

use crate::{project::Project, sh, wasm};

const LISTEN_DEFAULT: &str = "127.0.0.1:3000";
const DEMO_PHONE: &str = "13800138000";
const DEMO_MERCHANT_PHONE: &str = "13800138888";
/// What a new diner has to spend: a demonstration should not end at the first screen.
const DEMO_POINTS: &str = "1500";
const POLL: Duration = Duration::from_millis(50);
const ANSWER_MAX: Duration = Duration::from_secs(2);

pub(crate) fn run(project: &Project) -> Result<()> {
    let address = free_address()?;
    wasm::build(project).context("the demo page needs the wasm, and it could not be built")?;
    sh::run(sh::cargo(&project.root).args(["build", "--package", "fairwheel-server"]))?;
    let server = |word| {
        let mut server = sh::command(project.binary("fairwheel-server"));
        server.arg(word).current_dir(&project.root).env("FAIRWHEEL_LISTEN", address.to_string());
        if env::var_os("FAIRWHEEL_WELCOME_POINTS").is_none() {
            server.env("FAIRWHEEL_WELCOME_POINTS", DEMO_POINTS);
        }
        server
    };
    sh::run(&mut server("seed"))?;
    let announcement = ["announce".to_owned(), address.to_string(), process::id().to_string()];
    sh::command(&project.exe).args(announcement).spawn().context("cannot start xtask")?;
    // Comes back only if the server cannot be started; then the process beside it sees its parent go, and ends too.
    Err(server("serve").exec()).context("cannot start fairwheel-server")
}

/// The address to listen on, free at this moment.
fn free_address() -> Result<SocketAddr> {
    let given = env::var("FAIRWHEEL_LISTEN").unwrap_or_default();
    let wanted = if given.is_empty() { LISTEN_DEFAULT } else { &given };
    let wanted: SocketAddr =
        wanted.parse().with_context(|| format!("FAIRWHEEL_LISTEN must be like {LISTEN_DEFAULT}, not {wanted:?}"))?;
    match TcpListener::bind(wanted) {
        Ok(listener) => Ok(listener.local_addr()?),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "{wanted} is in use: stop what listens there, or choose another port, for example \
             FAIRWHEEL_LISTEN=127.0.0.1:{} cargo xtask serve",
            wanted.port().checked_add(1).unwrap_or(3000)
        ),
        Err(error) => Err(error).with_context(|| format!("cannot listen on {wanted}")),
    }
}

/// Waits until the server answers, then says where. Ends without a word when `server`, its parent, is gone.
pub(crate) fn announce(address: &str, server: &str) -> Result<()> {
    let address = reachable(address.parse()?);
    let server: u32 = server.parse()?;
    while !is_ready(address) {
        if parent_id() != server {
            return Ok(());
        }
        thread::sleep(POLL);
    }
    println!("\n  Fairwheel is ready: http://{address}/demo/");
    println!(
        "  Log in with any phone number, for example {DEMO_PHONE}, or {DEMO_MERCHANT_PHONE} for the merchant; the page \
         shows the code.\n  Ctrl-C stops the server.\n"
    );
    Ok(())
}

/// A server that listens on every address is visited on the local one.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    address
}

fn is_ready(address: SocketAddr) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect_timeout(&address, ANSWER_MAX)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; "HTTP/1.1 200".len()];
        stream.read_exact(&mut status).map(|()| status)
    };
    ask().is_ok_and(|status| &status == b"HTTP/1.1 200")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_is_visited_locally() {
        let visited = |text: &str| reachable(text.parse().unwrap()).to_string();
        assert_eq!(visited("0.0.0.0:3000"), "127.0.0.1:3000");
        assert_eq!(visited("[::]:3000"), "[::1]:3000");
        assert_eq!(visited("192.0.2.7:80"), "192.0.2.7:80");
    }

    #[test]
    fn only_a_server_that_says_200_is_ready() {
        for (answer, ready) in [("HTTP/1.1 200 OK\r\n\r\n", true), ("HTTP/1.1 503 Busy\r\n\r\n", false), ("", false)] {
            let listener = TcpListener::bind("127.0.0.1:0").unwrap();
            let address = listener.local_addr().unwrap();
            let server = thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let mut request = [0; 512];
                let mut length = 0;
                // All of it, in however many pieces: to close before would reset the connection.
                while !request[..length].ends_with(b"\r\n\r\n") {
                    length += stream.read(&mut request[length..]).unwrap();
                }
                stream.write_all(answer.as_bytes()).unwrap();
                request[..length].starts_with(b"GET /readyz ")
            });
            assert_eq!(is_ready(address), ready, "{answer:?}");
            assert!(server.join().unwrap());
        }
    }
}
