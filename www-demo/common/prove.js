/** One proof judged: the core's verdicts, and what only the page can compare. */

import { failure } from "./check-words.js";

/**
 * @typedef {import('../core/fairwheel_wasm.js').Verdict} Verdict
 * @typedef {Omit<Verdict, "check"> & {check: Verdict["check"] | "displayed" | "price"}} Check the last two are the page's own
 * @typedef {import('../core/fairwheel_wasm.js').Expected} Expected
 * @typedef {import('../core/fairwheel_wasm.js').DrawResult} DrawResult
 * @typedef {Pick<import('./types.js').Core, "verify" | "tableFromText">} Verifier
 * @typedef {ReturnType<import('./types.js').Core["tableFromText"]>} Table
 *
 * Angle in hundredths of a degree; what is left out was not shown.
 * @typedef {{prize_id: number, angle: number, drawn_prize_id?: number, name?: string, kind?: string}} Shown
 *
 * What a proof is held against.
 * @typedef {object} Against
 * @property {Expected} expected what this device knew before
 * @property {Shown[] | null} shown what the page showed, if it showed anything
 * @property {boolean} live the draw was made on this page: then nothing may be left unchecked
 * @property {Check[]} extra what was found beside the proof
 *
 * @typedef {object} Judgement
 * @property {boolean} ok
 * @property {Check[]} checks in the core's order; empty if the proof could not be read
 * @property {string} why in words, empty if all is well
 * @property {string | null} detail the core's own words for a proof it cannot read
 * @property {string | null} key
 * @property {DrawResult[]} results as computed here
 * @property {string} of which proof it is of, as `identityOf` says it
 */

/** All that tells one proof from another; the table is in its hash. */
const IDENTITY = [
  "algorithm",
  "draw_id",
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

/** @param {any} proof anything at all */
export const identityOf = (proof) => JSON.stringify(IDENTITY.map((field) => proof?.[field]));

/**
 * @param {Verifier} core
 * @param {any} proof anything at all
 * @param {Against} against
 * @returns {Judgement}
 */
export function judge(core, proof, against) {
  const { expected, shown, live, extra } = against;
  let report;
  try {
    report = core.verify(proof, expected);
  } catch (error) {
    const detail = error instanceof Error ? error.message : null;
    return unreadable("证明的格式不对，读不出其中的内容。", detail, proof);
  }
  const own = shown ? [...extra, displayed(core, shown, proof)] : extra;
  const checks = [...report.checks, ...own].map((check) => strict(check, live));
  const failed = checks.filter((check) => check.status === "failed");
  const left = checks.some((check) => check.status === "skipped" && (live || !mayBeMissing(check)));
  const ok = checks.length > 0 && failed.length === 0 && !left;
  return { ok, checks, why: failure(failed), detail: null, key: report.key ?? null, results: report.results ?? [], of: identityOf(proof) };
}

/** @param {string} why @param {string | null} detail @param {any} [proof] @returns {Judgement} */
const unreadable = (why, detail, proof) => ({ ok: false, checks: [], why, detail, key: null, results: [], of: identityOf(proof) });

/** Only what was seen before an old draw may be unknown here. @param {Check} check */
const mayBeMissing = ({ check }) => check.startsWith("expected_");

/**
 * A check that should have been made and was not has failed. What was left out because another one failed stays so.
 * @param {Check} verdict @param {boolean} live @returns {Check}
 */
function strict(verdict, live) {
  if (verdict.status !== "skipped") return verdict;
  if (verdict.check === "draw_id") return { ...verdict, status: "failed", code: "not_sealed" };
  if (live && mayBeMissing(verdict)) return { ...verdict, status: "failed", code: "not_remembered" };
  return verdict;
}

/**
 * The same for a text somebody may have edited.
 * @param {Verifier} core @param {string} text @param {Against} against
 * @returns {Judgement}
 */
export function judgeText(core, text, against) {
  let proof;
  try {
    proof = JSON.parse(text);
  } catch {
    return unreadable("证明已经不完整，可能多了或少了一个符号。", null);
  }
  return judge(core, proof, against);
}

/** The table of a proof, null if it has none that is valid. @param {Verifier} core @param {any} proof @returns {Table | null} */
export function tableOf(core, proof) {
  try {
    const table = core.tableFromText(proof.table_text);
    return table.hash === proof.table_hash ? table : null;
  } catch {
    return null;
  }
}

/**
 * A verdict of the page's own on the whole request.
 * @param {"displayed" | "price"} check @param {boolean} ok @param {string | null} [expected] @param {string | null} [found]
 * @returns {Check}
 */
export function finding(check, ok, expected = null, found = null) {
  return { check, draw: null, status: ok ? "ok" : "failed", code: null, message: null, expected: ok ? null : expected, found: ok ? null : found };
}

/** @param {Verifier} core @param {Shown[]} shown @param {{results: DrawResult[]}} proof */
function displayed(core, shown, proof) {
  const table = tableOf(core, proof);
  const prizeOf = (/** @type {number} */ id) => table?.prizes.find((prize) => prize.id === id);
  const proved = proof.results.map((one) => ({ ...one, name: prizeOf(one.prize_id)?.name, kind: prizeOf(one.prize_id)?.type }));
  const fields = /** @type {const} */ (["prize_id", "angle", "drawn_prize_id", "name", "kind"]);
  const equal = (/** @type {Shown} */ one, /** @type {Shown | undefined} */ other) =>
    fields.every((field) => one[field] === undefined || one[field] === other?.[field]);
  const same = shown.length === proved.length && shown.every((one, n) => equal(one, proved[n]));
  const text = (/** @type {Shown[]} */ all) => all.map((one) => `${one.prize_id}${one.name === undefined ? "" : ` ${one.name}`}@${one.angle}`).join(" ");
  return finding("displayed", same, text(proved), text(shown));
}

/**
 * What this device knew before the draw of this proof. Of a draw that it did not send itself, it knows no more than
 * the commitment.
 * @param {ReturnType<typeof import('./memory.js').createMemory>} memory
 * @param {number} nonce of the draw
 * @param {string} drawId
 * @returns {Expected}
 */
export function expectedOf(memory, nonce, drawId) {
  const seen = memory.promised(nonce);
  if (!seen) return { nonce, draw_id: drawId };
  // One nonce is one draw: the one that was judged first.
  const { commitment, table_hash, client_seed, count, draw_id = drawId } = seen;
  return count === undefined ? { commitment, nonce, draw_id } : { commitment, table_hash, client_seed, count, nonce, draw_id };
}
