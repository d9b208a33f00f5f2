/** JSON values in storage; where there is none or it is full, for as long as the page lives. What was kept before stays then. */

/**
 * @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} TextStorage
 * @typedef {{get(key: string): any, set(key: string, value: unknown): void, remove(key: string): void,
 *   isKept(key: string): boolean}} Store `isKept`: the value will be there the next time, too
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
        spare.set(key, text); // an old promise, proof or login is worth more to the next page than none
      }
    },
    isKept: (key) => !spare.has(key),
    remove(key) {
      spare.delete(key);
      drop(key);
    },
  };
}
