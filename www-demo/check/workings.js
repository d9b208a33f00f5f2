/** Everything between the seed and the prize, in the order in which it comes about. Figures are the core's, words are not. */

const WORDS = 2 ** 32;
const TICKETS = 10_000;
/** How near an edge is near, in hundredths of a degree. */
const NEAR = 200;

/**
 * @typedef {import('../common/types.js').Core} Core
 * @typedef {import('../common/types.js').Proof} Proof
 * @typedef {import('../common/prove.js').Table} Table
 * @typedef {Table["prizes"][number]} Prize
 * @typedef {Pick<Core, "drawTrace" | "commitment" | "tableFromText">} Tracer
 *
 * A uniform number below `below`: words at or above `limit` were passed over, `word` was taken.
 * @typedef {{passed: number[], word: number, below: number, limit: number, result: number}} Uniform
 *
 * An edge of the sector, and what is beyond it.
 * @typedef {{side: "before" | "after", distance: number, isNear: boolean, prize: Prize, isRarer: boolean}} Edge
 *
 * @typedef {object} Draw
 * @property {Uniform} ticket
 * @property {{prize: Prize, from: number, until: number, isDrawn: boolean}[]} cumulative tickets of each prize
 * @property {Prize} drawn
 * @property {Prize} given
 * @property {number[]} soldOut
 * @property {Uniform} place
 * @property {{start: number, width: number, offset: number, angle: number}} sector hundredths of a degree
 * @property {Edge[]} edges
 * @property {boolean} isNearMiss
 *
 * @typedef {object} Workings
 * @property {Table} table
 * @property {string} commitment
 * @property {string} message what the key is made of, beside the seed
 * @property {string} key
 * @property {Draw[]} draws
 * @property {string} sealed what the id is the digest of
 */

/**
 * @param {Tracer} core
 * @param {Proof} proof
 * @returns {Workings | null} null if the proof lacks what the draw is computed from
 */
export function workingsOf(core, proof) {
  try {
    const { table_text, server_seed, client_seed, nonce, count, sold_out } = proof;
    const { key, draws } = core.drawTrace({ table_text, server_seed, client_seed, nonce, count, sold_out });
    const table = core.tableFromText(table_text);
    const message = ["fairwheel-draw-v1", table.hash, nonce, count, client_seed].join("\n");
    const made = draws.map((draw, n) => drawOf(table, draw, sold_out[n] ?? []));
    return { table, commitment: core.commitment(server_seed), message, key, draws: made, sealed: sealedOf(proof, table.hash) };
  } catch {
    return null;
  }
}

/** What a draw id is the digest of. @param {Proof} proof @param {string} tableHash */
export function sealedOf(proof, tableHash) {
  const { server_seed, client_seed, nonce, count, created_at, next_nonce, next_commitment, sold_out } = proof;
  const lines = ["fairwheel-proof-v1", tableHash, server_seed, client_seed, nonce, count, created_at, next_nonce, next_commitment];
  return [...lines, ...sold_out.map((ids) => ids.join(" ")), ""].join("\n");
}

/** @param {number} below @returns {number} the least word that is passed over */
export const limitOf = (below) => Math.floor(WORDS / below) * below;

/** @param {number[]} words taken one after another @param {number} below @returns {[Uniform, number[]]} and the words left */
export function uniform(words, below) {
  const limit = limitOf(below);
  const at = words.findIndex((word) => word < limit);
  const word = words[at];
  if (word === undefined) throw new Error("too few words");
  return [{ passed: words.slice(0, at), word, below, limit, result: word % below }, words.slice(at + 1)];
}

/**
 * @param {Table} table
 * @param {ReturnType<Core["drawTrace"]>["draws"][number]} traced
 * @param {number[]} soldOut
 * @returns {Draw}
 */
function drawOf(table, traced, soldOut) {
  const { start, width, offset, angle } = traced;
  const [ticket, rest] = uniform(traced.words, TICKETS);
  const [place] = uniform(rest, width - 100);
  const prizeOf = (/** @type {number} */ id) => /** @type {Prize} */ (table.prizes.find((prize) => prize.id === id));
  const given = prizeOf(traced.prize_id);
  let until = 0;
  const cumulative = table.prizes.map((prize) => {
    const from = until;
    until += prize.weight;
    return { prize, from, until, isDrawn: prize.id === traced.drawn_prize_id };
  });
  const drawn = prizeOf(traced.drawn_prize_id);
  return { ticket, cumulative, drawn, given, soldOut, place, sector: { start, width, offset, angle }, edges: edgesOf(table, given, offset, width), isNearMiss: traced.is_near_miss };
}

/** @param {Table} table @param {Prize} given @param {number} offset @param {number} width @returns {Edge[]} */
function edgesOf(table, given, offset, width) {
  const at = table.prizes.indexOf(given);
  const count = table.prizes.length;
  /** @param {"before" | "after"} side @param {number} distance @param {number} beyond @returns {Edge} */
  const edge = (side, distance, beyond) => {
    const prize = /** @type {Prize} */ (table.prizes[(at + beyond + count) % count]);
    const isRarer = prize.type !== "empty" && prize.weight > 0 && prize.weight < given.weight;
    return { side, distance, isNear: distance <= NEAR, prize, isRarer };
  };
  return [edge("before", offset, -1), edge("after", width - offset, 1)];
}

/** Each byte with the letter it stands for, `⏎` for a line feed; a letter of several bytes stands at the first. @param {string} text */
export function bytesOf(text) {
  return Array.from(text).flatMap((letter) => {
    const shown = letter === "\n" ? "⏎" : letter === " " ? "␣" : letter;
    return Array.from(new TextEncoder().encode(letter), (byte, n) => ({ hex: byte.toString(16).padStart(2, "0"), letter: n === 0 ? shown : "" }));
  });
}

/** With its line feeds to be seen. @param {string} text */
export const visible = (text) => text.replaceAll("\n", "⏎\n");
