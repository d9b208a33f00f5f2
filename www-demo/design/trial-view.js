/** What came of a trial draw, in the phone's card; and the count of all of them. */

import { PRIZE_ICONS } from "../common/icons.js";
import { count, percent } from "../common/numbers.js";
import { h, icon } from "../dom.js";
import { nearMiss } from "./sectors.js";

/**
 * @typedef {import('./sectors.js').Table} Table
 * @typedef {import('./sectors.js').DrawResult} DrawResult
 */

/** @param {Table} table @param {number} id */
const prizeOf = (table, id) => table.prizes.find((prize) => prize.id === id);
const degrees = (/** @type {number} */ hundredths) => `${(hundredths / 100).toFixed(1)}°`;

/** @param {Table} table @param {DrawResult} result */
function nearWords(table, result) {
  const near = nearMiss(table, result);
  if (!near) return null;
  return h("p", { class: "trial__near", "data-near-miss": "" }, `离「${near.name}」只差 ${degrees(near.distance)}，这是算出来的位置，不是安排的。`);
}

/** @param {Table} table @param {DrawResult} result */
function insteadWords(table, { drawn_prize_id, prize_id }) {
  return drawn_prize_id === prize_id ? null : h("p", { class: "quiet" }, `抽到的「${prizeOf(table, drawn_prize_id)?.name ?? ""}」已送完`);
}

/** @param {Table} table @param {DrawResult} result */
function one(table, result) {
  const prize = prizeOf(table, result.prize_id);
  const kind = prize?.type ?? "physical";
  const won = kind !== "empty";
  return [
    h(
      "div",
      { class: "trial__one" },
      h("span", { class: won ? "trial__mark" : "trial__mark trial__mark--empty" }, icon(PRIZE_ICONS[kind])),
      h(
        "div",
        {},
        h("p", { class: "trial__name" }, won ? (prize?.name ?? "") : "这次没有中奖"),
        insteadWords(table, result),
        h("p", { class: "quiet num" }, `号码 ${count(result.ticket)} · 停在 ${(result.angle / 100).toFixed(2)}°`),
      ),
    ),
    nearWords(table, result),
  ];
}

/** @param {Table} table @param {DrawResult[]} results */
function many(table, results) {
  const won = results.filter(({ prize_id }) => prizeOf(table, prize_id)?.type !== "empty").length;
  const last = /** @type {DrawResult} */ (results.at(-1));
  const rows = results.map((result, n) => {
    const prize = prizeOf(table, result.prize_id);
    const near = nearMiss(table, result);
    const looks = prize?.type === "empty" ? "is-empty" : "";
    return h("li", { class: looks }, h("span", { class: "trial__n num" }, String(n + 1)), h("span", { class: "trial__row" }, prize?.name ?? ""), near && h("span", { class: "quiet num", title: `离「${near.name}」${degrees(near.distance)}` }, `差 ${degrees(near.distance)}`));
  });
  return [
    h("p", { class: "trial__name" }, won > 0 ? `抽了 ${results.length} 次，中奖 ${won} 次` : `抽了 ${results.length} 次，没有中奖`),
    h("ol", { class: "trial__list" }, ...rows),
    h("p", { class: "quiet" }, `转盘停在最后一次：${prizeOf(table, last.prize_id)?.name ?? ""}`),
    nearWords(table, last),
  ];
}

/**
 * @param {HTMLElement} place @param {Table} table
 * @param {{request: import('../core/fairwheel_wasm.js').DrawRequest, results: DrawResult[]}} drawn
 */
export function renderTrial(place, table, { request, results }) {
  const [only] = results;
  const parts = only && results.length === 1 ? one(table, only) : many(table, results);
  place.dataset.request = JSON.stringify(request);
  place.dataset.results = JSON.stringify(results);
  place.replaceChildren(...parts.filter((part) => part !== null));
}

/**
 * Where the designer has sent the wheel, and what diners would be told there.
 * @param {HTMLElement} place @param {Table | null} table @param {{prizeId: number, name: string}} sector @param {number} angle hundredths of a degree
 */
export function renderStop(place, table, { prizeId, name }, angle) {
  delete place.dataset.request;
  delete place.dataset.results;
  const near = table && nearMiss(table, { ticket: 0, drawn_prize_id: prizeId, prize_id: prizeId, angle, is_near_miss: true });
  const words = near ? `离「${near.name}」只差 ${degrees(near.distance)}：真的抽到这里，会这样告诉顾客。` : "2° 以内没有更难中的奖品，抽到这里不会说“只差”。";
  place.replaceChildren(
    h("p", { class: "trial__name" }, `停在「${name || "（没有名称）"}」`),
    h("p", { class: "quiet num" }, `${(angle / 100).toFixed(2)}°，是转过去的，不是抽到的`),
    table ? h("p", { class: "trial__near", "data-stop-near": near !== null }, words) : "",
  );
}

/** @param {HTMLElement} place @param {string} words */
export function renderNoTrial(place, words) {
  delete place.dataset.request;
  delete place.dataset.results;
  place.replaceChildren(h("p", { class: "trial__none" }, words));
}

/**
 * @param {HTMLElement} place @param {Table | null} table
 * @param {{total: number, of: (id: number) => number}} trial
 * @param {() => void} reset
 */
export function renderTally(place, table, trial, reset) {
  place.hidden = !table || trial.total === 0;
  if (!table || place.hidden) return place.replaceChildren();
  const rows = table.prizes
    .filter((prize) => trial.of(prize.id) > 0 || prize.weight > 0)
    .map((prize) => h("li", { "data-prize": prize.id }, h("span", { class: "tally__name" }, prize.name), h("span", { class: "num" }, count(trial.of(prize.id))), h("span", { class: "quiet num" }, `${percent((trial.of(prize.id) / trial.total) * 10_000)} / ${percent(prize.weight)}`)));
  const wasOpen = place.querySelector("details")?.open ?? false;
  const list = h("details", { class: "tally__details", open: wasOpen }, h("summary", {}, h("span", { class: "num" }, `试抽 ${count(trial.total)} 次`)), h("div", { class: "tally__open", role: "group", "aria-label": "抽到的次数", tabIndex: 0 }, h("p", { class: "quiet" }, "抽到的次数，实际 / 声明"), h("ul", { class: "tally__list" }, ...rows)));
  place.replaceChildren(list, h("button", { class: "button button--second button--small", type: "button", "data-do": "reset", onclick: reset }, "清零"));
}
