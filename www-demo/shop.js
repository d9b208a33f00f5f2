/** What the server offers, made ready for showing: the wheel's sectors, the table's rows, the names of what was won. */

import { ApiError } from "./api.js";
import { sectorColour } from "./colour.js";

/** @typedef {ReturnType<import('./core.js').Core["tableFromText"]>} Table */
/** @typedef {Table["prizes"][number] & {colour: string}} ColouredPrize */

/**
 * The table that the config commits to.
 * @param {Pick<import('./core.js').Core, "tableFromText">} core
 * @param {import('./types.js').Config} config
 * @returns {Table}
 * @throws {ApiError} if it is not valid, or not the one its hash names
 */
export function readTable(core, { fairness }) {
  let table;
  try {
    table = core.tableFromText(fairness.table_text);
  } catch {
    throw new ApiError("garbled", 0, "奖品表不合规则，先不要抽奖。");
  }
  if (table.hash !== fairness.table_hash) throw new ApiError("garbled", 0, "奖品表和它的指纹对不上，先不要抽奖。");
  return table;
}

/** @param {import('./types.js').Config} config @param {Table} table @returns {ColouredPrize[]} in wheel order */
export function colouredPrizes(config, table) {
  const own = new Map(config.prizes.map((prize) => [prize.id, prize.color]));
  return table.prizes.map((prize, n) => ({ ...prize, colour: sectorColour(own.get(prize.id), n, table.prizes.length) }));
}

/** @param {Table} table @param {ColouredPrize[]} prizes @returns {import('./disc.js').Sector[]} */
export function sectorsOf(table, prizes) {
  return prizes.map(({ id, name, type, colour }, n) => {
    const { start = 0, width = 0 } = table.sectors[n] ?? {};
    return { prizeId: id, name, kind: type, colour, start, width };
  });
}

/**
 * What to show for an answer. Names come from the committed table where the draw was made from it.
 * @param {import('./play.js').Played} played
 * @param {Table} table
 * @returns {import('./result.js').Outcome[]}
 */
export function outcomesOf({ answer, proof, shown }, table) {
  const committed = proof?.table_hash === table.hash;
  const prizeOf = (/** @type {number} */ id) => (committed ? table.prizes.find((prize) => prize.id === id) : undefined);
  return answer.results.map((result, n) => ({
    name: prizeOf(result.prize_id)?.name ?? result.prize_name,
    kind: prizeOf(result.prize_id)?.type ?? result.prize_type,
    ticket: proof?.results?.[n]?.ticket ?? null,
    angle: shown[n]?.angle ?? 0,
    instead: result.drawn_prize_id === result.prize_id ? null : (prizeOf(result.drawn_prize_id)?.name ?? null),
  }));
}
