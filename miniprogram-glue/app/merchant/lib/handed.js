/** What a page hands to the next one: there is no call for a single product. */

/** @type {any} */
let item = null;

module.exports = {
  /** @param {any} given */
  give(given) {
    item = given;
  },
  /** @param {number} id */
  take(id) {
    const given = item;
    item = null;
    return given && given.id === id ? given : null;
  },
};
