/** The prizes as the wheel shows them. */

import { sectorColour } from "../../../www-demo/common/colour.js";

/**
 * As `lottery/config` gives them; `angle` is the start of the sector in degrees, clockwise from 12 o'clock.
 * @typedef {{id: number, name: string, type?: string, color?: string, angle: number, image?: string, sold_out?: boolean}} Prize
 * @typedef {import('../../../www-demo/common/disc.js').Sector & {imageUrl: string}} Sector
 */

const TURN = 36_000;
const KINDS = ["points", "coupon", "physical", "empty"];

/** @param {number} degrees any number of them @returns {number} whole hundredths, 0..=35999 */
export const hundredthsOf = (degrees) => (((Math.round(degrees * 100) % TURN) + TURN) % TURN);

/** The rotation that brings an angle under the pointer; both in hundredths of a degree. @param {number} angle */
export const restAt = (angle) => (TURN - angle) % TURN;

/**
 * Sectors in order of angle, each up to the start of the next.
 * @param {unknown} prizes
 * @returns {{sectors: Sector[], problem: string}} `problem` says in words why there are none; empty if all is well
 */
export function sectorsOf(prizes) {
  const list = /** @type {Prize[]} */ (Array.isArray(prizes) ? prizes : []);
  const problem = problemOf(list);
  if (problem) return { sectors: [], problem };
  const sorted = list.map((prize) => ({ prize, start: hundredthsOf(prize.angle) })).sort((a, b) => a.start - b.start);
  const sectors = sorted.map(({ prize, start }, n) => {
    const next = sorted[(n + 1) % sorted.length];
    const width = ((next ? next.start : start) - start + TURN) % TURN || TURN;
    return {
      prizeId: prize.id,
      name: prize.name,
      kind: /** @type {Sector["kind"]} */ (KINDS.includes(prize.type || "") ? prize.type : "physical"),
      colour: sectorColour(prize.color, n, sorted.length),
      start,
      width,
      soldOut: prize.sold_out === true,
      imageUrl: prize.image || "",
    };
  });
  return { sectors, problem: "" };
}

/** @param {Prize[]} prizes */
function problemOf(prizes) {
  if (prizes.length === 0) return "还没有奖品";
  const odd = prizes.find((prize) => !prize || typeof prize.name !== "string" || !Number.isFinite(prize.angle));
  if (odd !== undefined) return `奖品「${(odd && odd.name) || "无名"}」缺少名称或角度`;
  const starts = new Set(prizes.map((prize) => hundredthsOf(prize.angle)));
  return starts.size === prizes.length ? "" : "有两个奖品从同一个角度开始";
}

/** The sector that an angle is in. @param {Sector[]} sectors @param {number} angle hundredths of a degree */
export const sectorAt = (sectors, angle) => sectors.find(({ start, width }) => (angle - start + TURN) % TURN < width);

/**
 * The wheel for those who hear it.
 * @param {string} label the house's own words for it @param {Sector[]} sectors @param {string} resting name of the prize under the pointer, may be empty
 */
export function describe(label, sectors, resting) {
  const names = sectors.map(({ name, soldOut }) => (soldOut ? `${name}（已送完）` : name)).join("、");
  const parts = [`${label || "转盘"}，${sectors.length} 个奖品：${names}。`, resting && `指针停在：${resting}。`];
  return parts.filter(Boolean).join("");
}
