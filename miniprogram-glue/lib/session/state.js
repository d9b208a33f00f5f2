/** Who is logged in: tokens and user, kept in storage, told to whoever listens. */

const KEY = "fairwheel.session";

/**
 * @typedef {{access_token: string, refresh_token: string}} Tokens
 * @typedef {{user_id: number, total_points: number, is_merchant: boolean, nickname?: string, [field: string]: any}} User
 * @typedef {"login" | "logout" | "expired" | "renewed" | "user"} Change
 * @typedef {{user: User | null, change: Change}} Told
 * @typedef {ReturnType<typeof createState>} State
 */

/** @param {import('../../../www-demo/common/storage.js').Store} store */
export function createState(store) {
  /** @type {{tokens: Tokens, user: User} | null} */
  let current = readable(store.get(KEY));
  /** Counts logins and logouts: what was asked for in an earlier visit must not touch this one. */
  let visit = 0;
  /** Counts what is known to have moved points: an answer to what was asked before must not undo it. */
  let moves = 0;
  /** @type {Set<(told: Told) => void>} */
  const listeners = new Set();

  /** @param {Change} change */
  function tell(change) {
    const told = { user: current ? current.user : null, change };
    for (const listener of [...listeners]) {
      try {
        listener(told);
      } catch (error) {
        console.error("fairwheel:", error); // a page that fails must not stop the others
      }
    }
  }

  /** @param {typeof current} next @param {Change} change */
  function set(next, change) {
    current = next;
    if (next) store.set(KEY, next);
    else store.remove(KEY);
    tell(change);
  }

  /**
   * Another instance of the app may have renewed the tokens since: a refresh token is good once, so its own are the good ones.
   * @returns {boolean} whether there are others now
   */
  function adopt() {
    const kept = readable(store.get(KEY));
    if (!current || !kept || kept.user.user_id !== current.user.user_id || kept.tokens.refresh_token === current.tokens.refresh_token) return false;
    current = { tokens: kept.tokens, user: current.user };
    tell("renewed");
    return true;
  }

  return {
    adopt,
    get visit() {
      return visit;
    },
    get token() {
      return current ? current.tokens.access_token : null;
    },
    get refreshToken() {
      return current ? current.tokens.refresh_token : null;
    },
    get user() {
      return current ? current.user : null;
    },
    get moves() {
      return moves;
    },
    /** @param {Tokens} tokens @param {User} user */
    open({ access_token, refresh_token }, user) {
      visit += 1;
      set({ tokens: { access_token, refresh_token }, user }, "login");
    },
    /** @param {Tokens} tokens */
    renew({ access_token, refresh_token }) {
      if (current) set({ tokens: { access_token, refresh_token }, user: current.user }, "renewed");
    },
    /** @param {"logout" | "expired"} why */
    close(why) {
      if (!current) return;
      visit += 1;
      set(null, why);
    },
    /** @param {Partial<User>} fields */
    setUser(fields) {
      if (!current || !fields) return;
      adopt(); // what is written must not put old tokens over newer ones
      const { user } = current;
      if (Object.keys(fields).every((key) => JSON.stringify(user[key]) === JSON.stringify(fields[key]))) return;
      set({ tokens: current.tokens, user: { ...user, ...fields } }, "user");
    },
    /** After something moved them. @param {number} total_points */
    setPoints(total_points) {
      moves += 1;
      this.setUser({ total_points });
    },
    /** @param {(told: Told) => void} listener @returns {() => void} stops it */
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** What an older version kept, or nobody, is no login. @param {any} kept @returns {{tokens: Tokens, user: User} | null} */
function readable(kept) {
  const isOurs = typeof kept?.tokens?.access_token === "string" && typeof kept.tokens.refresh_token === "string" && typeof kept.user?.user_id === "number";
  return isOurs ? kept : null;
}
