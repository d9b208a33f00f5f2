/** What the server offers, made ready for showing: the wheel's sectors, the table's rows, the names of what was won. */

import { ApiError } from "./api.js";
import { sectorColour } from "./common/colour.js";

/** @typedef {ReturnType<import('./core.js').Core["tableFromText"]>} Table */
/** @typedef {Table["prizes"][number] & {colour: string, soldOut: boolean}} ColouredPrize */

/**
 * The table that the config commits to.
 * @param {Pick<import('./core.js').Core, "tableFromText">} core
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
    throw new ApiError("garbled", 0, "奖品表不合规则，先不要抽奖。");
  }
  if (table.hash !== fairness.table_hash) throw new ApiError("garbled", 0, "奖品表和它的指纹对不上，先不要抽奖。");
  if (!sameOffer(config, table)) throw new ApiError("garbled", 0, "页面上的奖品和封存的奖品表不一样，先不要抽奖。");
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

/** @param {import('./types.js').Config} config @param {Table} table @returns {ColouredPrize[]} in wheel order */
export function colouredPrizes(config, table) {
  const own = new Map(config.prizes.map((prize) => [prize.id, prize]));
  return table.prizes.map((prize, n) => {
    const offered = own.get(prize.id);
    return { ...prize, colour: sectorColour(offered?.color, n, table.prizes.length), soldOut: offered?.sold_out === true };
  });
}

/** @param {Table} table @param {ColouredPrize[]} prizes @returns {import('./common/disc.js').Sector[]} */
export function sectorsOf(table, prizes) {
  return prizes.map(({ id, name, type, colour }, n) => {
    const { start = 0, width = 0 } = table.sectors[n] ?? {};
    return { prizeId: id, name, kind: type, colour, start, width };
  });
}

/**
 * What to show for an answer. Names come from the table of its proof, never from beside it.
 * @param {import('./play.js').Played} played
 * @returns {import('./result.js').Outcome[]}
 */
export function outcomesOf({ proof, table, shown }) {
  const prizeOf = (/** @type {number} */ id) => table?.prizes.find((prize) => prize.id === id);
  return shown.map(({ prize_id, drawn_prize_id = prize_id, angle }, n) => ({
    name: prizeOf(prize_id)?.name ?? `奖品 ${prize_id}`,
    kind: prizeOf(prize_id)?.type ?? "physical",
    ticket: proof?.results?.[n]?.ticket ?? null,
    angle,
    instead: drawn_prize_id === prize_id ? null : (prizeOf(drawn_prize_id)?.name ?? null),
  }));
}
