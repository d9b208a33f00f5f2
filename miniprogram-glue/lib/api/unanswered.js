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

/**
 * `body` is sent again as it was, with its name in it: the server knows it by every byte. `sent_at` in Unix milliseconds.
 * @typedef {{path: string, wish: string, body: any, sent_at: number}} Unanswered
 */

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
    /** What was sent before for it. @param {number} userId @param {string} wish @returns {any} null if nothing was */
    find: (userId, wish) => all(userId).find((one) => one.wish === wish)?.body ?? null,
    /** It is about to be sent. @param {number} userId @param {Omit<Unanswered, "sent_at">} what */
    keep: (userId, what) => save(userId, [{ ...what, sent_at: host.now() }, ...all(userId).filter((one) => one.wish !== what.wish)]),
    /** It was answered. @param {number} userId @param {string} request_id */
    forget: (userId, request_id) => save(userId, all(userId).filter((one) => one.body.request_id !== request_id)),
    /** Something later was done there: to wish for the earlier again is a new wish. @param {number} userId @param {string} path */
    forgetAt: (userId, path) => save(userId, all(userId).filter((one) => one.path !== path)),
  };
}

/** Answers that may be repetitions of what the server said at an earlier time. @type {WeakSet<object>} */
const repeated = new WeakSet();

/** @param {any} data */
export const noteRepeated = (data) => void (data && typeof data === "object" && repeated.add(data));

/** @param {any} data */
export const isRepeated = (data) => Boolean(data) && repeated.has(data);
