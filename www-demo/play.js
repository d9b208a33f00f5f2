/** One draw from the tap to the seal: send it, judge the proof, turn the wheel, show what came of it. */

import { ApiError } from "./api.js";
import { expectedOf, judge } from "./prove.js";

/**
 * @typedef {object} Played
 * @property {import('./types.js').DrawAnswer} answer
 * @property {any} proof whole, with its table text
 * @property {import('./prove.js').Expected} expected
 * @property {import('./prove.js').Shown[]} shown
 * @property {import('./prove.js').Judgement} judgement
 */

/**
 * A new draw, with a seed of this browser's own and an id that makes it safe to send twice.
 * @param {Pick<import('./core.js').Core, "randomClientSeed">} core
 * @param {number} count 1 or 10
 * @param {string} tableHash the odds the diner has read
 * @returns {import('./types.js').DrawBody}
 */
export function newDraw(core, count, tableHash) {
  return {
    draw_type: count === 10 ? "ten" : "single",
    count,
    client_seed: core.randomClientSeed(),
    table_hash: tableHash,
    request_id: requestId(),
  };
}

/** `crypto.randomUUID` is missing where a phone opens the page over plain http. */
function requestId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Sends a draw and judges its proof. What was sent is kept until an answer says what became of it,
 * so that a lost answer can be asked for again, even after a reload.
 * @param {object} parts
 * @param {Pick<ReturnType<typeof import('./api.js').createApi>, "draw" | "proof">} parts.api
 * @param {Pick<import('./core.js').Core, "verify">} parts.core
 * @param {ReturnType<typeof import('./memory.js').createMemory>} parts.memory
 * @param {{text: string, hash: string}} parts.table the one shown on the page
 * @param {import('./memory.js').Pending} pending
 * @returns {Promise<Played>} rejected with an ApiError
 */
export async function play({ api, core, memory, table }, pending) {
  memory.setPending(pending);
  /** @type {import('./types.js').DrawAnswer} */
  let answer;
  try {
    answer = await api.draw(pending.body);
  } catch (error) {
    if (error instanceof ApiError && error.kind === "refused") memory.clearPending();
    throw error;
  }
  const { fairness } = answer;
  const text = fairness.table_text ?? (fairness.table_hash === table.hash ? table.text : null);
  const proof = text === null ? await wholeProof(api, answer.draw_id) : { ...fairness, table_text: text };
  const expected = { ...expectedOf(memory, pending.nonce, answer.draw_id), table_hash: pending.body.table_hash };
  const shown = answer.results.map(({ prize_id, angle }) => ({ prize_id, angle: Math.round(angle * 100) }));
  const judgement = judge(core, proof, expected, shown);
  if (judgement.checks.length > 0) memory.note(proof.next_nonce, { commitment: proof.next_commitment, table_hash: table.hash });
  memory.clearPending();
  return { answer, proof, expected, shown, judgement };
}

/**
 * The draw is made: whatever keeps its proof away must not look as if it had been refused.
 * @param {Pick<ReturnType<typeof import('./api.js').createApi>, "proof">} api @param {string} drawId
 */
async function wholeProof(api, drawId) {
  try {
    return await api.proof(drawId);
  } catch (error) {
    if (error instanceof ApiError && error.kind === "refused") throw new ApiError("garbled", error.code, "");
    throw error;
  }
}
