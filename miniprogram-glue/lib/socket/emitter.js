/** Who listens to which type of message. */

/** @typedef {"online" | "connecting" | "offline"} ConnectionState */

export function createEmitter() {
  /** @type {Map<string, Set<(data: any) => void>>} */
  const listeners = new Map();
  /** @type {ConnectionState} */
  let current = "offline";

  /** @param {string} type @param {any} data */
  function emit(type, data) {
    for (const listener of [...(listeners.get(type) || [])]) {
      try {
        listener(data);
      } catch (error) {
        console.error("fairwheel:", error); // a page that fails must not stop the others
      }
    }
  }

  return {
    emit,
    isOnline: () => current === "online",
    /** @param {ConnectionState} next */
    state(next) {
      if (next === current) return;
      current = next;
      emit("state", next);
    },
    /** @param {string} type @param {(data: any) => void} listener @returns {() => void} stops it */
    on(type, listener) {
      const own = listeners.get(type) || new Set();
      listeners.set(type, own.add(listener));
      if (type === "state") listener(current);
      return () => void own.delete(listener);
    },
  };
}
