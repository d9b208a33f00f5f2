/** What a wheel costs and how long its prizes last. Pure numbers: yuan, points, days. */

import { upperTail } from "./statistics.js";

/**
 * @typedef {{type: string, value_cents: number, weight: number}} Priced
 * @typedef {{bill: number, rate: number}} Terms `bill`: yuan of a usual bill; `rate`: points to a yuan
 */

const WEIGHTS = 10_000;
/** The standard normal's 95 %. */
const Z95 = 1.6448536269515;
/** So many days make a month. */
export const MONTH = 30;

/**
 * What one of it costs the house, in yuan. A coupon of less than 1 is the share of the price that is still paid.
 * @param {Priced} prize @param {Terms} terms
 */
export function costOf({ type, value_cents }, { bill, rate }) {
  const value = value_cents / 100;
  if (type === "empty" || value === 0) return 0;
  if (type === "points") return value / rate;
  return type === "coupon" && value < 1 ? (1 - value) * bill : value;
}

/** Of a draw, on average: in yuan, and points that go back. @param {Priced[]} prizes @param {Terms} terms */
export function perDraw(prizes, terms) {
  const sum = (/** @type {(prize: Priced) => number} */ of) => prizes.reduce((total, prize) => total + (of(prize) * prize.weight) / WEIGHTS, 0);
  return { yuan: sum((prize) => costOf(prize, terms)), points: sum((prize) => (prize.type === "points" ? prize.value_cents / 100 : 0)) };
}

/**
 * A prize as it is given from now on.
 * @typedef {Priced & {left: number | null}} Offered `left`: null for as many as it takes
 */

/** As the next draw gives them: what has run out no longer comes. @template {Offered} P @param {P[]} prizes @returns {P[]} */
export const inStock = (prizes) => prizes.map((prize) => (prize.left === 0 ? { ...prize, weight: 0 } : prize));

/**
 * What so many draws cost on average, in yuan: each prize until it has run out. What is given in its place is an empty
 * prize, and costs nothing.
 * @param {Offered[]} prizes @param {number} draws @param {Terms} terms
 */
export const costOver = (prizes, draws, terms) => prizes.reduce((sum, prize) => sum + expectedGiven(draws, prize.weight, prize.left) * costOf(prize, terms), 0);

/** From here on the normal approximation is within a hundredth of a piece. */
const MANY = 100_000;

/**
 * Pieces given in so many draws, on average, if there are no more than `left`: E[min(X, left)] of a binomial X. The
 * distribution itself is added up where it is, outwards from its middle; where it is very wide, the normal one with its skew.
 * @param {number} draws @param {number} weight ten-thousandths @param {number | null} left null for as many as it takes
 */
export function expectedGiven(draws, weight, left) {
  const p = weight / WEIGHTS;
  const mean = draws * p;
  const variance = mean * (1 - p);
  if (left === null || draws <= left) return mean;
  if (variance === 0) return Math.min(mean, left);
  const spread = Math.sqrt(variance);
  if (variance > MANY) {
    const z = (left - mean) / spread;
    const height = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const skew = (1 - 2 * p) / spread;
    return left - spread * (z * (z > 0 ? 1 - upperTail(z) : upperTail(-z)) + height * (1 + (skew * z) / 6));
  }
  const middle = Math.floor(mean);
  const [from, until] = [Math.max(0, Math.floor(mean - 12 * spread - 60)), Math.min(draws, Math.ceil(mean + 12 * spread + 60))];
  let [all, given] = [0, 0];
  const add = (/** @type {number} */ k, /** @type {number} */ share) => {
    all += share;
    given += share * Math.min(k, left);
  };
  const odds = p / (1 - p);
  for (let k = middle, share = 1; k <= until; share *= ((draws - k) / (k + 1)) * odds, k += 1) add(k, share);
  for (let k = middle, share = 1; k > from; ) {
    share *= k / ((draws - k + 1) * odds);
    k -= 1;
    add(k, share);
  }
  return given / all;
}

/**
 * Draws until a stock is gone: the sum of so many geometric waits. Its 5 % and 95 % are those of a gamma distribution
 * with the same mean, spread and skew (Wilson and Hilferty's cube): within 4 % or a draw of the exact ones, and of a single
 * piece's 5 %, which comes at once, within a quarter.
 * @param {number} pieces at least 1 @param {number} weight ten-thousandths, at least 1
 * @returns {{low: number, mean: number, high: number}}
 */
export function drawsUntilGone(pieces, weight) {
  const p = weight / WEIGHTS;
  const mean = pieces / p;
  const spread = Math.sqrt(pieces * (1 - p)) / p;
  if (spread === 0) return { low: mean, mean, high: mean };
  const skew = (2 - p) / Math.sqrt(pieces * (1 - p));
  const at = (/** @type {number} */ z) => Math.max(pieces, mean + ((spread * 2) / skew) * ((1 + (skew * z) / 6 - skew ** 2 / 36) ** 3 - 1));
  return { low: at(-Z95), mean, high: at(Z95) };
}

/**
 * What is left of a stock after some draws, with the range that 90 of 100 runs stay in, by the normal approximation.
 * @param {number} pieces @param {number} weight @param {number} draws
 */
export function leftAfter(pieces, weight, draws) {
  const p = weight / WEIGHTS;
  const spread = Z95 * Math.sqrt(draws * p * (1 - p));
  const left = (/** @type {number} */ won) => Math.min(pieces, Math.max(0, pieces - won));
  return { low: left(draws * p + spread), mean: left(draws * p), high: left(draws * p - spread) };
}
