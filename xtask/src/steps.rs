//! Named steps, one after the other, each with its duration.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::project::Project;

/// What the step is called, and what it does.
pub(crate) type Step = (&'static str, fn(&Project) -> Result<()>);

/// Runs the steps until one fails, then prints what became of each.
pub(crate) fn run(project: &Project, steps: &[Step]) -> Result<()> {
    let mut done = Vec::new();
    let mut failure = None;
    for (index, (name, action)) in steps.iter().enumerate() {
        println!("\n==> {}/{} {name}", index + 1, steps.len());
        let watch = Stopwatch::start();
        let outcome = action(project);
        done.push(watch.elapsed());
        if let Err(error) = outcome {
            failure = Some(error.context(format!("{name} failed")));
            break;
        }
        println!("    {name}: ok, {}", seconds(watch.elapsed()));
    }
    let passed = done.len() - usize::from(failure.is_some());
    println!("\nSummary");
    for (index, (name, _)) in steps.iter().enumerate() {
        let verdict = match index {
            index if index < passed => "ok",
            index if index < done.len() => "FAILED",
            _ => "not run",
        };
        println!("{:>10}  {verdict:<7}  {name}", done.get(index).copied().map(seconds).unwrap_or_default());
    }
    println!("{:>10}  in all", seconds(done.iter().sum()));
    println!("steps: {passed} passed, {} failed", done.len() - passed);
    failure.map_or(Ok(()), Err)
}

pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}

/// The one place here that reads a clock.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(
        clippy::disallowed_methods,
        reason = "the commands measure themselves; no rule of the product depends on it"
    )]
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
