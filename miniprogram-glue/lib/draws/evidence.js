/** Proofs that did not hold, kept so that the diner can show them to somebody. */

const KEY = "fairwheel.evidence";
/** For each diner; the oldest are forgotten first. */
const KEPT = 20;
/** Characters of a part of one. A proof of ten draws has about 6,000; what a server adds must not push out the others. */
const PROOF_MOST = 24_000;
const PART_MOST = 6_000;
const WORDS_MOST = 500;

/** What verifying a proof takes. */
const PROOF_FIELDS = [
  "algorithm",
  "draw_id",
  "table_text",
  "table_hash",
  "server_seed",
  "commitment",
  "client_seed",
  "nonce",
  "count",
  "sold_out",
  "results",
  "created_at",
  "next_nonce",
  "next_commitment",
];

/**
 * `expected` is what this phone had seen and sent before, `shown` what it was told to show, angles in hundredths of a degree.
 * A part that is too large is there as `{cut, length}`: its beginning as text, and how long it was.
 * @typedef {{draw_id: string, kept_at: string, words: string, failed: string[], proof: any, expected: any, shown: any}} Evidence
 */

/** @param {any} part @param {number} most */
function bounded(part, most) {
  const text = JSON.stringify(part) || "null";
  return text.length <= most ? part : { cut: text.slice(0, most), length: text.length };
}

/** Whole if it can be, else what verifying it takes, else its beginning. @param {any} proof */
function boundedProof(proof) {
  const whole = JSON.stringify(proof) || "null";
  if (whole.length <= PROOF_MOST || !proof || typeof proof !== "object") return bounded(proof, PROOF_MOST);
  /** @type {Record<string, unknown>} */
  const needed = {};
  for (const field of PROOF_FIELDS) needed[field] = proof[field];
  const isEnough = JSON.stringify(needed).length <= PROOF_MOST;
  return isEnough ? { ...needed, left_out: whole.length - JSON.stringify(needed).length } : bounded(proof, PROOF_MOST);
}

/** @param {unknown} text */
const short = (text) => String(text).slice(0, WORDS_MOST);

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
      const proof = boundedProof(one.proof);
      const [expected, shown] = [bounded(one.expected, PART_MOST), bounded(one.shown, PART_MOST)];
      const mine = { ...one, draw_id: short(one.draw_id), words: short(one.words), proof, expected, shown };
      const others = kept().filter(({ draw_id }) => draw_id !== mine.draw_id);
      store.set(key, [mine, ...others].slice(0, KEPT));
    },
  };
}
