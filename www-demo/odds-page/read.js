/** What the server publishes, held against the prize table it is about and against itself. */

import { ApiError } from "../common/api-error.js";
import { count, fraction, percent } from "../common/numbers.js";

/**
 * @typedef {import('../common/table.js').Table} Table
 * @typedef {{field: string, words: string}} Problem `field` as the answer has it
 *
 * A prize of the table with the counts beside it; null is a number that the answer does not have.
 * @typedef {Table["prizes"][number] & {observed: number | null, given: number | null, left: number | null}} Row
 *
 * @typedef {object} Published
 * @property {Table | null} table null if its text breaks a rule
 * @property {string} hash as published, may be wrong
 * @property {Date | null} since
 * @property {number | null} draws
 * @property {Row[]} rows in wheel order
 * @property {Problem[]} problems empty: all agree
 */

/** @param {unknown} value @returns {number | null} */
const whole = (value) => (Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : null);
/** @param {unknown} value */
const shown = (value) => (value === undefined ? "没有" : typeof value === "string" ? `“${value}”` : JSON.stringify(value));
/** @param {unknown} value @param {number} due */
const isAbout = (value, due) => typeof value === "number" && Math.abs(value - due) <= 1e-9 * Math.max(1, due) + 1e-9;

/**
 * @param {Pick<import('../common/types.js').Core, "tableFromText">} core
 * @param {any} answer data of the server's answer
 * @returns {Published}
 * @throws {ApiError} if it is not an answer of ours at all
 */
export function readOdds(core, answer) {
  if (typeof answer?.table_text !== "string" || !Array.isArray(answer.prizes)) throw new ApiError("not_json", 0, "");
  /** @type {Problem[]} */
  const problems = [];
  const say = (/** @type {string} */ field, /** @type {string} */ words) => void problems.push({ field, words });

  const table = readTable(core, answer, say);
  const since = typeof answer.published_at === "string" && !Number.isNaN(Date.parse(answer.published_at)) ? new Date(answer.published_at) : null;
  if (!since) say("published_at", `公布的时间${shown(answer.published_at)}不是时间。`);
  const draws = whole(answer.total_draws);
  if (draws === null) say("total_draws", `总次数${shown(answer.total_draws)}不是次数。`);
  const rows = table ? readRows(table, answer.prizes, draws, say) : [];
  if (table) readSums(rows, draws, say);
  return { table, hash: String(answer.table_hash), since, draws, rows, problems };
}

/** @typedef {(field: string, words: string) => void} Say */

/** @param {Pick<import('../common/types.js').Core, "tableFromText">} core @param {any} answer @param {Say} say */
function readTable(core, answer, say) {
  let table;
  try {
    table = core.tableFromText(answer.table_text);
  } catch {
    say("table_text", "奖品表不合规则，算不出概率。");
    return null;
  }
  if (answer.table_hash !== table.hash) say("table_hash", "奖品表和公布的指纹对不上，其中一个被改动过。");
  if (answer.cost_points !== table.cost) say("cost_points", `抽一次列为 ${shown(answer.cost_points)} 积分，奖品表里是 ${table.cost}。`);
  return table;
}

/** @param {Table} table @param {any[]} prizes @param {number | null} draws @param {Say} say @returns {Row[]} */
function readRows(table, prizes, draws, say) {
  if (prizes.length !== table.prizes.length) say("prizes", `列出 ${prizes.length} 种奖品，奖品表里是 ${table.prizes.length} 种。`);
  return table.prizes.map((prize, n) => {
    const offered = prizes[n] ?? {};
    const row = { ...prize, observed: whole(offered.observed_count), given: whole(offered.given_count), left: whole(offered.stock_left) };
    if (prizes[n] === undefined) return row;
    const of = (/** @type {string} */ name) => `prizes[${n}].${name}`;
    const differs = (/** @type {string} */ name, /** @type {string} */ label, /** @type {unknown} */ due) =>
      say(of(name), `“${prize.name}”的${label}：列出${shown(offered[name])}，奖品表里是${shown(due)}。`);
    if (offered.id !== prize.id) differs("id", "编号", prize.id);
    if (offered.name !== prize.name) differs("name", "名称", prize.name);
    if (offered.type !== prize.type) differs("type", "类型", prize.type);
    if (!isAbout(offered.value, prize.value_cents / 100)) differs("value", "价值", prize.value_cents / 100);
    if (!isAbout(offered.probability, prize.weight / 10_000)) {
      say(of("probability"), `“${prize.name}”的概率：列出 ${shown(offered.probability)}，奖品表里是 ${fraction(prize.weight)}（${percent(prize.weight)}）。`);
    }
    if (offered.stock !== prize.stock) differs("stock", "份数", prize.stock);
    if (draws !== null && !isAbout(offered.expected_count, (draws * prize.weight) / 10_000)) {
      say(of("expected_count"), `“${prize.name}”应抽中 ${(draws * prize.weight) / 10_000} 次，列出的是 ${shown(offered.expected_count)}。`);
    }
    readCounts(row, row.id === table.fallback, offered, (name, words) => say(of(name), `“${prize.name}”${words}`));
    return row;
  });
}

/** @param {Row} row @param {boolean} isFallback @param {any} offered @param {Say} say */
function readCounts({ weight, stock, observed, given, left }, isFallback, offered, say) {
  if (observed === null) say("observed_count", `抽中的次数${shown(offered.observed_count)}不是次数。`);
  if (observed !== null && observed > 0 && weight === 0) say("observed_count", `的概率是 0，却抽中了 ${count(observed)} 次。`);
  if (given === null) say("given_count", `发出的份数${shown(offered.given_count)}不是份数。`);
  if (stock === null ? offered.stock_left !== null : left === null || left > stock) say("stock_left", `的剩余份数${shown(offered.stock_left)}和公布的份数对不上。`);
  if (observed === null || given === null) return;
  if (isFallback ? given < observed : given > observed) say("given_count", `抽中 ${count(observed)} 次，却发出 ${count(given)} 份。`);
  if (!isFallback && given < observed) {
    if (stock === null) say("given_count", `不限份数，抽中 ${count(observed)} 次却只发出 ${count(given)} 份。`);
    else if (left !== 0 && left !== null) say("given_count", `抽中 ${count(observed)} 次只发出 ${count(given)} 份，却还剩 ${count(left)} 份没有送。`);
  }
  if (stock !== null && left !== null && given + left > stock) say("stock_left", `一共 ${count(stock)} 份，已发出 ${count(given)} 份，不会还剩 ${count(left)} 份。`);
}

/** Each draw is one prize, and gives one. @param {Row[]} rows @param {number | null} draws @param {Say} say */
function readSums(rows, draws, say) {
  if (draws === null) return;
  for (const [name, field, label] of /** @type {const} */ ([["observed", "observed_count", "抽中的次数"], ["given", "given_count", "发出的份数"]])) {
    const sum = rows.reduce((total, row) => total + (row[name] ?? Number.NaN), 0);
    if (!Number.isNaN(sum) && sum !== draws) say("total_draws", `各奖品${label}（${field}）加起来是 ${count(sum)}，公布的总次数是 ${count(draws)}。`);
  }
}
