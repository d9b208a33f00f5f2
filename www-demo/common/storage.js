/** JSON values in storage; where there is none or it is full, for as long as the page lives. */

/**
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TextStorage
 * @typedef {{get(key: string): any, set(key: string, value: unknown): void, remove(key: string): void}} Store
 */

/** @param {() => TextStorage} open @returns {Store} */
export function createStore(open) {
  /** What the browser would not keep. @type {Map<string, string>} */
  const spare = new Map();
  /** @type {TextStorage | null} */
  let storage = null;
  try {
    storage = open();
  } catch {
    // Private modes throw on the mere mention of storage.
  }

  /** @param {string} key */
  function drop(key) {
    try {
      storage?.removeItem(key);
    } catch {
      // What cannot be written cannot be read either.
    }
  }

  return {
    get(key) {
      try {
        return JSON.parse(spare.get(key) ?? storage?.getItem(key) ?? "null");
      } catch {
        return null;
      }
    },
    set(key, value) {
      const text = JSON.stringify(value);
      try {
        if (!storage) throw new Error("no storage");
        storage.setItem(key, text);
        spare.delete(key);
      } catch {
        spare.set(key, text);
        drop(key); // full: an old value must not come back with the next page
      }
    },
    remove(key) {
      spare.delete(key);
      drop(key);
    },
  };
}
