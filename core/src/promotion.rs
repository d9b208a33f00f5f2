//! The rules of promotions in China, looked at before a wheel is published: what to check, and a notice that diners read.
//!
//! It informs and forbids nothing. It follows the Interim Provisions on Regulating Promotional Acts (规范促销行为暂行规定,
//! order 32 of the State Administration for Market Regulation, 2020): articles 5, 13 and 14, and the limit of the top prize.
//!
//! What the table says is judged exactly. Names and rules are only searched for words: a text that has 主办 in it is taken to
//! name the organiser, whatever it says there. So [`Level::Ok`] on terms means that something was found, and not that it is
//! enough; and rules that say the same in other words are warned about needlessly. Odds in rules are understood as decimal
//! numbers with a percent sign beside a prize's name, and not as fractions or in Chinese numerals.

mod name;
mod notice;
mod odds;
mod terms;

use alloc::vec::Vec;

pub use notice::{NoticeTerms, notice};

use crate::prize::{Prize, PrizeKind, PrizeTable};

/// The most that a single prize may be worth, in hundredths of a yuan. Of a point too: one is hardly worth more than
/// a yuan.
const TOP_PRIZE: u32 = 5_000_000;
/// Draws that one request of a diner makes at the most. What they win together counts as one prize.
const DRAWS_AT_ONCE: u32 = 10;
/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Code {
    /// Odds are published (article 13), as every table's are; rules that name another one are told of.
    OddsPublished,
    /// The notice that the rules hold is that of this table. Only if they hold one.
    NoticeOutdated,
    /// The worth of each prize is published (article 13).
    PrizeWorth,
    /// No prize is worth more than 50,000 yuan.
    TopPrizeLimit,
    /// Each prize on the wheel can be won (article 5).
    Unreachable,
    /// A prize that is none says so (article 5).
    EmptyNamed,
    /// The rules say who holds it, and how to reach them (article 13).
    OrganiserTerms,
    /// The rules say from when to when (article 13).
    PeriodTerms,
    /// The rules say how a prize is had (article 13).
    RedemptionTerms,
    /// The rules say what points are good for, and how long (article 14). Only if there are any.
    PointsTerms,
    /// The rules say where coupons can be used, and how long (article 14). Only if there are any.
    CouponTerms,
}

/// How a finding is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Level {
    /// As it should be.
    Ok,
    /// Somebody should look at it.
    Advice,
    /// What the provisions ask for was not found.
    Warning,
}

/// One line of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Finding {
    /// What was looked at.
    pub code: Code,
    /// How it is meant.
    pub level: Level,
    /// The prize it is about; `None` if it is about the whole.
    pub prize_id: Option<u32>,
}

/// Looks at `table` and at the `rules` that diners read, each [`Code`] in turn: a finding for each prize that is not as it
/// should be, or a single one of [`Level::Ok`].
#[must_use]
pub fn check(table: &PrizeTable, rules: &str) -> Vec<Finding> {
    let (mut terms, mut other_odds) = (terms::Terms::default(), Vec::new());
    let (own, mut held) = (notice::own_lines(table), notice::Held::default());
    for line in rules.split('\n').map(str::trim_ascii) {
        // What a notice says of itself is nobody's term, and the odds of these very lines are the table's.
        if own.iter().any(|own| own == line) {
            held.is_any |= line == notice::HEADING;
            continue;
        }
        held.is_other |= notice::is_of_any_table(line);
        for sentence in line.split('。') {
            terms.find(sentence);
            odds::disagreeing(table, sentence, &mut other_odds);
        }
    }

    let mut findings = Findings { table, list: Vec::new() };
    findings.prizes(Code::OddsPublished, &|prize| Some(advice(other_odds.contains(&prize.id))));
    if held.is_any {
        findings.whole(Code::NoticeOutdated, warning(held.is_other));
    }
    findings.prizes(Code::PrizeWorth, &worth);
    findings.prizes(Code::TopPrizeLimit, &|prize| top_prize(table, prize));
    findings.prizes(Code::Unreachable, &|prize| Some(unreachable(table, prize)));
    findings.prizes(Code::EmptyNamed, &|prize| (prize.kind == PrizeKind::Empty).then(|| nothing_promised(prize)));
    findings.whole(Code::OrganiserTerms, terms.organiser_level());
    findings.whole(Code::PeriodTerms, warning(!terms.period));
    let handed_over = findings.any(PrizeKind::Coupon) || findings.any(PrizeKind::Physical);
    let missing = if handed_over { Level::Warning } else { Level::Advice };
    findings.whole(Code::RedemptionTerms, if terms.redemption { Level::Ok } else { missing });
    // Where and how long a coupon can be used may stand on the coupon, so that this is advice.
    if findings.any(PrizeKind::Points) {
        findings.whole(Code::PointsTerms, advice(!terms.points.both()));
    }
    if findings.any(PrizeKind::Coupon) {
        findings.whole(Code::CouponTerms, advice(!terms.coupons.both()));
    }
    findings.list
}

struct Findings<'a> {
    table: &'a PrizeTable,
    list: Vec<Finding>,
}

impl Findings<'_> {
    fn whole(&mut self, code: Code, level: Level) {
        self.list.push(Finding { code, level, prize_id: None });
    }

    /// Judges each prize that it applies to; nothing is said if it applies to none.
    fn prizes(&mut self, code: Code, judge: &dyn Fn(&Prize) -> Option<Level>) {
        let (before, mut applies) = (self.list.len(), false);
        for prize in self.table.prizes() {
            let level = judge(prize);
            applies |= level.is_some();
            if let Some(level @ (Level::Advice | Level::Warning)) = level {
                self.list.push(Finding { code, level, prize_id: Some(prize.id) });
            }
        }
        if applies && self.list.len() == before {
            self.whole(code, Level::Ok);
        }
    }

    fn any(&self, kind: PrizeKind) -> bool {
        self.table.prizes().iter().any(|prize| prize.kind == kind)
    }
}

fn advice(found: bool) -> Level {
    if found { Level::Advice } else { Level::Ok }
}

fn warning(found: bool) -> Level {
    if found { Level::Warning } else { Level::Ok }
}

fn worth(prize: &Prize) -> Option<Level> {
    match prize.kind {
        PrizeKind::Empty => None,
        // Less than one point is credited as none.
        PrizeKind::Points => Some(warning(prize.value_cents < 100)),
        PrizeKind::Coupon | PrizeKind::Physical => Some(advice(prize.value_cents == 0)),
    }
}

/// A coupon worth less than one yuan is a share of the price, and what that saves depends on the bill.
fn top_prize(table: &PrizeTable, prize: &Prize) -> Option<Level> {
    let above = prize.value_cents > TOP_PRIZE;
    match prize.kind {
        PrizeKind::Empty => None,
        PrizeKind::Points => Some(advice(above)),
        PrizeKind::Coupon | PrizeKind::Physical if above => Some(Level::Warning),
        PrizeKind::Coupon | PrizeKind::Physical => {
            let pieces = prize.stock.unwrap_or(u32::MAX).min(table.daily_limit()).min(DRAWS_AT_ONCE);
            Some(advice(prize.value_cents.saturating_mul(pieces) > TOP_PRIZE))
        }
    }
}

fn unreachable(table: &PrizeTable, prize: &Prize) -> Level {
    if prize.kind != PrizeKind::Empty {
        return warning(prize.weight == 0 || prize.stock == Some(0));
    }
    // Harms nobody, but what is on the wheel never comes.
    advice(prize.weight == 0 && table.fallback() != Some(prize.id))
}

fn nothing_promised(prize: &Prize) -> Level {
    let (promises, denies) = name::says(&prize.name);
    match (promises, denies) {
        (true, false) => Level::Warning,
        (false, true) => advice(prize.value_cents > 0),
        _ => Level::Advice,
    }
}

/// The first `longest` characters of `text`, and what stands for the rest.
fn cut(text: &str, longest: usize) -> [&str; 2] {
    let mut ends = text.char_indices().map(|(at, _)| at).skip(longest.saturating_sub(1));
    match (ends.next().and_then(|end| text.get(..end)), ends.next()) {
        (Some(head), Some(_)) => [head, "…"],
        _ => [text, ""],
    }
}
