/** One draw from the tap to the verdict: send it, judge its proof. */

import { ApiError } from "./api.js";
import { expectedOf, finding, judge, tableOf } from "./prove.js";

/**
 * @typedef {object} Played
 * @property {import('./types.js').DrawAnswer} answer
 * @property {any} proof whole, with its table text
 * @property {import('./prove.js').Table | null} table the proof's own
 * @property {import('./prove.js').Against} against
 * @property {import('./prove.js').Shown[]} shown
 * @property {import('./prove.js').Judgement} judgement
 */

/** @typedef {ReturnType<typeof import('./memory.js').createMemory>} Memory */

/**
 * A new draw, with a seed of this browser's own and an id that makes it safe to send twice.
 * @param {Pick<import('./core.js').Core, "randomClientSeed">} core
 * @param {Memory} memory
 * @param {{count: number, nonce: number, commitment: string, tableHash: string}} wish count is 1 or 10; commitment and odds
 * are those the diner has seen
 * @returns {import('./memory.js').Pending}
 */
export function newDraw(core, memory, { count, nonce, commitment, tableHash }) {
  const body = {
    draw_type: /** @type {"single" | "ten"} */ (count === 10 ? "ten" : "single"),
    count,
    client_seed: memory.clientSeed(nonce, core.randomClientSeed),
    table_hash: tableHash,
    nonce,
    request_id: requestId(),
  };
  return { nonce, commitment, sent_at: Date.now(), body };
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
 * @param {import('./prove.js').Verifier} parts.core
 * @param {Memory} parts.memory
 * @param {{text: string, hash: string}} parts.table the one shown on the page
 * @param {import('./memory.js').Pending} pending
 * @returns {Promise<Played>} rejected with an ApiError
 */
export async function play({ api, core, memory, table: { text, hash } }, pending) {
  const { body } = pending;
  const answer = await send(api, memory, pending);
  const { fairness } = answer;
  const known = fairness.table_text ?? (fairness.table_hash === hash ? text : null);
  const proof = known === null ? await afterDraw(api.proof(answer.draw_id)) : { ...fairness, table_text: known };
  const { nonce, commitment } = pending;
  const { draw_id } = expectedOf(memory, nonce, answer.draw_id);
  const { client_seed, count, table_hash } = body;
  const table = tableOf(core, proof);
  const shown = answer.results.map(({ prize_id, drawn_prize_id, angle }) => ({ prize_id, drawn_prize_id, angle: Math.round(angle * 100) }));
  const price = (table?.cost ?? 0) * count;
  const extra = [finding("price", table !== null && answer.points_cost === price, String(price), String(answer.points_cost))];
  const expected = { commitment, client_seed, count, nonce, table_hash, draw_id: draw_id ?? null };
  const against = { expected, shown, live: true, extra };
  const judgement = judge(core, proof, against);
  memory.settle(nonce, answer.draw_id, body);
  if (judgement.ok) memory.note(proof.next_nonce, { commitment: proof.next_commitment, table_hash: hash });
  memory.clearPending(pending);
  return { answer, proof, table, against, shown, judgement };
}

/** What says nothing of an earlier sending of the same draw: it was refused at the door. */
const AT_THE_DOOR = [401, 403, 429, 1004];

/**
 * @param {Pick<ReturnType<typeof import('./api.js').createApi>, "draw">} api
 * @param {Memory} memory @param {import('./memory.js').Pending} pending
 */
async function send(api, memory, pending) {
  const again = memory.pending()?.body.request_id === pending.body.request_id;
  memory.setPending(pending);
  try {
    return await api.draw(pending.body);
  } catch (error) {
    const answered = error instanceof ApiError && (error.kind === "refused" || error.kind === "unauthorised");
    if (answered && !(again && AT_THE_DOOR.includes(error.code))) memory.clearPending(pending);
    throw error;
  }
}

/**
 * The draw is made: whatever keeps its proof away must not look as if it had been refused.
 * @template T
 * @param {Promise<T>} asked
 */
async function afterDraw(asked) {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.kind === "refused") throw new ApiError("garbled", error.code, "");
    throw error;
  }
}
