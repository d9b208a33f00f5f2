//! Photos as they come, made into pictures that can be kept: upright, without what the camera wrote beside them.

mod develop;
mod hash;
mod sift;
#[cfg(test)]
mod tests;

use std::{
    fs::File,
    io::{self, Read, Seek},
    sync::Arc,
    thread,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

pub use hash::{SAME_MAX, bands, distance};

/// The largest file that is looked at, in bytes.
pub const FILE_LIMIT_BYTES: u64 = 5 * 1024 * 1024;

/// What all decoders together may take, in mebibytes.
const BUDGET_MIB: u32 = 256;

/// What is kept of a photo.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The picture, upright, as JPEG without metadata, at most about six megapixels.
    pub jpeg: Vec<u8>,
    /// A small one for lists, at most 320 pixels long.
    pub thumbnail: Vec<u8>,
    /// What it looks like; see [`distance`].
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
}

/// What decodes photos: no more at a time than there are processors, and within a budget of memory.
#[derive(Debug)]
pub struct Pictures {
    turns: Arc<Semaphore>,
    /// In mebibytes.
    budget: Arc<Semaphore>,
}

impl Default for Pictures {
    fn default() -> Self {
        let turns = thread::available_parallelism().map_or(1, Into::into);
        Self { turns: Arc::new(Semaphore::new(turns)), budget: Arc::new(Semaphore::new(BUDGET_MIB as usize)) }
    }
}

impl Pictures {
    /// Reads a file from its beginning.
    ///
    /// # Errors
    ///
    /// [`PictureError`] says why it is refused.
    pub async fn read(&self, file: File) -> Result<Picture, PictureError> {
        let turn = acquire(&self.turns, 1).await?;
        let (sifted, turn) = blocking(move || (sift_file(file), turn)).await?;
        let sifted = sifted?;
        // One that takes more than there is takes all there is.
        let cost = u32::try_from(sifted.cost.div_ceil(1 << 20)).unwrap_or(u32::MAX).min(BUDGET_MIB);
        let share = acquire(&self.budget, cost).await?;
        // Both are given back when the work has ended, even if nobody waits for it any more.
        let (developed, ..) = blocking(move || (develop::develop(&sifted), turn, share)).await?;
        developed.map_err(|_| PictureError::Unsupported)
    }
}

fn sift_file(mut file: File) -> Result<sift::Sifted, PictureError> {
    let mut bytes = Vec::new();
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

/// A panic in a decoder is the fault of the file.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PictureError> {
    spawn_blocking(work).await.map_err(|_| PictureError::Unsupported)
}
