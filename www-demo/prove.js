/** One proof judged: the core's verdicts, and whether the page showed what was proved. */

import { failure } from "./check-words.js";

/**
 * @typedef {import('./core/fairwheel_wasm.js').Verdict} Verdict
 * @typedef {Omit<Verdict, "check"> & {check: Verdict["check"] | "displayed"}} Check `displayed` is the page's own
 * @typedef {import('./core/fairwheel_wasm.js').Expected} Expected
 * @typedef {import('./core/fairwheel_wasm.js').DrawResult} DrawResult
 * @typedef {{prize_id: number, angle: number}} Shown angle in hundredths of a degree
 *
 * @typedef {object} Judgement
 * @property {boolean} ok
 * @property {Check[]} checks in the core's order; empty if the proof could not be read
 * @property {string} why in words, empty if all is well
 * @property {string | null} detail the core's own words for a proof it cannot read
 * @property {string | null} key
 * @property {DrawResult[]} results as computed here
 */

/**
 * @param {Pick<import('./core.js').Core, "verify">} core
 * @param {any} proof anything at all
 * @param {Expected} expected what this browser knew before
 * @param {Shown[] | null} shown what the page showed, if it showed anything
 * @returns {Judgement}
 */
export function judge(core, proof, expected, shown) {
  let report;
  try {
    report = core.verify(proof, expected);
  } catch (error) {
    const detail = error instanceof Error ? error.message : null;
    return { ok: false, checks: [], why: "证明的格式不对，读不出其中的内容。", detail, key: null, results: [] };
  }
  const checks = shown ? [...report.checks, displayed(shown, proof.results)] : report.checks;
  const failed = checks.filter((check) => check.status === "failed");
  const ok = report.ok && failed.length === 0;
  return { ok, checks, why: failure(failed), detail: null, key: report.key ?? null, results: report.results ?? [] };
}

/**
 * The same for a text somebody may have edited.
 * @param {Pick<import('./core.js').Core, "verify">} core
 * @param {string} text @param {Expected} expected @param {Shown[] | null} shown
 * @returns {Judgement}
 */
export function judgeText(core, text, expected, shown) {
  let proof;
  try {
    proof = JSON.parse(text);
  } catch {
    return { ok: false, checks: [], why: "证明已经不完整，可能多了或少了一个符号。", detail: null, key: null, results: [] };
  }
  return judge(core, proof, expected, shown);
}

/** @param {Shown[]} shown @param {Shown[]} proved @returns {Check} */
function displayed(shown, proved) {
  const same = shown.length === proved.length && shown.every((one, n) => one.prize_id === proved[n]?.prize_id && one.angle === proved[n]?.angle);
  const text = (/** @type {Shown[]} */ all) => all.map((one) => `${one.prize_id}@${one.angle}`).join(" ");
  const found = { check: /** @type {const} */ ("displayed"), draw: null, code: null, message: null };
  if (same) return { ...found, status: "ok", expected: null, found: null };
  return { ...found, status: "failed", expected: text(shown), found: text(proved) };
}

/**
 * What this browser knew before the draw of this proof.
 * @param {ReturnType<typeof import('./memory.js').createMemory>} memory
 * @param {number} nonce of the draw
 * @param {string} drawId
 * @returns {Expected}
 */
export function expectedOf(memory, nonce, drawId) {
  const seen = memory.promised(nonce);
  return seen ? { commitment: seen.commitment, table_hash: seen.table_hash, nonce, draw_id: drawId } : { nonce, draw_id: drawId };
}
