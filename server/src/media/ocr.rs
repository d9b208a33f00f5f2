//! Reading the total of a receipt.

mod line;
mod number;
mod tesseract;
mod total;

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

pub use self::tesseract::Limits;
use self::tesseract::{Tesseract, Unread};
use crate::{config::OcrSettings, metrics::Metrics};

/// Who reads receipts.
#[derive(Debug)]
pub enum Ocr {
    /// Nobody.
    Off,
    /// The program `tesseract`.
    Tesseract(Reader),
}

/// The program, and what is said about it.
#[derive(Debug)]
pub struct Reader {
    program: Tesseract,
    metrics: Metrics,
    has_failed: AtomicBool,
}

impl Ocr {
    /// As the settings say.
    #[must_use]
    pub fn new(settings: OcrSettings) -> Self {
        match settings {
            OcrSettings::Off => Self::Off,
            OcrSettings::Tesseract => Self::within(Limits::default()),
        }
    }

    /// The program within these limits.
    #[must_use]
    pub fn within(limits: Limits) -> Self {
        let (program, metrics) = (Tesseract::new(limits), Metrics::default());
        Self::Tesseract(Reader { program, metrics, has_failed: AtomicBool::new(false) })
    }

    /// The same, with what becomes of receipts counted here.
    #[must_use]
    pub fn counted(self, metrics: &Metrics) -> Self {
        match self {
            Self::Off => Self::Off,
            Self::Tesseract(reader) => Self::Tesseract(Reader { metrics: metrics.clone(), ..reader }),
        }
    }

    /// The total of a receipt in cents; `None` if nobody reads, nothing was found, or it took too long.
    pub async fn estimate(&self, jpeg: &[u8]) -> Option<i64> {
        let Self::Tesseract(reader) = self else { return None };
        let reading = reader.program.total(jpeg).await;
        reader.metrics.receipt_read(match &reading {
            Ok(Some(_)) => "found",
            Ok(None) => "unclear",
            Err(Unread::Busy) => "busy",
            Err(Unread::Timeout) => "timeout",
            Err(Unread::Failed(_)) => "failed",
        });
        // Once: the counter says how often. An operator who switched this on without the program need not read it at
        // every upload.
        if let Err(error @ Unread::Failed(_)) = &reading
            && !reader.has_failed.swap(true, Ordering::Relaxed)
        {
            warn("reading", error);
        }
        reading.ok().flatten()
    }

    /// Warns if receipts are to be read and can't be.
    pub async fn check(&self) {
        if let Self::Tesseract(reader) = self
            && let Err(error) = reader.program.check().await
        {
            warn("start", &error);
        }
    }
}

fn warn(action: &'static str, error: &Unread) {
    let data = json!({ "error": error.to_string(), "install": "apt-get install tesseract-ocr tesseract-ocr-chi-sim" });
    tracing::warn!(module = "ocr", action, data = %data, "receipts are not read");
}
