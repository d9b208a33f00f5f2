/** What the server says before a draw, held against what this device remembers. */

import { catchUp } from "./missed.js";
import { elsewhere } from "./draw-words.js";
import { short } from "./numbers.js";
import { readTable } from "./table.js";

/**
 * @typedef {object} Known
 * @property {import('./types.js').Config} config
 * @property {import('./table.js').Table} table
 * @property {number} points
 * @property {number} left draws left today
 * @property {number} nonce of the next draw
 * @property {string} commitment to the seed of the next draw
 *
 * @typedef {object} News
 * @property {Known} known
 * @property {{commitment: string, table_hash: string}} promise of the next draw
 * @property {{title: string, text: string, bad: boolean} | null} words what the diner should know
 */

/**
 * @param {object} parts
 * @param {Pick<import('./types.js').Calls, "config" | "user" | "records" | "proof">} parts.api
 * @param {import('./prove.js').Verifier} parts.core
 * @param {ReturnType<typeof import('./memory.js').createMemory>} parts.memory
 * @returns {Promise<News>} rejected with an ApiError
 */
export async function readNews({ api, core, memory }) {
  const [config, user] = await Promise.all([api.config(), api.user()]);
  const table = readTable(core, config);
  const { nonce, commitment } = config.fairness;
  const promise = { commitment, table_hash: table.hash };
  const known = { config, table, points: user.total_points, left: config.remaining_draws, nonce, commitment };
  const due = memory.due() ?? nonce;
  if (nonce < due) return { known, promise, words: turnedBack(nonce, due) };
  const missed = await catchUp({ api, core, memory }, due, nonce);
  if (missed?.broken || missed?.isTooFar) return { known, promise, words: elsewhere(missed) };
  const before = memory.promised(nonce)?.commitment ?? "";
  if (!memory.note(nonce, promise)) return { known, promise, words: otherPromise(nonce, before, commitment) };
  // A lost answer may be the only reason; asking for it again will tell.
  const lost = missed && missed.from === memory.pending()?.nonce && missed.until === missed.from + 1;
  if (missed && !lost) return { known, promise, words: elsewhere(missed) };
  return { known, promise, words: null };
}

/** @param {number} nonce @param {number} due */
function turnedBack(nonce, due) {
  const text = `这台设备等着第 ${due} 次抽奖，服务却说下一次是第 ${nonce} 次。没有扣积分。`;
  return { title: "抽奖序号倒退了", text, bad: true };
}

/** @param {number} nonce @param {string} before @param {string} now */
function otherPromise(nonce, before, now) {
  const text = `第 ${nonce} 次抽奖，这台设备之前看到的是 ${short(before)}，现在是 ${short(now)}。没有扣积分。`;
  return { title: "封条和之前看到的不同", text, bad: true };
}
