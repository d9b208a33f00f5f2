/** Answers that say how many points the user has now bring the session up to date. */

/**
 * @param {import('./api.js').Api} api
 * @param {import('../session/state.js').State} state
 * @returns {import('./api.js').Api}
 */
export function withPoints(api, state) {
  /**
   * @template {any[]} Args
   * @param {(...args: Args) => Promise<any>} verb @param {(data: any) => Record<string, any>} fieldsOf
   */
  const noting = (verb, fieldsOf) => async (/** @type {Args} */ ...args) => {
    const { visit } = state;
    const data = await verb(...args);
    if (state.visit === visit) state.setUser(fieldsOf(data));
    return data;
  };
  const remaining = (/** @type {any} */ data) => (Number.isInteger(data?.remaining_points) ? { total_points: data.remaining_points } : {});
  const itself = (/** @type {any} */ data) => data;
  return {
    ...api,
    auth: { ...api.auth, verify: noting(api.auth.verify, (data) => data?.user_info) },
    user: {
      ...api.user,
      info: noting(api.user.info, itself),
      update: noting(api.user.update, itself),
      checkIn: noting(api.user.checkIn, remaining),
    },
    lottery: { ...api.lottery, draw: noting(api.lottery.draw, remaining) },
    exchange: { ...api.exchange, redeem: noting(api.exchange.redeem, remaining) },
  };
}
