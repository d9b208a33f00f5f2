//! The text that diners read before they draw, made of the table, so that its odds are the odds.

use alloc::{string::String, vec::Vec};
use core::fmt::{self, Write};

use super::{cut, terms::has};
use crate::prize::{Prize, PrizeKind, PrizeTable, WEIGHT_SUM};

/// The longest rules that a server takes, in characters.
const LONGEST: usize = 5_000;
/// The longest term. Longer ones are cut.
const TERM: usize = 500;
/// How long names may be, tried in turn until the notice is short enough.
const NAMES: [usize; 3] = [100, 16, 8];
/// Said where a name or a prize had to be left out.
const ABRIDGED: &str = "（奖项较多，以上有省略。全部奖项与概率见“公开概率”页面。）\n";

/// The line above the prizes, which is the same in every notice.
pub(super) const HEADING: &str = "奖项与概率（与扇区的大小无关）：";
const COST: &str = "参与方式：每抽一次消耗 ";
const SOLD_OUT: &str = "限量的奖品送完后，抽中它的得到“";
const PRIZE: &str = "・";

/// What a notice says beyond the table, each in at most 500 characters; what is empty is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoticeTerms<'a> {
    /// Who holds the promotion.
    pub organiser: &'a str,
    /// From when to when.
    pub period: &'a str,
    /// How prizes are had, and where and how long points and coupons can be used.
    pub redemption: &'a str,
    /// How the organiser is reached.
    pub contact: &'a str,
}

/// The notice of `table`, in Chinese, in lines, of at most 5,000 characters.
#[must_use]
pub fn notice(table: &PrizeTable, terms: &NoticeTerms<'_>) -> String {
    let (mut head, mut tail) = (String::new(), String::new());
    // Writing to a String cannot fail.
    let _ = write_head(&mut head, table, terms).and_then(|()| write_tail(&mut tail, table, terms));
    let fixed = [&head, &tail, ABRIDGED].map(|part| part.chars().count()).iter().sum();
    let mut left = LONGEST.saturating_sub(fixed);
    let (mut lines, mut abridged) = (Vec::new(), true);
    for longest in NAMES {
        lines = prize_lines(table, longest);
        if lines.iter().map(|line| length(line)).sum::<usize>() <= left {
            abridged = table.prizes().iter().any(|prize| prize.name.chars().count() > longest);
            break;
        }
    }
    for line in lines {
        match left.checked_sub(length(&line)) {
            Some(rest) => left = rest,
            None => break,
        }
        head.push_str(&line);
        head.push('\n');
    }
    if abridged {
        head.push_str(ABRIDGED);
    }
    head.push_str(&tail);
    head
}

/// What the rules hold of a notice.
#[derive(Default)]
pub(super) struct Held {
    /// One.
    pub(super) is_any: bool,
    /// Lines of another table's.
    pub(super) is_other: bool,
}

/// The lines that a notice of `table` may have, but for its terms.
pub(super) fn own_lines(table: &PrizeTable) -> Vec<String> {
    let mut lines: Vec<_> = notice(table, &NoticeTerms::default()).split('\n').map(String::from).collect();
    for longest in NAMES {
        lines.append(&mut prize_lines(table, longest));
    }
    lines
}

/// Whether a line is one that depends on the table.
pub(super) fn is_of_any_table(line: &str) -> bool {
    [COST, SOLD_OUT].iter().any(|start| line.starts_with(start))
        || (line.starts_with(PRIZE) && has(line.as_bytes(), "）："))
}

/// Characters of a line and its end.
fn length(line: &str) -> usize {
    line.chars().count().saturating_add(1)
}

fn write_head(out: &mut String, table: &PrizeTable, terms: &NoticeTerms<'_>) -> fmt::Result {
    write_term(out, "活动时间", terms.period)?;
    let (cost, limit) = (table.cost(), table.daily_limit());
    writeln!(out, "{COST}{cost} 积分，每人每天最多抽 {limit} 次，立即显示结果。\n{HEADING}")
}

fn write_tail(out: &mut String, table: &PrizeTable, terms: &NoticeTerms<'_>) -> fmt::Result {
    let fallback = table.fallback().and_then(|id| table.prize(id));
    if let Some(fallback) = fallback.filter(|_| table.prizes().iter().any(|prize| prize.stock.is_some())) {
        writeln!(out, "{SOLD_OUT}{}”。", fallback.name)?;
    }
    if table.prizes().iter().any(|prize| prize.kind == PrizeKind::Points) {
        out.write_str("抽中的积分立即到账。\n")?;
    }
    write_term(out, "兑奖方式", terms.redemption)?;
    out.write_str("验证方式：每次抽奖前公布承诺值，抽奖后公开种子，可在“核对证明”页面重算每个结果。\n")?;
    write_term(out, "主办方", terms.organiser)?;
    write_term(out, "联系方式", terms.contact)
}

fn write_term(out: &mut String, label: &str, term: &str) -> fmt::Result {
    let [term, rest] = cut(term.trim_ascii(), TERM);
    if term.is_empty() { Ok(()) } else { writeln!(out, "{label}：{term}{rest}") }
}

fn prize_lines(table: &PrizeTable, longest: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for prize in table.prizes() {
        let mut line = String::new();
        // Writing to a String cannot fail.
        let _ = write_prize(&mut line, prize, longest);
        lines.push(line);
    }
    lines
}

fn write_prize(out: &mut String, prize: &Prize, longest: usize) -> fmt::Result {
    let &Prize { weight, kind, value_cents: value, .. } = prize;
    let [name, rest] = cut(&prize.name, longest);
    write!(out, "{PRIZE}{name}{rest}（")?;
    match kind {
        PrizeKind::Points => write!(out, "{} 积分", Hundredths(value)),
        PrizeKind::Empty => out.write_str("不中奖"),
        PrizeKind::Coupon => out.write_str("优惠券"),
        PrizeKind::Physical => out.write_str("实物"),
    }?;
    match (kind, value) {
        (PrizeKind::Points | PrizeKind::Empty, _) | (_, 0) => Ok(()),
        // A share of the price: 0.88 is 8.8 折.
        (PrizeKind::Coupon, 1..100) => write!(out, "，{} 折", Hundredths(value.saturating_mul(10))),
        _ => write!(out, "，价值 {} 元", Hundredths(value)),
    }?;
    write!(out, "）：{}%", Hundredths(weight))?;
    if let Some(common) = core::num::NonZeroU32::new(common_divisor(weight)) {
        write!(out, "（{}/{}）", weight / common, WEIGHT_SUM / common)?;
    }
    match prize.stock {
        Some(stock) => write!(out, "，共 {stock} 份"),
        None => Ok(()),
    }
}

/// The largest number that divides both `weight` and 10,000; 0 for a weight of 0, which is no fraction to speak of.
fn common_divisor(weight: u32) -> u32 {
    let (mut a, mut b) = (WEIGHT_SUM, weight);
    while let Some(rest) = a.checked_rem(b) {
        (a, b) = (b, rest);
    }
    if weight == 0 { 0 } else { a }
}

/// A number of hundredths, without zeros at its end.
struct Hundredths(u32);

impl fmt::Display for Hundredths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        write!(f, "{whole}")?;
        match (rest, rest % 10) {
            (0, _) => Ok(()),
            (_, 0) => write!(f, ".{}", rest / 10),
            _ => write!(f, ".{rest:02}"),
        }
    }
}
