//! Where photos are kept: a folder of this machine, or a bucket. Nothing in either is public: whoever may see a photo is
//! given an address that works for a quarter of an hour.

pub mod local;
pub mod s3;

use std::{fmt, io, time::Duration};

use axum::body::Bytes;
use jiff::Timestamp;

pub use self::{local::Folder, s3::Bucket};
use crate::config::{Config, StorageSettings};

/// How long an address works.
pub const ADDRESS_LIFE: Duration = Duration::from_mins(15);

/// The type of everything that is stored.
pub const CONTENT_TYPE: &str = "image/jpeg";

/// Where photos are kept. A key is made of `a-z0-9/.-_`; none of its parts is empty or begins with a point.
#[derive(Debug)]
pub enum Storage {
    /// A folder.
    Local(Folder),
    /// A bucket.
    S3(Box<Bucket>),
}

/// Why an object was not stored or removed, or has no address. The texts hold no key and no secret.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The file system.
    #[error("the folder of photos: {0}")]
    Io(#[from] io::Error),
    /// The bucket.
    #[error("the bucket of photos: {0}")]
    S3(String),
    /// The key is none.
    #[error("not a key of a photo")]
    Key,
}

impl Storage {
    /// As the settings say. Nothing is opened yet. `media_key` signs the addresses of a folder.
    #[must_use]
    pub fn new(config: &Config, media_key: [u8; 32]) -> Self {
        match &config.storage {
            StorageSettings::Local(dir) => Self::Local(Folder::new(dir.clone(), config.public_url.clone(), media_key)),
            StorageSettings::S3(settings) => Self::S3(Box::new(Bucket::new(settings))),
        }
    }

    /// Makes sure that a folder is there and can be written into. A bucket is asked when the first photo comes: a server
    /// starts without it.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn prepare(&self) -> io::Result<()> {
        match self {
            Self::Local(folder) => folder.prepare(),
            Self::S3(_) => Ok(()),
        }
    }

    /// Stores a JPEG under a key that is new.
    ///
    /// # Errors
    ///
    /// [`StorageError`]; whether it was stored is then unknown.
    pub async fn put(&self, key: &str, jpeg: impl Into<Bytes>) -> Result<(), StorageError> {
        let jpeg = jpeg.into();
        check(key)?;
        match self {
            Self::Local(folder) => folder.put(key, jpeg).await,
            Self::S3(bucket) => bucket.put(key, jpeg).await,
        }
    }

    /// Removes an object; one that does not exist is removed already.
    ///
    /// # Errors
    ///
    /// [`StorageError`] if it may still be there.
    pub async fn remove(&self, key: &str) -> Result<(), StorageError> {
        check(key)?;
        match self {
            Self::Local(folder) => folder.remove(key).await,
            Self::S3(bucket) => bucket.remove(key).await,
        }
    }

    /// An address under which an object can be fetched until [`ADDRESS_LIFE`] after `now`, by whoever has the address.
    /// Tables of before Fairwheel have addresses or paths of their own in place of keys: what is no key is left as it is.
    /// That of a folder is relative (`/media/…`), unless `FAIRWHEEL_PUBLIC_URL` says where the server is: clients put
    /// before it the base address that they call. Whether the object exists is not looked up.
    ///
    /// # Errors
    ///
    /// [`StorageError`] if it can't be signed for.
    pub async fn url(&self, key: &str, now: Timestamp) -> Result<String, StorageError> {
        match self {
            _ if !is_key(key) => Ok(key.to_owned()),
            Self::Local(folder) => Ok(folder.url(key, now)),
            Self::S3(bucket) => bucket.url(key, now).await,
        }
    }
}

/// Whether a text is a key. One that is leads nowhere but into the folder, and never to an unfinished file.
fn is_key(key: &str) -> bool {
    let is_plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_');
    key.len() <= 200
        && key.bytes().all(is_plain)
        && key.split('/').all(|part| !part.is_empty() && !part.starts_with('.'))
}

fn check(key: &str) -> Result<(), StorageError> {
    if is_key(key) { Ok(()) } else { Err(StorageError::Key) }
}

/// Where it is, for whoever runs the server.
impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(folder) => write!(f, "the folder {}", folder.dir().display()),
            Self::S3(bucket) => write!(f, "the bucket {}", bucket.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_of_before_stay_as_they_are() {
        let storage = Storage::Local(Folder::new("nowhere".into(), "https://api.example.com".to_owned(), [0; 32]));
        for old in ["https://cos.example.com/Uploads/1.jpg?w=1", "Uploads/1.jpg", "/uploads/1.jpg", ""] {
            assert_eq!(storage.url(old, Timestamp::UNIX_EPOCH).await.unwrap(), old);
            assert!(matches!(storage.put(old, vec![1]).await, Err(StorageError::Key)), "{old}");
            assert!(matches!(storage.remove(old).await, Err(StorageError::Key)), "{old}");
        }
    }

    #[test]
    fn keys_stay_in_their_folder() {
        for key in ["a", "42/up1.jpg", "2026/11/up-1_t.jpg"] {
            assert!(is_key(key), "{key}");
        }
        let long = "a".repeat(201);
        for key in [
            "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.b", "a\\b", "a%2fb", "A", "ä", "a b", "a\0",
            &long,
        ] {
            assert!(!is_key(key), "{key}");
        }
    }
}
