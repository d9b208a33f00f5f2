//! How receipts are laid out.

use super::{
    bill::{Bill, grouped, money},
    paint::{Align, Row, Slip},
};
use crate::chance::Chance;

type Write = fn(&Bill, &Chance) -> Slip;

const LAYOUTS: [(&str, Write); 8] = [
    ("thermal", thermal),
    ("restaurant", restaurant),
    ("english", english),
    ("next line", next_line),
    ("leaders", leaders),
    ("card", card),
    ("delivery", delivery),
    ("counter", counter),
];

pub(super) fn of(seed: u64) -> (&'static str, Write) {
    LAYOUTS[usize::try_from(seed % 8).expect("below eight")]
}

fn left(text: impl Into<String>) -> Row {
    Row::new().at(0.0, Align::Left, text)
}

fn middle(text: impl Into<String>) -> Row {
    Row::new().at(0.5, Align::Middle, text)
}

fn pair(label: impl Into<String>, value: impl Into<String>) -> Row {
    left(label).at(1.0, Align::Right, value)
}

/// The narrow roll of a till.
fn thermal(bill: &Bill, chance: &Chance) -> Slip {
    let mut rows = vec![middle(bill.shop).big(), middle("结账单")];
    rows.push(left(format!("单号:{}", bill.order)));
    rows.push(left(format!("桌号:{} 人数:{}", bill.table, bill.guests)));
    rows.push(left(format!("时间:{}", bill.date)));
    rows.push(Row::rule('-'));
    rows.push(pair("品名", "金额").at(0.62, Align::Middle, "数量"));
    for dish in &bill.dishes {
        let amount = money(dish.count * dish.price);
        rows.push(pair(dish.name, amount).at(0.62, Align::Middle, dish.count.to_string()));
    }
    rows.push(Row::rule('-'));
    let colon = *chance.one_of(&[":", "："]);
    rows.push(pair(format!("合计{colon}"), money(bill.total())).maybe_bold(bill.discount == 0));
    if bill.discount > 0 {
        rows.push(pair(format!("优惠{colon}"), format!("-{}", money(bill.discount))));
    }
    if bill.discount > 0 || bill.cash.is_some() {
        rows.push(pair(format!("应付{colon}"), money(bill.paid())).bold());
    }
    if let Some(cash) = bill.cash {
        rows.push(pair(format!("现金{colon}"), money(cash)));
        rows.push(pair(format!("找零{colon}"), money(cash - bill.paid())));
    }
    rows.push(Row::rule('-'));
    rows.push(middle("谢谢惠顾 欢迎再次光临"));
    rows.push(left(format!("电话:{}", bill.phone)));
    Slip { columns: 17.0, rows }
}

/// The wide bill of a restaurant, with a table of four columns.
fn restaurant(bill: &Bill, chance: &Chance) -> Slip {
    let row = |cells: [String; 4]| {
        let [name, price, count, amount] = cells;
        pair(name, amount).at(0.58, Align::Right, price).at(0.74, Align::Middle, count)
    };
    let mut rows = vec![middle(bill.shop).big(), middle("消费明细单")];
    rows.push(pair(format!("台号：{}", bill.table), format!("人数：{}", bill.guests)));
    rows.push(pair(format!("账单号：{}", bill.order), bill.date.clone()));
    rows.push(Row::rule('='));
    rows.push(row(["菜品", "单价", "数量", "小计"].map(str::to_owned)));
    rows.push(Row::rule('-'));
    for dish in &bill.dishes {
        rows.push(row([dish.name.into(), money(dish.price), dish.count.to_string(), money(dish.count * dish.price)]));
    }
    rows.push(Row::rule('='));
    rows.push(pair(*chance.one_of(&["消费合计：", "消费金额：", "总计："]), grouped(bill.total())));
    if bill.discount > 0 {
        rows.push(pair(*chance.one_of(&["折扣优惠：", "会员折扣：", "优惠金额："]), grouped(bill.discount)));
    }
    rows.push(pair("应收金额：", grouped(bill.paid())).bold());
    rows.push(pair("实收金额：", grouped(bill.cash.unwrap_or(bill.paid()))));
    rows.push(pair("找零：", money(bill.cash.map_or(0, |cash| cash - bill.paid()))));
    rows.push(Row::rule('-'));
    rows.push(left(format!("收银员：0{} 订餐电话：{}", 1 + chance.below(9), bill.phone)));
    Slip { columns: 27.0, rows }
}

/// A slip in English.
fn english(bill: &Bill, chance: &Chance) -> Slip {
    let mut rows = vec![middle("Blue Moon Cafe").big(), middle("Shop 12, Nanjing Rd, Shanghai")];
    rows.push(pair(format!("Order #{}", 100 + chance.below(900)), bill.date.clone()));
    rows.push(Row::rule('.'));
    for dish in &bill.dishes {
        rows.push(pair(format!("{} x {}", dish.count, dish.english), money(dish.count * dish.price)));
    }
    rows.push(Row::rule('.'));
    let sign = *chance.one_of(&["", "¥", "¥ ", "CNY "]);
    rows.push(pair("Subtotal", money(bill.total())));
    if bill.discount > 0 {
        rows.push(pair("Discount", format!("-{}", money(bill.discount))));
    }
    rows.push(pair(*chance.one_of(&["TOTAL", "Total", "Total:"]), format!("{sign}{}", money(bill.paid()))).big());
    if let Some(cash) = bill.cash {
        rows.push(pair("Cash", money(cash)));
        rows.push(pair("Change", money(cash - bill.paid())));
    }
    rows.push(middle("Thank you! Have a nice day"));
    rows.push(middle(format!("Tel {}", bill.phone)));
    Slip { columns: 19.0, rows }
}

/// The label on one line, the amount on the next.
fn next_line(bill: &Bill, chance: &Chance) -> Slip {
    let mut rows = vec![middle(bill.shop).big(), left(format!("流水号 {}", bill.order)), left(bill.date.clone())];
    rows.push(Row::rule('-'));
    for dish in &bill.dishes {
        rows.push(left(dish.name));
        rows.push(pair(format!("  {} x {}", dish.count, money(dish.price)), money(dish.count * dish.price)));
    }
    rows.push(Row::rule('-'));
    if bill.discount > 0 {
        rows.push(pair("优惠", format!("-¥{}", money(bill.discount))));
    }
    rows.push(middle(*chance.one_of(&["合计", "实付金额", "应付金额", "总计"])).big());
    rows.push(middle(format!("{}{}", chance.one_of(&["¥", "¥ ", ""]), money(bill.paid()))).big().bold());
    rows.push(middle("微信支付"));
    Slip { columns: 17.0, rows }
}

/// Dots lead from the label to the amount.
fn leaders(bill: &Bill, chance: &Chance) -> Slip {
    let led = |label: &str, value: String, wide: usize| {
        let dots = ".".repeat(wide.saturating_sub(value.len()));
        left(label.to_owned()).at(1.0, Align::Right, format!("{dots} {value}"))
    };
    let mut rows = vec![middle(bill.shop).big(), pair(format!("{}号桌", bill.table), bill.date.clone())];
    for dish in &bill.dishes {
        let name = if dish.count > 1 { format!("{}×{}", dish.name, dish.count) } else { dish.name.into() };
        rows.push(led(&name, money(dish.count * dish.price), 20));
    }
    rows.push(Row::rule('*'));
    let unit = *chance.one_of(&["元", ""]);
    rows.push(led("合计金额", format!("{}{unit}", money(bill.total())), 24));
    if bill.discount > 0 {
        rows.push(led("立减", format!("{}{unit}", money(bill.discount)), 24));
        rows.push(led("实付金额", format!("{}{unit}", money(bill.paid())), 24).bold());
    }
    rows.push(middle(format!("电话 {}", bill.phone)));
    Slip { columns: 21.0, rows }
}

/// The slip of a card terminal, which knows no dishes.
fn card(bill: &Bill, chance: &Chance) -> Slip {
    let mut rows = vec![middle("银联商务 POS签购单").big(), left(format!("商户名称: {}", bill.shop))];
    rows.push(left(format!("商户编号: 8982900{}", chance.below(100_000_000))));
    rows.push(left(format!("终端编号: {:08}", chance.below(100_000_000))));
    rows.push(left(format!("卡号: 6222 **** **** {:04}", chance.below(10_000))));
    rows.push(left("交易类型: 消费(SALE)"));
    rows.push(left(format!("批次号: {:06}  凭证号: {:06}", chance.below(1_000_000), chance.below(1_000_000))));
    rows.push(left(format!("日期时间: {}", bill.date)));
    rows.push(left(format!("参考号: {}", bill.order)));
    rows.push(left("交易金额:"));
    rows.push(middle(format!("RMB {}", grouped(bill.paid()))).big().bold());
    rows.push(left("备注:"));
    rows.push(left("持卡人签名:"));
    rows.push(Row::rule('-'));
    rows.push(left("本人确认以上交易 同意记入本卡账户"));
    Slip { columns: 19.0, rows }
}

/// What a courier's bag has on it.
fn delivery(bill: &Bill, chance: &Chance) -> Slip {
    let mut rows = vec![middle(format!("#{} 外卖订单", 1 + chance.below(200))).big(), middle("--已在线支付--")];
    rows.push(left(format!("下单时间 {}", bill.date)));
    rows.push(left("备注：不要香菜，少放辣"));
    rows.push(Row::rule('-'));
    for dish in &bill.dishes {
        let amount = money(dish.count * dish.price);
        rows.push(pair(dish.name, amount).at(0.66, Align::Middle, format!("x{}", dish.count)));
    }
    rows.push(Row::rule('-'));
    rows.push(pair("商品总额", format!("¥{}", money(bill.total()))));
    if bill.discount > 0 {
        rows.push(pair("满减优惠", format!("-¥{}", money(bill.discount))));
    }
    rows.push(pair("配送费", "¥0.00"));
    rows.push(pair(*chance.one_of(&["实付", "实际支付", "顾客实付"]), format!("¥{}", money(bill.paid()))).big().bold());
    rows.push(Row::rule('-'));
    rows.push(left(format!("张** 手机尾号{:04}", chance.below(10_000))));
    rows.push(left(format!("订单号 {}", bill.order)));
    Slip { columns: 18.0, rows }
}

/// The till of a shop with members: counts and balances stand beside the total.
fn counter(bill: &Bill, chance: &Chance) -> Slip {
    let mut rows = vec![middle(bill.shop), left(format!("No.{}", bill.order)), left(bill.date.clone())];
    rows.push(Row::rule('-'));
    for (index, dish) in bill.dishes.iter().enumerate() {
        rows.push(left(format!("{:02} {}", index + 1, dish.name)));
        let amount = money(dish.count * dish.price);
        rows.push(pair(format!("   {}", money(dish.price)), amount).at(0.6, Align::Middle, dish.count.to_string()));
    }
    rows.push(Row::rule('-'));
    rows.push(pair(format!("合计: {}件", bill.items()), money(bill.total())));
    if bill.discount > 0 {
        rows.push(pair("会员优惠", money(bill.discount)));
    }
    rows.push(pair(*chance.one_of(&["应付:", "应付金额:"]), money(bill.paid())).big());
    rows.push(pair("会员余额", money(bill.paid() + 12_345)));
    rows.push(pair("本次积分", (bill.paid() / 100).to_string()));
    Slip { columns: 17.0, rows }
}
