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
