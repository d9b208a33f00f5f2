/** The wheel: publishing it, and its table as the core reads it. */

import { malformed, refusal } from "./answer.js";

/** @typedef {import('./answer.js').Visit} Visit */

/** @param {any} wheel as it is published @returns {import('../../../www-demo/core/fairwheel_wasm.js').TableSpec} */
const specOf = ({ cost_points, daily_limit, fallback, prizes }) => ({
  cost: cost_points,
  daily_limit,
  fallback: fallback ?? null,
  prizes: prizes.map((/** @type {any} */ { id, name, type, value, probability, angle, is_activity, stock }) => ({
    id,
    angle,
    weight: Math.round(probability * 10_000),
    type,
    value_cents: Math.round(value * 100),
    is_activity,
    stock,
    name,
  })),
});

/**
 * Makes `wheel` the active one.
 * @param {import('../../../www-demo/common/types.js').Core} core @param {import('./shop.js').Shop} shop @param {any} wheel @param {string} at
 */
export function tableOfWheel(core, shop, wheel, at) {
  const table = core.tableFromSpec(specOf(wheel));
  const prizes = [...wheel.prizes].sort((one, other) => one.angle - other.angle);
  shop.tables[table.hash] = table.text;
  // What was won stays won of a prize that stays: the same id and type.
  const before = shop.wheel ? shop.wheel.prizes : [];
  const wonOf = (/** @type {any} */ { id, type }) => before.find((/** @type {any} */ one) => one.id === id && one.type === type && one.stock !== null)?.won || 0;
  shop.wheel = { ...wheel, prizes: prizes.map((prize) => ({ ...prize, won: wonOf(prize) })), table_hash: table.hash, table_text: table.text, published_at: at, ...counts(prizes) };
}

/** Draws since it was published. @param {any[]} prizes */
const counts = (prizes) => ({ total_draws: 0, counts: Object.assign({}, ...prizes.map(({ id }) => ({ [id]: { observed: 0, given: 0 } }))) });

/** Pieces left, null without limit. @param {any} prize */
export const leftOf = ({ stock, won }) => (stock === null ? null : Math.max(0, stock - won));

/** @param {any} wheel */
export function describe({ cost_points, daily_limit, fallback, rules, prizes, table_hash, table_text, published_at }) {
  const shown = prizes.map((/** @type {any} */ { won, ...prize }) => ({ ...prize, stock_left: leftOf({ ...prize, won }) }));
  return { cost_points, daily_limit, fallback, rules, prizes: shown, table_hash, table_text, published_at };
}

/** The field of the core in the words of the call. @type {Record<string, string>} */
const FIELDS = { cost: "cost_points", weight: "probability", value_cents: "value" };

/** @param {Visit} visit */
function publish({ shop, core, body, at, push }) {
  if (!Array.isArray(body.prizes) || body.prizes.length < 2) throw malformed("prizes", "参数 prizes 必须是 2 到 100 项");
  for (const name of /** @type {const} */ (["table_hash", "published_at"])) {
    const field = `expected_${name}`;
    if (body[field] && body[field] !== shop.wheel[name]) throw refusal(409, "转盘已被他人更新，请刷新后再发布", { field, table_hash: shop.wheel.table_hash, published_at: shop.wheel.published_at });
  }
  const taken = new Set([...body.prizes, ...shop.wheel.prizes].map(({ id }) => id));
  const freeId = () => {
    let id = 1;
    while (taken.has(id)) id += 1;
    taken.add(id);
    return id;
  };
  const isEven = body.prizes.every((/** @type {any} */ { angle }) => angle === undefined || angle === null);
  const prizes = body.prizes.map((/** @type {any} */ { id, name, type, value, probability, angle, color, image, is_activity, stock }, /** @type {number} */ n) => ({
    id: id ?? freeId(),
    name: String(name ?? ""),
    type,
    value: Number(value),
    probability: Number(probability),
    angle: isEven ? Math.floor((n * 360) / body.prizes.length) : angle,
    color: color ?? "#f6d9b8",
    image: image ?? imageOf(shop, { id, type }),
    is_activity: is_activity === true,
    stock: stock ?? null,
  }));
  const wheel = { cost_points: body.cost_points, daily_limit: body.daily_limit, fallback: body.fallback ?? null, rules: String(body.rules ?? ""), prizes };
  check(core, wheel, shop);
  tableOfWheel(core, shop, wheel, at);
  push("lottery_config", { table_hash: shop.wheel.table_hash, timestamp: at });
  return describe(shop.wheel);
}

/** The picture that a prize has now, if it is the same prize. @param {Visit["shop"]} shop @param {{id: unknown, type: unknown}} prize */
const imageOf = (shop, { id, type }) => shop.wheel.prizes.find((/** @type {any} */ one) => one.id === id && one.type === type)?.image ?? "";

/** @param {Visit["core"]} core @param {any} wheel @param {Visit["shop"]} shop */
function check(core, wheel, shop) {
  let problem;
  try {
    [problem] = core.tableErrors(specOf(wheel));
  } catch (error) {
    problem = /** @type {any} */ (error);
  }
  if (problem) {
    const field = String(problem.field || "prizes").replace(/\b(cost|weight|value_cents)\b/, (name) => FIELDS[name] || name);
    throw malformed(field, `参数 ${field} 不合规则：${problem.message}`);
  }
  wheel.prizes.forEach((/** @type {any} */ { id, type, stock }, /** @type {number} */ n) => {
    const won = shop.wheel.prizes.find((/** @type {any} */ one) => one.id === id && one.type === type && one.stock !== null)?.won || 0;
    if (stock !== null && stock < won) throw refusal(409, `参数 prizes[${n}].stock 不能少于已中出的 ${won} 份`, { field: `prizes[${n}].stock`, won });
  });
}

/** @type {Record<string, (visit: Visit) => any>} */
export const WHEEL = {
  "GET /api/merchant/lottery/config": ({ shop }) => describe(shop.wheel),
  "PUT /api/merchant/lottery/config": publish,
};
