/** The story of a proof in three steps, each check with its own mark. */

import { STEPS, wordsOf } from "./check-words.js";
import { h, icon } from "./dom.js";
import { CHECK, CHEVRON, CROSS, DASH } from "./icons.js";
import { count, degrees } from "./words.js";

/** @typedef {import('./common/prove.js').Check} Check */

const MARKS = { ok: CHECK, failed: CROSS, skipped: DASH };
const MARK_WORDS = { ok: "通过", failed: "未通过", skipped: "没有对照" };

/**
 * @param {import('./common/prove.js').Judgement} judgement
 * @param {any} proof as parsed, or null
 * @param {(id: number) => string} nameOf a prize's name
 * @param {Set<number>} opened numbers of the results laid open; kept up to date
 * @returns {HTMLOListElement}
 */
export function renderSteps(judgement, proof, nameOf, opened) {
  const items = STEPS.map(({ step, title }, n) => {
    const checks = judgement.checks.filter((check) => wordsOf(check.check).step === step);
    const bad = checks.some((check) => check.status === "failed");
    const whole = checks.filter((check) => typeof check.draw !== "number").map((check) => renderCheck(check, nameOf));
    return h(
      "li",
      { class: bad ? "step step--bad" : "step", "data-n": n + 1 },
      h("h3", {}, title),
      values(step, proof, judgement.key),
      ...(step === "computed" ? draws(judgement, checks, nameOf, opened) : []),
      whole.length > 0 && h("ul", { class: "checks" }, ...whole),
    );
  });
  return h("ol", { class: "steps" }, ...items);
}

/** @param {string} step @param {any} proof @param {string | null} key */
function values(step, proof, key) {
  /** @type {Record<string, [string, unknown][]>} */
  const shown = {
    before: [["封条（种子的指纹）", proof?.commitment], ["抽奖序号", proof?.nonce]],
    revealed: [["种子", proof?.server_seed], ["您的随机数", proof?.client_seed]],
    computed: [["由以上内容得出的密钥", key]],
  };
  const rows = (shown[step] ?? []).filter(([, value]) => value !== undefined && value !== null);
  if (rows.length === 0) return null;
  return h("dl", { class: "hex" }, ...rows.flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, String(value))]));
}

/** @param {Check} check @param {(id: number) => string} nameOf */
function renderCheck(check, nameOf) {
  const words = wordsOf(check.check);
  const failed = check.status === "failed";
  return h(
    "li",
    { class: `check check--${check.status}`, "data-check": check.check, "data-status": check.status },
    icon(MARKS[check.status], "check__mark"),
    h("span", {}, failed ? words.bad : words.label, h("span", { class: "sr-only" }, `：${MARK_WORDS[check.status]}`)),
    failed && reason(check, nameOf),
    why(check) && h("span", { class: "check__why" }, why(check)),
  );
}

/** @param {Check} check @param {(id: number) => string} nameOf */
function reason({ check, expected, found }, nameOf) {
  if (!expected || !found) return null;
  const line = (/** @type {string} */ term, /** @type {string} */ value) =>
    h("span", { class: "check__value" }, h("span", { class: "quiet" }, term), h("code", {}, readable(check, value, nameOf)));
  return h("span", { class: "check__why" }, line("应为", expected), line("证明里是", found));
}

/** @param {string} check @param {string} value @param {(id: number) => string} nameOf */
function readable(check, value, nameOf) {
  if (!/^\d+$/.test(value)) return { true: "是", false: "否" }[value] ?? value;
  if (check === "angle") return degrees(Number(value));
  return check === "prize" || check === "drawn_prize" ? nameOf(Number(value)) : value;
}

/** Why a check could not be made. @param {Check} check */
function why({ check, status, code }) {
  if (code === "not_sealed") return "这个编号不是由内容算出来的，证明不了内容没有改动";
  if (code === "not_remembered") return "这台设备没有抽奖前的记录，无法比对";
  if (status !== "skipped") return "";
  return check.startsWith("expected_") ? "没有对照：这台设备没有这次抽奖前的记录" : "前面的内容没有通过，无法计算";
}

/**
 * @param {import('./common/prove.js').Judgement} judgement
 * @param {Check[]} checks @param {(id: number) => string} nameOf @param {Set<number>} opened
 */
function draws(judgement, checks, nameOf, opened) {
  const numbers = [...new Set(checks.flatMap((check) => (typeof check.draw === "number" ? [check.draw] : [])))];
  return numbers.map((draw) => {
    const own = checks.filter((check) => check.draw === draw);
    const status = own.some((check) => check.status === "failed") ? "failed" : own.every((check) => check.status === "ok") ? "ok" : "skipped";
    const result = judgement.results[draw];
    const text = result ? `号码 ${count(result.ticket)} → ${nameOf(result.prize_id)} · ${degrees(result.angle)}` : "没有算出结果";
    const details = h(
      "details",
      { class: "draw", open: status === "failed" || opened.has(draw) },
      h(
        "summary",
        { class: status === "failed" ? "check--failed" : "" },
        icon(MARKS[status], "check__mark"),
        h("span", {}, `${numbers.length > 1 ? `${draw + 1}. ` : ""}${text}`, h("span", { class: "sr-only" }, `：${MARK_WORDS[status]}`)),
        icon(CHEVRON),
      ),
      h("ul", { class: "checks" }, ...own.map((check) => renderCheck(check, nameOf))),
    );
    details.addEventListener("toggle", () => (details.open ? opened.add(draw) : opened.delete(draw)));
    return details;
  });
}
