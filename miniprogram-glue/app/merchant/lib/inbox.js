/** The receipts that the list has loaded, for the page that shows one of them; and what was decided there. */

const { isPriced } = require("./receipt");

/** @type {any[]} */
let waiting = [];
/** @type {Set<string>} */
let decided = new Set();
/** The last ones that had an amount: from them the rule of points is known when those that wait have none. @type {any[]} */
let priced = [];

module.exports = {
  /** @param {any[]} items */
  hold(items) {
    waiting = items;
    const found = items.filter(isPriced);
    if (found.length > 0) priced = found;
  },
  priced: () => priced,
  /** @param {string} id */
  find: (id) => waiting.find((item) => item.upload_id === id) || null,
  /** The one to decide after this, which is not the merchant's own. @param {string} id */
  after(id) {
    const at = waiting.findIndex((item) => item.upload_id === id);
    const isOpen = (item) => !item.is_own && item.upload_id !== id && !decided.has(item.upload_id);
    return waiting.slice(at + 1).find(isOpen) || waiting.slice(0, Math.max(at, 0)).find(isOpen) || null;
  },
  /** @param {string} id */
  decide(id) {
    decided.add(id);
  },
  /** Those decided since it was last asked. */
  takeDecided() {
    const ids = Array.from(decided);
    decided = new Set();
    waiting = waiting.filter((item) => ids.indexOf(item.upload_id) < 0);
    return ids;
  },
};
