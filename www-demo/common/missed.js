/** Draws that the diner made elsewhere since this device last looked: each must keep the promise made before it. */

import { ApiError } from "./api-error.js";
import { count } from "./numbers.js";
import { expectedOf, judge } from "./prove.js";

/** Draws that are looked at again, at most: the last ones, and the one whose promise this device remembers. */
const LOOKED_AT = 50;
/** Pages of records, of a hundred results each. */
const PAGES = 10;

/**
 * @typedef {object} Missed
 * @property {number} from nonce of the first one
 * @property {number} until nonce after the last one
 * @property {number} checked how many of them, the last ones, were looked at
 * @property {boolean} isTooFar the remembered promise, of the draw `from`, lies too far back to be compared: nothing was looked at
 * @property {string} broken in words, where the chain of promises is broken; empty if it holds
 */

/**
 * Follows the chain of promises from the draw `from` to the one before `until`, and remembers it.
 * @param {object} parts
 * @param {Pick<import('./types.js').Calls, "records" | "proof">} parts.api
 * @param {import('./prove.js').Verifier} parts.core
 * @param {ReturnType<typeof import('./memory.js').createMemory>} parts.memory
 * @param {number} from @param {number} until
 * @returns {Promise<Missed | null>} null if there is none; rejected with an ApiError if no answer came
 */
export async function catchUp({ api, core, memory }, from, until) {
  if (!(from < until)) return null;
  const first = Math.max(from, until - LOOKED_AT);
  const ended = (/** @type {string} */ why, isTooFar = false) => ({ from, until, checked: until - first, isTooFar, broken: why });
  const ids = await drawIds(api, from);
  if (!ids) return ended("", true);
  // The remembered promise first: whoever swapped its seed must not hide that behind many draws.
  for (let nonce = from; nonce < until; nonce = Math.max(nonce + 1, first)) {
    const id = ids.get(nonce);
    const proof = id && (await proofOf(api, id));
    if (!id || !proof) return ended(`第 ${count(nonce)} 次抽奖没有证明。`);
    const judgement = judge(core, proof, { expected: expectedOf(memory, nonce, id), shown: null, live: false, extra: [] });
    if (!judgement.ok) return ended(`第 ${count(nonce)} 次抽奖：${judgement.why}`);
    memory.settle(nonce, id, null);
    if (!memory.note(nonce + 1, { commitment: proof.next_commitment, table_hash: proof.table_hash })) {
      return ended(`第 ${count(nonce)} 次抽奖给出的封条，不是之后用的那一个。`);
    }
  }
  return ended("");
}

/**
 * @param {Pick<import('./types.js').Calls, "records">} api @param {number} from the nonce to go back to
 * @returns {Promise<Map<number, string> | null>} null if it is too far back
 */
async function drawIds(api, from) {
  /** @type {Map<number, string>} */
  const ids = new Map();
  for (let page = 1; page <= PAGES; page += 1) {
    const { records, has_more } = await api.records(page, 100);
    for (const record of records) ids.set(record.nonce, record.draw_id);
    if (!has_more || ids.has(from)) return ids;
  }
  return null;
}

/** @param {Pick<import('./types.js').Calls, "proof">} api @param {string} id */
async function proofOf(api, id) {
  try {
    return await api.proof(id);
  } catch (error) {
    if (error instanceof ApiError && error.kind === "refused" && error.code === 404) return null;
    throw error;
  }
}
