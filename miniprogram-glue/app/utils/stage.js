/** What stands around the wheel: prices, odds, what came of a draw. Knows no wx. */

const { sectorColour } = require("fairwheel-miniprogram");
const { count, fraction, percent, points, short } = require("./format");

/** Draws in one go. */
const COUNTS = [1, 3, 5, 10];
/** @type {Record<number, string>} */
const NAMES = { 1: "抽一次", 3: "三连抽", 5: "五连抽", 10: "十连抽" };

/**
 * @typedef {{points: number, left: number, cost: number}} Purse points there are, draws left today, price of a draw
 * @typedef {{count: number, name: string, costText: string, can: boolean, why: string}} Offer
 */

/** Why `draws` cannot be made now; empty if they can. @param {Purse} purse @param {number} draws */
function shortage({ points: has, left, cost }, draws) {
  if (left <= 0) return "今天的次数用完了，明天再来";
  if (left < draws) return `不够${NAMES[draws]}`;
  if (has < cost * draws) return `${NAMES[draws]}还差 ${points(cost * draws - has)}`;
  return "";
}

/** @param {Purse} purse @returns {Offer[]} */
function offersOf(purse) {
  return COUNTS.map((draws) => {
    const why = shortage(purse, draws);
    return { count: draws, name: NAMES[draws], costText: points(purse.cost * draws), can: why === "", why };
  });
}

/** What is left today, and the first thing that stands in the way of more. @param {Purse} purse */
function leftOf(purse) {
  const short = offersOf(purse).map((offer) => offer.why).find(Boolean) || "";
  return purse.left > 0 ? { left: `今天还可抽 ${count(purse.left)} 次`, short } : { left: short, short: "" };
}

/** As `<fair-wheel>` takes them. @param {any[]} prizes of `lottery/config` */
const wheelPrizes = (prizes) => prizes.map(({ id, name, type, color, angle, image, sold_out }) => ({ id, name, type, color, angle, image, sold_out: sold_out === true }));

/** @type {Record<string, string>} */
const KIND_ICONS = { points: "points", coupon: "coupon", physical: "physical", empty: "empty" };

/**
 * The table of odds, in the colours of the wheel. Weights are ten-thousandths.
 * @param {{id: number, name: string, type: string, weight: number, color?: string, isSoldOut?: boolean, stock?: number | null}[]} prizes in wheel order
 */
function oddsOf(prizes) {
  const most = Math.max(1, ...prizes.map((prize) => prize.weight));
  return prizes.map(({ id, name, type, weight, color, isSoldOut = false, stock = null }, n) => ({
    id,
    name,
    icon: KIND_ICONS[type] || "physical",
    color: sectorColour(color, n, prizes.length),
    isSoldOut,
    fraction: fraction(weight),
    percent: percent(weight),
    width: Math.round((weight / most) * 100),
    note: isSoldOut ? "已送完" : typeof stock === "number" ? `限 ${count(stock)} 份` : "",
  }));
}

/** @param {number} probability 0..1 */
const weightOf = (probability) => Math.round(probability * 10000);

/**
 * What to show for a draw.
 * @param {{name: string, kind: string, instead: string | null}[]} outcomes of the library: names are those of the proof's own table
 * @param {boolean} isOk whether the proof holds: without it nobody knows why a prize came
 */
function outcomesOf(outcomes, isOk) {
  return outcomes.map(({ name, kind, instead }, n) => ({
    n: n + 1,
    name,
    icon: KIND_ICONS[kind] || "physical",
    isEmpty: kind === "empty",
    instead: isOk && instead ? `抽到的「${instead}」已送完` : "",
  }));
}

/** @typedef {ReturnType<typeof outcomesOf>[number]} Outcome */

/**
 * @param {Outcome[]} outcomes @param {boolean} isOk whether the proof holds: nobody is congratulated on a doubtful result
 * @returns {{lead: string, title: string, text: string, isWin: boolean}}
 */
function headline(outcomes, isOk) {
  const wins = outcomes.filter((one) => !one.isEmpty).length;
  const last = outcomes[outcomes.length - 1];
  if (!last) return { lead: "", title: "没有结果", text: "", isWin: false };
  const isWin = wins > 0;
  if (outcomes.length > 1) {
    const title = isWin ? `抽了 ${outcomes.length} 次，中奖 ${wins} 次` : `抽了 ${outcomes.length} 次，这次没有中奖`;
    return { lead: "", title, text: `转盘停在最后一次：${last.name}`, isWin };
  }
  if (!isOk) return { lead: "服务给出的结果", title: last.name, text: last.instead, isWin };
  if (last.isEmpty) return { lead: last.name, title: "这次没有中奖", text: last.instead, isWin };
  return { lead: "恭喜，您抽中了", title: last.name, text: last.instead, isWin };
}

/** @param {number} nonce @param {string} commitment */
const promiseText = (nonce, commitment) => `第 ${count(nonce)} 次抽奖已上封条 ${short(commitment)}`;

module.exports = { COUNTS, NAMES, shortage, offersOf, leftOf, wheelPrizes, oddsOf, weightOf, outcomesOf, headline, promiseText };
