/** Answers that say how many points the user has now bring the session up to date. */

import { isRepeated } from "./unanswered.js";

/**
 * @param {import('./api.js').Api} api
 * @param {import('../session/state.js').State} state
 * @returns {import('./api.js').Api}
 */
export function withPoints(api, state) {
  /**
   * Reading: it says no more than what was true when it was asked for.
   * @template {any[]} Args
   * @param {(...args: Args) => Promise<any>} verb @param {(data: any) => Record<string, any> | undefined} userOf
   */
  const reading = (verb, userOf) => async (/** @type {Args} */ ...args) => {
    const { visit, moves } = state;
    const data = await verb(...args);
    if (state.visit !== visit) return data;
    const { total_points, ...others } = userOf(data) || {};
    state.setUser(state.moves === moves && total_points !== undefined ? { ...others, total_points } : others);
    return data;
  };
  const info = reading(api.user.info, (data) => data);

  /**
   * Moving: `remaining_points` counts, unless the answer is as old as an earlier sending, or the points were moved again
   * meanwhile. Then they are read.
   * @template {any[]} Args
   * @param {(...args: Args) => Promise<any>} verb
   */
  const moving = (verb) => async (/** @type {Args} */ ...args) => {
    const { visit, moves } = state;
    const data = await verb(...args);
    if (state.visit !== visit || !Number.isInteger(data?.remaining_points)) return data;
    if (state.moves === moves && !isRepeated(data)) {
      state.setPoints(data.remaining_points);
      return data;
    }
    await info().catch(() => {});
    return state.visit === visit && state.user ? { ...data, remaining_points: state.user.total_points } : data;
  };

  return {
    ...api,
    auth: { ...api.auth, verify: reading(api.auth.verify, (data) => data?.user_info) },
    user: { ...api.user, info, update: reading(api.user.update, (data) => data), checkIn: moving(api.user.checkIn) },
    lottery: { ...api.lottery, draw: moving(api.lottery.draw) },
    exchange: { ...api.exchange, redeem: moving(api.exchange.redeem) },
  };
}
