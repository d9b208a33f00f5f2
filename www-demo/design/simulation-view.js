/** A simulation in words, and its counts as a table with a small picture of each deviation. */

import { count, percent } from "../common/numbers.js";
import { pooledWords } from "../common/odds-stats.js";
import { h } from "../dom.js";
import { chance, deviation, inWords, wilson, Z99 } from "./statistics.js";

/** Standard deviations that the small picture reaches to, either way. */
const REACH = 4;

const FEW = { level: "ok", title: "抽得还太少", text: "少见的奖品按概率还不该出现 5 次，看不出什么。" };

/**
 * @param {HTMLElement} place
 * @param {{seed: string, progress: import('./slices.js').Progress, isBeside: boolean}} run
 * @param {import('../common/odds-stats.js').Test} test
 * @param {number} wanted draws
 */
export function renderVerdict(place, { seed, progress, isBeside }, { fit: test, pooled, isFew }, wanted) {
  const { done, ms, nearMisses } = progress;
  const { level, title, text } = isFew ? FEW : inWords(test.p_value);
  const isWhole = done === wanted;
  place.dataset.level = level;
  const figures = [
    test.p_value === null ? "" : `卡方 ${(test.chi_square ?? 0).toFixed(2)}，自由度 ${test.degrees_of_freedom}，p = ${chance(test.p_value)}`,
    pooled.length > 0 ? pooledWords(pooled) : "",
    `停在更少见的奖品旁 2° 以内：${count(nearMisses)} 次（${percent((nearMisses / done) * 10_000)}）`,
    `每秒 ${count(Math.round((done / ms) * 1000))} 次${isBeside ? "" : "（没有后台程序，在页面里抽，会有些卡）"}`,
  ];
  place.replaceChildren(
    h("h3", {}, isWhole ? title : `抽了 ${count(done)} 次：${title}`),
    h("p", {}, text),
    h("p", { class: "quiet num", "data-figures": "", title: `种子 ${seed}` }, figures.filter(Boolean).join(" · ")),
  );
}

/**
 * @param {HTMLElement} place
 * @param {{name: string, weight: number, id: number}[]} prizes
 * @param {import('./slices.js').Progress} progress
 */
export function renderCounts(place, prizes, { done, counts }) {
  const head = ["奖品", "声明", "观察到", "99% 的范围", "次数", "应有", "偏差"].map((words) => h("th", { scope: "col" }, words));
  const rows = prizes.map(({ name, weight, id }, at) => row(name, weight, id, counts[at] ?? 0, done));
  const note = `范围由观察到的次数算出（Wilson）。公平的抽奖，每 100 个奖品也会有 1 个的声明概率落在范围外。偏差的灰色一段就是 99% 的范围，刻度是标准差。`;
  place.replaceChildren(h("table", { class: "counts" }, h("thead", { class: "sr-only" }, h("tr", {}, ...head)), h("tbody", {}, ...rows)), h("p", { class: "quiet" }, note));
}

/** @param {string} name @param {number} weight @param {number} id @param {number} observed @param {number} done */
function row(name, weight, id, observed, done) {
  const { low, high } = wilson(observed, done);
  const z = deviation(observed, done, weight / 10_000);
  const isOut = weight / 10_000 < low || weight / 10_000 > high;
  const cell = (/** @type {string} */ kind, /** @type {string} */ words) => h("td", { class: `counts__${kind}` }, words);
  const share = (/** @type {number} */ of) => `${(of * 100).toFixed(3)}%`;
  return h(
    "tr",
    { "data-prize": id, "data-out": isOut },
    h("th", { scope: "row" }, name),
    cell("declared", percent(weight)),
    cell("observed", share(observed / done)),
    cell("range", weight === 0 ? "—" : `${share(low)} – ${share(high)}`),
    cell("count", count(observed)),
    cell("expected", count(Math.round((done * weight) / 10_000))),
    h("td", { class: "counts__bar" }, weight === 0 ? "" : deviationBar(z, isOut)),
  );
}

/** @param {number} z @param {boolean} isOut */
function deviationBar(z, isOut) {
  const at = (/** @type {number} */ value) => `${50 + (Math.max(-REACH, Math.min(REACH, value)) / REACH) * 50}%`;
  const fair = h("i", { class: "deviation__fair" });
  fair.style.left = at(-Z99);
  fair.style.right = `calc(100% - ${at(Z99)})`;
  const dot = h("i", { class: "deviation__dot" });
  dot.style.left = at(z);
  const words = `${z < 0 ? "−" : "+"}${Math.abs(z).toFixed(2)}`;
  const track = h("span", { class: "deviation", "aria-hidden": "true" }, fair, h("i", { class: "deviation__middle" }), dot);
  return h("span", { class: isOut ? "deviation-line is-out" : "deviation-line" }, track, h("span", { class: "num" }, words));
}
