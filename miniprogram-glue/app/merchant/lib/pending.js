/** A receipt that waits, by its number: there is no call for a single one, so the list is searched, the oldest first. */
const SIZE = 100;
/** A merchant who has more than that waiting opens receipts from the list. */
const PAGES_MAX = 10;

/**
 * @param {(page: number, size: number) => Promise<{list: any[], has_more: boolean}>} load
 * @param {string} id
 * @returns {Promise<any>} null if it does not wait any more
 */
async function findPending(load, id) {
  for (let page = 1; page <= PAGES_MAX; page += 1) {
    const { list, has_more } = await load(page, SIZE);
    const found = list.find((item) => item.upload_id === id);
    if (found) return found;
    if (!has_more) return null;
  }
  return null;
}

module.exports = { findPending };
