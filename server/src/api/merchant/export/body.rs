//! The file as a body: a page of rows is read when the connection has room for it, and never two.

use std::{
    error::Error,
    pin::Pin,
    task::{Context, Poll},
};

use axum::body::{Body, Bytes, HttpBody};
use csv::{IntoInnerError, Terminator, WriterBuilder};
use hyper::body::Frame;
use jiff::tz::TimeZone;
use serde_json::json;
use tracing::{Instrument, Span as LogSpan};

use super::{sheet::Line, span::Span};
use crate::{
    app::AppState,
    store::export::{After, PAGE},
};

type Failure = Box<dyn Error + Send + Sync>;
/// The lines of a page, how many they are, and where the next page begins if there may be one.
type Page<Id> = (Vec<u8>, usize, Option<After<Id>>);
type Reading<Id> = Pin<Box<dyn Future<Output = Result<Page<Id>, Failure>> + Send>>;

/// Excel takes a file without it for one in the machine's old encoding.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// All rows of a span.
pub(super) struct Rows<L: Line> {
    app: AppState,
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
    pub(super) fn body(app: &AppState, span: &Span) -> Body {
        let after = (span.from.as_millisecond(), L::Id::default());
        let until = span.until.as_millisecond();
        let log = LogSpan::current();
        let reading = Some(read::<L>(app.clone(), after, until, true));
        Body::new(Self { app: app.clone(), until, count: 0, reading, log })
    }

    fn took(&mut self, page: Result<Page<L::Id>, Failure>) -> Option<Result<Frame<Bytes>, Failure>> {
        let _entered = self.log.enter();
        match page {
            Ok((lines, count, next)) => {
                self.count += count;
                if let Some(after) = next {
                    self.reading = Some(read::<L>(self.app.clone(), after, self.until, false));
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

fn read<L: Line>(app: AppState, after: After<L::Id>, until: i64, first: bool) -> Reading<L::Id> {
    let reading = async move {
        let rows = L::page(&app.db, &after, until).await?;
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

/// The titles; those of times say of which zone they are.
fn titles(titles: &[&str], zone: &TimeZone, app: &AppState) -> Vec<String> {
    let offset = app.clock.now().to_zoned(zone.clone()).strftime("%:z").to_string();
    let zone = zone.iana_name().map_or(offset, str::to_owned);
    let title =
        |title: &&str| if title.ends_with("时间") { format!("{title}（{zone}）") } else { (*title).to_owned() };
    titles.iter().map(title).collect()
}
