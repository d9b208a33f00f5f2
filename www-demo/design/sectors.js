/** The draft as the wheel shows it, and places on it. Angles in hundredths of a degree unless they are called degrees. */

import { sectorColour } from "../common/colour.js";
import { WIDTH_MIN, widths } from "../common/draft.js";
import { narrow, whole } from "../common/typed-numbers.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/disc.js').Sector & {key: string, imageUrl: string}} Sector
 * @typedef {ReturnType<import('../common/types.js').Core["tableFromText"]>} Table
 * @typedef {import('../core/fairwheel_wasm.js').DrawResult} DrawResult
 */

const TURN = 36_000;
/** Results rest at least so far from an edge. */
const MARGIN = 50;
/** So near an edge a rarer prize is named. */
const NEAR = 200;

/** Whether all of it was won. @param {import('../common/draft.js').Prize} prize */
export function isGone({ isLimited, stock, won, type, wonType }) {
  if (!isLimited) return false;
  const gone = wonType === type ? (won ?? 0) : 0;
  return (whole(stock, 0, 4_294_967_295) ?? 1) - gone <= 0;
}

/** @param {Draft} draft @returns {Sector[] | null} in order of angle; null where no wheel can be made of it */
export function sectorsOf(draft) {
  const found = widths(draft);
  if (!found || draft.prizes.length < 2 || Object.values(found).some((width) => width < WIDTH_MIN)) return null;
  const sorted = draft.prizes.map((prize) => ({ prize, start: Number(narrow(prize.angle)) })).sort((a, b) => a.start - b.start);
  return sorted.map(({ prize, start }, n) => ({
    key: prize.key,
    prizeId: prize.id,
    name: prize.name,
    kind: /** @type {Sector["kind"]} */ (prize.type),
    colour: sectorColour(prize.color, n, sorted.length),
    start: start * 100,
    width: (found[prize.key] ?? 0) * 100,
    soldOut: isGone(prize),
    imageUrl: prize.image,
  }));
}

/** The sector that an angle is in. @template {{start: number, width: number}} S @param {S[]} sectors @param {number} angle */
export const sectorAt = (sectors, angle) => sectors.find(({ start, width }) => (((angle - start) % TURN) + TURN) % TURN < width);

/**
 * Where a result may rest in a sector: in its middle, or as near an edge as the draw comes.
 * @param {{start: number, width: number}} sector @param {"middle" | "first" | "last"} where
 */
export function stopIn({ start, width }, where) {
  const offset = { middle: Math.floor(width / 2), first: MARGIN, last: width - MARGIN - 1 }[where];
  return (start + offset) % TURN;
}

/**
 * The rarer prize a result has come to rest beside, and how far from it; null unless the draw says that it has.
 * @param {Table} table @param {DrawResult} result
 * @returns {{name: string, distance: number} | null}
 */
export function nearMiss({ prizes, sectors }, { prize_id, angle, is_near_miss }) {
  const at = prizes.findIndex((prize) => prize.id === prize_id);
  const [own, sector] = [prizes[at], sectors[at]];
  if (!is_near_miss || !own || !sector) return null;
  const offset = (angle - sector.start + TURN) % TURN;
  const beside = [
    { prize: prizes.at(at - 1), distance: offset },
    { prize: prizes[(at + 1) % prizes.length], distance: sector.width - offset },
  ];
  const rarer = beside.filter(({ prize, distance }) => prize && distance <= NEAR && prize.type !== "empty" && prize.weight > 0 && prize.weight < own.weight);
  const [nearest] = rarer.sort((a, b) => a.distance - b.distance);
  return nearest?.prize ? { name: nearest.prize.name, distance: nearest.distance } : null;
}

/**
 * How far the start of a sector may be moved, in degrees from where it is.
 * @param {Sector[]} sectors @param {number} at
 */
export function room(sectors, at) {
  const before = sectors.at(at - 1);
  const own = sectors[at];
  return { back: -((before?.width ?? 0) / 100 - WIDTH_MIN), on: (own?.width ?? 0) / 100 - WIDTH_MIN };
}

/** @param {Sector[]} sectors @param {string} resting name of the prize under the pointer, may be empty */
export function described(sectors, resting) {
  const names = sectors.map(({ name, soldOut }) => `${name || "（没有名称）"}${soldOut ? "（已送完）" : ""}`).join("、");
  return `转盘，${sectors.length} 个奖品：${names}。${resting ? `指针停在：${resting}。` : ""}`;
}
