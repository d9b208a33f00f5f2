//! The project's own commands, run as `cargo xtask <command>`.

#[cfg(not(unix))]
compile_error!("cargo xtask needs Linux or macOS; on Windows run it inside WSL");

mod bench;
mod chromium;
mod debian;
mod gates;
mod load;
mod mariadb;
mod miniprogram;
mod node;
mod ocr;
mod openapi;
mod probe;
mod project;
mod redis;
mod serve;
mod sh;
mod stamp;
mod steps;
mod test;
mod toolchain;
mod tools;
mod wasm;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};

use crate::project::Project;

const HELP: &str = "\
The project's own commands.

Usage: cargo xtask <command>

  serve   Build the wasm and the server, fill in demo data, start, and print the demo page's address
  test    Check everything: formats, lints, types, laws, the wasm, the server, the page in a browser
  wasm    Build only the wasm (into wasm/pkg and www-demo/core) and check that every phone can run it
  miniprogram       Build the mini-program's package into miniprogram-glue, with the wasm
  miniprogram test  Check the mini-program alone: types, what is packed, logic, rendering against a server
  openapi Write docs/openapi.json, the description of the HTTP interface, from the code
  bench   Measure core, wasm and the wheel's frames, each beside its limit, and the wasm's size
  load    Measure the release server on both engines beside the limit of the database: draws, redeems, config, products, mixed
          [--engine sqlite|mariadb] [--conns 1,16,64,256] [--seconds 3] [--works draw,redeem] [--json]
          [--rows 5000000] [--instances 1,2] or by themselves
          [--ws 5000] [--idle 5000] [--uploads 50] [--endpoints 16]
  mariadb Start a MariaDB as `test` does, print its address for single tests, and stop it at Ctrl-C

Environment:
  FAIRWHEEL_LISTEN          where `serve` listens, 127.0.0.1:3000 if not set; port 0 takes a free one
  FAIRWHEEL_CHROMIUM        the browser of `test`, found by itself if not set
  FAIRWHEEL_JSC             the shell of JavaScriptCore, jsc on PATH if not set
  FAIRWHEEL_TEST_MARIADB    the MariaDB of `test`, like mysql://root@127.0.0.1:3306; started by itself if not set
  FAIRWHEEL_WASM_TOOLCHAIN  auto (if not set), rustup or debian: where the wasm target comes from
  XDG_CACHE_HOME            its folder fairwheel/tools keeps wasm-pack and the like, ~/.cache if not set
";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match dispatch(&words.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(words: &[&str]) -> Result<()> {
    let project = Project::find()?;
    match words {
        [] | ["help" | "-h" | "--help"] => {
            print!("{HELP}");
            Ok(())
        }
        ["serve"] => serve::run(&project),
        ["test"] => test::run(&project),
        ["wasm"] => wasm::run(&project),
        ["miniprogram"] => miniprogram::run(&project),
        ["miniprogram", "test"] => miniprogram::test(&project),
        ["openapi"] => openapi::run(&project),
        ["bench"] => bench::run(&project),
        ["load", options @ ..] => load::run(&project, options),
        ["mariadb"] => mariadb::run(),
        // Started by `serve` beside the server.
        ["announce", address, server] => serve::announce(address, server),
        _ => bail!("no such command: {}\n\n{HELP}", words.join(" ")),
    }
}
