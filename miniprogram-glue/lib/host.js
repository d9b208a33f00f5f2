/** What the library takes from outside: WeChat, the clock, timers and chance. Tests pass their own. */

/**
 * @typedef {object} Host
 * @property {any} wx
 * @property {() => number} now Unix milliseconds
 * @property {(fn: () => void, ms: number) => any} setTimeout
 * @property {(timer: any) => void} clearTimeout
 * @property {() => number} random 0..1, for what needs no secrecy
 * @property {() => Promise<import('../../www-demo/common/types.js').Core>} loadCore
 */

/** @param {Partial<Host>} given @returns {Host} */
export function createHost(given) {
  return {
    wx: given.wx || wx,
    now: given.now || Date.now,
    setTimeout: given.setTimeout || ((fn, ms) => setTimeout(fn, ms)),
    clearTimeout: given.clearTimeout || ((timer) => clearTimeout(timer)),
    random: given.random || Math.random,
    loadCore: given.loadCore || (() => Promise.reject(new Error("no core"))),
  };
}

/** @param {Host} host @param {number} ms @returns {Promise<void>} */
export const pause = (host, ms) => new Promise((resolve) => host.setTimeout(() => resolve(), ms));
