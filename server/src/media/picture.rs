//! Photos as they come, made into pictures that can be kept: upright, without what the camera wrote beside them.

use std::fs::File;

/// What is kept of a photo.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The picture, upright, as JPEG without metadata.
    pub jpeg: Vec<u8>,
    /// A small one for lists.
    pub thumbnail: Vec<u8>,
    /// What it looks like.
    pub hash: [u8; 32],
}

/// Why a photo is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// It is no JPEG, PNG or WebP, or it is broken.
    #[error("no JPEG, PNG or WebP, or a broken one")]
    Unsupported,
    /// It has too many pixels.
    #[error("more than 40 megapixels")]
    TooLarge,
    /// It has too few.
    #[error("smaller than 100 × 100 pixels")]
    TooSmall,
}

/// What decodes photos, a few at a time.
#[derive(Debug, Default)]
pub struct Pictures {}

impl Pictures {
    /// Reads a file from its beginning.
    ///
    /// # Errors
    ///
    /// [`PictureError`] says why it is refused.
    pub async fn read(&self, _file: File) -> Result<Picture, PictureError> {
        Err(PictureError::Unsupported)
    }
}
