/** The prize table as a merchant edits it: texts as typed. */

const { parts, whole } = require("./numbers");

const TYPES = [
  { id: "coupon", name: "优惠券", unit: "元或折扣" },
  { id: "points", name: "积分", unit: "积分" },
  { id: "physical", name: "实物", unit: "元" },
  { id: "empty", name: "未中奖", unit: "" },
];

/** One warm family with two accents: the server gives them to prizes that bring none, too. */
const COLOURS = ["#cb3a22", "#f6d9b8", "#eeb98a", "#fae8d2", "#d98a5b", "#f2c9a0", "#e7b04c", "#efe3d6"];

const WEIGHTS = 10000;
const PRIZES_MAX = 100;
/** A narrower sector could not be told from its neighbours. */
const WIDTH_MIN = 2;

/**
 * @typedef {object} Prize
 * @property {string} key stays the same while it is edited
 * @property {number} id
 * @property {boolean} isNew not on the wheel that is edited
 * @property {string} name
 * @property {string} type
 * @property {string} value
 * @property {string} chance percent
 * @property {string} angle
 * @property {string} color
 * @property {boolean} isActivity
 * @property {boolean} isLimited
 * @property {string} stock
 * @property {number | null} won pieces that are gone; null if the stock was unlimited
 * @property {string} wonType what it was then: of another type it is another prize, and starts anew
 *
 * @typedef {{cost: string, limit: string, fallback: number | null, rules: string, prizes: Prize[]}} Draft
 */

/** @param {any} prize as the server has it @returns {Prize} */
const fromServer = (prize) => ({
  key: `p${prize.id}`,
  id: prize.id,
  isNew: false,
  name: prize.name,
  type: prize.type,
  value: String(prize.value),
  chance: String(Math.round(prize.probability * WEIGHTS) / 100),
  angle: String(prize.angle),
  color: prize.color || COLOURS[0],
  isActivity: prize.is_activity,
  isLimited: prize.stock !== null,
  stock: prize.stock === null ? "" : String(prize.stock),
  won: prize.stock === null ? null : prize.stock - prize.stock_left,
  wonType: prize.type,
});

/** @param {any} config @returns {Draft} */
const fromConfig = (config) => ({
  cost: String(config.cost_points),
  limit: String(config.daily_limit),
  fallback: config.fallback,
  rules: config.rules,
  prizes: config.prizes.map(fromServer),
});

/** Where there is no wheel yet. @returns {Draft} */
function blank() {
  const draft = /** @type {Draft} */ ({ cost: "100", limit: "10", fallback: 2, rules: "", prizes: [] });
  const first = { ...added(draft), name: "八八折券", type: "coupon", value: "0.88", chance: "10" };
  draft.prizes = [first];
  draft.prizes.push({ ...added(draft), name: "谢谢参与", type: "empty", chance: "90" });
  return equalAngles(draft);
}

/** A new prize, with an id that no other has. @param {Draft} draft @param {any[]} [taken] prizes of the wheel that is there @returns {Prize} */
function added(draft, taken = []) {
  const ids = new Set(draft.prizes.map((prize) => prize.id).concat(taken.map((prize) => prize.id)));
  let id = 1;
  while (ids.has(id)) id += 1;
  const at = draft.prizes.length;
  return {
    key: `n${id}`,
    id,
    isNew: true,
    name: "",
    type: "coupon",
    value: "0",
    chance: "0",
    angle: "",
    color: COLOURS[at % COLOURS.length] || "",
    isActivity: false,
    isLimited: false,
    stock: "",
    won: null,
    wonType: "",
  };
}

/** Equal sectors, as the server makes them. @param {Draft} draft @returns {Draft} */
const equalAngles = (draft) => ({
  ...draft,
  prizes: draft.prizes.map((prize, at) => ({ ...prize, angle: String(Math.floor((at * 360) / draft.prizes.length)) })),
});

/** Sectors as wide as the chances, none under the least. @param {Draft} draft @returns {Draft} */
function chanceAngles(draft) {
  const weights = draft.prizes.map((prize) => parts(prize.chance, 2) || 0);
  const sum = weights.reduce((total, weight) => total + weight, 0) || 1;
  const room = 360 - WIDTH_MIN * weights.length;
  if (room < 0) return equalAngles(draft);
  const shares = weights.map((weight) => (weight * room) / sum);
  const widths = shares.map((share) => WIDTH_MIN + Math.floor(share));
  let left = 360 - widths.reduce((total, width) => total + width, 0);
  // Whole degrees that are over go where the most was cut off.
  const byRest = shares.map((share, at) => ({ at, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (let turn = 0; left > 0; turn += 1, left -= 1) widths[byRest[turn % byRest.length].at] += 1;
  let start = 0;
  const prizes = draft.prizes.map((prize, at) => {
    const angle = String(start);
    start += widths[at];
    return { ...prize, angle };
  });
  return { ...draft, prizes };
}

/** Degrees of each sector, by key: to the next start; null while the starts are not all different. @param {Draft} draft */
function widths(draft) {
  const starts = draft.prizes.map((prize) => ({ key: prize.key, angle: whole(prize.angle, 0, 359) }));
  const sorted = starts.slice().sort((a, b) => (a.angle || 0) - (b.angle || 0));
  const found = /** @type {Record<string, number>} */ ({});
  for (let at = 0; at < sorted.length; at += 1) {
    const { angle, key } = sorted[at];
    const next = sorted[(at + 1) % sorted.length].angle;
    if (angle === null || next === null) return null;
    const width = sorted.length === 1 ? 360 : (next - angle + 360) % 360;
    if (width === 0) return null;
    found[key] = width;
  }
  return found;
}

/** The chances as they will be used, in ten-thousandths. @param {Draft} draft */
function chanceSum(draft) {
  const sum = draft.prizes.reduce((total, prize) => total + (parts(prize.chance, 2) || 0), 0);
  const off = sum - WEIGHTS;
  return { sum, isRight: off === 0, words: off === 0 ? "正好 100%" : off > 0 ? `多了 ${off / 100}%` : `还差 ${-off / 100}%` };
}

module.exports = { COLOURS, PRIZES_MAX, TYPES, WEIGHTS, added, blank, chanceAngles, chanceSum, equalAngles, fromConfig, widths };
