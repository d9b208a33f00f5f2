//! Files that only the owner may read.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use secrecy::SecretString;

use crate::rng::Rng;

/// The file behind a `sqlite:` URL; `None` for another engine or a database in memory.
#[must_use]
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let path = rest.split('?').next().unwrap_or_default();
    (!path.is_empty() && !path.starts_with(":memory:")).then(|| PathBuf::from(path))
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
pub(super) fn kept_secret(database_url: &str, name: &str) -> io::Result<SecretString> {
    let database = sqlite_path(database_url).unwrap_or_else(|| PathBuf::from("data/fairwheel.db"));
    let dir = database.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_private_dir(dir)?;
    let path = dir.join(name);
    match make_private_file(&path) {
        Ok(mut file) => {
            let secret = Rng::System.hex::<32>();
            io::Write::write_all(&mut file, secret.as_bytes())?;
            file.sync_all()?;
            Ok(secret.into())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let secret = fs::read_to_string(&path)?.trim().to_owned();
            if secret.len() < super::SECRET_MIN_BYTES {
                return Err(io::Error::other(format!("{} is damaged", path.display())));
            }
            Ok(secret.into())
        }
        Err(error) => Err(error),
    }
}
