/** The number of the last event that this phone has heard, for each user: the server replays from there. */

const KEY = "fairwheel.last_id";
/** Said often, and harmless if heard twice: not worth a write to the storage each time. */
const OFTEN = ["stock_update", "pong"];

/** @param {import('../../../www-demo/common/storage.js').Store} store @param {number} userId */
export function createLastId(store, userId) {
  const key = `${KEY}.${userId}`;
  /** @type {number | null} */
  let heard = Number.isInteger(store.get(key)) ? store.get(key) : null;
  let kept = heard;
  const keep = () => {
    if (heard !== kept && heard !== null) store.set(key, heard);
    kept = heard;
  };
  return {
    get value() {
      return heard;
    },
    /** @param {{id?: unknown, type: string}} message @returns {boolean} whether it is new */
    hear({ id, type }) {
      if (!Number.isInteger(id)) return true;
      const number = /** @type {number} */ (id);
      // The first message says where the server begins: further back if its database is another one.
      if (type !== "connected" && type !== "pong" && heard !== null && number <= heard) return false;
      if (type === "connected" || heard === null || number > heard) heard = number;
      if (!OFTEN.includes(type)) keep();
      return true;
    },
    keep,
  };
}
