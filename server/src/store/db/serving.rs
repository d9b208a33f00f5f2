//! The file beside an SQLite database, `…-server`: locked by the one server that the database has, which writes there up to
//! which event it has taken notice. So a command that changes the database can wait until that server knows.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{
        OnceLock,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use tokio::time;

use super::{Db, Engine, OpenError};
use crate::{
    config::make_private_file,
    store::{StoreError, event},
};

/// How long a server waits for the one before it to end.
const CLAIM_PATIENCE: Duration = Duration::from_secs(2);
/// How long a command waits for the server.
const NOTICE_PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// The file, locked, once this process serves.
#[derive(Debug, Default)]
pub(super) struct Serving {
    file: OnceLock<File>,
    /// What was written there last.
    noticed: AtomicI64,
}

impl Db {
    /// Takes a SQLite database for the server that this process is, until it ends. A database on a server may have several.
    ///
    /// # Errors
    ///
    /// [`OpenError::Served`] if another process serves it, or [`OpenError::File`].
    pub async fn serve(&self) -> Result<(), OpenError> {
        let Some(path) = self.serving_path() else { return Ok(()) };
        let named = |source| OpenError::File { path: path.display().to_string(), source };
        let file = open(&path).map_err(named)?;
        let lock = async {
            loop {
                match file.try_lock() {
                    // It may be stopping, or be a command that looks whether there is one.
                    Err(TryLockError::WouldBlock) => time::sleep(PAUSE).await,
                    Err(TryLockError::Error(error)) => return Err(error),
                    Ok(()) => return Ok(()),
                }
            }
        };
        let Ok(locked) = time::timeout(CLAIM_PATIENCE, lock).await else {
            return Err(OpenError::Served(self.file().display().to_string()));
        };
        locked.map_err(named)?;
        // What the server before this one knew is no more than this one has read.
        file.set_len(0).map_err(named)?;
        // A second claim of the same process leaves the first.
        let _ = self.kept.serving.file.set(file);
        Ok(())
    }

    /// Says that this server shows nothing older than this event any more.
    pub fn noticed(&self, event: i64) {
        let Serving { file, noticed } = &self.kept.serving;
        if let Some(file) = file.get()
            && noticed.swap(event, SeqCst) != event
        {
            // If it can't be written, who waits for it gives up, and says so.
            let _ = write(file, event);
        }
    }

    /// Waits until the server of a SQLite database, if one runs, has taken notice of all that was written. Whether it has.
    ///
    /// # Errors
    ///
    /// [`StoreError`] from the database.
    pub async fn is_noticed(&self) -> Result<bool, StoreError> {
        let Some(path) = self.serving_path() else { return Ok(true) };
        let last = event::last_id(self).await?;
        let noticed = async {
            // Without a file, or where it is not locked, nobody serves.
            while let Ok(mut file) = File::open(&path)
                && file.try_lock_shared().is_err()
                && read(&mut file).is_none_or(|noticed| noticed < last)
            {
                time::sleep(PAUSE).await;
            }
        };
        Ok(time::timeout(NOTICE_PATIENCE, noticed).await.is_ok())
    }

    fn serving_path(&self) -> Option<PathBuf> {
        let file = self.file();
        // One in memory is nobody else's.
        file.is_file().then(|| {
            let mut name = file.into_os_string();
            name.push("-server");
            name.into()
        })
    }

    /// The file of a SQLite database.
    fn file(&self) -> PathBuf {
        match &self.engine {
            Engine::Sqlite { write, .. } => {
                let named = write.connect_options().get_filename().to_owned();
                // Whatever links lead to it.
                named.canonicalize().unwrap_or(named)
            }
            Engine::MySql { .. } => PathBuf::new(),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    match make_private_file(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => OpenOptions::new().write(true).open(path),
        made => made,
    }
}

fn write(mut file: &File, event: i64) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    // All of the same length, so that a reader never meets the end of an older one.
    file.write_all(format!("{event:020}\n").as_bytes())
}

fn read(file: &mut File) -> Option<i64> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    text.strip_suffix('\n')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{db::temporary, user};

    #[tokio::test]
    async fn a_file_has_one_server() {
        let (scratch, db) = temporary().await;
        db.serve().await.unwrap();
        let second = Db::open(&scratch.url()).await.unwrap();
        let Engine::Sqlite { .. } = db.engine else { return second.serve().await.unwrap() };
        let refused = second.serve().await.unwrap_err().to_string();
        assert!(refused.contains("fairwheel.db is open in another server"), "{refused}");
        db.close().await;
        drop(db);
        second.serve().await.unwrap();
    }

    #[tokio::test]
    async fn a_command_waits_for_the_server_and_for_no_other() {
        let (scratch, db) = temporary().await;
        assert!(db.is_noticed().await.unwrap(), "nobody serves");
        db.serve().await.unwrap();
        let Engine::Sqlite { .. } = db.engine else { return assert!(db.is_noticed().await.unwrap()) };
        let command = Db::open(&scratch.url()).await.unwrap();
        db.noticed(0);
        let mut tx = command.begin().await.unwrap();
        let user_id = user::register(&mut tx, &user::NewUser::plain("1"), jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        tx.commit().await.unwrap();
        user::set_merchant(&command, user_id, true, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        let last = event::last_id(&command).await.unwrap();
        assert!(last > 0);
        let (noticed, ()) = tokio::join!(command.is_noticed(), async {
            time::sleep(PAUSE * 3).await;
            db.noticed(last);
        });
        assert!(noticed.unwrap());
        db.noticed(last - 1);
        assert!(!command.is_noticed().await.unwrap(), "the server hangs");
    }
}
