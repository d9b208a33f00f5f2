/** Those who are told of every change. */

/**
 * Each is told once of a change.
 * @template T @param {() => T} store
 */
export function createListeners(store) {
  /** @type {Set<(store: T) => void>} */
  const listeners = new Set();
  let isTelling = false;
  let isStale = false;
  function tell() {
    isStale = true;
    // What a listener changes is told after all have heard of what came before.
    if (isTelling) return;
    isTelling = true;
    try {
      while (isStale) {
        isStale = false;
        for (const listener of [...listeners]) heard(() => listener(store()));
      }
    } finally {
      isTelling = false;
    }
  }
  return { listeners, tell };
}

/** One view that fails leaves the others, and what was done, as they are; it is reported as any fault. @param {() => void} listen */
function heard(listen) {
  try {
    listen();
  } catch (error) {
    reportError(error);
  }
}
