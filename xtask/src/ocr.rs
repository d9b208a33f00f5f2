//! The program that reads receipts, and the fonts in which the tests draw them.

use std::path::Path;

use anyhow::{Result, ensure};

use crate::{debian, sh};

const PACKAGES: [&str; 2] = ["tesseract-ocr", "tesseract-ocr-chi-sim"];
/// Each with a file of it; the tests look for these, in the folder where Debian puts fonts.
const FONTS: [(&str, &str); 3] = [
    ("fonts-wqy-zenhei", "truetype/wqy/wqy-zenhei.ttc"),
    ("fonts-wqy-microhei", "truetype/wqy/wqy-microhei.ttc"),
    ("fonts-noto-cjk", "opentype/noto/NotoSansCJK-Regular.ttc"),
];

/// Installs what is missing.
pub(crate) fn ensure() -> Result<()> {
    let fonts = Path::new("/usr/share/fonts");
    let lacking = FONTS.iter().filter(|(_, file)| !fonts.join(file).is_file()).map(|(package, _)| *package);
    let mut packages: Vec<&str> = lacking.collect();
    if !reads_chinese() {
        packages.extend(PACKAGES);
    }
    if packages.is_empty() {
        return Ok(());
    }
    debian::install("tesseract with Chinese, and fonts, with which the tests of receipts work,", &packages)?;
    ensure!(reads_chinese(), "tesseract is installed, but `tesseract --list-langs` names no chi_sim and eng");
    Ok(())
}

fn reads_chinese() -> bool {
    let listed = sh::command("tesseract").arg("--list-langs").output();
    let listed = listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    ["chi_sim", "eng"].iter().all(|name| listed.lines().any(|line| line == *name))
}
