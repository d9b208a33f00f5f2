/** A new access token for an expired one: asked for once, however many calls wait for it. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { failureWords } from "./words.js";

export const expired = () => new ApiError("expired", 401, failureWords("expired", { isUnknown: false, isCharged: false, isMoving: false }));

/** With these the server says that the session is over; anything else may pass. */
const OVER = [400, 403];

/**
 * @param {import('../session/state.js').State} state
 * @param {(refreshToken: string) => Promise<import('../session/state.js').Tokens>} refresh
 */
export function createRenewal(state, refresh) {
  /** @type {{visit: number, done: Promise<void>} | null} */
  let running = null;

  /** @param {number} visit */
  async function run(visit) {
    if (state.adopt()) return;
    /** @type {import('../session/state.js').Tokens} */
    let tokens;
    try {
      tokens = await refresh(state.refreshToken || "");
    } catch (error) {
      if (!(error instanceof ApiError) || error.kind !== "refused" || !OVER.includes(error.code)) throw error;
      if (state.visit === visit && state.adopt()) return; // renewed elsewhere while this was on its way
      if (state.visit === visit) state.close("expired");
      throw expired();
    }
    // Whoever has logged out meanwhile stays so.
    if (state.visit !== visit) throw expired();
    state.renew(tokens);
  }

  /**
   * @param {string} used the token that was refused @param {number} visit that it was used in
   * @returns {Promise<void>} rejected with an ApiError; only a refusal logs out
   */
  return function renew(used, visit) {
    if (state.visit !== visit || !state.token) return Promise.reject(expired());
    if (state.token !== used) return Promise.resolve();
    if (running?.visit === visit) return running.done;
    const mine = { visit, done: run(visit) };
    const free = () => {
      if (running === mine) running = null;
    };
    mine.done.then(free, free);
    running = mine;
    return mine.done;
  };
}
