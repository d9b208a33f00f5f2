/** The numbers of a design: as they are typed, counted in their smallest unit, and as the server has them. */

import { chanceText } from "../common/draft.js";
import { parts, whole } from "../common/typed-numbers.js";

/**
 * @typedef {object} Kind
 * @property {(text: string) => number | null} read units of what was typed; null if it is no such number
 * @property {(units: number) => string} text how it is typed at its shortest
 * @property {number} scale units in one of the server's
 * @property {string} words what is expected
 */

const STOCK_MAX = 4294967295;
/** What a field here can hold: far more than any text may have, so that whoever typed too much finds it again. */
export const TEXT_MAX = 20_000;

/** @type {Record<"cost_points" | "daily_limit" | "value" | "probability" | "angle" | "stock", Kind>} */
export const NUMBERS = {
  cost_points: { read: (text) => whole(text, 1, 1_000_000), text: String, scale: 1, words: "1 到 1,000,000 的整数" },
  daily_limit: { read: (text) => whole(text, 1, 10_000), text: String, scale: 1, words: "1 到 10,000 的整数" },
  value: { read: (text) => parts(text, 2, 100_000_000), text: (cents) => String(cents / 100), scale: 100, words: "0 到 1,000,000 的数，最多两位小数" },
  probability: { read: (text) => parts(text, 2, 10_000), text: chanceText, scale: 10_000, words: "0 到 1 的数，最多四位小数" },
  angle: { read: (text) => whole(text, 0, 359), text: String, scale: 1, words: "0 到 359 的整数" },
  stock: { read: (text) => whole(text, 0, STOCK_MAX), text: String, scale: 1, words: "0 或更多的整数" },
};

/** Units of a number as the server has it; null if it is not exactly one that may be there. @param {Kind} kind @param {unknown} number */
export function unitsOf(kind, number) {
  if (typeof number !== "number") return null;
  const units = Math.round(number * kind.scale);
  const isExact = Math.abs(number * kind.scale - units) < 1e-6;
  return isExact && kind.read(kind.text(units)) === units ? units : null;
}
