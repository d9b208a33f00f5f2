//! Files that only the owner may read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use crate::rng::Rng;

/// The file behind a `sqlite:` URL; `None` for another engine, a database in memory or no name at all.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let in_memory = path.starts_with(":memory:") || query.split('&').any(|pair| pair == "mode=memory");
    (!path.is_empty() && !in_memory).then(|| PathBuf::from(path))
}

/// Whether a URL names a MariaDB or MySQL database.
#[must_use]
pub fn is_mysql(url: &str) -> bool {
    url.starts_with("mysql://") || url.starts_with("mariadb://")
}

/// Makes a folder, and those above it, that only the owner may enter. One that exists is left as it is.
///
/// # Errors
///
/// What the file system says.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Opens a new file that only the owner may read and write.
///
/// # Errors
///
/// [`io::ErrorKind::AlreadyExists`], or what the file system says.
pub fn make_private_file(path: &Path) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether every user of the machine may read the file. A file that does not exist is not readable.
#[must_use]
pub(super) fn is_world_readable(path: &Path) -> bool {
    #[cfg(unix)]
    return fs::metadata(path)
        .is_ok_and(|found| std::os::unix::fs::PermissionsExt::mode(&found.permissions()) & 0o007 != 0);
    #[cfg(not(unix))]
    return false;
}

/// The secret kept in `name` beside the database, made at the first start.
pub(super) fn kept_secret(database: &Path, name: &str) -> io::Result<SecretString> {
    let dir = database.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_private_dir(dir)?;
    let path = dir.join(name);
    if !path.exists() {
        make_secret(dir, &path)?;
    }
    let secret = fs::read_to_string(&path)?.trim().to_owned();
    if secret.len() < super::check::SECRET_MIN_BYTES {
        return Err(io::Error::other(format!("{} is damaged; restore it, or delete it to start anew", path.display())));
    }
    Ok(secret.into())
}

/// Makes the file whole or not at all, and only if nobody else has made it meanwhile: it is written under another name,
/// and a link, unlike a renaming, never replaces what is there.
fn make_secret(dir: &Path, path: &Path) -> io::Result<()> {
    let draft = dir.join(format!(".secret-{}", Rng::System.hex::<8>()));
    let mut file = make_private_file(&draft)?;
    let written = io::Write::write_all(&mut file, Rng::System.hex::<32>().as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| match fs::hard_link(&draft, path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            Ok(()) | Err(_) => Ok(()),
        });
    fs::remove_file(&draft)?;
    written
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn all_who_start_at_once_get_the_same_whole_secret() {
        for _ in 0..20 {
            let dir = tempfile::tempdir().unwrap();
            let database = dir.path().join("fairwheel.db");
            let secrets: Vec<_> = std::thread::scope(|scope| {
                let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| kept_secret(&database, "a.txt").unwrap())).collect();
                starts.into_iter().map(|start| start.join().unwrap()).collect()
            });
            assert!(secrets.iter().all(|secret| secret.expose_secret() == secrets[0].expose_secret()));
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "the drafts are gone");
        }
    }

    #[test]
    fn an_interrupted_start_is_no_obstacle_and_a_damaged_secret_is_never_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let database = dir.path().join("fairwheel.db");
        fs::write(dir.path().join(".secret-0000000000000000"), "half").unwrap();
        assert_eq!(kept_secret(&database, "a.txt").unwrap().expose_secret().len(), 64);
        fs::write(dir.path().join("b.txt"), "").unwrap();
        let error = kept_secret(&database, "b.txt").unwrap_err().to_string();
        assert!(error.contains("b.txt is damaged"), "{error}");
    }

    #[test]
    fn a_database_is_a_file() {
        assert_eq!(sqlite_path("sqlite://data/a.db?cache=shared"), Some(PathBuf::from("data/a.db")));
        for url in ["sqlite://", "sqlite://?mode=rwc", "sqlite::memory:", "sqlite://:memory:", "mysql://h/d"] {
            assert_eq!(sqlite_path(url), None, "{url}");
        }
        assert_eq!(sqlite_path("sqlite://x.db?cache=shared&mode=memory"), None);
    }
}
