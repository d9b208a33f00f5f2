//! Numbers on the wire.

use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Number;

/// A number of tenths as a decimal: 50 → `5`, 48 → `4.8`.
#[must_use]
pub fn tenths(value: u32) -> Number {
    decimal(value.into(), 1)
}

/// A number of hundredths as a decimal: 5000 → `50`, 88 → `0.88`.
#[must_use]
pub fn hundredths(value: u32) -> Number {
    decimal(value.into(), 2)
}

/// An amount in cents as yuan. One that no receipt can have, in rows of before Fairwheel, is none.
#[must_use]
pub fn yuan(cents: Option<i64>) -> Option<Number> {
    cents.and_then(|cents| u32::try_from(cents).ok()).map(hundredths)
}

/// A number of ten-thousandths as a decimal: 500 → `0.05`.
#[must_use]
pub fn ten_thousandths(value: u64) -> Number {
    decimal(value, 4)
}

fn decimal(value: u64, places: u32) -> Number {
    let parts = 10_u64.pow(places);
    if value.is_multiple_of(parts) {
        return Number::from(value / parts);
    }
    // The nearest double to the decimal, which prints as that decimal again.
    let text = format!("{}.{:0width$}", value / parts, value % parts, width = places as usize);
    text.parse().ok().and_then(Number::from_f64).unwrap_or_else(|| Number::from(0))
}

/// A decimal as a whole number of parts, of which one has 10^`places`: with 2, `0.88` → 88. `None` if it is negative,
/// has more decimals, or is too large.
#[must_use]
pub fn parts(number: &Number, places: usize) -> Option<u32> {
    let text = match number.as_u64() {
        Some(whole) => whole.to_string(),
        // Never with an exponent, and short if the client's was.
        None => number.as_f64()?.to_string(),
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    (decimals.len() <= places).then_some(())?;
    format!("{whole}{decimals:0<places$}").parse().ok()
}

/// A number, or a string with one, as forms have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<N>(pub N);

impl<'de, N: serde::de::DeserializeOwned> Deserialize<'de> for Written<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let value = match serde_json::Value::deserialize(from)? {
            serde_json::Value::String(text) => {
                serde_json::from_str::<Number>(text.trim()).map_err(D::Error::custom)?.into()
            }
            value => value,
        };
        serde_json::from_value(value).map(Self).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_prints_exactly() {
        for value in 0..36_000 {
            let shown: String = hundredths(value).to_string();
            let (whole, cents) = shown.split_once('.').unwrap_or((&shown, ""));
            let back = whole.parse::<u32>().unwrap() * 100 + format!("{cents:0<2}").parse::<u32>().unwrap();
            assert_eq!(back, value, "{shown}");
        }
        assert_eq!((tenths(48).to_string(), tenths(50).to_string()), ("4.8".into(), "5".into()));
        assert_eq!(ten_thousandths(500).to_string(), "0.05");
        assert_eq!(ten_thousandths(1).to_string(), "0.0001");
        assert_eq!(ten_thousandths(10_000).to_string(), "1");
        assert_eq!(ten_thousandths(50_000_000_001).to_string(), "5000000.0001");
    }

    #[test]
    fn decimals_are_read_exactly_or_not_at_all() {
        let read = |text: &str, places| parts(&serde_json::from_str(text).unwrap(), places);
        for value in 0..=10_000 {
            let written = ten_thousandths(value.into()).to_string();
            assert_eq!(read(&written, 4), Some(value), "{written}");
        }
        for (text, places, expected) in [
            ("1e-4", 4, Some(1)),
            ("0.05000", 4, Some(500)),
            ("1.0", 4, Some(10_000)),
            ("1000000", 2, Some(100_000_000)),
            ("-0.0", 2, None),
            ("0.00001", 4, None),
            ("0.30000000000000004", 4, None),
            ("-1", 2, None),
            ("-0.5", 2, None),
            ("42949673", 2, None),
            ("1e300", 2, None),
            ("18446744073709551615", 2, None),
        ] {
            assert_eq!(read(text, places), expected, "{text}");
        }
    }
}
