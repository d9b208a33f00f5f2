//! What somebody has eaten, and what it cost.

use crate::chance::Chance;

const DISHES: [&str; 24] = [
    "宫保鸡丁",
    "麻婆豆腐",
    "鱼香肉丝",
    "水煮牛肉",
    "清炒时蔬",
    "红烧肉",
    "酸辣土豆丝",
    "番茄炒蛋",
    "蒜蓉西兰花",
    "糖醋里脊",
    "米饭",
    "王老吉(罐)",
    "青岛啤酒",
    "可乐2L",
    "小笼包(8只)",
    "牛肉拉面",
    "凉拌黄瓜",
    "干锅花菜",
    "烤鸭(半只)",
    "酸梅汤",
    "皮蛋瘦肉粥",
    "XO酱炒饭",
    "金针菇肥牛",
    "老坛酸菜鱼",
];
const ENGLISH: [&str; 10] = [
    "Kung Pao Chicken",
    "Fried Rice",
    "Iced Latte",
    "Spring Rolls",
    "Beef Noodles",
    "Mapo Tofu",
    "Lemon Tea",
    "Cheese Burger",
    "French Fries",
    "Hot & Sour Soup",
];
const SHOPS: [&str; 8] =
    ["老王家常菜", "福满楼大酒店", "川香阁", "一品生煎", "Blue Moon Cafe", "蜀大侠火锅", "外婆小厨", "兰州牛肉面"];

/// A line of the bill.
#[derive(Debug)]
pub(super) struct Dish {
    pub(super) name: &'static str,
    pub(super) english: &'static str,
    pub(super) count: i64,
    pub(super) price: i64,
}

/// Amounts are cents.
#[derive(Debug)]
pub(super) struct Bill {
    pub(super) shop: &'static str,
    pub(super) dishes: Vec<Dish>,
    pub(super) discount: i64,
    /// What the diner handed over, where they paid in cash.
    pub(super) cash: Option<i64>,
    pub(super) guests: u64,
    pub(super) table: u64,
    pub(super) order: String,
    pub(super) date: String,
    pub(super) phone: String,
}

impl Bill {
    pub(super) fn new(chance: &Chance) -> Self {
        let dish = |_| Dish {
            name: chance.one_of::<&str>(&DISHES),
            english: chance.one_of::<&str>(&ENGLISH),
            count: *chance.one_of(&[1, 1, 1, 1, 2, 2, 3, 6]),
            price: price(chance),
        };
        let dishes: Vec<Dish> = (0..3 + chance.below(7)).map(dish).collect();
        let mut bill = Self {
            shop: chance.one_of::<&str>(&SHOPS),
            dishes,
            discount: 0,
            cash: None,
            guests: 1 + chance.below(12),
            table: 1 + chance.below(88),
            order: format!("{:04}{:08}", 2600 + chance.below(99), chance.below(100_000_000)),
            date: format!(
                "2026-{:02}-{:02} {:02}:{:02}",
                1 + chance.below(12),
                1 + chance.below(28),
                10 + chance.below(12),
                chance.below(60)
            ),
            phone: format!("0{:02}-{:08}", 20 + chance.below(10), 50_000_000 + chance.below(9_999_999)),
        };
        let total = bill.total();
        bill.discount = match chance.below(4) {
            0 | 1 => 0,
            2 => (total / 10).min(2000) / 100 * 100,
            _ => total % 1000,
        };
        let note = *chance.one_of(&[5_000, 10_000]);
        bill.cash = (chance.below(3) == 0).then(|| (bill.paid() / note + 1) * note);
        bill
    }

    pub(super) fn total(&self) -> i64 {
        self.dishes.iter().map(|dish| dish.count * dish.price).sum()
    }

    pub(super) fn paid(&self) -> i64 {
        self.total() - self.discount
    }

    pub(super) fn items(&self) -> i64 {
        self.dishes.iter().map(|dish| dish.count).sum()
    }
}

fn price(chance: &Chance) -> i64 {
    let yuan = i64::try_from(2 + chance.below(96)).expect("a small number");
    yuan * 100 + chance.one_of(&[0, 0, 0, 50, 80, 90, 99, 25])
}

/// `1234.50`
pub(super) fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// `1,234.50`
pub(super) fn grouped(cents: i64) -> String {
    let (thousands, rest) = (cents / 100_000, cents % 100_000);
    if thousands == 0 { money(rest) } else { format!("{thousands},{:03}.{:02}", rest / 100, rest % 100) }
}
