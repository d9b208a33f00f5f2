/** Waiting for a condition, with an end. */

/**
 * @template T
 * @param {() => T | Promise<T>} ask until it gives something true
 * @param {string} what for the message
 * @param {number} [limit] milliseconds
 * @returns {Promise<T>}
 */
export async function until(ask, what, limit = 10_000) {
  const end = Date.now() + limit;
  for (;;) {
    const got = await ask();
    if (got) return got;
    if (Date.now() > end) throw new Error(`waited ${limit} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
