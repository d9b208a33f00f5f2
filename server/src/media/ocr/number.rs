//! Numbers among the words of a receipt, as a machine reads them.

/// What makes a number a count: 3 件.
pub(super) const UNITS: &str = "件份人位个桌号种项瓶折笔次杯只条%";
const CURRENCIES: &str = "¥$半羊";

/// A number, or what looks like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Number {
    /// An amount of money, or a whole number that may be one.
    Amount {
        cents: i64,
        decimals: u8,
        negative: bool,
        /// With a currency or 元.
        marked: bool,
    },
    /// How many of something.
    Count,
    /// Digits that are no amount: a date, a phone, or an amount in which something is wrong.
    Unclear,
}

/// A line as pairs of words and the number behind them. The last has no number if the line ends with words.
pub(super) fn split(line: &str) -> Vec<(String, Option<Number>)> {
    let line: Vec<char> = joined(line);
    let (mut pairs, mut word, mut at) = (Vec::new(), String::new(), 0);
    while at < line.len() {
        if !line[at].is_ascii_digit() {
            word.push(line[at]);
            at += 1;
            continue;
        }
        let end = (at..line.len()).find(|&i| !is_inside(&line, i)).unwrap_or(line.len());
        // "58.50." and "58.50,": the end of a sentence, or dust.
        let end = end - line[at..end].iter().rev().take_while(|c| !c.is_ascii_digit()).count();
        let next = line[end..].iter().copied().find(|c| *c != ' ');
        let number = read(&line[at..end], &word, next);
        pairs.push((std::mem::take(&mut word), Some(number)));
        at = end;
    }
    if !word.trim().is_empty() {
        pairs.push((word, None));
    }
    pairs
}

/// Whether a character goes on with a number: a digit, a separator before one, or a letter taken for a digit.
fn is_inside(line: &[char], at: usize) -> bool {
    let digit = |at: usize| line.get(at).is_some_and(char::is_ascii_digit);
    let follows = || digit(at + 1) || matches!(line.get(at + 1), Some('O' | 'o'));
    match line[at] {
        c if c.is_ascii_digit() => true,
        '.' | ',' | ':' | '-' | '/' => follows(),
        'O' | 'o' | 'l' | 'I' => at > 0 && matches!(line[at - 1], '0'..='9' | '.' | 'O' | 'o'),
        _ => false,
    }
}

fn read(digits: &[char], before: &str, next: Option<char>) -> Number {
    let digits: String = digits.iter().map(|c| if matches!(c, 'O' | 'o') { '0' } else { *c }).collect();
    let digits = digits.replace(['l', 'I'], "1");
    let glued = before.chars().next_back();
    if next.is_some_and(|c| UNITS.contains(c)) || matches!(glued, Some('x' | 'X' | '×' | '#')) {
        return Number::Count;
    }
    let sign = before.trim_end_matches([' ', '¥', '$']).chars().next_back();
    let is_currency = |c: char| CURRENCIES.contains(c) || (c == 'Y' && glued == Some('Y'));
    let marked = next == Some('元') || before.trim_end().chars().next_back().is_some_and(is_currency);
    cents(&digits).map_or(Number::Unclear, |(cents, decimals)| Number::Amount {
        cents,
        decimals,
        negative: sign == Some('-'),
        marked,
    })
}

/// `1234.50`, `1,234.50`, `1.234.50` (a comma misread), `58,50`, `58.5` and `58`, in cents, and how many decimals.
fn cents(digits: &str) -> Option<(i64, u8)> {
    let parts: Vec<&str> = digits.split(['.', ',']).collect();
    let (whole, fraction) = match parts.as_slice() {
        [whole] => ((*whole).to_owned(), ""),
        [whole, fraction] if matches!(fraction.len(), 1 | 2) => ((*whole).to_owned(), *fraction),
        [whole, group] if digits.contains(',') && group.len() == 3 && whole.len() <= 3 => {
            (format!("{whole}{group}"), "")
        }
        [head, groups @ .., fraction]
            if fraction.len() == 2 && head.len() <= 3 && groups.iter().all(|group| group.len() == 3) =>
        {
            (format!("{head}{}", groups.concat()), *fraction)
        }
        _ => return None,
    };
    let is_number = whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit());
    // "058.50": whatever the first digit was, it was no 0.
    let is_plain = whole.len() <= 7 && (whole == "0" || !whole.starts_with('0'));
    let decimals = u8::try_from(fraction.len()).ok()?;
    let cents = format!("{whole}{fraction:0<2}").parse().ok()?;
    (is_number && is_plain).then_some((cents, decimals))
}

/// The line with one width of digits and signs, and without the blanks that a machine sees inside numbers.
fn joined(line: &str) -> Vec<char> {
    let words: Vec<String> =
        line.chars().map(narrow).collect::<String>().split_whitespace().map(str::to_owned).collect();
    let mut text = String::new();
    let mut at = 0;
    while at < words.len() {
        let spaced = words[at..].iter().take_while(|word| is_piece(word)).count();
        let run = words[at..at + spaced].concat();
        let is_amount = spaced >= 4 && run.len() > 3 && run.rfind('.') == Some(run.len() - 3);
        let take = if is_amount { spaced } else { 1 };
        let (word, before) = (words[at..at + take].concat(), text.chars().next_back());
        at += take;
        if text.is_empty() || splits_number(&text, &word) {
            text.push_str(&word);
        } else {
            debug_assert!(before.is_some());
            text.push(' ');
            text.push_str(&word);
        }
    }
    text.chars().collect()
}

/// One digit or one point.
fn is_piece(word: &str) -> bool {
    matches!(word.as_bytes(), [b'0'..=b'9' | b'.' | b','])
}

/// Whether a blank is only the width of a point: `1225 .32` and `58. 50`.
fn splits_number(before: &str, after: &str) -> bool {
    let after = after.as_bytes();
    let ends = |text: &[u8]| text.first().is_none_or(|b| !b.is_ascii_digit() && *b != b'.');
    match before.as_bytes() {
        [.., b'0'..=b'9'] => {
            matches!(after, [b'.' | b',', b'0'..=b'9', b'0'..=b'9', rest @ ..] if ends(rest)) || after == b"."
        }
        [.., b'0'..=b'9', b'.' | b','] => matches!(after, [b'0'..=b'9', b'0'..=b'9', rest @ ..] if ends(rest)),
        _ => false,
    }
}

/// Full-width letters and signs as their narrow ones.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '。' | '·' => '.',
        '、' => ',',
        '￥' => '¥',
        '—' | '–' | '−' => '-',
        '〇' => '0',
        c => c,
    }
}
