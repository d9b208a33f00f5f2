/**
 * What this device saw before each draw, kept across reloads: without it, a server could show
 * one commitment before the draw and prove another one afterwards.
 */

/** Promises kept for one diner; the oldest are forgotten first. */
const KEPT = 500;

/**
 * What is known of one nonce. The client seed is chosen once for it: a server that refuses until it likes the seed
 * would see the same one again.
 * @typedef {object} SeenPromise
 * @property {string} commitment
 * @property {string} table_hash
 * @property {string} [client_seed]
 * @property {string} [draw_id] the draw that was judged: this nonce is spent
 * @property {number} [count] draws asked for; only if this device sent the draw
 */
/**
 * A draw on its way, and the commitment that was seen before it. `sent_at` in Unix milliseconds.
 * @typedef {{nonce: number, commitment: string, sent_at: number, body: import('./types.js').DrawBody}} Pending
 */

/** The server answers a repeated request from memory for 24 hours; later it would be a new draw. */
const PENDING_MS = 23 * 60 * 60 * 1000;

/**
 * @param {import('./storage.js').Store} store
 * @param {number} userId
 * @param {() => number} [now] Unix milliseconds
 */
export function createMemory(store, userId, now = Date.now) {
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

  /** @returns {Pending | null} */
  function pending() {
    /** @type {Pending | null} */
    const found = store.get(pendingKey);
    // A clock that was set back must not make it younger than it is.
    return found && Math.abs(now() - found.sent_at) < PENDING_MS ? found : null;
  }

  return {
    /** @param {number} nonce @returns {SeenPromise | null} */
    promised: (nonce) => promises()[nonce] ?? null,

    /** Whether the promises will be known the next time, too. */
    isKept: () => store.isKept(promisesKey),

    /** The nonce that is due next as far as this browser knows; null if it knows nothing. */
    due() {
      const all = promises();
      const latest = Math.max(0, ...Object.keys(all).map(Number));
      if (latest === 0) return null;
      return all[latest]?.draw_id ? latest + 1 : latest;
    },

    /**
     * Notes what is promised for `nonce`. The first commitment seen stays; false if this is another one.
     * @param {number} nonce @param {{commitment: string, table_hash: string}} promise
     */
    note(nonce, { commitment, table_hash }) {
      const all = promises();
      const before = all[nonce];
      if (before && before.commitment !== commitment) return false;
      // With another table goes the seed: a server that has seen it could choose among tables until one suits it.
      if (!before || (!before.draw_id && before.table_hash !== table_hash)) save({ ...all, [nonce]: { commitment, table_hash } });
      return true;
    },

    /**
     * Takes another promise for `nonce` than was seen before. What is known of earlier draws stays; a seed that the
     * server has seen is not used with a commitment it chose afterwards.
     * @param {number} nonce @param {{commitment: string, table_hash: string}} promise
     */
    accept(nonce, { commitment, table_hash }) {
      const all = promises();
      for (const other of Object.keys(all)) if (Number(other) >= nonce) delete all[other];
      save({ ...all, [nonce]: { commitment, table_hash } });
      // A draw on its way has shown its seed already. The server says that it was not made: it must not be made now.
      const waiting = pending();
      if (waiting && waiting.nonce >= nonce) store.remove(pendingKey);
    },

    /**
     * The client seed for `nonce`, the same until a proof of that nonce was judged.
     * @param {number} nonce @param {() => string} choose
     */
    clientSeed(nonce, choose) {
      const all = promises();
      const promise = all[nonce];
      if (!promise || promise.draw_id) return choose();
      const seed = promise.client_seed ?? choose();
      if (!promise.client_seed) save({ ...all, [nonce]: { ...promise, client_seed: seed } });
      return seed;
    },

    /**
     * The draw of this nonce was judged. The first one stays.
     * @param {number} nonce @param {string} drawId
     * @param {import('./types.js').DrawBody | null} sent null: it was made on another device
     */
    settle(nonce, drawId, sent) {
      const all = promises();
      const promise = all[nonce];
      if (!promise || !drawId || (promise.draw_id && promise.draw_id !== drawId)) return;
      const { commitment, table_hash } = promise;
      if (sent) save({ ...all, [nonce]: { commitment, table_hash: sent.table_hash, client_seed: sent.client_seed, count: sent.count, draw_id: drawId } });
      else if (!promise.draw_id) save({ ...all, [nonce]: { commitment, table_hash, draw_id: drawId } });
    },

    /** A draw that was sent and not yet answered. */
    pending,
    /** @param {Pending} next */
    setPending: (next) => store.set(pendingKey, next),
    /** @param {Pending} answered another window may have sent another one since */
    clearPending(answered) {
      if (pending()?.body.request_id === answered.body.request_id) store.remove(pendingKey);
    },
  };
}
