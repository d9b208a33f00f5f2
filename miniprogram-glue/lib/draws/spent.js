/** Which draw has used up a number. */

/** Pages of records, of a hundred results each. */
const PAGES = 10;

/**
 * @param {Pick<import('../../../www-demo/common/types.js').Calls, "records" | "proof">} api @param {number} nonce
 * @returns {Promise<any>} its proof, null if there is no such draw; rejected with an ApiError if that cannot be found out
 */
export async function findSpent(api, nonce) {
  for (let page = 1; page <= PAGES; page += 1) {
    const { records, has_more } = await api.records(page, 100);
    const record = records.find((one) => one.nonce === nonce);
    if (record) return api.proof(record.draw_id);
    if (!has_more || records.some((one) => one.nonce < nonce)) return null;
  }
  throw new Error("too long ago");
}
