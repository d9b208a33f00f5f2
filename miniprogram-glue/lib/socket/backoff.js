/** How long to wait before the next attempt to connect. */

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;

/**
 * Doubled with each attempt up to 30 s; half of it is left to chance, so that phones that lost one server together do not
 * come back together.
 * @param {number} attempt from 0 @param {number} random 0..1
 */
export function backoffMs(attempt, random) {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(longest * (0.5 + random / 2));
}
