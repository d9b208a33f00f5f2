/** The wheel that the server has, out of what was kept of its answer. */

import { problemOf, readDesign } from "./read-design.js";
import { noTerms, written } from "./write-design.js";

/** @typedef {import('../common/draft.js').ServerConfig} ServerConfig */

/**
 * The wheel, if this is an answer of `/api/merchant/lottery/config`; null if it is something else that can be read.
 * @param {any} value what JSON was parsed into
 * @returns {ServerConfig | null}
 * @throws {import('./file-problem.js').FileProblem} if it is no design at all
 */
export function readConfig(value) {
  const { draft } = readDesign(value);
  const { table_hash, published_at, table_text } = value;
  if (!/^[0-9a-f]{64}$/.test(String(table_hash)) || "format" in value || "typed" in value) return null;
  const { cost_points, daily_limit, fallback, rules, prizes } = written({ draft, terms: noTerms() });
  const config = {
    cost_points: Number(cost_points),
    daily_limit: Number(daily_limit),
    fallback,
    rules,
    prizes: prizes.map((prize, at) => ({ ...prize, value: Number(prize.value), probability: Number(prize.probability), angle: Number(prize.angle), stock_left: stockLeft(at, prize.stock, value.prizes[at].stock_left) })),
    table_hash: String(table_hash),
    table_text: typeof table_text === "string" ? table_text : "",
    published_at: typeof published_at === "string" ? published_at : "",
  };
  return config;
}

/** @param {number} at @param {number | null} stock @param {unknown} left @returns {number | null} */
function stockLeft(at, stock, left) {
  if (stock === null) return null;
  if (typeof left !== "number" || !Number.isInteger(left) || left < 0 || left > stock) throw problemOf(`prizes[${at}].stock_left`, "要是 0 到限量的整数");
  return left;
}

