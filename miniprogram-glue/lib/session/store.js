/** Values in the phone's storage. Each server has its own: development, testing and production share no tokens. */

import { createStore } from "../../../www-demo/common/storage.js";

/**
 * @param {any} wx
 * @param {string} server its base address, or a name for where there is none
 * @returns {import('../../../www-demo/common/storage.js').Store}
 */
export function createPhoneStore(wx, server) {
  const store = createStore(() => ({
    getItem: (key) => wx.getStorageSync(key) || null, // "" is what WeChat says of a key that it does not have
    setItem: (key, text) => wx.setStorageSync(key, text),
    removeItem: (key) => wx.removeStorageSync(key),
  }));
  const named = (/** @type {string} */ key) => `${key}@${server}`;
  return {
    get: (key) => store.get(named(key)),
    set: (key, value) => store.set(named(key), value),
    remove: (key) => store.remove(named(key)),
    isKept: (key) => store.isKept(named(key)),
  };
}
