/** Designs to test with: one wheel as the server answers it, and any number of random ones. */

import { added, blank, equalAngles } from "../../www-demo/common/draft.js";

const PNG = "data:image/png;base64,iVBORw0KGgo=";

export const CONFIG = {
  cost_points: 100,
  daily_limit: 10,
  fallback: 2,
  rules: "每次 100 积分",
  prizes: [
    { id: 1, name: "八八折券", type: "coupon", value: 0.88, probability: 0.05, angle: 0, color: "#cb3a22", image: `/media/pictures/${"a".repeat(64)}.png`, is_activity: true, stock: 500, stock_left: 460 },
    { id: 2, name: "谢谢参与", type: "empty", value: 0, probability: 0.9, angle: 90, color: "#efe3d6", image: "", is_activity: false, stock: null, stock_left: null },
    { id: 3, name: "酸梅汤", type: "physical", value: 6, probability: 0.05, angle: 270, color: "#e7b04c", image: "", is_activity: false, stock: null, stock_left: null },
  ],
  table_hash: "a".repeat(64),
  table_text: "fairwheel-table-v1\n",
  published_at: "2026-11-22T04:00:00.000Z",
};

/** Mulberry32: the same numbers each time. @param {number} seed */
export function randomOf(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (/** @type {number} */ count) => Math.floor(next() * count);
  return { below, pick: (/** @type {any[]} */ list) => list[below(list.length)], chance: (/** @type {number} */ share) => next() < share };
}

const LETTERS = ["a", "7", ".", "-", "+", " ", "谢", "🍜", "\n", "\u0000", "\ud800", '"', "\\", "<", "__proto__", "。", "e3", "０"];
/** Something that somebody may type. @param {ReturnType<typeof randomOf>} random */
export const typo = (random) => Array.from({ length: random.below(6) }, () => random.pick(LETTERS)).join("");

/**
 * @param {number} count
 * @param {{isWhole?: boolean}} [options] without anything that can't be read
 * @returns {Generator<[import("../../www-demo/common/draft.js").Draft, ReturnType<typeof randomOf>]>}
 */
export function* drafts(count, { isWhole = false } = {}) {
  for (let seed = 1; seed <= count; seed += 1) {
    const random = randomOf(seed);
    const or = (/** @type {string} */ text) => (!isWhole && random.chance(0.08) ? typo(random) : text);
    let draft = { ...blank(), prizes: [] };
    const size = random.pick([2, 3, 8, 8, 24]);
    for (let at = 0; at < size; at += 1) {
      const isLimited = random.chance(0.3);
      const prize = {
        ...added(draft),
        name: or(random.pick(["茶", "八八折券", "再来一次 🍜", "a b"])),
        type: random.pick(["coupon", "points", "physical", "empty"]),
        value: or(random.pick(["0", "0.88", "5", "1000000", "12.5", "+5", "007"])),
        chance: or(random.pick(["0", "12.5", "100", "0.01", "3", "3.0"])),
        color: or(random.pick(["#cb3a22", "#CB3A22", "#fff"])),
        image: random.pick(["", "", PNG, `/media/pictures/${"b".repeat(64)}.png`]),
        isActivity: random.chance(0.3),
        isLimited,
        stock: or(isLimited || random.chance(0.1) ? String(random.below(1000)) : ""),
      };
      draft = { ...draft, prizes: draft.prizes.concat([prize]) };
    }
    draft = equalAngles(draft);
    if (!isWhole) draft = { ...draft, prizes: draft.prizes.map((prize) => ({ ...prize, angle: or(prize.angle) })) };
    yield [{ ...draft, cost: or("100"), limit: or("10"), rules: or("规则\n第二行"), fallback: random.pick([null, 1, 2, 99]) }, random];
  }
}

/** What a browser keeps. @param {{max?: number}} [options] letters that there is room for */
export function createStorage({ max = Number.POSITIVE_INFINITY } = {}) {
  const kept = new Map();
  return {
    kept,
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem(/** @type {string} */ key, /** @type {string} */ value) {
      const others = [...kept].reduce((sum, [name, text]) => (name === key ? sum : sum + text.length), 0);
      if (others + value.length > max) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, value);
    },
    removeItem: (/** @type {string} */ key) => void kept.delete(key),
  };
}
