/** Logging in and out, and the user as the server described them last. */

import { ApiError } from "../../../www-demo/common/api-error.js";

/**
 * @param {object} parts
 * @param {import('./state.js').State} parts.state
 * @param {import('../api/api.js').Api} parts.api
 */
export function createSession({ state, api }) {
  /** Brings the user up to date. @returns {Promise<import('./state.js').User | null>} */
  async function refresh() {
    if (!state.token) return null;
    await api.user.info();
    return state.user;
  }

  return {
    /** Null for nobody; what was known last until the server has answered. */
    get user() {
      return state.user;
    },
    get isLoggedIn() {
      return state.token !== null;
    },

    /**
     * The login of the last time, if it still holds. Without an answer it is taken to hold.
     * @returns {Promise<import('./state.js').User | null>} never rejected
     */
    async restore() {
      return refresh().catch(() => state.user);
    },
    /** Reads the user anew. @returns {Promise<import('./state.js').User | null>} rejected with an ApiError */
    refresh,

    /** @param {string} phone @returns {Promise<{expires_in: number, retry_after: number, dev_code?: string}>} */
    sendCode: (phone) => api.auth.sendCode(phone),

    /** @param {string} phone @param {string} code @param {string} [nickname] @returns {Promise<import('./state.js').User>} */
    async login(phone, code, nickname) {
      const { user_info, ...tokens } = await api.auth.login(phone, code, nickname);
      state.open(tokens, user_info);
      return user_info;
    },

    /**
     * Logged out on this phone at once. The server is told as well as may be.
     * @returns {Promise<void>} never rejected
     */
    async logout() {
      const { token, refreshToken } = state;
      state.close("logout");
      if (!token || !refreshToken) return;
      try {
        await api.auth.logout(token);
      } catch (error) {
        if (!(error instanceof ApiError) || error.kind !== "expired") return;
        // Only a good token ends the session on the server.
        await api.auth
          .refresh(refreshToken)
          .then((tokens) => api.auth.logout(tokens.access_token))
          .catch(() => {});
      }
    },

    /** @param {number} points */
    setPoints: (points) => state.setPoints(points),

    /**
     * `change` is `login`, `logout`, `expired` (log in again), `renewed` (another token) or `user`.
     * @param {(told: import('./state.js').Told) => void} listener @returns {() => void} stops it
     */
    onChange: state.onChange,
  };
}
