/** JSON values in the browser's storage; where the browser forbids storage, for as long as the page lives. */

/**
 * @param {() => Storage} open
 * @returns {{get(key: string): any, set(key: string, value: unknown): void, remove(key: string): void}}
 */
export function createStore(open) {
  /** @type {Map<string, string>} */
  const spare = new Map();
  /** @type {Storage | null} */
  let storage = null;
  try {
    storage = open();
  } catch {
    // Private modes throw on the mere mention of storage.
  }
  return {
    get(key) {
      try {
        return JSON.parse(storage?.getItem(key) ?? spare.get(key) ?? "null");
      } catch {
        return null;
      }
    },
    set(key, value) {
      const text = JSON.stringify(value);
      spare.set(key, text);
      try {
        storage?.setItem(key, text);
      } catch {
        // Full: `spare` still has it.
      }
    },
    remove(key) {
      spare.delete(key);
      storage?.removeItem(key);
    },
  };
}
