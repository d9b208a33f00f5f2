/** The odds as a table: fraction, percent, what is left to say about them. */

import { h } from "./dom.js";
import { fraction, percent, short } from "./words.js";

/**
 * @param {HTMLElement} place
 * @param {{hash: string, prizes: {id: number, name: string, weight: number, stock: number | null, colour: string, soldOut: boolean}[]}} table in wheel order
 * @param {string} rules the notice of the house, may be empty
 */
export function renderOdds(place, table, rules) {
  const most = Math.max(...table.prizes.map((prize) => prize.weight), 1);
  const rows = table.prizes.map((prize) => {
    const swatch = h("i", { class: "odds__swatch" });
    swatch.style.background = prize.colour;
    const bar = h("i", {});
    bar.style.width = `${(prize.weight / most) * 100}%`;
    const stock = prize.stock === null ? null : h("span", { class: "quiet" }, prize.soldOut ? "已送完" : `限 ${prize.stock} 份`);
    return h(
      "tr",
      {},
      h("td", {}, h("span", { class: "odds__name" }, swatch, h("span", {}, prize.name), stock)),
      h("td", { class: "odds__bar", "aria-hidden": "true" }, bar),
      h("td", {}, fraction(prize.weight)),
      h("td", {}, percent(prize.weight)),
    );
  });
  const head = ["奖品", "", "概率", "百分比"].map((text) => h("th", { scope: "col", "aria-hidden": text ? undefined : "true" }, text));
  place.replaceChildren(
    h("table", { class: "odds" }, h("thead", {}, h("tr", {}, ...head)), h("tbody", {}, ...rows)),
    h(
      "div",
      { class: "odds__note" },
      rules && h("p", {}, rules),
      h("p", {}, "中奖概率以此表为准，扇形的大小只为看得清楚。"),
      h("p", {}, "奖品表指纹 ", h("code", { title: table.hash }, short(table.hash))),
    ),
  );
}

/** The same table before it is known, in the same room. @param {HTMLElement} place */
export function renderOddsSkeleton(place) {
  const row = () =>
    h("tr", {}, h("td", {}, h("span", { class: "skeleton" }, "谢谢参与")), h("td", {}), h("td", {}, h("span", { class: "skeleton" }, "1/20")), h("td", {}, h("span", { class: "skeleton" }, "5.00%")));
  place.replaceChildren(h("table", { class: "odds", "aria-hidden": "true" }, h("tbody", {}, ...Array.from({ length: 8 }, row))));
}
