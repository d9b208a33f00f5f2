/** What is there on the first day: the demo wheel and the demo products of the server. */

const RULES =
  "每次抽奖消耗 100 积分，每人每天最多 10 次。中奖积分立即到账，实物与优惠券请到店向店员出示抽奖记录领取。每次抽奖前公布承诺值，抽奖后可自行验证。";

/** `[name, type, value, weight, colour]` @type {[string, string, number, number, string][]} */
const PRIZES = [
  ["八八折券", "coupon", 0.88, 0.05, "#cb3a22"],
  ["九八折券", "coupon", 0.98, 0.2, "#f6d9b8"],
  ["甜品1份", "physical", 18, 0.15, "#eeb98a"],
  ["青菜1份", "physical", 12, 0.15, "#fae8d2"],
  ["虾1份", "physical", 38, 0.05, "#d98a5b"],
  ["花甲1份", "physical", 28, 0.08, "#f2c9a0"],
  ["50积分", "points", 50, 0.12, "#e7b04c"],
  ["谢谢参与", "empty", 0, 0.2, "#efe3d6"],
];

export const demoWheel = () => ({
  cost_points: 100,
  daily_limit: 10,
  fallback: 8,
  rules: RULES,
  prizes: PRIZES.map(([name, type, value, probability, color], n) => ({
    id: n + 1,
    name,
    type,
    value,
    probability,
    angle: n * 45,
    color,
    image: "",
    is_activity: n === 0,
    stock: null,
  })),
});

/** `[category, name, points, stock, is_hot, description]` @type {[string, string, number, number, boolean, string][]} */
export const DEMO_PRODUCTS = [
  ["代金券", "八八折餐券", 880, 30, true, "堂食结账时出示，菜品一律八八折，酒水除外。"],
  ["代金券", "五元代金券", 500, 200, false, "满 30 元可用，每桌每次限用一张。"],
  ["代金券", "十元代金券", 950, 120, true, "满 60 元可用，每桌每次限用一张。"],
  ["代金券", "二十元代金券", 1800, 50, false, "满 120 元可用，每桌每次限用一张。"],
  ["代金券", "五十元代金券", 4200, 10, false, "满 300 元可用，需提前一天预订座位。"],
  ["饮品", "招牌酸梅汤", 200, 80, true, "乌梅、山楂与陈皮慢熬，冰镇一壶。"],
  ["饮品", "现磨豆浆", 120, 100, false, "非转基因黄豆当天现磨，冷热任选。"],
  ["饮品", "冻柠茶", 180, 60, false, "港式红茶配新鲜柠檬，可选少糖。"],
  ["饮品", "桂花乌龙茶", 260, 40, false, "一壶，可续水，适合二到四人。"],
  ["甜品小吃", "红糖冰粉", 220, 50, true, "手搓冰粉，配红糖、花生碎与葡萄干。"],
  ["甜品小吃", "芒果西米露", 300, 35, false, "当季芒果与椰奶，冰爽一碗。"],
  ["甜品小吃", "桂花酒酿圆子", 260, 40, false, "酒酿微甜，糯米小圆子现煮。"],
  ["甜品小吃", "炸春卷一份", 280, 3, false, "三只，韭黄肉丝馅，配香醋。"],
  ["招牌菜", "清炒时蔬", 450, 40, false, "当日新鲜青菜，蒜蓉或清炒任选。"],
  ["招牌菜", "花甲一份", 900, 25, false, "葱姜爆炒，微辣可调。"],
  ["招牌菜", "白灼基围虾", 1300, 15, true, "半斤鲜虾白灼，配姜醋汁。"],
  ["招牌菜", "招牌烤鱼", 3600, 5, true, "两斤清江鱼，麻辣或蒜香，配菜三样。"],
  ["招牌菜", "老火靓汤", 800, 0, false, "每日一款，炖足三小时，每日限量。"],
  ["店铺周边", "定制帆布袋", 1200, 20, false, "印有小店插画的环保帆布袋，米白色。"],
  ["店铺周边", "青花瓷筷一双", 1500, 1, false, "青花纹样瓷尾木筷，附收纳盒。"],
];
