/** Proofs that did not hold, kept so that the diner can show them to somebody. */

const KEY = "fairwheel.evidence";
/** For each diner; the oldest are forgotten first. */
const KEPT = 20;

/**
 * `expected` is what this phone had seen and sent before, `shown` what it was told to show, angles in hundredths of a degree.
 * @typedef {{draw_id: string, kept_at: string, words: string, failed: string[], proof: any, expected: any, shown: any}} Evidence
 */

/**
 * @param {import('../../../www-demo/common/storage.js').Store} store
 * @param {number} userId
 */
export function createEvidence(store, userId) {
  const key = `${KEY}.${userId}`;
  /** @returns {Evidence[]} newest first */
  const kept = () => store.get(key) || [];
  return {
    kept,
    /** @param {Evidence} one another of the same draw is replaced */
    keep(one) {
      const others = kept().filter(({ draw_id }) => draw_id !== one.draw_id);
      store.set(key, [one, ...others].slice(0, KEPT));
    },
  };
}
