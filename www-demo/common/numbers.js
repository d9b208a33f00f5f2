/** Numbers as diners read them. Not every phone has `Intl`, and all must say the same. */

/** @param {number} n whole */
export const count = (n) => String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");
/** Rounded as a whole, before it is taken apart. @param {number} n not negative @param {number} places at least 1 */
export function decimal(n, places) {
  const [whole = "", rest = ""] = n.toFixed(places).split(".");
  return `${whole.replace(/\B(?=(?:\d{3})+$)/g, ",")}.${rest}`;
}
/** @param {number} n */
export const points = (n) => `${count(n)} 积分`;
/** @param {number} hundredths of a degree */
export const degrees = (hundredths) => `${(hundredths / 100).toFixed(2)}°`;
/** @param {number} weight ten-thousandths */
export const percent = (weight) => `${(weight / 100).toFixed(2)}%`;
/** The beginning and the end of a digest. @param {string} hex */
export const short = (hex) => `${hex.slice(0, 8)}…${hex.slice(-6)}`;

/** @param {number} weight ten-thousandths */
export function fraction(weight) {
  if (weight === 0) return "0";
  const divisor = gcd(weight, 10_000);
  return weight === 10_000 ? "1" : `${count(weight / divisor)}/${count(10_000 / divisor)}`;
}

/** @param {number} a @param {number} b @returns {number} */
const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));
