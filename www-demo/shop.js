/** What the server offers, made ready for showing: the wheel's sectors, the table's rows, the names of what was won. */

import { sectorColour } from "./common/colour.js";

/** @typedef {import('./common/table.js').Table} Table */
/** @typedef {Table["prizes"][number] & {colour: string, soldOut: boolean, imageUrl: string}} ColouredPrize */

/** @param {import('./common/types.js').Config} config @param {Table} table @returns {ColouredPrize[]} in wheel order */
export function colouredPrizes(config, table) {
  const own = new Map(config.prizes.map((prize) => [prize.id, prize]));
  return table.prizes.map((prize, n) => {
    const offered = own.get(prize.id);
    const colour = sectorColour(offered?.color, n, table.prizes.length);
    return { ...prize, colour, soldOut: offered?.sold_out === true, imageUrl: ownPicture(offered?.image ?? "") };
  });
}

/**
 * Only pictures of this server are shown: the page loads nothing from elsewhere, so that nobody else learns who looks at it.
 * @param {string} image
 */
function ownPicture(image) {
  if (image === "") return "";
  try {
    const { href, origin } = new URL(image, location.origin);
    return origin === location.origin ? href : "";
  } catch {
    return "";
  }
}

/**
 * @param {Table} table @param {(Omit<ColouredPrize, "imageUrl"> & {imageUrl?: string})[]} prizes
 * @param {(url: string) => CanvasImageSource | undefined} [pictureAt]
 * @returns {import('./common/disc.js').Sector[]}
 */
export function sectorsOf(table, prizes, pictureAt = () => undefined) {
  return prizes.map(({ id, name, type, colour, imageUrl = "" }, n) => {
    const { start = 0, width = 0 } = table.sectors[n] ?? {};
    const image = pictureAt(imageUrl);
    return { prizeId: id, name, kind: type, colour, start, width, ...(image && { image }) };
  });
}
