/** The prize table that the server commits to, held against what it offers beside it. */

import { ApiError } from "./api-error.js";

/** @typedef {ReturnType<import('./types.js').Core["tableFromText"]>} Table */

/**
 * The table that the config commits to.
 * @param {Pick<import('./types.js').Core, "tableFromText">} core
 * @param {import('./types.js').Config} config
 * @returns {Table}
 * @throws {ApiError} if it is not valid, not the one its hash names, or not what is offered beside it
 */
export function readTable(core, config) {
  const { fairness } = config;
  let table;
  try {
    table = core.tableFromText(fairness.table_text);
  } catch {
    throw new ApiError("not_json", 0, "奖品表不合规则，先不要抽奖。");
  }
  if (table.hash !== fairness.table_hash) throw new ApiError("not_json", 0, "奖品表和它的指纹对不上，先不要抽奖。");
  if (!sameOffer(config, table)) throw new ApiError("not_json", 0, "页面上的奖品和封存的奖品表不一样，先不要抽奖。");
  return table;
}

/** What other pages show of the wheel must be what is committed to. @param {import('./types.js').Config} config @param {Table} table */
function sameOffer({ cost_points, daily_limit, prizes }, table) {
  if (cost_points !== table.cost || daily_limit !== table.daily_limit || prizes.length !== table.prizes.length) return false;
  return table.prizes.every(({ id, name, type, weight, angle }) => {
    const offered = prizes.find((prize) => prize.id === id);
    return offered?.name === name && offered.type === type && offered.angle === angle && Math.abs(offered.probability * 10_000 - weight) < 1e-6;
  });
}
