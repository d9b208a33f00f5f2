//! The file as a body: a page of rows is read when the connection has room for it, and never two.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use csv::{IntoInnerError, Terminator, WriterBuilder};
use hyper::body::Frame;
use jiff::tz::TimeZone;
use serde_json::json;
use tokio::sync::Semaphore;
use tracing::{Instrument, Span as LogSpan};

use super::{sheet::Line, span::Span};
use crate::{
    app::AppState,
    store::{
        StoreError,
        export::{After, PAGE},
        user::{self, UserStatus},
    },
};

type Failure = Box<dyn Error + Send + Sync>;
/// The lines of a page, how many they are, and where the next page begins if there may be one.
type Page<Id> = (Vec<u8>, usize, Option<After<Id>>);
type Reading<Id> = Pin<Box<dyn Future<Output = Result<Page<Id>, Failure>> + Send>>;

/// Pages that are read at once: files can wait, and leave the other connections to those who can't.
static READERS: Semaphore = Semaphore::const_new(2);
/// How often a page is tried while the database has no time. Whoever has waited for most of a file should get the rest.
const TRIES: u32 = 5;
/// Before it is tried again.
const PAUSE: Duration = Duration::from_millis(200);

/// Excel takes a file without it for one in the machine's old encoding.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// All rows of a span.
pub(super) struct Rows<L: Line> {
    app: AppState,
    /// Who gets the file.
    user_id: i64,
    until: i64,
    /// Lines that have been read.
    count: usize,
    /// What is being read; none at the end.
    reading: Option<Reading<L::Id>>,
    /// That of the request, whose id belongs to what is logged here.
    log: LogSpan,
}

impl<L: Line> Rows<L> {
    /// The file.
    pub(super) fn body(app: &AppState, user_id: i64, span: &Span) -> Body {
        let after = (span.from.as_millisecond(), L::Id::default());
        let until = span.until.as_millisecond();
        let log = LogSpan::current();
        let reading = Some(read::<L>(app.clone(), user_id, after, until, true));
        Body::new(Self { app: app.clone(), user_id, until, count: 0, reading, log })
    }

    fn took(&mut self, page: Result<Page<L::Id>, Failure>) -> Option<Result<Frame<Bytes>, Failure>> {
        let _entered = self.log.enter();
        match page {
            Ok((lines, count, next)) => {
                self.count += count;
                if let Some(after) = next {
                    self.reading = Some(read::<L>(self.app.clone(), self.user_id, after, self.until, false));
                } else {
                    let data = json!({ "rows": self.count });
                    tracing::info!(module = "merchant", action = "export", data = %data, "export read to its end");
                }
                (!lines.is_empty()).then(|| Ok(Frame::data(lines.into())))
            }
            Err(error) => {
                let data = json!({ "rows": self.count });
                tracing::error!(module = "merchant", action = "export", data = %data, error = %error, "export broke off");
                // The connection ends without the last chunk: no client takes that for a whole file.
                Some(Err(error))
            }
        }
    }
}

impl<L: Line> HttpBody for Rows<L> {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let this = &mut *self;
        let Some(reading) = &mut this.reading else { return Poll::Ready(None) };
        let page = std::task::ready!(reading.as_mut().poll(cx));
        this.reading = None;
        Poll::Ready(this.took(page))
    }
}

fn read<L: Line>(app: AppState, user_id: i64, after: After<L::Id>, until: i64, first: bool) -> Reading<L::Id> {
    let reading = async move {
        let rows = patiently(async || {
            let _place = READERS.acquire().await;
            // A file takes long enough for a merchant to be locked out, or to be none any more.
            let user = user::by_id(&app.db, user_id).await?;
            let may = user.is_some_and(|user| user.is_merchant && user.status == UserStatus::Active);
            if may { L::page(&app.db, &after, until).await } else { Err(StoreError::NotMerchant) }
        });
        let rows = rows.await?;
        let zone = &app.config.time_zone;
        let mut lines = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        if first {
            lines.write_record(titles(L::TITLES, zone, &app))?;
        }
        for row in &rows {
            lines.write_record(row.cells(zone).iter().map(|cell| cell.as_bytes()))?;
        }
        let mut lines = lines.into_inner().map_err(IntoInnerError::into_error)?;
        if first {
            lines.splice(..0, BYTE_ORDER_MARK.iter().copied());
        }
        // A page that is not full is the last.
        let is_full = i64::try_from(rows.len()).is_ok_and(|rows| rows >= PAGE);
        let next = if is_full { rows.last().map(L::place) } else { None };
        Ok((lines, rows.len(), next))
    };
    Box::pin(reading.instrument(LogSpan::current()))
}

/// Reads a page, and again if the database had no time for it.
async fn patiently<T, F>(mut read: impl FnMut() -> F) -> Result<T, StoreError>
where
    F: Future<Output = Result<T, StoreError>>,
{
    for _ in 1..TRIES {
        match read().await {
            Err(StoreError::Busy(_) | StoreError::Full) => tokio::time::sleep(PAUSE).await,
            settled => return settled,
        }
    }
    read().await
}

/// The titles; those of times say of which zone they are.
fn titles(titles: &[&str], zone: &TimeZone, app: &AppState) -> Vec<String> {
    let offset = app.clock.now().to_zoned(zone.clone()).strftime("%:z").to_string();
    let zone = zone.iana_name().map_or(offset, str::to_owned);
    let title =
        |title: &&str| if title.ends_with("时间") { format!("{title}（{zone}）") } else { (*title).to_owned() };
    titles.iter().map(title).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_page_waits_for_the_database_and_not_for_ever() {
        let mut tries = 0;
        let settled = patiently(|| {
            tries += 1;
            let full = tries < 3;
            async move { if full { Err(StoreError::Full) } else { Ok(7) } }
        });
        assert!(matches!(settled.await, Ok(7)));
        assert_eq!(tries, 3);
        let mut tries = 0;
        let settled = patiently(|| {
            tries += 1;
            async { Err::<(), _>(StoreError::Busy("x")) }
        });
        assert!(matches!(settled.await, Err(StoreError::Busy("x"))));
        assert_eq!(tries, TRIES);
    }
}
