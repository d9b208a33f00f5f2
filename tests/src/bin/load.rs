//! The other end of `cargo xtask load`: asks a server, and prints how fast it answered.

use clap::Parser;
use fairwheel_tests::load::{self, Options};

// One thread: the server needs the others more.
#[tokio::main(flavor = "current_thread")]
async fn main() -> std::process::ExitCode {
    let options = Options::parse();
    tokio::select! {
        () = load::run(&options) => std::process::ExitCode::SUCCESS,
        // Ends the server and removes the database on the way out.
        _ = tokio::signal::ctrl_c() => std::process::ExitCode::FAILURE,
    }
}
