//! Photos in a folder of this machine, served under `/media/`.

use std::{
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use axum::body::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::{ADDRESS_LIFE, StorageError, is_key};
use crate::config::make_private_dir;

/// A folder that only the owner may enter. `Debug` does not show the key that signs addresses.
pub struct Folder {
    dir: PathBuf,
    /// What addresses begin with; nothing, if they are relative.
    base: String,
    key: [u8; 32],
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Folder {
    pub(super) fn new(dir: PathBuf, base: String, key: [u8; 32]) -> Self {
        Self { dir, base, key }
    }

    pub(super) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(super) fn prepare(&self) -> io::Result<()> {
        make_private_dir(&self.dir)?;
        tempfile::tempfile_in(&self.dir).map(drop)
    }

    pub(super) async fn put(&self, key: &str, jpeg: Bytes) -> Result<(), StorageError> {
        let (root, path) = (self.dir.clone(), self.dir.join(key));
        Ok(blocking(move || write(&root, &path, &jpeg)).await?)
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), StorageError> {
        let path = self.dir.join(key);
        Ok(blocking(move || gone(&unfinished(&path)).and_then(|()| gone(&path))).await?)
    }

    pub(super) fn url(&self, key: &str, now: Timestamp) -> String {
        let expires = now.as_second().saturating_add(ADDRESS_LIFE.as_secs().try_into().unwrap_or(0));
        let signature = hex::encode(self.mac(key, expires).finalize().into_bytes());
        format!("{}/media/{key}?expires={expires}&signature={signature}", self.base)
    }

    /// The object of an address that [`Storage::url`](super::Storage::url) gave; `None` if it gave no such address, if
    /// the address has expired or if there is no such object.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub async fn signed(&self, key: &str, expires: i64, signature: &str, now: Timestamp) -> io::Result<Option<File>> {
        let Ok(signature) = hex::decode(signature) else { return Ok(None) };
        let is_ours = self.mac(key, expires).verify_slice(&signature).is_ok();
        if !is_ours || now.as_second() >= expires || !is_key(key) {
            return Ok(None);
        }
        let path = self.dir.join(key);
        let opened = blocking(move || {
            let file = File::open(path)?;
            let is_file = file.metadata()?.is_file();
            Ok(is_file.then_some(file))
        });
        match opened.await {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened,
        }
    }

    fn mac(&self, key: &str, expires: i64) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.chain_update(format!("{key}\n{expires}"))
    }
}

/// Writes a file whole or not at all: it gets its name when it is on the disk, and so does its folder.
fn write(root: &Path, path: &Path, jpeg: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(root);
    make_private_dir(dir)?;
    let unfinished = unfinished(path);
    let mut file = make_private(&unfinished)?;
    file.write_all(jpeg).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&unfinished, path)).inspect_err(
        |_| {
            // What can't be removed now is removed with the object.
            let _ = fs::remove_file(&unfinished);
        },
    )?;
    for dir in dir.ancestors().take_while(|dir| dir.starts_with(root)) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// Where a file is until it is whole. The name begins with a point, as no key does, and is found again by the key, so that
/// what a crash leaves is removed with the object.
fn unfinished(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".unfinished-{name}"))
}

/// A file that only the owner may read, empty.
fn make_private(path: &Path) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Removes a file; one that does not exist is gone.
fn gone(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn what_is_put_is_found_until_it_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("media"), String::new(), [7; 32]);
        folder.put("42/up1.jpg", vec![1, 2, 3].into()).await.unwrap();
        let signature = hex::encode(folder.mac("42/up1.jpg", 100).finalize().into_bytes());
        let found = async || {
            let file = folder.signed("42/up1.jpg", 100, &signature, at(99)).await.unwrap();
            file.map(|mut file| {
                let mut bytes = Vec::new();
                file.read_to_end(&mut bytes).unwrap();
                bytes
            })
        };
        assert_eq!(found().await, Some(vec![1, 2, 3]));
        assert_eq!(fs::read_dir(dir.path().join("media/42")).unwrap().count(), 1, "nothing unfinished is left");
        folder.remove("42/up1.jpg").await.unwrap();
        assert_eq!(found().await, None);
        folder.remove("42/up1.jpg").await.unwrap();
    }

    #[tokio::test]
    async fn what_a_crash_leaves_is_removed_or_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("media"), String::new(), [7; 32]);
        folder.put("42/up1.jpg", vec![1].into()).await.unwrap();
        let names = || fs::read_dir(dir.path().join("media/42")).unwrap().count();
        for key in ["42/up1.jpg", "42/up2.jpg"] {
            fs::write(unfinished(&dir.path().join("media").join(key)), "half").unwrap();
            folder.remove(key).await.unwrap();
            assert_eq!(names(), 0, "{key}");
        }
        fs::write(unfinished(&dir.path().join("media/42/up1.jpg")), "more than is put").unwrap();
        folder.put("42/up1.jpg", vec![1].into()).await.unwrap();
        assert_eq!((names(), fs::read(dir.path().join("media/42/up1.jpg")).unwrap()), (1, vec![1]));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("media"), String::new(), [7; 32]);
        folder.put("42/up1.jpg", vec![1].into()).await.unwrap();
        let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("media"), mode("media/42"), mode("media/42/up1.jpg")), (0o700, 0o700, 0o600));
    }

    /// `printf 'a.jpg\n1795320900' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07`
    #[test]
    fn an_address_is_signed_for_a_quarter_of_an_hour() {
        let folder = Folder::new(PathBuf::from("media"), String::new(), [7; 32]);
        let url = folder.url("a.jpg", at(1_795_320_000));
        assert_eq!(
            url,
            "/media/a.jpg?expires=1795320900&signature=597a3579343094923992cc948f08f9fe24e1dfe266bb2edb5652e4d0563968aa"
        );
    }

    #[test]
    fn an_address_begins_with_the_address_of_the_server() {
        let folder = Folder::new(PathBuf::from("media"), "https://api.example.com".to_owned(), [7; 32]);
        let url = folder.url("a.jpg", at(1_795_320_000));
        assert!(url.starts_with("https://api.example.com/media/a.jpg?expires=1795320900&signature=597a"), "{url}");
    }

    #[tokio::test]
    async fn a_disk_that_refuses_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("media"), "a file in the way").unwrap();
        let folder = Folder::new(dir.path().join("media"), String::new(), [7; 32]);
        assert!(matches!(folder.put("a.jpg", vec![1].into()).await, Err(StorageError::Io(_))));
        assert!(!format!("{folder:?}").contains("7, 7"));
    }
}
