/** One draw from the tap to the verdict: send it, judge its proof. */

import { ApiError, isAtTheDoor } from "./api-error.js";
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

/** @type {Record<number, import('./types.js').DrawBody["draw_type"]>} */
const TYPES = { 1: "single", 3: "triple", 5: "five", 10: "ten" };

/**
 * A new draw, with a seed of this device's own and an id that makes it safe to send twice.
 * @param {Memory} memory
 * @param {{count: number, nonce: number, commitment: string, tableHash: string}} wish count is 1, 3, 5 or 10; commitment and
 * odds are those the diner has seen
 * @param {{clientSeed: () => string, requestId: () => string, now: () => number}} host chance, and the time in Unix milliseconds
 * @returns {import('./memory.js').Pending}
 */
export function newDraw(memory, { count, nonce, commitment, tableHash }, { clientSeed, requestId, now }) {
  const body = {
    draw_type: TYPES[count] ?? "single",
    count,
    client_seed: memory.clientSeed(nonce, clientSeed),
    table_hash: tableHash,
    nonce,
    request_id: requestId(),
  };
  return { nonce, commitment, sent_at: now(), body };
}

/** @param {import('./types.js').ShownResult} result @returns {import('./prove.js').Shown} */
const shownOnWheel = ({ prize_id, drawn_prize_id, angle }) => ({ prize_id, drawn_prize_id, angle: Math.round(angle * 100) });

/**
 * Sends a draw and judges its proof. What was sent is kept until an answer says what became of it,
 * so that a lost answer can be asked for again, even after a reload.
 * @param {object} parts
 * @param {Pick<import('./types.js').Calls, "draw" | "proof">} parts.api
 * @param {import('./prove.js').Verifier} parts.core
 * @param {Memory} parts.memory
 * @param {{text: string, hash: string}} parts.table the one shown on the page
 * @param {typeof shownOnWheel} [parts.shownOf] what is shown of a result
 * @param {import('./memory.js').Pending} pending
 * @returns {Promise<Played>} rejected with an ApiError
 */
export async function play({ api, core, memory, table: { text, hash }, shownOf = shownOnWheel }, pending) {
  const { body } = pending;
  const answer = await send(api, memory, pending);
  const { fairness } = answer;
  const known = fairness.table_text ?? (fairness.table_hash === hash ? text : null);
  const proof = known === null ? await afterDraw(api.proof(answer.draw_id)) : { ...fairness, table_text: known };
  const { nonce, commitment } = pending;
  const { draw_id } = expectedOf(memory, nonce, answer.draw_id);
  const { client_seed, count, table_hash } = body;
  const table = tableOf(core, proof);
  const shown = answer.results.map(shownOf);
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

/**
 * @param {Pick<import('./types.js').Calls, "draw">} api
 * @param {Memory} memory @param {import('./memory.js').Pending} pending
 */
async function send(api, memory, pending) {
  const again = memory.pending()?.body.request_id === pending.body.request_id;
  memory.setPending(pending);
  try {
    return await api.draw(pending.body);
  } catch (error) {
    const answered = error instanceof ApiError && !error.isUnanswered && !error.isUnknown;
    if (answered && !(again && isAtTheDoor(error))) memory.clearPending(pending);
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
    if (error instanceof ApiError && error.kind === "refused") throw new ApiError("server", error.code, "");
    throw error;
  }
}
