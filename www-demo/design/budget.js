/** What a wheel costs and how long its prizes last. Pure numbers: yuan, points, days. */

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

/** Of a draw, on average while nothing has run out: in yuan, and points that go back. @param {Priced[]} prizes @param {Terms} terms */
export function perDraw(prizes, terms) {
  const sum = (/** @type {(prize: Priced) => number} */ of) => prizes.reduce((total, prize) => total + (of(prize) * prize.weight) / WEIGHTS, 0);
  return { yuan: sum((prize) => costOf(prize, terms)), points: sum((prize) => (prize.type === "points" ? prize.value_cents / 100 : 0)) };
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
