//! Fingerprints of files, by which a step sees that there is nothing to do.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A hash over texts and files, in the order they are given.
#[derive(Debug, Default)]
pub(crate) struct Fingerprint(Sha256);

impl Fingerprint {
    #[must_use]
    pub(crate) fn text(mut self, text: &str) -> Self {
        self.add(text.as_bytes());
        self
    }

    /// A file, or every file in a folder by name. What is absent counts as absent.
    pub(crate) fn path(mut self, path: &Path) -> Result<Self> {
        self.walk(path)?;
        Ok(self)
    }

    pub(crate) fn hex(self) -> String {
        hex::encode(self.0.finalize())
    }

    fn walk(&mut self, path: &Path) -> Result<()> {
        let reading = || format!("cannot read {}", path.display());
        if path.is_dir() {
            let mut entries: Vec<_> =
                fs::read_dir(path).with_context(reading)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
            entries.sort();
            entries.iter().try_for_each(|entry| self.walk(entry))
        } else {
            self.add(path.file_name().unwrap_or_default().as_encoded_bytes());
            if path.exists() {
                self.add(&fs::read(path).with_context(reading)?);
            }
            Ok(())
        }
    }

    /// The length goes first, so that two different lists of parts never hash alike.
    fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes.len().to_le_bytes());
        self.0.update(bytes);
    }
}

/// Whether `file` says exactly `value`.
pub(crate) fn is_current(file: &Path, value: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text == value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &Path) -> String {
        Fingerprint::default().text("1.0").path(path).unwrap().hex()
    }

    #[test]
    fn names_contents_and_absence_all_count() {
        let dir = tempfile::tempdir().unwrap();
        let empty = of(dir.path());
        fs::create_dir(dir.path().join("src")).unwrap();
        fs::write(dir.path().join("src/a.rs"), "one").unwrap();
        let one = of(dir.path());
        assert_eq!(one, of(dir.path()));
        fs::rename(dir.path().join("src/a.rs"), dir.path().join("src/b.rs")).unwrap();
        let renamed = of(dir.path());
        fs::write(dir.path().join("src/b.rs"), "two").unwrap();
        let changed = of(dir.path());
        let absent = of(&dir.path().join("src/c.rs"));
        let all = [empty, one, renamed, changed, absent];
        assert!(all.iter().enumerate().all(|(index, hash)| !all[..index].contains(hash)), "{all:?}");
    }
}
