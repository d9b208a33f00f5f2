//! The Fairwheel server. Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    fairwheel_server::cli::run()
}
