/** What was drawn, held against what was declared: bounds, and what a test of them says in a diner's words. */

import { count } from "./numbers.js";

/** Standard deviations on both sides that hold 99 of 100. */
export const Z99 = 2.5758293035489;

/** Fewer than these in a cell, and chi-square is no more than a guess. */
export const ENOUGH = 5;

/**
 * Wilson's bounds of the share behind what was observed; they hold for few draws and for rare prizes too.
 * @param {number} observed @param {number} total draws @param {number} [z] standard deviations on both sides
 * @returns {{low: number, high: number}} 0 to 1
 */
export function wilson(observed, total, z = Z99) {
  if (total === 0) return { low: 0, high: 1 };
  const share = observed / total;
  const square = z * z;
  const middle = share + square / (2 * total);
  const half = z * Math.sqrt((share * (1 - share)) / total + square / (4 * total * total));
  const whole = 1 + square / total;
  // The ends are exact: rounding must not leave a hair of doubt beside 0 or 1.
  return { low: observed === 0 ? 0 : Math.max(0, (middle - half) / whole), high: observed === total ? 1 : Math.min(1, (middle + half) / whole) };
}

/**
 * few: too few draws to say · usual: chance does this all the time · rare: chance does it now and then ·
 * odd: chance hardly does it · none: nothing to compare.
 * @typedef {"none" | "few" | "usual" | "rare" | "odd"} Level
 */

/**
 * @param {object} test of the core, and what it was made from
 * @param {number | null} test.chi_square null: not to be had, as where only one prize can be drawn
 * @param {number | null} test.degrees_of_freedom
 * @param {number | null} test.p_value
 * @param {number} test.draws
 * @param {number} test.smallestExpected draws expected of the rarest prize that can be drawn
 * @returns {{level: Level, title: string, text: string}}
 */
export function chiWords({ chi_square, p_value, draws, smallestExpected }) {
  if (draws === 0) return { level: "none", title: "还没有抽过", text: "有了抽奖，这里就会比较抽出的次数和公布的概率。" };
  if (chi_square === null || p_value === null) return { level: "none", title: "没有可以比较的", text: "只有一种奖品抽得到，次数不会有偏差。" };
  if (smallestExpected < ENOUGH) {
    const rarest = `最少见的奖品按概率只该出现 ${smallestExpected.toFixed(1)} 次，到 ${ENOUGH} 次才好判断。`;
    // What can't be drawn at all was drawn: no number of draws excuses that.
    if (p_value > 0) return { level: "few", title: "抽得还太少，看不出什么", text: `一共才 ${count(draws)} 次。${rarest}` };
  }
  const chance = `就算完全按公布的概率抽，${often(p_value)}会偏成这样，甚至更偏`;
  if (p_value >= 0.05) return { level: "usual", title: "和公布的概率相符", text: `${chance}：这样的偏差很平常。` };
  if (p_value >= 0.001) return { level: "rare", title: "偏得有点少见", text: `${chance}：看得多了总会碰到，再抽一些又会回来。` };
  return { level: "odd", title: "偏得不像是运气", text: `${chance}。请多核对几次抽奖的证明：每一张证明都能说明那一次有没有被改动。` };
}

/** How often chance alone does this. @param {number} p 0 to 1 */
function often(p) {
  if (p >= 0.01) return `每 100 回也有大约 ${Math.min(99, Math.round(p * 100))} 回`;
  if (p >= 0.0001) return `每 1 万回才有大约 ${Math.round(p * 10_000)} 回`;
  return "1 万回里不到 1 回";
}
