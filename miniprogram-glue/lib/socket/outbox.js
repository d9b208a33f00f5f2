/** What is to be said to the server when there is no connection. */

/** More than this is not kept; the oldest is dropped. */
const KEPT = 32;

/**
 * `subscribe` is a state, not an event: the last one of each target is said again on every connection, because the server
 * forgets it with the socket. Everything else is said once, in order.
 */
export function createOutbox() {
  /** @type {Map<string, any>} */
  const subscriptions = new Map();
  /** @type {{type: string, data: any}[]} */
  let waiting = [];
  return {
    /** @param {string} type @param {any} data @param {boolean} isOnline @returns {boolean} whether to say it now */
    put(type, data, isOnline) {
      if (type === "subscribe") subscriptions.set(String(data?.target), data);
      else if (!isOnline && type !== "ping") waiting = [...waiting, { type, data }].slice(-KEPT);
      return isOnline;
    },
    /** What to say on a new connection. */
    take() {
      const all = [...[...subscriptions.values()].map((data) => ({ type: "subscribe", data })), ...waiting];
      waiting = [];
      return all;
    },
    clear() {
      subscriptions.clear();
      waiting = [];
    },
  };
}
