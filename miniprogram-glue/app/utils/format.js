/** Numbers, times and amounts in the words of the app. */

/** @param {number} n with thousands separators */
function count(n) {
  return String(Math.trunc(Number(n) || 0)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** @param {number} n */
const points = (n) => `${count(n)} 积分`;

/** @param {number} n with its sign, as in a ledger */
const signed = (n) => (n > 0 ? `+${count(n)}` : n < 0 ? `−${count(-n)}` : "0");

/** @param {number | null | undefined} amount yuan */
function yuan(amount) {
  if (typeof amount !== "number") return "";
  const cents = Math.round(amount * 100);
  return `¥${count(cents / 100)}.${two(cents % 100)}`;
}

/** @param {number} n */
const two = (n) => String(n).padStart(2, "0");

/** The restaurants are in one time zone, whatever the phone's is. */
const BEIJING_MS = 8 * 60 * 60 * 1000;

/**
 * A time of day in Beijing: today's without the date, this year's without the year.
 * @param {string | null | undefined} iso @param {number} [nowMs] Unix ms
 */
function when(iso, nowMs = Date.now()) {
  const ms = Date.parse(iso || "");
  if (Number.isNaN(ms)) return "";
  const then = new Date(ms + BEIJING_MS);
  const now = new Date(nowMs + BEIJING_MS);
  const time = `${two(then.getUTCHours())}:${two(then.getUTCMinutes())}`;
  const isThisYear = then.getUTCFullYear() === now.getUTCFullYear();
  if (isThisYear && then.getUTCMonth() === now.getUTCMonth() && then.getUTCDate() === now.getUTCDate()) return `今天 ${time}`;
  const day = `${then.getUTCMonth() + 1}月${then.getUTCDate()}日 ${time}`;
  return isThisYear ? day : `${then.getUTCFullYear()}年${day}`;
}

/** @param {number} weight ten-thousandths */
const percent = (weight) => `${(weight / 100).toFixed(2)}%`;

/** @param {number} a @param {number} b @returns {number} */
const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));

/** @param {number} weight ten-thousandths */
function fraction(weight) {
  if (weight === 0) return "0";
  if (weight === 10000) return "1";
  const divisor = gcd(weight, 10000);
  return `${count(weight / divisor)}/${count(10000 / divisor)}`;
}

/** The beginning and the end of a digest. @param {string} hex */
const short = (hex) => `${hex.slice(0, 8)}…${hex.slice(-6)}`;

module.exports = { count, points, signed, yuan, when, percent, fraction, short };
