/** What came of a draw: one prize or a list, and the seal beside it. */

import { h, icon } from "./dom.js";
import { PRIZE_ICONS } from "./common/icons.js";
import { count, degrees } from "./words.js";

/** @typedef {import('./common/outcomes.js').Outcome} Outcome */

/** @param {boolean} ok @param {() => void} [onclick] */
export function seal(ok, onclick) {
  const stamp = h("span", { class: "seal__stamp" }, ok ? "已验证" : "未通过");
  const looks = `seal seal--new${ok ? "" : " seal--bad"}`;
  if (!onclick) return h("span", { class: looks }, stamp);
  const label = ok ? "已验证，查看证明" : "验证未通过，查看证明";
  return h("button", { class: looks, type: "button", "aria-label": label, "data-ok": ok, onclick }, stamp);
}

/** @param {HTMLElement} place */
export function renderNoResult(place) {
  place.replaceChildren(h("p", { class: "result__empty" }, "转一次，结果会出现在这里"));
}

/** @param {HTMLElement} place */
export function renderWaiting(place) {
  place.replaceChildren(h("p", { class: "result__empty" }, "正在转动…"));
}

/**
 * @param {HTMLElement} place
 * @param {Outcome[]} outcomes
 * @param {{ok: boolean, why: string}} verdict
 * @param {() => void} openProof
 */
export function renderResult(place, outcomes, verdict, openProof) {
  const [only] = outcomes;
  const stamp = seal(verdict.ok, openProof);
  const warning = verdict.ok ? null : h("p", { class: "bad-words result__doubt" }, `验证未通过：${verdict.why}`);
  const what = only && outcomes.length === 1 ? one(only, stamp, verdict.ok) : many(outcomes, stamp);
  place.replaceChildren(h("div", {}, what, warning));
}

/** @param {Outcome} outcome @param {HTMLElement} stamp @param {boolean} proved nobody is congratulated on a doubtful result */
function one(outcome, stamp, proved) {
  const won = outcome.kind !== "empty";
  const lead = won && proved ? "恭喜，您抽中了" : won ? "服务给出的结果" : outcome.name;
  return h(
    "div",
    { class: "prize-line" },
    h("span", { class: won ? "prize-mark" : "prize-mark prize-mark--empty" }, icon(PRIZE_ICONS[outcome.kind])),
    h(
      "div",
      { class: "prize-line__words" },
      h("p", { class: "quiet" }, lead),
      h("h2", {}, won ? outcome.name : "这次没有中奖"),
      outcome.instead && h("p", { class: "quiet" }, `抽到的「${outcome.instead}」已送完`),
      h("p", { class: "quiet num" }, `${outcome.ticket === null ? "" : `号码 ${count(outcome.ticket)} · `}停在 ${degrees(outcome.angle)}`),
    ),
    stamp,
  );
}

/** @param {Outcome[]} outcomes @param {HTMLElement} stamp */
function many(outcomes, stamp) {
  const won = outcomes.filter((outcome) => outcome.kind !== "empty").length;
  const rows = outcomes.map((outcome, n) => {
    const looks = [outcome.kind === "empty" && "is-empty", n === outcomes.length - 1 && "is-last"].filter(Boolean).join(" ");
    return h(
      "li",
      { class: looks, title: outcome.instead ? `抽到的「${outcome.instead}」已送完` : outcome.name },
      h("span", { class: "ten__n" }, String(n + 1)),
      icon(PRIZE_ICONS[outcome.kind]),
      h("span", { class: "ten__name" }, outcome.instead ? `${outcome.name}（「${outcome.instead}」已送完）` : outcome.name),
    );
  });
  const last = outcomes.at(-1);
  return h(
    "div",
    {},
    h(
      "div",
      { class: "prize-line" },
      h(
        "div",
        { class: "prize-line__words" },
        h("h2", {}, won > 0 ? `抽了 ${outcomes.length} 次，中奖 ${won} 次` : "这次没有中奖"),
        last && h("p", { class: "quiet num" }, `转盘停在最后一次：${last.name} · ${degrees(last.angle)}`),
      ),
      stamp,
    ),
    h("ol", { class: "ten" }, ...rows),
  );
}

