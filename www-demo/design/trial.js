/** Draws made in this browser for trying out: the same core, a seed of its own, and a small count of what came. */

import { isGone } from "./sectors.js";

/**
 * @typedef {import('./sectors.js').Table} Table
 * @typedef {import('../core/fairwheel_wasm.js').DrawRequest} DrawRequest
 * @typedef {import('../core/fairwheel_wasm.js').DrawResult} DrawResult
 */

/** @param {Uint8Array} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
/** @param {number} bytes */
export const randomHex = (bytes) => hex(crypto.getRandomValues(new Uint8Array(bytes)));

/** @param {import('../common/types.js').Core} core */
export function createTrial(core) {
  /** How often each prize came. @type {Map<number, number>} */
  let tally = new Map();
  let hash = "";
  let nonce = 0;

  /** Counts of another table say nothing about this one. @param {Table} table */
  function follow(table) {
    if (table.hash === hash) return;
    hash = table.hash;
    tally = new Map();
    nonce = 0;
  }

  return {
    follow,
    /**
     * @param {Table} table @param {import('../common/draft.js').Draft} draft whose stocks count @param {number} count
     * @returns {{request: DrawRequest, results: DrawResult[]}}
     */
    draw(table, draft, count) {
      follow(table);
      nonce += 1;
      const gone = draft.prizes.filter(isGone).map(({ id }) => id).sort((a, b) => a - b);
      /** @type {DrawRequest} */
      const request = { table_text: table.text, server_seed: randomHex(32), client_seed: core.randomClientSeed(), nonce, count };
      if (gone.length > 0) request.sold_out = Array.from({ length: count }, () => gone);
      const { results } = core.draw(request);
      for (const { prize_id } of results) tally.set(prize_id, (tally.get(prize_id) ?? 0) + 1);
      return { request, results };
    },
    reset() {
      tally = new Map();
    },
    get total() {
      return [...tally.values()].reduce((sum, n) => sum + n, 0);
    },
    /** @param {number} id */
    of: (id) => tally.get(id) ?? 0,
  };
}
