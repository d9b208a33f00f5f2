/** The sectors of a draft: each reaches from where it starts to where the next one does. */

import { narrow, parts, whole } from "./typed-numbers.js";

/** A narrower sector could not be told from its neighbours. */
export const WIDTH_MIN = 2;

/** @typedef {import('./draft.js').Draft} Draft */

/** Equal sectors, as the server makes them. @param {Draft} draft @returns {Draft} */
export const equalAngles = (draft) => ({
  ...draft,
  prizes: draft.prizes.map((prize, at) => ({ ...prize, angle: String(Math.floor((at * 360) / draft.prizes.length)) })),
});

/** Sectors as wide as the chances, none under the least. @param {Draft} draft @returns {Draft} */
export function chanceAngles(draft) {
  const weights = draft.prizes.map((prize) => parts(prize.chance, 2) || 0);
  const sum = weights.reduce((total, weight) => total + weight, 0) || 1;
  const room = 360 - WIDTH_MIN * weights.length;
  if (room < 0) return equalAngles(draft);
  const shares = weights.map((weight) => (weight * room) / sum);
  const found = shares.map((share) => WIDTH_MIN + Math.floor(share));
  let left = 360 - found.reduce((total, width) => total + width, 0);
  // Whole degrees that are over go where the most was cut off.
  const byRest = shares.map((share, at) => ({ at, rest: share - Math.floor(share) })).sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (let turn = 0; left > 0; turn += 1, left -= 1) {
    const next = byRest[turn % byRest.length];
    if (!next) break;
    found[next.at] = (found[next.at] || 0) + 1;
  }
  return laidOut(draft, found, 0);
}

/**
 * The sectors one after another, in the order of the list.
 * @param {Draft} draft @param {number[]} widths degrees @param {number} first where the first one starts @returns {Draft}
 */
function laidOut(draft, widths, first) {
  let start = first;
  const prizes = draft.prizes.map((prize, at) => {
    const angle = String(start % 360);
    start += widths[at] || 0;
    return { ...prize, angle };
  });
  return { ...draft, prizes };
}

/** Degrees of each sector, by key: to the next start; null while the starts are not all different. @param {Draft} draft */
export function widths(draft) {
  const sorted = inTurn(draft);
  if (!sorted) return null;
  const found = /** @type {Record<string, number>} */ ({});
  for (const [at, { angle, key }] of sorted.entries()) {
    const next = sorted[(at + 1) % sorted.length];
    const width = sorted.length === 1 ? 360 : ((next ? next.angle : angle) - angle + 360) % 360;
    if (width === 0) return null;
    found[key] = width;
  }
  return found;
}

/** Where each sector starts, clockwise; null while one can't be read. @param {Draft} draft */
function inTurn(draft) {
  const starts = [];
  for (const { angle, key } of draft.prizes) {
    const start = whole(angle, 0, 359);
    if (start === null) return null;
    starts.push({ key, angle: start });
  }
  return starts.sort((a, b) => a.angle - b.angle);
}

/**
 * A sector as wide as asked: the next one starts there. Null if either would be too narrow, or the starts can't be read.
 * @param {Draft} draft @param {string} key @param {number} degrees whole @returns {Draft | null}
 */
export function withWidth(draft, key, degrees) {
  const wide = widths(draft);
  const turn = inTurn(draft);
  const at = turn ? turn.findIndex((one) => one.key === key) : -1;
  const [own, next] = turn ? [turn[at], turn[(at + 1) % turn.length]] : [];
  if (!wide || !own || !next || own === next) return null;
  const rest = (wide[key] || 0) + (wide[next.key] || 0) - degrees;
  if (!Number.isInteger(degrees) || degrees < WIDTH_MIN || rest < WIDTH_MIN) return null;
  return startingAt(draft, next.key, own.angle + degrees);
}

/**
 * A sector that starts at `degree`, or as near to it as the sectors on both sides of that edge have room. Null while the starts can't
 * be read, or there is no room at all.
 * @param {Draft} draft @param {string} key @param {number} degree any number of them @returns {Draft | null}
 */
export function withEdge(draft, key, degree) {
  const wide = widths(draft);
  const turn = inTurn(draft);
  const at = turn ? turn.findIndex((one) => one.key === key) : -1;
  const [own, before] = turn ? [turn[at], turn[(at - 1 + turn.length) % turn.length]] : [];
  if (!wide || !own || !before || own === before || !Number.isFinite(degree)) return null;
  const back = (wide[before.key] || 0) - WIDTH_MIN;
  const on = (wide[key] || 0) - WIDTH_MIN;
  if (back < 0 || on < 0) return null;
  // The short way round from where the edge is.
  const by = ((((Math.round(degree) - own.angle + 180) % 360) + 360) % 360) - 180;
  return startingAt(draft, key, own.angle + Math.min(on, Math.max(-back, by)));
}

/** @param {Draft} draft @param {string} key @param {number} degree */
const startingAt = (draft, key, degree) => ({
  ...draft,
  prizes: draft.prizes.map((prize) => (prize.key === key ? { ...prize, angle: String(((degree % 360) + 360) % 360) } : prize)),
});

/**
 * A prize at another place of the list. Each takes its sector with it; the first one starts where the first one did.
 * @param {Draft} draft @param {string} key @param {number} toIndex @returns {Draft}
 */
export function moved(draft, key, toIndex) {
  const from = draft.prizes.findIndex((prize) => prize.key === key);
  const to = Math.max(0, Math.min(draft.prizes.length - 1, toIndex));
  if (from < 0 || from === to) return draft;
  const wide = widths(draft);
  const first = Number(narrow(draft.prizes[0]?.angle ?? "0"));
  const prizes = draft.prizes.slice();
  prizes.splice(to, 0, ...prizes.splice(from, 1));
  // Without sectors there is only an order.
  return wide ? laidOut({ ...draft, prizes }, prizes.map((prize) => wide[prize.key] || 0), first) : { ...draft, prizes };
}
