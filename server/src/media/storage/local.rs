//! Photos in a folder of this machine, served under `/media/`.

use std::{
    ffi::OsString,
    fmt,
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::{ADDRESS_LIFE, StorageError, is_key};
use crate::config::make_private_dir;

/// A folder that only the owner may enter. `Debug` does not show the key that signs addresses.
pub struct Folder {
    dir: PathBuf,
    key: [u8; 32],
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Folder {
    pub(super) fn new(dir: PathBuf, key: [u8; 32]) -> Self {
        Self { dir, key }
    }

    pub(super) async fn put(&self, key: &str, jpeg: Vec<u8>) -> Result<(), StorageError> {
        let (root, path) = (self.dir.clone(), self.dir.join(key));
        Ok(blocking(move || write(&root, &path, &jpeg)).await?)
    }

    pub(super) async fn remove(&self, key: &str) -> Result<(), StorageError> {
        let path = self.dir.join(key);
        // A server that died may have left either.
        Ok(blocking(move || gone(&path).and_then(|()| gone(&unfinished(&path)))).await?)
    }

    pub(super) fn url(&self, key: &str, now: Timestamp) -> String {
        let expires = now.as_second().saturating_add(ADDRESS_LIFE.as_secs().try_into().unwrap_or(0));
        let signature = hex::encode(self.mac(key, expires).finalize().into_bytes());
        format!("/media/{key}?expires={expires}&signature={signature}")
    }

    /// The object of an address that [`Storage::url`](super::Storage::url) gave; `None` if it gave no such address, if
    /// the address has expired or if there is no such object.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub async fn signed(
        &self,
        key: &str,
        expires: i64,
        signature: &str,
        now: Timestamp,
    ) -> io::Result<Option<Vec<u8>>> {
        let Ok(signature) = hex::decode(signature) else { return Ok(None) };
        let is_ours = self.mac(key, expires).verify_slice(&signature).is_ok();
        if !is_ours || now.as_second() >= expires || !is_key(key) {
            return Ok(None);
        }
        let path = self.dir.join(key);
        match blocking(move || fs::read(path)).await {
            Ok(jpeg) => Ok(Some(jpeg)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::IsADirectory) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn mac(&self, key: &str, expires: i64) -> Hmac<Sha256> {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("HMAC takes a key of any length");
        mac.chain_update(format!("{key}\n{expires}"))
    }
}

/// What a file is called until it is whole: by its own name, so that it can be removed if it never is. It begins with a
/// point, as no key does.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = OsString::from(".unfinished-");
    name.push(path.file_name().unwrap_or_default());
    path.with_file_name(name)
}

fn gone(path: &Path) -> io::Result<()> {
    fs::remove_file(path).or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

/// Writes a file whole or not at all: it gets its name when it is on the disk, and so does its folder.
fn write(root: &Path, path: &Path, jpeg: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(root);
    make_private_dir(dir)?;
    // Only the owner may read it.
    let name = unfinished(path);
    let mut file =
        tempfile::Builder::new().prefix(name.file_name().unwrap_or_default()).rand_bytes(0).tempfile_in(dir)?;
    file.write_all(jpeg)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    for dir in dir.ancestors().take_while(|dir| dir.starts_with(root)) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn what_is_put_is_found_until_it_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("media"), [7; 32]);
        folder.put("42/up1.jpg", vec![1, 2, 3]).await.unwrap();
        let signature = hex::encode(folder.mac("42/up1.jpg", 100).finalize().into_bytes());
        let found = async || folder.signed("42/up1.jpg", 100, &signature, at(99)).await.unwrap();
        assert_eq!(found().await, Some(vec![1, 2, 3]));
        assert_eq!(fs::read_dir(dir.path().join("media/42")).unwrap().count(), 1, "nothing unfinished is left");
        folder.remove("42/up1.jpg").await.unwrap();
        assert_eq!(found().await, None);
        folder.remove("42/up1.jpg").await.unwrap();
    }

    #[tokio::test]
    async fn what_a_dying_server_left_unfinished_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("media"), [7; 32]);
        folder.put("42/up2.jpg", vec![1]).await.unwrap();
        fs::write(dir.path().join("media/42/.unfinished-up1.jpg"), [1, 2]).unwrap();
        assert!(folder.put("42/up1.jpg", vec![1]).await.is_err(), "the name of what is written is known");
        folder.remove("42/up1.jpg").await.unwrap();
        let left: Vec<_> =
            fs::read_dir(dir.path().join("media/42")).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(left, ["up2.jpg"]);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn only_the_owner_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path().join("media"), [7; 32]);
        folder.put("42/up1.jpg", vec![1]).await.unwrap();
        let mode = |path: &str| fs::metadata(dir.path().join(path)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("media"), mode("media/42"), mode("media/42/up1.jpg")), (0o700, 0o700, 0o600));
    }

    /// `printf 'a.jpg\n1795320900' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07`
    #[test]
    fn an_address_is_signed_for_a_quarter_of_an_hour() {
        let folder = Folder::new(PathBuf::from("media"), [7; 32]);
        let url = folder.url("a.jpg", at(1_795_320_000));
        assert_eq!(
            url,
            "/media/a.jpg?expires=1795320900&signature=597a3579343094923992cc948f08f9fe24e1dfe266bb2edb5652e4d0563968aa"
        );
    }

    #[tokio::test]
    async fn a_disk_that_refuses_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("media"), "a file in the way").unwrap();
        let folder = Folder::new(dir.path().join("media"), [7; 32]);
        assert!(matches!(folder.put("a.jpg", vec![1]).await, Err(StorageError::Io(_))));
        assert!(!format!("{folder:?}").contains("7, 7"));
    }
}
