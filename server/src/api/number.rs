//! Numbers on the wire.

use serde_json::Number;

/// A number of tenths as a decimal: 50 → `5`, 48 → `4.8`.
#[must_use]
pub fn tenths(value: u32) -> Number {
    decimal(value, 10)
}

/// A number of hundredths as a decimal: 5000 → `50`, 88 → `0.88`.
#[must_use]
pub fn hundredths(value: u32) -> Number {
    decimal(value, 100)
}

/// A number of ten-thousandths as a decimal: 500 → `0.05`.
#[must_use]
pub fn ten_thousandths(value: u32) -> Number {
    decimal(value, 10_000)
}

fn decimal(value: u32, parts: u32) -> Number {
    if value.is_multiple_of(parts) {
        Number::from(value / parts)
    } else {
        // The nearest double to the exact quotient, which prints as the shortest decimal: at most four places here.
        Number::from_f64(f64::from(value) / f64::from(parts)).unwrap_or_else(|| Number::from(0))
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
    }
}
