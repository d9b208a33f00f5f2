/** A phone for tests of the library: WeChat's storage, requests and chance, and a clock that only tests move. */

import { webcrypto } from "node:crypto";

/** Lets everything that waits for nothing but promises happen. */
export async function settle(rounds = 50) {
  for (let n = 0; n < rounds; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Time that stands still until it is moved. */
export function createClock(start = 1_700_000_000_000) {
  let now = start;
  let last = 0;
  /** @type {Map<number, {at: number, fn: () => void}>} */
  const timers = new Map();
  return {
    now: () => now,
    setTimeout: (/** @type {() => void} */ fn, /** @type {number} */ ms) => {
      last += 1;
      timers.set(last, { at: now + ms, fn });
      return last;
    },
    clearTimeout: (/** @type {number} */ timer) => void timers.delete(timer),
    /** Milliseconds until each timer, soonest first. */
    waiting: () => [...timers.values()].map(({ at }) => at - now).sort((a, b) => a - b),
    /** Moves on, calling what is due in its order. @param {number} ms */
    async tick(ms) {
      await settle();
      const until = now + ms;
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= until).sort(([, a], [, b]) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due[0]);
        now = Math.max(now, due[1].at);
        due[1].fn();
        await settle();
      }
      now = until;
    },
  };
}

/** What `answer` gives: an envelope's data, a raw answer, a failure, or nothing at all. */
export const ok = (/** @type {any} */ data) => ({ statusCode: 200, data: JSON.stringify({ code: 0, message: "success", msg: "success", data }) });
export const refused = (/** @type {number} */ code, message = "", /** @type {any} */ data = null) => ({
  statusCode: 200,
  data: JSON.stringify({ code, message, msg: message, data }),
});
export const fail = (/** @type {string} */ errMsg) => ({ errMsg });
export const silence = Symbol("no answer ever");

/**
 * @param {(ask: {method: string, path: string, url: string, body: any, header: Record<string, string>}) => any} answer
 * @param {Map<string, any>} [storage] to restart the app with what it kept
 */
export function createPhone(answer, storage = new Map()) {
  /** @type {any[]} */
  const asked = [];
  const request = (/** @type {any} */ options, /** @type {any} */ body) => {
    const path = options.url.replace(/^https?:\/\/[^/]+/, "");
    const ask = { method: options.method || "POST", path, url: options.url, body, header: options.header, filePath: options.filePath };
    asked.push(ask);
    let isOver = false;
    void Promise.resolve(answer(ask)).then((given) => {
      if (given === silence || isOver) return;
      isOver = true;
      if (given.errMsg) options.fail(given);
      else options.success(given);
    });
    const abort = () => {
      if (isOver) return;
      isOver = true;
      options.fail({ errMsg: `${body === options.formData ? "uploadFile" : "request"}:fail abort` });
    };
    return { abort, onProgressUpdate: (/** @type {any} */ fn) => fn({ progress: 100 }) };
  };
  const wx = {
    request: (/** @type {any} */ options) => request(options, options.data === undefined ? undefined : JSON.parse(options.data)),
    uploadFile: (/** @type {any} */ options) => request(options, options.formData),
    getRandomValues: (/** @type {any} */ { length, success }) => success({ randomValues: webcrypto.getRandomValues(new Uint8Array(length)).buffer }),
    getStorageSync: (/** @type {string} */ key) => storage.get(key) ?? "",
    setStorageSync: (/** @type {string} */ key, /** @type {any} */ value) => void storage.set(key, value),
    removeStorageSync: (/** @type {string} */ key) => void storage.delete(key),
  };
  return { wx, asked, storage };
}
