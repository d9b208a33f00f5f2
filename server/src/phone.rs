//! Phone numbers of mainland China.

use std::fmt;

/// A number of the form `^1[3-9]\d{9}$`. Shown, it is masked: `138****8000`.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Checks `text`; `None` if it is not such a number.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let right = digits.len() == 11
            && digits.iter().all(u8::is_ascii_digit)
            && digits[0] == b'1'
            && (b'3'..=b'9').contains(&digits[1]);
        right.then(|| Self(text.to_owned()))
    }

    /// All 11 digits, for the database.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }
}

/// The digits with the middle four hidden. Anything that is not a phone is hidden whole.
#[must_use]
pub fn masked(phone: &str) -> String {
    match (phone.get(..3), phone.get(7..11)) {
        (Some(head), Some(tail)) => format!("{head}****{tail}"),
        _ => "****".to_owned(),
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&masked(&self.0))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mobile_numbers_pass_and_they_are_shown_masked() {
        for good in ["13800138000", "19999999999"] {
            assert!(Phone::new(good).is_some(), "{good}");
        }
        for bad in
            ["", "12800138000", "1380013800", "138001380000", "1380013800a", "+8613800138000", "１３８００１３８０００"]
        {
            assert!(Phone::new(bad).is_none(), "{bad}");
        }
        let phone = Phone::new("13800138000").unwrap();
        assert_eq!(format!("{phone} {phone:?}"), "138****8000 138****8000");
        assert_eq!(masked("号"), "****");
    }
}
