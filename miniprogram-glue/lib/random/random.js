/** Chance from the phone. `wx.getRandomValues` answers later, so bytes are fetched before they are needed. */

/**
 * @param {import('../host.js').Host} host
 * @param {number} length
 * @returns {Promise<Uint8Array>} rejected where the phone has no source of chance
 */
export function randomBytes({ wx }, length) {
  return new Promise((resolve, reject) => {
    wx.getRandomValues({
      length,
      success: (/** @type {{randomValues: ArrayBuffer}} */ { randomValues }) => {
        const bytes = new Uint8Array(randomValues);
        if (bytes.length === length) resolve(bytes);
        else reject(new Error(`getRandomValues: ${bytes.length} of ${length} bytes`));
      },
      fail: (/** @type {{errMsg?: string}} */ { errMsg }) => reject(new Error(errMsg)),
    });
  });
}

/** @param {Iterable<number>} bytes */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/**
 * A name for a request. It has to be unique, not secret: without the phone's chance, the clock and `Math.random` do.
 * @param {import('../host.js').Host} host
 */
export async function requestId(host) {
  try {
    return hex(await randomBytes(host, 16));
  } catch {
    const part = () => Math.floor(host.random() * 0x100000000).toString(16).padStart(8, "0");
    return `${host.now().toString(16)}-${part()}${part()}${part()}`;
  }
}
