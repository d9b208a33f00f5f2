/** A proof and its report as the component shows them. */

import { identityOf } from "../../../www-demo/common/prove.js";
import { failedOf, passedOf, storyOf, titleOf } from "../../../www-demo/common/proof-story.js";

/**
 * @typedef {import('../../../www-demo/common/proof-story.js').Check} Check
 * @typedef {{ok: boolean, checks: Check[], key?: string | null, results?: any[] | null, of: string}} Report
 *
 * @typedef {object} View
 * @property {"ok" | "failed" | "waiting" | "unknown"} status
 * @property {string} title
 * @property {string} text
 * @property {import('../../../www-demo/common/proof-story.js').Chapter[]} chapters
 * @property {string} paper the proof as it is handed on
 */

/** A prize in the canonical text of a table: its id, and the name that is the rest of the line. */
const PRIZE = /^prize (\d+) \d+ \d+ [a-z]+ \d+ [01] (?:\d+|-) (.+)$/gm;

/** @param {unknown} text @returns {(id: number) => string} */
export function namesIn(text) {
  const names = new Map();
  String(text).replace(PRIZE, (_, id, name) => {
    names.set(Number(id), name);
    return "";
  });
  return (id) => names.get(id) || `奖品 ${id}`;
}

/** One that stayed behind when another proof came says nothing of that. @param {any} proof @param {any} report @returns {report is Report} */
export const isReportOf = (proof, report) => Boolean(proof && report) && Array.isArray(report.checks) && report.of === identityOf(proof);

/**
 * @param {any} proof @param {Report} report @param {string} words why it failed, if somebody knows it better
 * @returns {View}
 */
export function viewOf(proof, report, words) {
  const { checks } = report;
  const ok = report.ok && checks.length > 0; // nothing was checked: nothing has passed
  return {
    status: ok ? "ok" : "failed",
    title: titleOf({ ok, checks }),
    text: ok ? passedOf(checks) : words || failedOf(checks) || "有内容没有核对到。",
    chapters: storyOf(report, proof, namesIn(proof && proof.table_text)),
    paper: paperOf(proof),
  };
}

/** @param {unknown} proof */
export const paperOf = (proof) => (proof ? JSON.stringify(proof, null, 2) : "");

/** While it is computed. @param {unknown} proof @returns {View} */
export const waitingView = (proof) => ({ status: "waiting", title: "正在这台手机上核对…", text: "", chapters: [], paper: paperOf(proof) });

/** Nothing is claimed that was not computed. @param {unknown} proof @returns {View} */
export const uncheckedView = (proof) => ({ status: "unknown", title: "这台手机现在不能核对", text: "验证程序没有准备好。可以先复制证明，换一台设备核对。", chapters: [], paper: paperOf(proof) });
