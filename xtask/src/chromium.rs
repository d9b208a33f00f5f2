//! The browser that tests drive, and fonts with which Chinese texts have glyphs.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use crate::{debian, sh};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// The browser's path; installs browser and fonts where they are missing.
pub(crate) fn ensure() -> Result<PathBuf> {
    if cfg!(target_os = "linux") && !has_chinese_fonts() {
        debian::install("a font for Chinese texts", &["fontconfig", "fonts-noto-cjk"])?;
    }
    if let Some(given) = env::var_os("FAIRWHEEL_CHROMIUM").filter(|given| !given.is_empty()) {
        let given = PathBuf::from(given);
        ensure!(given.is_file(), "FAIRWHEEL_CHROMIUM names no file: {}", given.display());
        return Ok(given);
    }
    if let Some(found) = find() {
        return Ok(found);
    }
    debian::install(
        "Chromium (or set FAIRWHEEL_CHROMIUM to one that is there), which the tests drive,",
        &["chromium"],
    )?;
    find().context("Chromium is installed but not on PATH")
}

fn find() -> Option<PathBuf> {
    let macos = Some(Path::new(MACOS)).filter(|path| path.is_file()).map(Path::to_owned);
    NAMES.iter().find_map(|name| sh::on_path(name)).or(macos)
}

fn has_chinese_fonts() -> bool {
    sh::command("fc-list").arg(":lang=zh-cn").output().is_ok_and(|output| !output.stdout.is_empty())
}
