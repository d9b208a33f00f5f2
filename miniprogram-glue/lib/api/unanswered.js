/**
 * Names of moving calls that nobody knows the outcome of. Who asks for the same again sends the same name, so that nothing is
 * done twice, also after the app was killed or the login has run out. After a while it is a new wish.
 */

/** For so long the same wish is the same order. What a person is told says it, too. */
export const SAME_MINUTES = 10;
const SAME_MS = SAME_MINUTES * 60_000;
/** For each user; the oldest are forgotten first. */
const KEPT = 20;
const KEY = "fairwheel.unanswered";

/** @typedef {{wish: string, request_id: string, sent_at: number}} Unanswered `sent_at` in Unix milliseconds */

/** @param {import('../host.js').Host} host @param {import('../../../www-demo/common/storage.js').Store} store */
export function createUnanswered(host, store) {
  const keyOf = (/** @type {number} */ userId) => `${KEY}.${userId}`;

  /** A clock that was set back makes nothing younger. @param {number} userId @returns {Unanswered[]} newest first */
  const all = (userId) => (store.get(keyOf(userId)) || []).filter((/** @type {Unanswered} */ { sent_at }) => Math.abs(host.now() - sent_at) < SAME_MS);

  /** @param {number} userId @param {Unanswered[]} rest */
  function save(userId, rest) {
    if (rest.length > 0) store.set(keyOf(userId), rest.slice(0, KEPT));
    else store.remove(keyOf(userId));
  }

  return {
    /** The name under which it was sent before. @param {number} userId @param {string} wish @returns {string | null} */
    find: (userId, wish) => all(userId).find((one) => one.wish === wish)?.request_id ?? null,
    /** It is about to be sent. @param {number} userId @param {string} wish @param {string} request_id */
    keep: (userId, wish, request_id) => save(userId, [{ wish, request_id, sent_at: host.now() }, ...all(userId).filter((one) => one.wish !== wish)]),
    /** It was answered. @param {number} userId @param {string} request_id */
    forget: (userId, request_id) => save(userId, all(userId).filter((one) => one.request_id !== request_id)),
  };
}

/** Answers that may be repetitions of what the server said at an earlier time. @type {WeakSet<object>} */
const repeated = new WeakSet();

/** @param {any} data */
export const noteRepeated = (data) => void (data && typeof data === "object" && repeated.add(data));

/** @param {any} data */
export const isRepeated = (data) => Boolean(data) && repeated.has(data);
