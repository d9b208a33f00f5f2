/** What is said of a prize in its row, and the edits of the list that keep equal sectors equal. */

import { added, duplicated, equalAngles, removed, widths } from "../common/draft.js";
import { count } from "../common/numbers.js";
import { narrow, parts, whole } from "../common/typed-numbers.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').Prize} Prize
 * @typedef {{id: number}[]} Taken prizes of the wheel that is there
 */

const STOCK_MAX = 4294967295;

/** @param {Prize} prize */
export const titleOf = (prize) => prize.name.trim() || "（还没有名称）";

/** What its value is counted in: a coupon under 1 is a discount. @param {Prize} prize */
export function unitOf({ type, value }) {
  if (type === "points") return "积分";
  const cents = parts(value, 2);
  return type === "coupon" && cents !== null && cents > 0 && cents < 100 ? "折扣" : "元";
}

/** What is left of it, and what was won. @param {Prize} prize */
export function stockOf(prize) {
  const stock = prize.isLimited ? whole(prize.stock, 0, STOCK_MAX) : null;
  if (stock === null) return { short: prize.isLimited ? "" : "不限量", long: prize.isLimited ? "限量" : "不限量", hint: "" };
  // Of another type it is another prize, and starts anew.
  const won = prize.type === prize.wonType ? prize.won || 0 : 0;
  const left = Math.max(0, stock - won);
  const short = left === 0 ? "抽完" : `剩 ${count(left)}`;
  const hint = won > 0 ? `已中出 ${count(won)} 份，还剩 ${count(left)} 份。这里填的是总数：想多放 10 份，就填 ${count(stock + 10)}。` : "从上架起一共放出的份数，不是剩下的。";
  return { short, long: left === 0 ? "已抽完" : `剩 ${count(left)} / 共 ${count(stock)} 份`, hint };
}

/** Whether the sectors are what `equalAngles` makes. @param {Draft} draft */
const isEven = (draft) => equalAngles(draft).prizes.every((prize, at) => prize.angle === draft.prizes[at]?.angle);

/** @param {Draft} before @param {Draft} after */
const alsoEven = (before, after) => (isEven(before) ? equalAngles(after) : after);

/** A new prize at the end, in the second half of the last sector where there is room. @param {Draft} draft @param {Taken} taken */
export function withNew(draft, taken) {
  const prize = added(draft, taken);
  const last = draft.prizes.at(-1);
  const wide = last ? widths(draft)?.[last.key] : undefined;
  if (!last || !wide || wide < 4 || isEven(draft)) return { draft: equalAngles({ ...draft, prizes: [...draft.prizes, prize] }), key: prize.key };
  const angle = String((Number(narrow(last.angle)) + Math.ceil(wide / 2)) % 360);
  return { draft: { ...draft, prizes: [...draft.prizes, { ...prize, angle }] }, key: prize.key };
}

/** @param {Draft} draft @param {string} key @param {Taken} taken */
export const withCopy = (draft, key, taken) => alsoEven(draft, duplicated(draft, key, taken));

/** @param {Draft} draft @param {string} key */
export const without = (draft, key) => alsoEven(draft, removed(draft, key));

/** Those that can stand in for a prize that ran out. @param {Draft} draft */
export const standIns = (draft) => draft.prizes.filter((prize) => prize.type === "empty" && !prize.isLimited);
