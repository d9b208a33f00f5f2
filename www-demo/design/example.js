/** A wheel to begin with, as a small restaurant would have it. */

import { COLOURS, added, blank, equalAngles } from "../common/draft.js";

/** @type {[name: string, type: string, value: string, chance: string, stock?: string][]} */
const PRIZES = [
  ["八八折券", "coupon", "0.88", "5"],
  ["九八折券", "coupon", "0.98", "20"],
  ["甜品1份", "physical", "12", "15"],
  ["青菜1份", "physical", "10", "15"],
  ["虾1份", "physical", "38", "5", "50"],
  ["花甲1份", "physical", "22", "8"],
  ["50积分", "points", "50", "12"],
  ["谢谢参与", "empty", "0", "20"],
];

/** @returns {import('../common/draft.js').Draft} */
export function example() {
  const draft = { ...blank(), prizes: /** @type {import('../common/draft.js').Prize[]} */ ([]) };
  for (const [at, [name, type, value, chance, stock]] of PRIZES.entries()) {
    const limit = stock === undefined ? {} : { isLimited: true, stock };
    draft.prizes.push({ ...added(draft), name, type, value, chance, color: COLOURS[at] ?? "", ...limit });
  }
  return equalAngles({ ...draft, fallback: PRIZES.length });
}
