//! Photos as they come, made into pictures that can be kept: upright, without what the camera wrote beside them.

mod develop;
mod hash;
mod prize;
mod sift;
#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::{self, Read, Seek},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use axum::body::Bytes;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, oneshot},
    time::timeout,
};

pub use hash::{SAME_MAX, bands, distance};
pub use prize::{PRIZE_FILE_LIMIT_BYTES, PRIZE_SIDE_MAX, PrizePicture};

/// The largest file that is looked at, in bytes.
pub const FILE_LIMIT_BYTES: u64 = 5 * 1024 * 1024;

/// What all decoders together may take, in mebibytes.
const BUDGET_MIB: u32 = 256;

/// What is kept of a photo.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The picture, upright, as JPEG without metadata, at most about six megapixels and 3 MB.
    pub jpeg: Bytes,
    /// A small one for lists, at most 320 pixels long.
    pub thumbnail: Bytes,
    /// What it looks like; see [`distance`]. All zero if there is hardly anything to see: that is like nothing else.
    pub hash: [u8; 32],
}

/// Why a photo is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It is no JPEG, PNG or WebP, or it is broken, or it moves.
    #[error("no JPEG, PNG or WebP, or a broken one")]
    Unsupported,
    /// It has too many pixels, or too many bytes.
    #[error("more than 40 megapixels or 5 MiB")]
    TooLarge,
    /// It has too few.
    #[error("smaller than 100 × 100 pixels")]
    TooSmall,
    /// The file could not be read: not the fault of who sent it.
    #[error("the file could not be read")]
    Unreadable,
    /// It took too long.
    #[error("it took too long to decode")]
    Busy,
}

/// How long a photo may take once it is its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// What decodes photos: as many at a time as there are processors but one, which is left to everything else, and within a
/// budget of memory.
#[derive(Debug)]
pub struct Pictures {
    threads: Threads,
    turns: Arc<Semaphore>,
    /// In mebibytes.
    budget: Arc<Semaphore>,
    patience: Duration,
    /// Whether it has been said that a decoder does not come to an end.
    has_stuck: AtomicBool,
}

/// The threads that decode, one for each turn. Common allocators keep for each thread what it has freed: were it any of
/// tokio's many threads, each would keep tens of megabytes.
#[derive(Debug)]
struct Threads(mpsc::Sender<Job>);

type Job = Box<dyn FnOnce() + Send>;

impl Pictures {
    /// As many as this machine decodes at a time.
    ///
    /// # Errors
    ///
    /// Of the system, if it has no threads to give.
    pub fn new() -> io::Result<Self> {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let turns = (cores - 1).max(1);
        Ok(Self {
            threads: Threads::start(turns)?,
            turns: Arc::new(Semaphore::new(turns)),
            budget: Arc::new(Semaphore::new(BUDGET_MIB as usize)),
            patience: PATIENCE,
            has_stuck: AtomicBool::new(false),
        })
    }

    /// Waits until a photo may be read.
    ///
    /// # Errors
    ///
    /// Not known to happen.
    pub async fn seat(&self) -> Result<Seat<'_>, PictureError> {
        Ok(Seat { pictures: self, turn: acquire(&self.turns, 1).await? })
    }
}

/// The right to have one photo read.
#[derive(Debug)]
pub struct Seat<'a> {
    pictures: &'a Pictures,
    turn: OwnedSemaphorePermit,
}

impl Seat<'_> {
    /// Reads a file from its beginning. Work that nobody waits for any more keeps its turn and its memory until it ends.
    ///
    /// # Errors
    ///
    /// [`PictureError`] says why it is refused.
    pub async fn read(self, file: File) -> Result<Picture, PictureError> {
        let Self { pictures, turn } = self;
        let mut has_begun = false;
        let read = timeout(pictures.patience, pictures.read_patiently(file, turn, &mut has_begun)).await;
        read.unwrap_or_else(|_| {
            // Once: what is stuck stays so, and then everybody waits.
            if has_begun && !pictures.has_stuck.swap(true, Ordering::Relaxed) {
                tracing::error!(
                    module = "photo",
                    action = "stuck",
                    "a photo was not decoded in time; it holds its turn"
                );
            }
            Err(PictureError::Busy)
        })
    }
}

impl Pictures {
    async fn read_patiently(
        &self,
        file: File,
        turn: OwnedSemaphorePermit,
        has_begun: &mut bool,
    ) -> Result<Picture, PictureError> {
        let (sifted, turn) = self.threads.run(move || (sift_file(file), turn)).await?;
        let sifted = sifted?;
        // One that takes more than there is takes all there is.
        let cost = u32::try_from(sifted.cost.div_ceil(1 << 20)).unwrap_or(u32::MAX).min(BUDGET_MIB);
        let share = acquire(&self.budget, cost).await?;
        *has_begun = true;
        // Both are given back when the work has ended, even if nobody waits for it any more.
        let (developed, ..) = self.threads.run(move || (develop::develop(sifted), turn, share)).await?;
        developed.map_err(|_| PictureError::Unsupported)
    }
}

impl Threads {
    fn start(count: usize) -> io::Result<Self> {
        let (sender, receiver) = mpsc::channel::<Job>();
        let jobs = Arc::new(Mutex::new(receiver));
        for _ in 0..count {
            let jobs = jobs.clone();
            // It ends when nobody can send any more.
            let next = move || jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let work = move || {
                while let Ok(job) = next() {
                    job();
                }
            };
            thread::Builder::new().name("photos".to_owned()).spawn(work)?;
        }
        Ok(Self(sender))
    }

    /// A panic in a decoder is the fault of the file.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, PictureError> {
        let (tell, told) = oneshot::channel();
        let job = move || {
            // Perhaps nobody waits for it any more.
            let _ = tell.send(catch_unwind(AssertUnwindSafe(work)));
        };
        self.0.send(Box::new(job)).map_err(|_| PictureError::Unreadable)?;
        let done = told.await.map_err(|_| PictureError::Unreadable)?;
        done.map_err(|_| PictureError::Unsupported)
    }
}

fn sift_file(mut file: File) -> Result<sift::Sifted, PictureError> {
    let length = file.metadata().map_err(|_: io::Error| PictureError::Unreadable)?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(FILE_LIMIT_BYTES)).unwrap_or(0) + 1);
    let read = file.rewind().and_then(|()| file.take(FILE_LIMIT_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|_: io::Error| PictureError::Unreadable)?;
    if bytes.len() as u64 > FILE_LIMIT_BYTES {
        return Err(PictureError::TooLarge);
    }
    sift::sift(&bytes)
}

async fn acquire(semaphore: &Arc<Semaphore>, count: u32) -> Result<OwnedSemaphorePermit, PictureError> {
    // Nobody closes it.
    semaphore.clone().acquire_many_owned(count).await.map_err(|_| PictureError::Unreadable)
}
