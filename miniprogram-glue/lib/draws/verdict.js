/** What a page shows of a judged proof. */

import { titleOf } from "../../../www-demo/common/proof-story.js";

/**
 * @typedef {object} Verdict
 * @property {boolean} ok
 * @property {string[]} failed names of the checks that failed, each once
 * @property {import('../../../www-demo/common/prove.js').Judgement} report every check
 * @property {any} proof
 * @property {string} words one sentence for the diner
 */

/** @param {import('../../../www-demo/common/prove.js').Judgement} report @param {any} proof @returns {Verdict} */
export function verdictOf(report, proof) {
  const failed = report.checks.filter(({ status }) => status === "failed").map(({ check }) => check);
  return { ok: report.ok, failed: [...new Set(failed)], report, proof, words: report.ok ? `${titleOf(report)}。` : report.why || `${titleOf(report)}。` };
}
