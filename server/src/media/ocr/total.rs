//! The total in the text of a receipt. A wrong amount is worse than none: where the lines contradict each other, or what
//! was read may have lost a digit, there is no answer.

use super::line::{self, Entry, Kind};
use crate::store::photo::AMOUNTS;

/// What the diner paid, in cents.
#[must_use]
pub(super) fn total(text: &str) -> Option<i64> {
    let entries = line::entries(text);
    let paid = Found::of(&entries, Kind::Paid)?;
    let due = Found::of(&entries, Kind::Due)?;
    let total = Found::last(&entries, Kind::Total);
    let best = [paid, due, total].into_iter().flatten().next()?;
    let amount = best.amount?;
    let amount = match (paid, Found::last(&entries, Kind::Change).and_then(|change| change.amount)) {
        (Some(_), Some(change)) if change > 0 => without_change(&entries, amount, change)?,
        _ => amount,
    };
    let fits = |entry: &Entry| explains(&entries, entry, amount);
    let is_last_word = paid.is_some() || !entries[best.at + 1..].iter().any(Entry::lowers);
    (AMOUNTS.contains(&amount) && is_last_word && entries.iter().all(fits)).then_some(amount)
}

/// All amounts that are printed, for comparing two readings.
#[must_use]
pub(super) fn amounts(text: &str) -> Vec<i64> {
    line::entries(text).iter().filter_map(|entry| entry.amount).collect()
}

/// What stands behind a word.
#[derive(Clone, Copy, Debug)]
struct Found {
    at: usize,
    /// `None` if it can't be read.
    amount: Option<i64>,
}

impl Found {
    /// The one amount behind words of this kind. `None` if there are two; `Some(None)` if the words are not there.
    #[expect(clippy::option_option, reason = "no word and two amounts are different answers")]
    fn of(entries: &[Entry], kind: Kind) -> Option<Option<Self>> {
        let mut all = entries.iter().enumerate().filter(|(_, entry)| entry.kind == kind);
        let Some((at, first)) = all.next() else { return Some(None) };
        all.all(|(_, entry)| entry.amount == first.amount).then_some(Some(Self { at, amount: first.amount }))
    }

    fn last(entries: &[Entry], kind: Kind) -> Option<Self> {
        let (at, entry) = entries.iter().enumerate().rfind(|(_, entry)| entry.kind == kind)?;
        Some(Self { at, amount: entry.amount })
    }
}

/// "Received" is what was handed over or what was kept of it; another line must say which.
fn without_change(entries: &[Entry], received: i64, change: i64) -> Option<i64> {
    let is_printed = |amount: i64| {
        entries.iter().any(|entry| matches!(entry.kind, Kind::Due | Kind::Total) && entry.amount == Some(amount))
    };
    let handed_over =
        |amount: i64| entries.iter().any(|entry| entry.kind == Kind::Cash && entry.amount == Some(amount));
    match (is_printed(received - change), is_printed(received) || handed_over(received + change)) {
        (true, false) => Some(received - change),
        (false, true) => Some(received),
        _ => None,
    }
}

/// Whether a line agrees with the answer: an amount due, a total, or cash that differs from it differs by what another
/// line says, and no dish is dearer.
fn explains(entries: &[Entry], entry: &Entry, answer: i64) -> bool {
    let Some(amount) = entry.amount else { return true };
    let sum = |counts: fn(&Entry) -> bool| entries.iter().filter(|e| counts(e)).filter_map(|e| e.amount).sum::<i64>();
    match entry.kind {
        Kind::Due | Kind::Total if amount < answer => sum(|entry| entry.kind == Kind::Fee) == answer - amount,
        Kind::Due | Kind::Total => {
            let gap = amount - answer;
            gap == 0 || gap == sum(Entry::lowers) || entries.iter().any(|other| other.amount == Some(gap))
        }
        Kind::Cash => {
            let change = Found::last(entries, Kind::Change).and_then(|change| change.amount);
            change.is_none_or(|change| change == 0 || amount - change == answer || amount == answer)
        }
        // Nothing costs more than everything.
        Kind::Item => amount <= answer + sum(Entry::lowers),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn each(cases: &[(&str, Option<i64>)]) {
        let wrong: Vec<_> = cases.iter().filter(|(text, expected)| total(text) != *expected).collect();
        assert!(wrong.is_empty(), "not as expected: {wrong:#?}");
    }

    #[test]
    fn the_words_for_a_total() {
        each(&[
            ("米饭 2 4.00\n合计: 58.50", Some(5850)),
            ("合 计 ： ５８．５０", Some(5850)),
            ("总计 ￥ 58.50 元", Some(5850)),
            ("合计金额(元) ...... 58.50", Some(5850)),
            ("消费合计:1,158.00", Some(115_800)),
            ("TOTAL CNY 58.50", Some(5850)),
            ("Subtotal 60.00\nDiscount -1.50\nTotal 58.50", Some(5850)),
            ("Subtotal 58.50", None),
            ("交易金额:\nRMB 1,110.00\n备注:", Some(111_000)),
            ("合计\n¥58.50\n微信支付", Some(5850)),
            ("合计\n¥58.50 共3件", None),
            ("谢谢惠顾", None),
            ("", None),
        ]);
    }

    #[test]
    fn what_was_paid_comes_before_what_was_due_and_what_it_came_to() {
        each(&[
            ("合计 100.00\n优惠 10.00\n实付 90.00", Some(9000)),
            ("合计 100.00\n优惠 10.00\n应付 90.00", Some(9000)),
            ("合计 100.00\n满碱 -10.00\n实付 90.00", Some(9000)),
            ("合计 100.00\n会员 -6.00\n立减 -4.00\n实付 90.00", Some(9000)),
            ("合计 100.00\n配送费 5.00\n实付 105.00", Some(10_500)),
            ("优惠后合计: 90.00", Some(9000)),
            ("合计: 90.00 优惠: 0.00", Some(9000)),
        ]);
    }

    #[test]
    fn cash_and_change() {
        each(&[
            ("应收 58.50\n实收 100.00\n找零 41.50", Some(5850)),
            ("应收 58.50\n实收 58.50\n找零 0.00", Some(5850)),
            ("合计 58.50\n实收 58.50\n现金 100.00\n找零 41.50", Some(5850)),
            ("合计 58.50\n现金 100.00\n找零 41.50", Some(5850)),
            ("Total 58.50\nCash 100.00\nChange 41.50", Some(5850)),
            // A digit was misread somewhere.
            ("应收 53.50\n实收 100.00\n找零 41.50", None),
            ("合计 53.50\n现金 100.00\n找零 41.50", None),
            // Nothing says that this is not what was handed over.
            ("实收 100.00\n找零 41.50", None),
            ("应收 58.50\n实收 100.00\nHE: 41.50", None),
        ]);
    }

    #[test]
    fn contradictions_have_no_answer() {
        each(&[
            ("合计 100.00\n实付 90.00", None),
            ("烤鸭 98.00\n合计 5.00", None),
            ("烤鸭 98.00\n优惠 9.00\n合计 89.00\n余额 858.50", Some(8900)),
            ("合计 100.00\n优惠 20.00\n实付 90.00", None),
            ("实付 90.00\n实付 96.00", None),
            ("应付 90.00\n实付 96.00", None),
            ("合计 100.00 90.00", None),
            // What was paid is not readable.
            ("合计 100.00\n实付 习0.00", None),
            ("合计 100.00\n优惠 10.00\n实忖 90.00", None),
            ("合计 100.00\n-10.00\n9000", None),
        ]);
    }

    #[test]
    fn what_is_no_total() {
        each(&[
            ("找零 41.50", None),
            ("优惠合计 10.00", None),
            ("会员余额 858.50", None),
            ("合计数量 3", None),
            ("合计: 3 件", None),
            ("合计: 3件 58.50", Some(5850)),
            ("合计 3 58.50", Some(5850)),
            ("数量: 3 合计: 58.50", Some(5850)),
            ("电话 021-51848692\n单号 262415071493\n2026-05-18 16:49", None),
            ("合计 2026-05-18", None),
            ("合计 021-51848692", None),
            ("合计 0.00", None),
            ("合计 999,999.99", Some(99_999_999)),
            ("合计 1,000,000.00", None),
            ("合计 99999999999999999999999.00", None),
        ]);
    }

    #[test]
    fn what_machines_make_of_amounts() {
        each(&[
            ("合计 5 8 . 5 0", Some(5850)),
            ("合计 58 .50", Some(5850)),
            ("合计 58. 50", Some(5850)),
            ("合计 58,50", Some(5850)),
            ("合计 1.158.00", Some(115_800)),
            ("合计 5O.0O", Some(5000)),
            ("合计 5l.00", Some(5100)),
            ("合计 Y58.50", Some(5850)),
            ("合计 58.50.", Some(5850)),
            ("合计 |58.50|", Some(5850)),
            // The decimals are lost here, or a thousand is.
            ("米饭 4.00\n合计 5850", None),
            ("合计 1 158.00", None),
            ("合计 1 58.00", Some(5800)),
            ("合计 习58.50", None),
            ("合计 l58.50", None),
            ("合计 58.505", None),
            ("合计 058.50", None),
            // A receipt without decimals.
            ("米饭 4\n合计 58元", Some(5800)),
            ("米饭 4\n合计 58", Some(5800)),
            ("合计 58.5", Some(5850)),
        ]);
    }

    /// Whatever a machine makes of dust, it is looked through without a panic and without an amount that cannot be.
    #[test]
    fn any_text_is_looked_through() {
        const PIECES: [&str; 18] = [
            "合计", "实付", "优惠", "找零", "total", "0", "9", "00", "58.50", ".", ",", " ", "\n", "¥", "-", "件",
            "０", "O",
        ];
        let mut state = 7_u64;
        for _ in 0..5_000 {
            let text: String = (0..12)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    PIECES[usize::try_from(state >> 33).unwrap() % PIECES.len()]
                })
                .collect();
            assert!(total(&text).is_none_or(|cents| AMOUNTS.contains(&cents)), "{text}");
        }
    }
}
