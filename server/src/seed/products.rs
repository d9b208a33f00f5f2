//! The demo products, in the order of the list.

use crate::store::product::NewProduct;

/// Twenty products of a restaurant in five categories: plenty, few, one, and none left.
pub(super) const DEMO: [NewProduct<'static>; 20] = [
    product(10, "代金券", "八八折餐券", 880, 30, true, "堂食结账时出示，菜品一律八八折，酒水除外。"),
    product(20, "代金券", "五元代金券", 500, 200, false, "满 30 元可用，每桌每次限用一张。"),
    product(30, "代金券", "十元代金券", 950, 120, true, "满 60 元可用，每桌每次限用一张。"),
    product(40, "代金券", "二十元代金券", 1800, 50, false, "满 120 元可用，每桌每次限用一张。"),
    product(50, "代金券", "五十元代金券", 4200, 10, false, "满 300 元可用，需提前一天预订座位。"),
    product(60, "饮品", "招牌酸梅汤", 200, 80, true, "乌梅、山楂与陈皮慢熬，冰镇一壶。"),
    product(70, "饮品", "现磨豆浆", 120, 100, false, "非转基因黄豆当天现磨，冷热任选。"),
    product(80, "饮品", "冻柠茶", 180, 60, false, "港式红茶配新鲜柠檬，可选少糖。"),
    product(90, "饮品", "桂花乌龙茶", 260, 40, false, "一壶，可续水，适合二到四人。"),
    product(100, "甜品小吃", "红糖冰粉", 220, 50, true, "手搓冰粉，配红糖、花生碎与葡萄干。"),
    product(110, "甜品小吃", "芒果西米露", 300, 35, false, "当季芒果与椰奶，冰爽一碗。"),
    product(120, "甜品小吃", "桂花酒酿圆子", 260, 40, false, "酒酿微甜，糯米小圆子现煮。"),
    product(130, "甜品小吃", "炸春卷一份", 280, 3, false, "三只，韭黄肉丝馅，配香醋。"),
    product(140, "招牌菜", "清炒时蔬", 450, 40, false, "当日新鲜青菜，蒜蓉或清炒任选。"),
    product(150, "招牌菜", "花甲一份", 900, 25, false, "葱姜爆炒，微辣可调。"),
    product(160, "招牌菜", "白灼基围虾", 1300, 15, true, "半斤鲜虾白灼，配姜醋汁。"),
    product(170, "招牌菜", "招牌烤鱼", 3600, 5, true, "两斤清江鱼，麻辣或蒜香，配菜三样。"),
    product(180, "招牌菜", "老火靓汤", 800, 0, false, "每日一款，炖足三小时，每日限量。"),
    product(190, "店铺周边", "定制帆布袋", 1200, 20, false, "印有小店插画的环保帆布袋，米白色。"),
    product(200, "店铺周边", "青花瓷筷一双", 1500, 1, false, "青花纹样瓷尾木筷，附收纳盒。"),
];

const fn product<'a>(
    sort_order: i64,
    category: &'a str,
    name: &'a str,
    exchange_points: i64,
    stock: i64,
    is_hot: bool,
    description: &'a str,
) -> NewProduct<'a> {
    NewProduct { name, description, category, exchange_points, stock, image: "", is_hot, sort_order }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn they_differ_and_some_are_scarce() {
        let count = |of: fn(&NewProduct<'static>) -> &'static str| DEMO.iter().map(of).collect::<BTreeSet<_>>().len();
        assert_eq!((count(|new| new.name), count(|new| new.description), count(|new| new.category)), (20, 20, 5));
        assert_eq!(DEMO.iter().filter(|new| new.stock == 0).count(), 1);
        assert!(DEMO.iter().any(|new| new.stock == 1) && DEMO.iter().any(|new| (2..10).contains(&new.stock)));
    }
}
