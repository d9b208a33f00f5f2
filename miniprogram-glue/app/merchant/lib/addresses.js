/**
 * Addresses of photos are signed anew in every answer, and good for a quarter of an hour. The first one is kept while it is good:
 * another address would make the phone fetch the same photo again each time the list is read.
 */
const GOOD_MS = 10 * 60 * 1000;

/** @param {() => number} [now] */
function createAddresses(now = Date.now) {
  /** @type {Map<string, {image_url: string, thumbnail_url: string, until: number}>} */
  const known = new Map();
  return {
    /** @param {any} item @returns {any} the same with the addresses that its photo is shown by */
    keep(item) {
      const old = known.get(item.upload_id);
      if (old && now() < old.until) return { ...item, image_url: old.image_url, thumbnail_url: old.thumbnail_url };
      known.set(item.upload_id, { image_url: item.image_url, thumbnail_url: item.thumbnail_url, until: now() + GOOD_MS });
      return item;
    },
    /** It was no good. @param {string} id */
    drop(id) {
      known.delete(id);
    },
  };
}

module.exports = { createAddresses };
