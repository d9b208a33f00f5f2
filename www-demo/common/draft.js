/** The prize table as a merchant edits it: texts as typed. What is edited on a phone and on the designers' page is the same. */

import { equalAngles, widths } from "./draft-sectors.js";
import { narrow, parts } from "./typed-numbers.js";

export { WIDTH_MIN, chanceAngles, equalAngles, moved, widths, withEdge, withWidth } from "./draft-sectors.js";

export const TYPES = [
  { id: "coupon", name: "优惠券", unit: "元或折扣" },
  { id: "points", name: "积分", unit: "积分" },
  { id: "physical", name: "实物", unit: "元" },
  { id: "empty", name: "未中奖", unit: "" },
];

/** One warm family with two accents: the server gives them to prizes that bring none, too. */
export const COLOURS = ["#cb3a22", "#f6d9b8", "#eeb98a", "#fae8d2", "#d98a5b", "#f2c9a0", "#e7b04c", "#efe3d6"];

export const WEIGHTS = 10000;
export const PRIZES_MAX = 100;

/**
 * @typedef {object} Prize
 * @property {string} key stays the same while it is edited
 * @property {number} id
 * @property {boolean} isNew not on the wheel that is edited
 * @property {string} name
 * @property {string} type
 * @property {string} value
 * @property {string} chance percent
 * @property {string} angle whole degrees
 * @property {string} color
 * @property {string} image where its picture is: a path or an address as the server has it, or a data URL that is not uploaded yet; empty if it has none
 * @property {boolean} isActivity
 * @property {boolean} isLimited
 * @property {string} stock
 * @property {number | null} won pieces that are gone; null if the stock was unlimited
 * @property {string} wonType what it was then: of another type it is another prize, and starts anew
 *
 * @typedef {{cost: string, limit: string, fallback: number | null, rules: string, prizes: Prize[]}} Draft
 */

/**
 * What a merchant publishes, and, with what became of it, what GET `/api/merchant/lottery/config` answers.
 * @typedef {{id: number, name: string, type: string, value: number, probability: number, angle: number, color: string | null,
 *   image?: string, is_activity: boolean, stock: number | null, stock_left?: number | null}} ServerPrize
 * @typedef {{cost_points: number, daily_limit: number, fallback: number | null, rules: string, prizes: ServerPrize[],
 *   table_hash?: string, table_text?: string, published_at?: string}} ServerConfig
 */

/** Ten-thousandths as percent, as short as it can be. @param {number} weight */
export const chanceText = (weight) => String(weight / 100);

/** @param {ServerPrize} prize as the server has it @returns {Prize} */
const fromServer = (prize) => ({
  key: `p${prize.id}`,
  id: prize.id,
  isNew: false,
  name: prize.name,
  type: prize.type,
  value: String(prize.value),
  chance: chanceText(Math.round(prize.probability * WEIGHTS)),
  angle: String(prize.angle),
  color: prize.color || COLOURS[0] || "",
  image: prize.image || "",
  isActivity: prize.is_activity,
  isLimited: prize.stock !== null,
  stock: prize.stock === null ? "" : String(prize.stock),
  won: prize.stock === null ? null : prize.stock - (prize.stock_left || 0),
  wonType: prize.type,
});

/** @param {ServerConfig} config @returns {Draft} */
export const fromConfig = (config) => ({
  cost: String(config.cost_points),
  limit: String(config.daily_limit),
  fallback: config.fallback,
  rules: config.rules,
  prizes: config.prizes.map(fromServer),
});

/** Where there is no wheel yet. @returns {Draft} */
export function blank() {
  const draft = /** @type {Draft} */ ({ cost: "100", limit: "10", fallback: 2, rules: "", prizes: [] });
  const first = { ...added(draft), name: "八八折券", type: "coupon", value: "0.88", chance: "10" };
  draft.prizes = [first];
  draft.prizes.push({ ...added(draft), name: "谢谢参与", type: "empty", chance: "90" });
  return equalAngles(draft);
}

/** The least used that neither neighbour of a prize at the end has. @param {Draft} draft */
function freshColour({ prizes }) {
  const used = (/** @type {string} */ colour) => prizes.filter(({ color }) => color.toLowerCase() === colour).length;
  const beside = [prizes[0], prizes[prizes.length - 1]].map((prize) => (prize ? prize.color.toLowerCase() : ""));
  const able = COLOURS.filter((colour) => !beside.includes(colour));
  return able.reduce((best, colour) => (used(colour) < used(best) ? colour : best), able[0] || "");
}

/** A new prize, with an id and a key that no other has. @param {Draft} draft @param {{id: number}[]} [taken] prizes of the wheel that is there @returns {Prize} */
export function added(draft, taken = []) {
  const ids = new Set(draft.prizes.map((prize) => prize.id).concat(taken.map((prize) => prize.id)));
  let id = 1;
  while (ids.has(id)) id += 1;
  // A prize that was given another id kept its key.
  let key = `n${id}`;
  while (draft.prizes.some((prize) => prize.key === key)) key += "+";
  return {
    key,
    id,
    isNew: true,
    name: "",
    type: "coupon",
    value: "0",
    chance: "0",
    angle: "",
    color: freshColour(draft),
    image: "",
    isActivity: false,
    isLimited: false,
    stock: "",
    won: null,
    wonType: "",
  };
}

/** The chances as they will be used, in ten-thousandths. @param {Draft} draft */
export function chanceSum(draft) {
  const chances = draft.prizes.map(({ chance }) => parts(chance, 2));
  const sum = chances.reduce((/** @type {number} */ total, chance) => total + (chance || 0), 0);
  const off = sum - WEIGHTS;
  if (chances.includes(null)) return { sum, isRight: false, words: "有一个读不出来" };
  return { sum, isRight: off === 0, words: off === 0 ? "正好 100%" : off > 0 ? `多了 ${off / 100}%` : `还差 ${-off / 100}%` };
}

/**
 * A copy right behind its original. Its chance is for the designer to take from others, as with any new prize.
 * @param {Draft} draft @param {string} key @param {{id: number}[]} [taken] as for `added`
 * @returns {Draft}
 */
export function duplicated(draft, key, taken = []) {
  const at = draft.prizes.findIndex((prize) => prize.key === key);
  const own = draft.prizes[at];
  if (!own) return draft;
  const { id, key: fresh, isNew, chance, won, wonType } = added(draft, taken);
  const prizes = draft.prizes.slice();
  prizes.splice(at + 1, 0, { ...own, id, key: fresh, isNew, chance, won, wonType });
  const wide = widths(draft)?.[key];
  // The copy takes the second half of the sector, where that leaves room for both.
  if (!wide || wide < 4) return equalAngles({ ...draft, prizes });
  const copy = prizes[at + 1];
  if (copy) prizes[at + 1] = { ...copy, angle: String((Number(narrow(own.angle)) + Math.ceil(wide / 2)) % 360) };
  return { ...draft, prizes };
}

/** Without that prize; its sector goes to the one before it. @param {Draft} draft @param {string} key @returns {Draft} */
export function removed(draft, key) {
  const gone = draft.prizes.find((prize) => prize.key === key);
  if (!gone) return draft;
  return { ...draft, fallback: draft.fallback === gone.id ? null : draft.fallback, prizes: draft.prizes.filter((prize) => prize !== gone) };
}

/**
 * The chances in the same proportions, 10,000 in all. What has none stays without, and what has some keeps some; where nobody has any, all
 * get equal shares. What can't be read as a number stays as it was typed.
 * @param {Draft} draft @returns {Draft}
 */
export function summed(draft) {
  const typed = draft.prizes.map((prize) => parts(prize.chance, 2));
  const isNothing = typed.every((weight) => !weight);
  const weights = typed.map((weight) => (weight === null ? 0 : isNothing ? 1 : weight));
  const shares = apportioned(weights, WEIGHTS);
  return { ...draft, prizes: draft.prizes.map((prize, at) => (typed[at] === null ? prize : { ...prize, chance: chanceText(shares[at] || 0) })) };
}

/**
 * Whole shares of `whole` in proportion to the weights, by the largest remainder; at least one for each that has a weight.
 * @param {number[]} weights whole, each times `whole` within 2^53 @param {number} whole at least as many as there are weights
 */
function apportioned(weights, whole) {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (sum === 0) return weights;
  const rests = weights.map((weight) => (weight * whole) % sum);
  const shares = weights.map((weight, at) => (weight === 0 ? 0 : Math.max(1, (weight * whole - (rests[at] || 0)) / sum)));
  let left = whole - shares.reduce((total, share) => total + share, 0);
  const byRest = rests.map((rest, at) => ({ at, rest })).sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at, rest } of byRest) {
    // One that was raised to its first share has had what was left of it.
    if (left <= 0) break;
    if (rest === 0 || (weights[at] || 0) * whole < sum) continue;
    shares[at] = (shares[at] || 0) + 1;
    left -= 1;
  }
  // First shares that nobody had left over come from the largest.
  for (; left < 0; left += 1) {
    const most = shares.indexOf(Math.max(...shares));
    shares[most] = (shares[most] || 0) - 1;
  }
  return shares;
}
