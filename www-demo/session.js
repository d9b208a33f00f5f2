/** Who is logged in, for this tab. */

const KEY = "fairwheel.session";

/**
 * @param {ReturnType<typeof import('./common/storage.js').createStore>} store
 */
export function createSession(store) {
  /** @type {{token: string, userId: number} | null} */
  let current = store.get(KEY);
  return {
    get token() {
      return current?.token ?? null;
    },
    get userId() {
      return current?.userId ?? null;
    },
    /** @param {string} token @param {number} userId */
    open(token, userId) {
      current = { token, userId };
      store.set(KEY, current);
    },
    close() {
      current = null;
      store.remove(KEY);
    },
  };
}
