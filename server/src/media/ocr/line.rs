//! Lines of a receipt: words and the amounts behind them.

use super::number::{self, Number};

/// What a word makes of the amount behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What was paid in the end.
    Paid,
    /// What was to be paid.
    Due,
    /// What everything comes to, perhaps before a discount.
    Total,
    /// What is taken off.
    Discount,
    /// What is put on top.
    Fee,
    /// What was handed over.
    Cash,
    /// What was handed back.
    Change,
    /// Something known that is no part of the sum.
    Other,
    /// A line without a known word: a dish, mostly.
    Item,
}

/// A word and its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// Cents, of either sign made positive; `None` if there is no amount, or one that can't be trusted.
    pub(super) amount: Option<i64>,
    negative: bool,
}

impl Entry {
    /// Whether it lowers a total that stands above it.
    pub(super) fn lowers(&self) -> bool {
        self.amount != Some(0) && (self.kind == Kind::Discount || (self.kind == Kind::Item && self.negative))
    }
}

/// Words of each kind, looked for in this order: "优惠合计" is a discount, "消费税合计" a tax.
const WORDS: [(Kind, &str); 8] = [
    (Kind::Change, "找零 找回 找补 change"),
    (Kind::Discount, "优惠 折扣 立减 满减 减免 抵扣 抵用 红包 代金 让利 抹零 discount coupon saving"),
    (Kind::Fee, "服务费 配送费 餐盒费 打包费 包装费 运费 餐位费 茶位费 税 tax servicecharge deliveryfee"),
    (
        Kind::Other,
        "余额 积分 储值 押金 单价 原价 数量 件数 份数 人数 总数 小计 编号 单号 电话 日期 时间 发票 subtotal ubtotal qty item \
         point count guest",
    ),
    (Kind::Paid, "实付 实收 已付 实际支付 支付金额 付款金额 支付合计 交易金额 amountpaid totalpaid"),
    (Kind::Due, "应付 应收 需付 待付 amountdue balancedue totaldue grandtotal"),
    (Kind::Total, "合计 总计 总额 共计 总价 总金额 消费金额 订单金额 结算金额 total"),
    (Kind::Cash, "现金 收款 cash"),
];
/// What makes a discount's word part of the price after it.
const AFTER: [&str; 5] = ["优惠后", "折扣后", "抵扣后", "减免后", "折后"];
/// What may stand between a word and its amount; a machine reads ¥ as Y.
const FILLERS: [&str; 8] = ["金额", "人民币", "rmb", "cny", "amount", "元", "款", "y"];

/// Everything that a text says about amounts, in its order.
pub(super) fn entries(text: &str) -> Vec<Entry> {
    let lines: Vec<Vec<(String, Vec<Number>)>> = text.lines().map(groups).filter(|line| !line.is_empty()).collect();
    let numbers = || lines.iter().flatten().flat_map(|(_, numbers)| numbers);
    let has_decimals = numbers().any(|number| matches!(number, Number::Amount { decimals: 2, .. }));
    let mut entries = Vec::new();
    let mut lines = lines.iter().peekable();
    while let Some(line) = lines.next() {
        for (index, (label, numbers)) in line.iter().enumerate() {
            let (kind, clean) = kind(label);
            let is_any = matches!(kind, Kind::Other | Kind::Item);
            let mut numbers = numbers.as_slice();
            if numbers.is_empty() && !is_any && index + 1 == line.len() {
                // The amount may be alone on the next line.
                if let Some([(label, below)]) = lines.peek().map(|line| line.as_slice())
                    && residue(label).is_empty()
                    && below.len() == 1
                {
                    numbers = below;
                }
            }
            let (amount, negative) = pick(numbers, has_decimals, is_any);
            entries.push(Entry { kind, amount: amount.filter(|_| clean), negative });
        }
    }
    entries
}

/// The one amount of several numbers: a count may stand before it, but two amounts are none.
fn pick(numbers: &[Number], has_decimals: bool, any: bool) -> (Option<i64>, bool) {
    let mut amounts = numbers.iter().filter_map(|number| match *number {
        Number::Amount { cents, decimals: 0, negative, marked } => {
            let is_plain = !has_decimals && numbers.len() == 1 && (marked || cents < 1_000_000);
            is_plain.then_some((cents, negative))
        }
        Number::Amount { cents, negative, .. } => Some((cents, negative)),
        Number::Count | Number::Unclear => None,
    });
    let first = amounts.next();
    let may_be_one = |pair: &[Number]| {
        // "1 158.00" is 1,158.00 as well as one piece for 158.00.
        matches!(pair, [Number::Amount { decimals: 0, .. }, Number::Amount { cents: 10_000..=99_999, decimals: 2, .. }])
    };
    let is_split = numbers.windows(2).any(may_be_one);
    let is_clear = any || (amounts.next().is_none() && !is_split && !numbers.contains(&Number::Unclear));
    first.filter(|_| is_clear).map_or((None, false), |(cents, negative)| (Some(cents), negative))
}

/// The kind of a word, and whether nothing unknown stands between it and its amount: that may be a misread digit.
fn kind(label: &str) -> (Kind, bool) {
    let mut label: String = label.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    for after in AFTER {
        label = label.replace(after, "");
    }
    for (kind, words) in WORDS {
        let ends = words.split(' ').filter_map(|word| label.rfind(word).map(|at| at + word.len()));
        if let Some(end) = ends.max() {
            return (kind, residue(&label[end..]).is_empty());
        }
    }
    (Kind::Item, true)
}

/// The letters of a text that are not known to mean nothing.
fn residue(text: &str) -> String {
    let mut text = text.to_lowercase();
    for filler in FILLERS {
        text = text.replace(filler, "");
    }
    text.retain(char::is_alphanumeric);
    text
}

/// A line as words, each with the numbers behind it.
fn groups(line: &str) -> Vec<(String, Vec<Number>)> {
    let mut groups: Vec<(String, Vec<Number>)> = Vec::new();
    for (before, number) in number::split(line) {
        let continues = residue(&before).is_empty() && kind(&before).0 == Kind::Item;
        match (groups.last_mut(), number) {
            (Some((_, numbers)), Some(number)) if continues => numbers.push(number),
            (Some(_), None) if continues => {}
            // "合计: 3 件 58.00": the count's unit is no new word.
            (Some((_, numbers)), Some(number)) if numbers.last() == Some(&Number::Count) && is_unit(&before) => {
                numbers.push(number);
            }
            (Some((_, numbers)), None) if numbers.last() == Some(&Number::Count) && is_unit(&before) => {}
            (_, number) => groups.push((before, number.into_iter().collect())),
        }
    }
    groups
}

fn is_unit(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.next().is_some_and(|c| number::UNITS.contains(c)) && letters.next().is_none()
}
