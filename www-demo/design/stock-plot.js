/** How a stock goes down, day by day, with the range that 90 of 100 runs stay in. */

import { count } from "../common/numbers.js";
import { h } from "../dom.js";
import { drawsUntilGone, leftAfter } from "./budget.js";
import { axis, createPlot } from "./plots.js";

/** @param {string} stroke @param {number} width */
const line = (stroke, width) => ({ stroke, width, points: { show: false } });

/** Points on the line. */
const POINTS = 120;

export function createStockPlot() {
  const place = h("div", { class: "plot", role: "img" });
  const choice = h("select", { "aria-label": "看哪个奖品的库存" });
  const one = h("b", {});
  const words = h("p", { class: "quiet" });
  const element = h("figure", { class: "stock", hidden: true }, h("figcaption", {}, one, choice, h("span", { class: "quiet" }, "剩下的份数；浅色是 90% 的范围，近似算出")), place, words);
  /** @type {import('./money.js').Stock[]} */
  let stocks = [];
  let daily = 1;
  let instead = "";

  const plot = createPlot(place, (palette) => ({
    height: 220,
    options: {
      scales: { x: { time: false }, y: { range: (/** @type {unknown} */ _, /** @type {number} */ __, /** @type {number} */ high) => [0, (high || 1) * 1.08] } },
      axes: [axis(palette, { size: 34, space: 64, grid: { show: false }, values: (/** @type {unknown} */ _, /** @type {number[]} */ splits) => splits.map((day) => (Number.isInteger(day) ? `${day} 天` : "")) }), axis(palette, { size: 64, values: (/** @type {unknown} */ _, /** @type {number[]} */ splits) => splits.map(count) })],
      // The mean comes last, to lie over the range.
      bands: [{ series: [1, 2], fill: palette.jadeSoft }],
      series: [{}, line(palette.jade, 0.5), line(palette.jade, 0.5), line(palette.jade, 2)],
    },
  }));

  function draw() {
    const stock = stocks.find(({ id }) => String(id) === choice.value) ?? stocks[0];
    if (!stock) return;
    const until = drawsUntilGone(stock.left, stock.weight);
    const last = (until.high / daily) * 1.08;
    const days = Array.from({ length: POINTS + 1 }, (_, at) => (last * at) / POINTS);
    const left = days.map((day) => leftAfter(stock.left, stock.weight, day * daily));
    const near = (/** @type {number} */ draws) => (draws / daily < 0.095 ? "不到 0.1" : (draws / daily).toFixed(draws / daily < 10 ? 1 : 0));
    place.setAttribute("aria-label", `「${stock.name}」的库存：平均 ${near(until.mean)} 天送完，九成情况在 ${near(until.low)} 到 ${near(until.high)} 天之间`);
    words.textContent = `送完以后，抽中「${stock.name}」的客人得到「${instead}」。`;
    void plot.show([days, left.map(({ high }) => high), left.map(({ low }) => low), left.map(({ mean }) => mean)]);
  }

  choice.addEventListener("change", draw);

  return {
    element,
    /** @param {import('./money.js').Stock[]} all @param {number} draws a day @param {string} fallback name of what is given in place of what has run out */
    show(all, draws, fallback) {
      stocks = all.filter(({ left, weight }) => left > 0 && weight > 0);
      daily = draws;
      instead = fallback;
      element.hidden = stocks.length === 0;
      one.textContent = stocks.length === 1 ? `「${stocks[0]?.name}」的库存` : "";
      one.hidden = stocks.length !== 1;
      choice.hidden = stocks.length < 2;
      const before = choice.value;
      choice.replaceChildren(...stocks.map(({ id, name }) => h("option", { value: String(id) }, `「${name}」的库存`)));
      if (stocks.some(({ id }) => String(id) === before)) choice.value = before;
      draw();
    },
  };
}
