/** Which colours of neighbours are too much alike, and a set of colours for all. */

import { COLOURS } from "../common/draft.js";
import { whole } from "../common/typed-numbers.js";

/** @typedef {import('../common/draft.js').Draft} Draft */

const HEX = /^#[0-9a-f]{6}$/i;
/** In OKLab, where equal distances look equal: less is told apart only side by side. */
const ALIKE = 0.035;

/** Warm families, each light and dark by turns: the house's own first. */
export const SETS = [
  COLOURS,
  ["#c9472f", "#fbe8cc", "#efb98a", "#fff5e6", "#d9a03f", "#f9e0c0", "#de9670", "#fdeeda"],
  ["#9c3d22", "#f7e3c8", "#d98a5b", "#fff3df", "#b9772a", "#f2c9a0", "#cb5a3c", "#efe3d6"],
];

/** What the palette offers. */
export const FAMILY = [...new Set([...COLOURS, ...SETS.flat(), "#7a3a24", "#5f4a3c", "#8a5a06", "#1f7a55"])];

/** How different two colours look. @param {string} a `#rrggbb` @param {string} b */
export function distance(a, b) {
  const [x, y] = [oklab(a), oklab(b)];
  return Math.hypot(x[0] - y[0], x[1] - y[1], x[2] - y[2]);
}

/** @param {string} hex @returns {[number, number, number]} */
function oklab(hex) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

/** @param {string} a @param {string} b */
const isAlike = (a, b) => HEX.test(a) && HEX.test(b) && distance(a, b) < ALIKE;

/** Prizes as they lie on the wheel; as in the list while they have no places there. @param {Draft} draft */
function onWheel({ prizes }) {
  const placed = prizes.map((prize) => ({ prize, angle: whole(prize.angle, 0, 359) }));
  return (placed.some(({ angle }) => angle === null) ? placed : placed.sort((a, b) => (a.angle ?? 0) - (b.angle ?? 0))).map(({ prize }) => prize);
}

/** Those that look much like a neighbour on the wheel: by key, its name. @param {Draft} draft @returns {Map<string, string>} */
export function alikeNeighbours(draft) {
  const round = onWheel(draft);
  const found = new Map();
  for (const [at, prize] of round.entries()) {
    const next = round[(at + 1) % round.length];
    if (!next || next === prize || !isAlike(prize.color, next.color)) continue;
    found.set(prize.key, next.name.trim() || "没有名称的一格");
    found.set(next.key, prize.name.trim() || "没有名称的一格");
  }
  return found;
}

/** All prizes in a set of colours, no two alike side by side, around the whole wheel. @param {Draft} draft @param {number} which of the sets @returns {Draft} */
export function colouredAnew(draft, which) {
  const set = SETS[which % SETS.length] ?? COLOURS;
  const round = onWheel(draft);
  /** @type {string[]} */
  const given = [];
  for (const at of round.keys()) {
    const isLast = at === round.length - 1;
    const fits = (/** @type {string} */ colour) => at === 0 || (!isAlike(colour, given[at - 1] ?? "") && !(isLast && isAlike(colour, given[0] ?? "")));
    const turned = set.map((_, by) => set[(at + by) % set.length] ?? "");
    given.push(turned.find(fits) ?? turned[0] ?? "");
  }
  const colours = new Map(round.map(({ key }, at) => [key, given[at] ?? ""]));
  const prizes = draft.prizes.map((prize) => ({ ...prize, color: colours.get(prize.key) ?? prize.color }));
  return prizes.every(({ color }, at) => color === draft.prizes[at]?.color) ? draft : { ...draft, prizes };
}
