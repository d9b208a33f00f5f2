//! `fairwheel-server verify FILE…`: a verdict on each check of a proof, computed without any server.

use std::{
    fmt::Write as _,
    io::{self, Read},
};

use fairwheel_core::proof::{Expected, Proof, Report, Status, verify};
use serde_json::Value;

/// The largest file that is read, in bytes; a proof of a hundred draws is far smaller.
const FILE_MAX_BYTES: u64 = 1024 * 1024;

/// Reads a proof from `path` (`-` is standard input) and says what became of each check. `true` if all hold.
///
/// # Errors
///
/// One line that says why there is no proof to check.
pub fn file(path: &str) -> Result<(String, bool), String> {
    let named = |error: &dyn std::fmt::Display| format!("{path}: {error}");
    let text = read(path).map_err(|error| named(&error))?;
    let proof = parse(&text).map_err(|error| named(&error))?;
    let report = verify(&proof, &Expected::default());
    Ok((describe(path, &report), report.ok()))
}

fn read(path: &str) -> io::Result<String> {
    let mut text = String::new();
    let source: Box<dyn Read> = if path == "-" { Box::new(io::stdin()) } else { Box::new(std::fs::File::open(path)?) };
    source.take(FILE_MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > FILE_MAX_BYTES {
        return Err(io::Error::other("larger than 1 MiB, so not a proof"));
    }
    Ok(text)
}

/// A proof, or a whole answer of the server with the proof as its `data`.
fn parse(text: &str) -> Result<Proof, String> {
    let mut value: Value = serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))?;
    if value.get("algorithm").is_none()
        && let Some(data) = value.get_mut("data")
    {
        value = data.take();
    }
    serde_path_to_error::deserialize(value).map_err(|error| format!("not a proof: {error}"))
}

fn describe(path: &str, report: &Report) -> String {
    let mut text = format!("{path}\n");
    for verdict in &report.verdicts {
        let mut name = serde_json::to_value(verdict.check).map_or_else(|_| String::new(), |name| name.to_string());
        name.retain(|c| c != '"');
        if let Some(draw) = verdict.draw {
            // Writing to a String cannot fail.
            let _ = write!(name, " {}", draw + 1);
        }
        let _ = match verdict.status {
            Status::Holds => writeln!(text, "  ok      {name}"),
            Status::Skipped => writeln!(text, "  skipped {name}"),
            Status::Fails(failure) => {
                let (expected, found) = (verdict.expected.as_deref(), verdict.found.as_deref());
                let versus = match (expected, found) {
                    (Some(expected), Some(found)) => format!(" (computed {expected}, the proof says {found})"),
                    _ => String::new(),
                };
                writeln!(text, "  FAILED  {name}: {failure}{versus}")
            }
        };
    }
    let failed = report.failures().count();
    let _ = match failed {
        0 => writeln!(
            text,
            "the proof holds. Skipped checks had nothing to compare with: that its commitment was shown before the draw, \
             only whoever saw it knows"
        ),
        _ => writeln!(text, "{failed} check(s) failed: this proof must not be believed"),
    };
    text
}
