//! The commands of the one binary.

mod admin;

use std::{
    io::{self, Write},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use tokio::net::TcpListener;

use self::admin::{Admin, AdminError};
use crate::{
    api::openapi,
    app::{AppState, StartError},
    clock::Clock,
    config::{Config, Problems},
    logs,
    rng::Rng,
    seed::{self, DEMO_MERCHANT_PHONE, DEMO_PHONE, SeedError},
    serve,
    sms::Sms,
    store::{StoreError, db::Engine},
    verify,
};

/// Draws that anyone can check.
#[derive(Debug, Parser)]
#[command(name = "fairwheel-server", version)]
struct Cli {
    /// Settings in TOML; the environment wins over it
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer requests (the default)
    Serve,
    /// Bring the database up to date
    Migrate,
    /// Put in demo data; nothing changes the second time
    Seed,
    /// Change what a user may do or has
    Admin {
        #[command(subcommand)]
        what: Admin,
    },
    /// Print the description of the HTTP interface, as `/openapi.json` has it
    Openapi,
    /// Check proofs, one verdict a check; `-` is standard input
    Verify {
        /// Proofs in JSON
        #[arg(required = true)]
        files: Vec<String>,
    },
}

/// Why a command can't be carried out.
#[derive(Debug, thiserror::Error)]
enum CommandError {
    #[error(transparent)]
    Config(#[from] Problems),
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Admin(#[from] AdminError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("photos can't be stored in {0}: {1}")]
    Storage(String, io::Error),
    #[error("can't listen on {0}: {1}")]
    Listen(SocketAddr, io::Error),
    #[error("{0}")]
    Log(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Carries out the command of this process.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command {
        Some(Command::Verify { ref files }) => return verify_files(files),
        Some(Command::Openapi) => io::stdout().lock().write_all(openapi::text().as_bytes()).map_err(CommandError::Io),
        Some(Command::Migrate) => {
            block_on(async { open(&cli).await.map(drop) }).map(|()| say("the database is up to date"))
        }
        Some(Command::Seed) => {
            let text =
                format!("the demo data is there; {DEMO_PHONE} has points to spend, {DEMO_MERCHANT_PHONE} the shop");
            block_on(async {
                let app = open(&cli).await?;
                seed::run(&app).await?;
                say_and_wait(&app, &text).await;
                Ok(())
            })
        }
        Some(Command::Admin { ref what }) => block_on(async {
            let app = open(&cli).await?;
            say_and_wait(&app, &admin::run(&app, what).await?).await;
            Ok(())
        }),
        Some(Command::Serve) | None => block_on(serve(&cli)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            logs::to_stderr(&format!("fairwheel-server: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn block_on(command: impl Future<Output = Result<(), CommandError>>) -> Result<(), CommandError> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}

async fn open(cli: &Cli) -> Result<AppState, CommandError> {
    Ok(AppState::open(load(cli)?, Clock::System, Rng::System).await?)
}

fn load(cli: &Cli) -> Result<Config, Problems> {
    // A variable that is not UTF-8 is none of ours.
    let vars =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Config::load(cli.config.as_deref(), vars)
}

async fn serve(cli: &Cli) -> Result<(), CommandError> {
    let config = load(cli)?;
    logs::init(Clock::System, &config.log).map_err(CommandError::Log)?;
    let app = AppState::open(config, Clock::System, Rng::System).await?;
    app.db.serve().await.map_err(StartError::from)?;
    app.storage.prepare().map_err(|error| CommandError::Storage(app.storage.to_string(), error))?;
    tracing::info!(module = "photo", action = "storage", "photos go to {}", app.storage);
    if app.config.is_development() {
        let advice = "anybody can log in as anybody: set FAIRWHEEL_ENV=production where real diners are";
        tracing::warn!(module = "server", action = "development", "{advice}");
        // A file of one's own may be filled; a database on a server may be somebody's in production.
        if matches!(app.db.engine, Engine::Sqlite { .. }) && seed::is_empty(&app).await? {
            seed::run(&app).await?;
            tracing::info!(module = "server", action = "seed", "the database was empty and has demo data now");
        }
    }
    if matches!(app.sms, Sms::Nothing) {
        tracing::warn!(module = "auth", action = "no_gateway", "nobody can log in: FAIRWHEEL_SMS_WEBHOOK is not set");
    }
    let listen = app.config.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| CommandError::Listen(listen, error))?;
    let address = listener.local_addr()?;
    // Whoever reads the next line may say so at once.
    let stop = serve::signal();
    tracing::info!(module = "server", action = "listening", url = %format!("http://{address}/demo/"), "listening");
    serve::run(app, listener, stop).await;
    Ok(())
}

/// Tells what was changed, and waits until it holds for the server that runs on the same file, too.
async fn say_and_wait(app: &AppState, text: &str) {
    // At once: who is in doubt might do it again.
    say(text);
    if !app.db.is_noticed().await.unwrap_or(false) {
        logs::to_stderr(
            "fairwheel-server: it is done, but the server that is running does not answer: look at its log",
        );
    }
}

/// Tells a person. Nobody may be reading; the exit status says it all the same.
fn say(text: &str) {
    let _ = writeln!(io::stdout().lock(), "{text}");
}

fn verify_files(files: &[String]) -> ExitCode {
    let mut all_hold = true;
    for path in files {
        match verify::file(path) {
            Ok((verdicts, holds)) => {
                // Nobody may be reading to the end; the exit status says it all the same.
                let _ = io::stdout().lock().write_all(verdicts.as_bytes());
                all_hold &= holds;
            }
            Err(error) => {
                logs::to_stderr(&format!("fairwheel-server: {error}"));
                all_hold = false;
            }
        }
    }
    if all_hold { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
