/** Wheels to test with. */

/** Of one size each. @param {number} count @param {(n: number) => object} [more] */
export const evenPrizes = (count, more = () => ({})) =>
  Array.from({ length: count }, (_, n) => ({ id: n + 1, name: `奖品${n + 1}`, type: ["points", "coupon", "physical", "empty"][n % 4], angle: Math.round((n * 360) / count), ...more(n) }));

/** As the demo's wheel is. */
export const DEMO = [
  { id: 1, name: "八折券", type: "coupon", angle: 0 },
  { id: 2, name: "50 积分", type: "points", angle: 45 },
  { id: 3, name: "招牌小炒肉", type: "physical", angle: 90 },
  { id: 4, name: "再接再厉", type: "empty", angle: 135 },
  { id: 5, name: "200 积分", type: "points", angle: 180 },
  { id: 6, name: "免单券", type: "coupon", angle: 225 },
  { id: 7, name: "酸梅汤一杯", type: "physical", angle: 270 },
  { id: 8, name: "谢谢参与", type: "empty", angle: 315 },
];

/** Forty characters, with letters that are made of many. */
export const LONG = "👨‍👩‍👧‍👦阖家欢聚招牌水煮鱼大份加量套餐任选两道时令小炒配米饭四碗赠酸梅汤🇨🇳❤️‍🔥";

/** The same table for the core. @param {{id: number, name: string, type: string, angle: number}[]} prizes */
export function specOf(prizes) {
  const share = Math.floor(10_000 / prizes.length);
  const fallback = prizes.find(({ type }) => type === "empty");
  return {
    cost: 100,
    daily_limit: 10,
    fallback: fallback?.id ?? null,
    prizes: prizes.map(({ id, name, type, angle }, n) => ({ id, name, type, angle, weight: n === 0 ? 10_000 - share * (prizes.length - 1) : share, value_cents: 100, is_activity: false, stock: null })),
  };
}
