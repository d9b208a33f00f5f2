//! Cells that mean the same in every spreadsheet.

use std::borrow::Cow;

use jiff::{Timestamp, tz::TimeZone};

/// What a spreadsheet takes for the start of a formula, and what some turn into it.
const STARTS: [char; 14] = ['=', '+', '-', '@', '|', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'];

/// A text that is shown as it is: one that could be taken for a formula gets a `'` before it.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    let shown = text.trim_start_matches(is_skipped);
    if shown.starts_with(STARTS) || text.starts_with(['\t', '\r', '\n']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

/// What a spreadsheet may drop before it looks at a cell.
fn is_skipped(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '"' | '\'' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Cents as yuan with two decimals.
pub(super) fn yuan(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    format!("{sign}{}.{:02}", cents / 100, cents % 100)
}

/// Unix milliseconds as local time, `2026-11-22 12:00:00`.
pub(super) fn local(ms: i64, zone: &TimeZone) -> String {
    let time = Timestamp::from_millisecond(ms);
    time.map_or_else(|_| String::new(), |time| time.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_begins_a_formula_and_others_stay() {
        for bad in [
            "=1+1",
            "+86",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\nx",
            " =1",
            "\u{3000}＝1",
            "\"=1",
            "'=1",
            "\"\"  \t+1",
            "\u{feff}=1",
            "\u{200b}@x",
            "\u{61c}=1",
            "\u{202a}=1",
            "\u{202e}+1",
            "\u{2066}-1",
            "\u{2069}@x",
            "\u{a0}-x",
            "\u{1}=x",
            "＋1",
            "－1",
            "＠x",
            "−1",
            "|calc",
        ] {
            assert_eq!(text(bad), format!("'{bad}"), "{bad:?}");
        }
        for good in ["", "酸梅汤", "1=1", "a-b", "🎡", "'", "\"x\"", " x", "5", "a\n=1"] {
            assert_eq!(text(good), good);
        }
    }

    #[test]
    fn money_and_times() {
        assert_eq!((yuan(8880), yuan(5), yuan(0)), ("88.80".into(), "0.05".into(), "0.00".into()));
        assert_eq!(yuan(-105), "-1.05");
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        assert_eq!(local(1_795_320_000_999, &zone), "2026-11-22 12:00:00");
    }
}
