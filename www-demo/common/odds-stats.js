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
 * @typedef {{chi_square: number | null, degrees_of_freedom: number | null, p_value: number | null}} Fit
 * @typedef {{name: string, weight: number}} Prize
 * @typedef {Pick<import('./types.js').Core, "chiSquare" | "tableFromSpec">} Tester
 *
 * @typedef {object} Test
 * @property {Fit} fit of the cells; all null where there are not two that can be compared
 * @property {number} cells that were compared
 * @property {string[]} pooled names of the prizes that share a cell
 * @property {boolean} isFew several prizes can be drawn, and yet there are too few draws for two cells
 * @property {{name: string, expected: number, observed: number, p: number} | null} rarity the rare prize that came too
 * often by most: how often chance alone makes any of the rare ones come so often
 */

const NO_FIT = { chi_square: null, degrees_of_freedom: null, p_value: null };

/**
 * Chi-square over cells that each expect enough draws: rarer prizes are taken together, with the next rarest if need be.
 * Which, depends on the odds and the number of draws alone, not on what was drawn. As a rare prize hides in such a cell,
 * it is looked at by itself, too.
 * @param {Tester} core
 * @param {{text: string, prizes: Prize[]}} table
 * @param {number[]} counts of its prizes
 * @returns {Test}
 */
export function testOdds(core, { text, prizes }, counts) {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const all = prizes.map(({ name, weight }, n) => ({ name, weight, observed: counts[n] ?? 0, expected: (total * weight) / 10_000 }));
  const cells = all.filter(({ weight }) => weight > 0).sort((a, b) => a.weight - b.weight);
  const rarity = rarest(cells, total);
  // What can't be drawn at all was drawn, or there is nothing to pool.
  const isImpossible = all.some(({ weight, observed }) => weight === 0 && observed > 0);
  if (total === 0 || isImpossible || cells.every(({ expected }) => expected >= ENOUGH)) {
    return { fit: core.chiSquare(text, counts), cells: cells.length, pooled: [], isFew: false, rarity };
  }
  let many = 0;
  let expected = 0;
  while (many < cells.length && (expected < ENOUGH || (cells[many]?.expected ?? 0) < ENOUGH)) expected += cells[many++]?.expected ?? 0;
  const [pooled, rest] = [cells.slice(0, many), cells.slice(many)];
  const sum = (/** @type {"weight" | "observed"} */ of) => pooled.reduce((some, one) => some + one[of], 0);
  const merged = [{ weight: sum("weight"), observed: sum("observed") }, ...rest];
  if (merged.length < 2) return { fit: NO_FIT, cells: 1, pooled: [], isFew: cells.length > 1, rarity };
  const fit = core.chiSquare(tableOf(core, merged), merged.map(({ observed }) => observed));
  return { fit, cells: merged.length, pooled: pooled.map(({ name }) => name), isFew: false, rarity };
}

/** A table with nothing but these weights, for the core to count with. @param {Tester} core @param {{weight: number}[]} cells */
function tableOf(core, cells) {
  const prizes = cells.map(({ weight }, n) => ({ id: n + 1, name: "x", type: /** @type {const} */ ("empty"), value_cents: 0, weight, angle: 2 * n, is_activity: false, stock: null }));
  return core.tableFromSpec({ cost: 1, daily_limit: 1, fallback: null, prizes }).text;
}

/** @param {{name: string, weight: number, expected: number, observed: number}[]} cells @param {number} total */
function rarest(cells, total) {
  const rare = cells.filter(({ expected }) => expected < ENOUGH);
  const told = rare.map(({ name, weight, expected, observed }) => ({ name, expected, observed, p: Math.min(1, rare.length * atLeast(observed, total, weight / 10_000)) }));
  return told.sort((a, b) => a.p - b.p)[0] ?? null;
}

/** P(X ≥ k) of the binomial distribution. @param {number} k @param {number} n @param {number} p above 0, and n·p is small */
export function atLeast(k, n, p) {
  if (p >= 1 || k <= 0) return 1;
  let log = n * Math.log1p(-p);
  let below = 0;
  for (let at = 0; at < k; at += 1) {
    below += Math.exp(log);
    log += Math.log(((n - at) / (at + 1)) * (p / (1 - p)));
  }
  if (k <= n * p) return Math.max(0, 1 - below);
  // Beyond the middle the terms fall off: added up themselves, they lose nothing.
  let tail = 0;
  let term = Math.exp(log);
  for (let at = k; at <= n && term > tail * 1e-17; at += 1) {
    tail += term;
    term *= ((n - at) / (at + 1)) * (p / (1 - p));
  }
  return Math.min(1, tail);
}

/**
 * few: too few draws to say · usual: chance does this all the time · rare: chance does it now and then ·
 * odd: chance hardly does it · none: nothing to compare.
 * @typedef {"none" | "few" | "usual" | "rare" | "odd"} Level
 */

/** Under this, chance hardly does it. */
const ODD = 0.001;

/**
 * @param {Test} test
 * @param {number} draws
 * @returns {{level: Level, title: string, text: string}}
 */
export function chiWords({ fit: { p_value }, pooled, isFew, rarity }, draws) {
  if (draws === 0) return { level: "none", title: "还没有抽过", text: "有了抽奖，这里就会比较抽出的次数和公布的概率。" };
  if (rarity && rarity.p < ODD && (p_value === null || p_value >= ODD)) {
    const text = `「${rarity.name}」按概率只该出现大约 ${about(rarity.expected)} 次，却出现了 ${count(rarity.observed)} 次；完全按公布的概率抽，${often(rarity.p)}会这么多。${ASK}`;
    return { level: "odd", title: "偏得不像是运气", text };
  }
  if (isFew) return { level: "few", title: "抽得还太少，看不出什么", text: `一共才 ${count(draws)} 次，少见的奖品按概率还不该出现 ${ENOUGH} 次，没法比较。` };
  if (p_value === null) return { level: "none", title: "没有可以比较的", text: "只有一种奖品抽得到，次数不会有偏差。" };
  const together = pooled.length > 0 ? `（${pooledWords(pooled)}）` : "";
  const chance = `就算完全按公布的概率抽，${often(p_value)}会偏成这样，甚至更偏${together}`;
  if (p_value >= 0.05) return { level: "usual", title: "和公布的概率相符", text: `${chance}：这样的偏差很平常。` };
  if (p_value >= ODD) return { level: "rare", title: "偏得有点少见", text: `${chance}：看得多了总会碰到，再抽一些又会回来。` };
  return { level: "odd", title: "偏得不像是运气", text: `${chance}。${ASK}` };
}

const ASK = "请多核对几次抽奖的证明：每一张证明都能说明那一次有没有被改动。";

/** @param {string[]} names */
export const pooledWords = (names) => `${names.length > 3 ? `${names.slice(0, 2).map(quoted).join("")}等 ${names.length} 种` : names.map(quoted).join("")}按概率出现得太少，合在一起比较`;
const quoted = (/** @type {string} */ name) => `「${name}」`;

/** @param {number} n */
const about = (n) => (n < 0.1 ? "不到 0.1" : n.toFixed(1));

/** How often chance alone does this. @param {number} p 0 to 1 */
function often(p) {
  if (p >= 0.01) return `每 100 回也有大约 ${Math.min(99, Math.round(p * 100))} 回`;
  if (p >= 0.0001) return `每 1 万回才有大约 ${Math.round(p * 10_000)} 回`;
  return "1 万回里不到 1 回";
}
