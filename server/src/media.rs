//! Photos: looked at, stored, and read.

pub mod ocr;
pub mod picture;
pub mod storage;
pub mod uploads;

pub use ocr::Ocr;
pub use picture::Pictures;
pub use storage::Storage;
pub use uploads::Uploads;
