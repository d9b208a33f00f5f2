//! Odds that a text names beside a prize, compared with the table.

use alloc::vec::Vec;

use crate::prize::PrizeTable;

/// Adds to `found` the prizes beside whose names `sentence` has numbers with a percent sign, none of which is their chance.
///
/// “八八折券 5%、谢谢参与 95%” and “5% 八八折券、95% 谢谢参与” are understood. Prizes of one name may be given one by one or
/// added up.
pub(super) fn disagreeing(table: &PrizeTable, sentence: &str, found: &mut Vec<u32>) {
    let names = mentions(table, sentence);
    let (Some(&(first, ..)), Some(&(_, last, _))) = (names.first(), names.last()) else { return };
    // Odds stand before their names if there are some before the first name, and none after the last.
    let before = !percents(sentence, 0, first).is_empty() && percents(sentence, last, sentence.len()).is_empty();
    let mut previous = 0;
    for (index, &(start, end, name)) in names.iter().enumerate() {
        let next = names.get(index.saturating_add(1)).map_or(sentence.len(), |&(next, ..)| next);
        let said = if before { percents(sentence, previous, start) } else { percents(sentence, end, next) };
        previous = end;
        let same = || table.prizes().iter().filter(|prize| prize.name == name);
        let sum = same().map(|prize| prize.weight).sum();
        if !said.is_empty() && !said.contains(&sum) && !same().any(|prize| said.contains(&prize.weight)) {
            found.extend(same().map(|prize| prize.id));
        }
    }
}

/// Where names of prizes start and end in `text`, the longest that fits at each place.
fn mentions<'t>(table: &'t PrizeTable, text: &str) -> Vec<(usize, usize, &'t str)> {
    let mut found = Vec::new();
    let mut from = 0;
    for (at, _) in text.char_indices() {
        let Some((head, rest)) = text.split_at_checked(at).filter(|_| at >= from) else { continue };
        let names = table.prizes().iter().map(|prize| prize.name.as_str()).filter(|name| rest.starts_with(name));
        // “50积分” is not in “150积分”.
        let digit = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_digit());
        let in_number = digit(head.bytes().next_back()) && digit(rest.bytes().next());
        if let Some(name) = names.max_by_key(|name| name.len()).filter(|_| !in_number) {
            from = at.saturating_add(name.len());
            found.push((at, from, name));
        }
    }
    found
}

/// The numbers with a percent sign in a part of `text`, in hundredths of a percent; one of more than two places, as no chance
/// has, is the largest number. Full-width characters are as good as others, and there may be spaces before the sign.
fn percents(text: &str, from: usize, to: usize) -> Vec<u32> {
    let mut found = Vec::new();
    // Its digits without the point, and how many were behind that.
    let (mut number, mut places) = (None, None);
    let mut has_ended = false;
    for char in text.get(from..to).unwrap_or_default().chars() {
        // The full-width characters of ASCII, and two other spaces.
        let char = match char {
            '\u{ff01}'..='\u{ff5e}' => u32::from(char).wrapping_sub(0xfee0),
            '\u{a0}' | '\u{3000}' => 0x20,
            other => u32::from(other),
        };
        match (u8::try_from(char).unwrap_or_default(), number) {
            (byte @ b'0'..=b'9', _) => {
                if has_ended {
                    (number, places, has_ended) = (None, None, false);
                }
                let digit = u32::from(byte.wrapping_sub(b'0'));
                number = Some(number.unwrap_or(0_u32).saturating_mul(10).saturating_add(digit));
                places = places.map(|places: u32| places.saturating_add(1));
            }
            (b'.', Some(_)) => places = Some(0),
            (b' ', _) => has_ended = true,
            (b'%', Some(digits)) => {
                let scale = 2_u32.checked_sub(places.unwrap_or(0)).map(|missing| 10_u32.saturating_pow(missing));
                found.push(scale.map_or(u32::MAX, |scale| digits.saturating_mul(scale)));
                (number, places) = (None, None);
            }
            _ => (number, places) = (None, None),
        }
    }
    found
}
