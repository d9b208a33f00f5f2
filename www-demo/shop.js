/** What the server offers, made ready for showing: the wheel's sectors, the table's rows, the names of what was won. */

import { sectorColour } from "./common/colour.js";

/** @typedef {import('./common/table.js').Table} Table */
/** @typedef {Table["prizes"][number] & {colour: string, soldOut: boolean}} ColouredPrize */

/** @param {import('./common/types.js').Config} config @param {Table} table @returns {ColouredPrize[]} in wheel order */
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
 * @param {import('./common/play.js').Played} played
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
