//! From when to when.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::error::ApiError;

const DAYS_MAX: i32 = 366;
/// Days before that of the end, if no start is given.
const DAYS_BEFORE: i32 = 30;

/// A span of time, not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Its first millisecond.
    pub(super) from: Timestamp,
    /// The one after its last.
    pub(super) until: Timestamp,
}

impl Span {
    /// What is asked for; its end is not after `now`, so that what comes while it is read does not prolong it.
    pub(super) fn new(
        start: Option<&str>,
        end: Option<&str>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Self, ApiError> {
        let present = now + 1.millisecond();
        let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let (start, end) = (given(start), given(end));
        let until = match &end {
            // The end of the day.
            Some(text) => time(text, 1, zone).ok_or_else(|| malformed("end"))?.min(present),
            None => present,
        };
        let from = match &start {
            Some(text) => time(text, 0, zone).ok_or_else(|| malformed("start"))?,
            None => midnight(last_day(until, zone), -DAYS_BEFORE, zone).ok_or_else(|| malformed("end"))?,
        };
        let latest = from.to_zoned(zone.clone()).checked_add(DAYS_MAX.days()).map(|end| end.timestamp());
        if from >= until || latest.is_ok_and(|latest| until > latest) {
            return Err(ApiError::field("start", "必须早于 end，且相距不超过 366 天"));
        }
        Ok(Self { from, until })
    }

    /// The local dates of its first and its last millisecond.
    pub(super) fn days(&self, zone: &TimeZone) -> (Date, Date) {
        (self.from.to_zoned(zone.clone()).date(), last_day(self.until, zone))
    }
}

fn malformed(field: &str) -> ApiError {
    ApiError::field(field, "必须是 yyyy-mm-dd 日期，或带时区的 ISO-8601 时间")
}

fn last_day(until: Timestamp, zone: &TimeZone) -> Date {
    until.checked_sub(1.millisecond()).unwrap_or(until).to_zoned(zone.clone()).date()
}

/// The time that a text names; of a date, the midnight that begins the day so many days later, or the end of time if that
/// comes before it.
fn time(text: &str, days: i32, zone: &TimeZone) -> Option<Timestamp> {
    let is_date = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_date { Some(midnight(text.parse().ok()?, days, zone).unwrap_or(Timestamp::MAX)) } else { text.parse().ok() }
}

fn midnight(date: Date, days: i32, zone: &TimeZone) -> Option<Timestamp> {
    let day = date.checked_add(days.days()).ok()?;
    Some(day.to_zoned(zone.clone()).ok()?.start_of_day().ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::iso;

    fn span(start: Option<&str>, end: Option<&str>, zone: &str) -> Result<(String, String), String> {
        let now = "2026-11-22T04:00:00Z".parse().unwrap();
        match Span::new(start, end, now, &TimeZone::get(zone).unwrap()) {
            Ok(span) => Ok((iso(span.from), iso(span.until))),
            Err(ApiError::Refused { code: 400, data, .. }) => Err(data["field"].as_str().unwrap().to_owned()),
            Err(other) => panic!("{other:?}"),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with results")]
    fn ok(from: &str, until: &str) -> Result<(String, String), String> {
        Ok((from.to_owned(), until.to_owned()))
    }

    #[test]
    fn days_are_local_and_the_end_is_the_present_at_most() {
        let shanghai = |start, end| span(start, end, "Asia/Shanghai");
        assert_eq!(
            shanghai(Some("2026-11-01"), Some("2026-11-02")),
            ok("2026-10-31T16:00:00.000Z", "2026-11-02T16:00:00.000Z")
        );
        let now = "2026-11-22T04:00:00.001Z";
        assert_eq!(shanghai(None, None), ok("2026-10-22T16:00:00.000Z", now));
        assert_eq!(shanghai(Some(""), Some(" ")), ok("2026-10-22T16:00:00.000Z", now));
        assert_eq!(shanghai(Some("2026-11-22"), Some("2026-12-31")), ok("2026-11-21T16:00:00.000Z", now));
        assert_eq!(shanghai(None, Some("2026-11-01")), ok("2026-10-01T16:00:00.000Z", "2026-11-01T16:00:00.000Z"));
        assert_eq!(
            shanghai(Some("2026-11-01T00:00:00+08:00"), Some("2026-11-01T00:00:00Z")),
            ok("2026-10-31T16:00:00.000Z", "2026-11-01T00:00:00.000Z")
        );
        // Clocks there were put back at 2:00 on the 1st: the day has 25 hours.
        assert_eq!(
            span(Some("2026-11-01"), Some("2026-11-01"), "America/New_York"),
            ok("2026-11-01T04:00:00.000Z", "2026-11-02T05:00:00.000Z")
        );
        // 366 days, and one more.
        assert!(shanghai(Some("2025-11-02"), Some("2026-11-02")).is_ok());
        assert_eq!(shanghai(Some("2025-11-01"), Some("2026-11-02")), Err("start".to_owned()));
    }

    #[test]
    fn what_is_no_span_is_named() {
        for (start, end, field) in [
            (Some("2026-11-31"), None, "start"),
            (Some("2026-1-1"), None, "start"),
            (Some("yesterday"), None, "start"),
            (Some("2026-11-01T00:00:00"), None, "start"),
            (Some("2026-11-23"), None, "start"),
            (Some("2020-01-01"), None, "start"),
            (Some("2026-11-02"), Some("2026-11-01"), "start"),
            (Some("-009999-01-01"), None, "start"),
            (None, Some("9999-12-31x"), "end"),
            (None, Some("20261101"), "end"),
        ] {
            assert_eq!(span(start, end, "Asia/Shanghai"), Err(field.to_owned()), "{start:?} {end:?}");
        }
        for zone in ["Asia/Shanghai", "America/New_York", "UTC"] {
            for end in ["9999-12-30", "9999-12-31"] {
                assert!(span(Some("2026-11-01"), Some(end), zone).is_ok(), "{end} {zone}");
                assert_eq!(span(Some(end), None, zone), Err("start".to_owned()), "{end} {zone}");
            }
        }
    }
}
