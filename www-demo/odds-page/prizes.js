/** Each prize: what is declared of it, what was drawn and given, and how far the one is from the other. */

import { sectorColour } from "../common/colour.js";
import { count, decimal, fraction, percent } from "../common/numbers.js";
import { wilson } from "../common/odds-stats.js";
import { h } from "../dom.js";

/** @typedef {import('./read.js').Row} Row */

/** How far the picture reaches on both sides, in standard deviations: what chance does beyond that is off the scale. */
const REACH = 5;

/** @param {HTMLElement} place @param {import('./read.js').Table} table @param {Row[]} rows @param {number} total */
export function renderPrizes(place, table, rows, total) {
  const fallback = rows.find(({ id }) => id === table.fallback);
  const list = h("ul", { class: "tally", role: "list" }, ...rows.map((row, n) => renderRow(row, sectorColour(undefined, n, rows.length), total, fallback)));
  place.replaceChildren(
    h("div", { class: "tally__heads quiet", "aria-hidden": "true" }, ...["奖品", "公布的概率", "应抽中", "抽中", "偏差", "发出", "剩余"].map((text) => h("span", {}, text))),
    list,
    total === 0 ? "" :
      h(
        "div",
        { class: "tally__key quiet" },
        h("p", {}, h("span", { class: "key key--line" }), "公布的概率 ", h("span", { class: "key key--dot" }), "抽出来的比例 ", h("span", { class: "key key--band" }), "按抽出的次数看，真正的概率有 99% 的把握在这一段里"),
        h("p", {}, `一条横条碰不到竖线不等于有问题：${rows.length} 种奖品一起看，运气偶尔也会这样。`),
      ),
  );
}

/** @param {Row} row @param {string} colour @param {number} total @param {Row | undefined} fallback */
function renderRow(row, colour, total, fallback) {
  const { name, weight, observed, given } = row;
  const swatch = h("i", { class: "odds__swatch" });
  swatch.style.background = colour;
  const pair = (/** @type {string} */ area, /** @type {string} */ term, /** @type {(import('../dom.js').Child)[]} */ ...value) =>
    h("div", { class: `tally__${area}` }, h("dt", { class: "sr-only" }, term), h("dd", { class: "num" }, ...value));
  return h(
    "li",
    { class: "tally__row", "data-prize": row.id },
    h("h3", { class: "odds__name" }, swatch, h("span", {}, name)),
    h(
      "dl",
      {},
      pair("declared", "公布的概率", h("b", {}, percent(weight)), h("span", { class: "quiet" }, fraction(weight))),
      pair("expected", "应抽中", count1((total * weight) / 10_000)),
      pair("observed", "抽中", observed === null ? "—" : count(observed)),
      pair("deviation", "偏差", ...renderDeviation(row, total)),
      pair("given", "发出", given === null ? "—" : count(given), insteadWords(row, fallback)),
      pair("left", "剩余", ...leftWords(row)),
    ),
  );
}

/** Expected draws are seldom whole. @param {number} n */
const count1 = (n) => (Number.isInteger(n) ? count(n) : decimal(n, 1));

/** @param {Row} row @param {Row | undefined} fallback */
function insteadWords({ id, observed, given }, fallback) {
  if (observed === null || given === null || observed === given) return null;
  const words = id === fallback?.id ? `其中 ${count(given - observed)} 份替送完的奖品` : `${count(observed - given)} 次改发“${fallback?.name ?? ""}”`;
  return h("small", { class: "tally__instead" }, words);
}

/** @param {Row} row */
function leftWords({ stock, left }) {
  if (stock === null) return [h("span", { class: "quiet" }, "不限")];
  if (left === null) return ["—"];
  if (left === 0) return ["已送完", h("small", { class: "quiet" }, `共 ${count(stock)} 份`)];
  return [count(left), h("small", { class: "quiet" }, `共 ${count(stock)} 份`)];
}

/** @param {Row} row @param {number} total */
function renderDeviation({ weight, observed }, total) {
  const share = weight / 10_000;
  if (total === 0 || observed === null || weight === 0 || weight === 10_000) return [h("span", { class: "quiet" }, "—")];
  const { low, high } = wilson(observed, total);
  const unit = Math.sqrt((share * (1 - share)) / total);
  /** From the left end, in percent. */
  const at = (/** @type {number} */ value) => Math.min(100, Math.max(0, 50 + ((value - share) / unit / REACH) * 50));
  const band = h("i", { class: "deviation__band" });
  band.style.left = `${at(low)}%`;
  band.style.right = `${100 - at(high)}%`;
  const dot = h("i", { class: "deviation__dot" });
  dot.style.left = `${at(observed / total)}%`;
  const isWithin = low <= share && share <= high;
  const range = `${percent1(low)}–${percent1(high)}`;
  const words = `抽出来的比例是 ${percent1(observed / total)}，99% 范围 ${range}，${isWithin ? "包括" : "不包括"}公布的 ${percent(weight)}`;
  return [
    h("span", { class: isWithin ? "deviation" : "deviation deviation--far", role: "img", "aria-label": words }, h("i", { class: "deviation__line" }), band, dot),
    h("small", { class: "quiet", "aria-hidden": "true" }, range),
  ];
}

/** @param {number} share */
const percent1 = (share) => `${(share * 100).toFixed(share < 0.1 ? 2 : 1)}%`;
