/** The prize table as a merchant edits it: texts as typed, put together for the core and for the server. */

const { hasControl, length, parts, whole } = require("./numbers");

const TYPES = [
  { id: "coupon", name: "优惠券", unit: "元或折扣" },
  { id: "points", name: "积分", unit: "积分" },
  { id: "physical", name: "实物", unit: "元" },
  { id: "empty", name: "未中奖", unit: "" },
];

/** One warm family with two accents: the server gives them to prizes that bring none, too. */
const COLOURS = ["#cb3a22", "#f6d9b8", "#eeb98a", "#fae8d2", "#d98a5b", "#f2c9a0", "#e7b04c", "#efe3d6"];

const WEIGHTS = 10000;
const PRIZES_MIN = 2;
const PRIZES_MAX = 100;
/** A narrower sector could not be told from its neighbours. */
const WIDTH_MIN = 2;
const RULES_MAX = 5000;

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

/**
 * The draft as the core takes it. What can't be read as a number is a nought there, and named in `unread`.
 * @param {Draft} draft
 */
function toSpec(draft) {
  const unread = /** @type {Record<string, string>} */ ({});
  /** @param {string} field @param {number | null} number @param {string} words */
  const read = (field, number, words) => {
    if (number === null) unread[field] = words;
    return number === null ? 0 : number;
  };
  const prizes = draft.prizes.map((prize, at) => {
    const field = (name) => `prizes[${at}].${name}`;
    const cents = read(field("value"), parts(prize.value, 2), "请填 0 到 1,000,000 的数，最多两位小数");
    if (prize.type === "points" && cents % 100 !== 0) unread[field("value")] = "积分要是整数";
    if (!/^#[0-9a-f]{6}$/i.test(prize.color)) unread[field("color")] = "请填 # 和六位十六进制数字";
    return {
      id: prize.id,
      angle: read(field("angle"), whole(prize.angle, 0, 359), "请填 0 到 359 的整数"),
      weight: read(field("probability"), parts(prize.chance, 2), "请填 0 到 100 的百分数，最多两位小数"),
      type: prize.type,
      value_cents: cents,
      is_activity: prize.isActivity,
      stock: prize.isLimited ? read(field("stock"), whole(prize.stock, 0, 4294967295), "请填 0 或更多的整数") : null,
      name: prize.name,
    };
  });
  const spec = {
    cost: read("cost_points", whole(draft.cost, 0, 4294967295), "请填 1 到 1,000,000 的整数"),
    daily_limit: read("daily_limit", whole(draft.limit, 0, 4294967295), "请填 1 到 10,000 的整数"),
    fallback: draft.fallback,
    prizes,
  };
  return { spec, unread };
}

/** What the core calls otherwise than the server. @type {Record<string, string>} */
const WIRE = { cost: "cost_points", weight: "probability", value_cents: "value" };

/** What the core finds, in the words of the server. @param {any} problem @param {Draft} draft */
function words(problem, draft) {
  const { code, field } = problem;
  const named = draft.prizes.find((prize) => prize.id === draft.fallback);
  const name = named ? `“${named.name}”` : "它";
  switch (code) {
    case "duplicate":
      return field === "angle" ? "和别的奖品从同一处开始" : "和别的奖品重复";
    case "weight_sum":
      return `概率加起来要正好 100%，现在${chanceSum(draft).words}`;
    case "too_narrow":
      return "这一格太窄，至少要 2°";
    case "control_character":
      return "不能换行，也不能有特殊字符";
    case "fallback_needed":
      return "有奖品限量，要选一个“未中奖”在抽完后代替它";
    case "fallback_unknown":
      return "请重新选一个，原来那个不在转盘上了";
    case "fallback_not_empty":
      return `${name}不是“未中奖”，请换一个`;
    case "fallback_limited":
      return `${name}自己不能限量`;
    default:
      return /** @type {Record<string, string>} */ ({
        cost: "请填 1 到 1,000,000 的整数",
        daily_limit: "请填 1 到 10,000 的整数",
        prizes: `要有 ${PRIZES_MIN} 到 ${PRIZES_MAX} 个奖品`,
        weight: "请填 0 到 100 的百分数，最多两位小数",
        value_cents: "请填 0 到 1,000,000 的数，最多两位小数",
        name: "请填名称，最多 100 个字",
        angle: "请填 0 到 359 的整数",
      })[field] || "请检查这一项";
  }
}

/**
 * What is wrong, by the server's names of the fields: `prizes[3].probability`.
 * @param {any} core @param {Draft} draft
 * @returns {Record<string, string>}
 */
function errors(core, draft) {
  const { spec, unread } = toSpec(draft);
  const found = /** @type {Record<string, string>} */ ({});
  const isWeightUnread = Object.keys(unread).some((field) => /probability$/.test(field));
  for (const problem of core.tableErrors(spec)) {
    // A sum of what can't be read says nothing.
    if (problem.code === "weight_sum" && isWeightUnread) continue;
    const name = WIRE[problem.field] || problem.field;
    // The chances of all are nobody's own.
    const whose = problem.code === "weight_sum" ? "probability" : name;
    const field = problem.prize_index === null ? whose : `prizes[${problem.prize_index}].${name}`;
    if (!found[field]) found[field] = words(problem, draft);
  }
  for (const [at, prize] of draft.prizes.entries()) if (prize.name.trim() === "") found[`prizes[${at}].name`] = "请填写名称";
  if (length(draft.rules) > RULES_MAX) found.rules = `最多 5,000 个字，现在 ${length(draft.rules)} 个`;
  else if (hasControl(draft.rules, true)) found.rules = "含有特殊字符，请重新输入";
  return { ...found, ...unread };
}

/** What is sent. Every prize has its id, so that the one in place of others can be named. @param {Draft} draft */
function toBody(draft) {
  const { spec } = toSpec(draft);
  return {
    cost_points: spec.cost,
    daily_limit: spec.daily_limit,
    fallback: spec.fallback,
    rules: draft.rules,
    prizes: spec.prizes.map((prize, at) => ({
      id: prize.id,
      name: prize.name,
      type: prize.type,
      value: prize.value_cents / 100,
      probability: prize.weight / WEIGHTS,
      angle: prize.angle,
      color: draft.prizes[at].color.toLowerCase(),
      is_activity: prize.is_activity,
      stock: prize.stock,
    })),
  };
}

module.exports = { COLOURS, PRIZES_MAX, PRIZES_MIN, TYPES, added, blank, chanceAngles, chanceSum, equalAngles, errors, fromConfig, toBody, toSpec, widths };
