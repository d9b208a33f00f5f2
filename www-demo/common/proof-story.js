/** The story of a proof in three steps, each check with its own mark: what the page and the mini-program show of it. */

import { failure, STEPS, wordsOf } from "./check-words.js";
import { count, degrees } from "./numbers.js";

/**
 * @typedef {"ok" | "failed" | "skipped"} Status
 * @typedef {{check: string, draw: number | null, status: Status, code: string | null, expected: string | null, found: string | null}} Check
 * @typedef {{term: string, value: string}} Value
 *
 * One check, as a line. `reason` says what was expected and found, `why` why it could not be made.
 * @typedef {{check: string, status: Status, text: string, spoken: string, reason: Value[], why: string}} Line
 *
 * One draw, in one line of `text`, or in two: `name`, and `figures` below it.
 * @typedef {{draw: number, status: Status, text: string, name: string, figures: string, spoken: string, lines: Line[]}} Draw
 * @typedef {{step: string, title: string, status: Status, values: Value[], draws: Draw[], lines: Line[]}} Chapter
 */

const SPOKEN = { ok: "通过", failed: "未通过", skipped: "没有对照" };

/**
 * @param {{checks: Check[], key?: string | null, results?: {ticket: number, prize_id: number, angle: number}[] | null}} report
 * @param {any} proof as parsed, or null
 * @param {(id: number) => string} nameOf a prize's name
 * @returns {Chapter[]}
 */
export function storyOf({ checks, key, results }, proof, nameOf) {
  return STEPS.map(({ step, title }) => {
    const own = checks.filter((check) => wordsOf(check.check).step === step);
    const whole = own.filter((check) => typeof check.draw !== "number");
    return {
      step,
      title,
      status: statusOf(own),
      values: valuesOf(step, proof, key),
      draws: step === "computed" ? drawsOf(own, results || [], nameOf) : [],
      lines: whole.map((check) => lineOf(check, nameOf)),
    };
  });
}

/** The checks that failed in one sentence. @param {Check[]} checks */
export const failedOf = (checks) => failure(checks.filter((check) => check.status === "failed"));

/** Of a seal that this device did not see before, nothing is claimed. @param {{ok: boolean, checks: Check[]}} report */
export function titleOf({ ok, checks }) {
  if (!ok) return "验证没有通过";
  const seen = checks.some((check) => check.check === "expected_commitment" && check.status === "ok");
  return seen ? "封条完好，结果没有被改动" : "内容前后一致，结果没有算错";
}

/** How much was checked. @param {Check[]} checks */
export function passedOf(checks) {
  const done = checks.filter((check) => check.status === "ok").length;
  const left = checks.filter((check) => check.status === "skipped").length;
  return `您的设备核对了 ${done} 项，全部通过${left > 0 ? `；${left} 项没有对照，因为抽奖前的记录不在这台设备上` : ""}。`;
}

/** @param {Check[]} checks @returns {Status} */
function statusOf(checks) {
  if (checks.some((check) => check.status === "failed")) return "failed";
  return checks.length > 0 && checks.every((check) => check.status === "skipped") ? "skipped" : "ok";
}

/** @param {string} step @param {any} proof @param {string | null | undefined} key @returns {Value[]} */
function valuesOf(step, proof, key) {
  /** @type {Record<string, [string, unknown][]>} */
  const shown = {
    before: [["封条（种子的指纹）", proof?.commitment], ["抽奖序号", proof?.nonce]],
    revealed: [["种子", proof?.server_seed], ["您的随机数", proof?.client_seed]],
    computed: [["由以上内容得出的密钥", key]],
  };
  const there = (shown[step] || []).filter(([, value]) => value !== undefined && value !== null);
  return there.map(([term, value]) => ({ term, value: String(value) }));
}

/** @param {Check} check @param {(id: number) => string} nameOf @returns {Line} */
function lineOf(check, nameOf) {
  const words = wordsOf(check.check);
  const { status, expected, found } = check;
  const failed = status === "failed";
  const told = failed && expected && found;
  const value = (/** @type {string} */ text) => readable(check.check, text, nameOf);
  return {
    check: check.check,
    status,
    text: failed ? words.bad : words.label,
    spoken: SPOKEN[status],
    reason: told ? [{ term: "应为", value: value(expected) }, { term: "证明里是", value: value(found) }] : [],
    why: why(check),
  };
}

/** @param {string} check @param {string} value @param {(id: number) => string} nameOf */
function readable(check, value, nameOf) {
  if (!/^\d+$/.test(value)) return { true: "是", false: "否" }[value] || value;
  if (check === "angle") return degrees(Number(value));
  return check === "prize" || check === "drawn_prize" ? nameOf(Number(value)) : value;
}

/** Why a check could not be made. @param {Check} check */
function why({ check, status, code }) {
  if (code === "not_sealed") return "这个编号不是由内容算出来的，证明不了内容没有改动";
  if (code === "not_remembered") return "这台设备没有抽奖前的记录，无法比对";
  if (status !== "skipped") return "";
  return check.startsWith("expected_") ? "没有对照：这台设备没有抽奖前的记录" : "前面的内容没有通过，无法计算";
}

/**
 * @param {Check[]} checks @param {{ticket: number, prize_id: number, angle: number}[]} results
 * @param {(id: number) => string} nameOf
 * @returns {Draw[]}
 */
function drawsOf(checks, results, nameOf) {
  const numbers = [...new Set(checks.map((check) => check.draw))].filter((draw) => typeof draw === "number");
  return numbers.map((draw) => {
    const own = checks.filter((check) => check.draw === draw);
    const failed = own.some((check) => check.status === "failed");
    const status = failed ? "failed" : own.every((check) => check.status === "ok") ? "ok" : "skipped";
    const result = results[draw];
    const which = numbers.length > 1 ? `${draw + 1}. ` : "";
    const name = result ? nameOf(result.prize_id) : "没有算出结果";
    const [ticket, angle] = result ? [`号码 ${count(result.ticket)}`, degrees(result.angle)] : ["", ""];
    return {
      draw,
      status,
      text: which + (result ? `${ticket} → ${name} · ${angle}` : name),
      name: which + name,
      figures: result ? `${ticket} · 停在 ${angle}` : "",
      spoken: SPOKEN[status],
      lines: own.map((check) => lineOf(check, nameOf)),
    };
  });
}
