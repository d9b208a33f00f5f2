/**
 * What this browser saw before each draw, kept across reloads: without it, a server could show
 * one commitment before the draw and prove another one afterwards.
 */

/** Promises kept for one diner; the oldest are forgotten first. */
const KEPT = 500;

/** @typedef {{commitment: string, table_hash: string}} SeenPromise */
/**
 * A draw on its way. `sent_at` in Unix milliseconds.
 * @typedef {{nonce: number, sent_at: number, body: import('./types.js').DrawBody}} Pending
 */

/** The server answers a repeated request from memory for 24 hours; later it would be a new draw. */
const PENDING_MS = 23 * 60 * 60 * 1000;

/**
 * @param {ReturnType<typeof import('./storage.js').createStore>} store
 * @param {number} userId
 */
export function createMemory(store, userId) {
  const promisesKey = `fairwheel.promises.${userId}`;
  const pendingKey = `fairwheel.pending.${userId}`;

  /** @returns {Record<string, SeenPromise>} */
  const promises = () => store.get(promisesKey) ?? {};

  /** @param {Record<string, SeenPromise>} all */
  function save(all) {
    const nonces = Object.keys(all).sort((a, b) => Number(b) - Number(a));
    for (const nonce of nonces.slice(KEPT)) delete all[nonce];
    store.set(promisesKey, all);
  }

  return {
    /** @param {number} nonce @returns {SeenPromise | null} */
    promised: (nonce) => promises()[nonce] ?? null,

    /**
     * Notes what is promised for `nonce`. The first commitment seen stays; false if this is another one.
     * @param {number} nonce @param {SeenPromise} promise
     */
    note(nonce, promise) {
      const all = promises();
      const before = all[nonce];
      if (before && before.commitment !== promise.commitment) return false;
      save({ ...all, [nonce]: promise });
      return true;
    },

    forgetPromises: () => store.remove(promisesKey),

    /** A draw that was sent and not yet answered. @returns {Pending | null} */
    pending() {
      /** @type {Pending | null} */
      const pending = store.get(pendingKey);
      return pending && Date.now() - pending.sent_at < PENDING_MS ? pending : null;
    },
    /** @param {Pending} pending */
    setPending: (pending) => store.set(pendingKey, pending),
    clearPending: () => store.remove(pendingKey),
  };
}
