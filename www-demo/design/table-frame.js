/** What is around the rows: the heads of the columns, the sum, and the buttons for all prizes. */

import { PRIZES_MAX } from "../common/draft.js";
import { count } from "../common/numbers.js";
import { h, icon } from "../dom.js";
import { PLUS } from "./icons.js";

/** Where the table is made of cards, as in the style sheet. */
export const NARROW_TABLE = matchMedia("(max-width: 919px)");

const COLUMNS = [["color", "颜色"], ["image", "图片"], ["name", "名称"], ["type", "种类"], ["value", "价值"], ["probability", "概率"], ["weight", "万分之"], ["stock", "限量"], ["is_activity", "活动"], ["width", "宽"], ["angle", "起点"]];

/** @param {Record<"add" | "equal" | "byChance" | "recolour" | "sum" | "fault", () => void>} does */
export function createFrame(does) {
  const button = (/** @type {string} */ id, /** @type {string} */ words, /** @type {() => void} */ onclick) =>
    h("button", { id, class: "button button--second button--small", type: "button", onclick }, words);
  const total = h("span", { class: "quiet num" });
  const fault = h("button", { id: "first-fault", class: "first-fault", type: "button", onclick: does.fault });
  const faultWords = h("span", { class: "sr-only", role: "status" });
  const heads = h("div", { class: "columns", "aria-hidden": "true" }, ...COLUMNS.map(([name = "", words = ""]) => h("span", { "data-cell": name }, words)));
  const list = h("div", { class: "prizes" });
  const sum = button("make-sum", "一键凑满 100%", does.sum);
  const sumWords = h("strong", { class: "sum__words" });
  const sumNumber = h("span", { class: "sum__number num" });
  const sumLine = h("div", { id: "sum", class: "sum", role: "status" }, h("span", { class: "sum__label" }, "概率合计"), sumNumber, sumWords);
  const alike = h("p", { class: "advice quiet" });
  const add = button("add-prize", "添加奖品", does.add);
  add.prepend(icon(PLUS));
  const tools = h(
    "div",
    { class: "table__tools" },
    add,
    button("equal-sectors", "每格一样大", does.equal),
    button("sectors-by-chance", "按概率分大小", does.byChance),
    button("recolour", "配一套颜色", does.recolour),
  );
  return {
    list,
    add,
    sum,
    elements: [
      h("div", { class: "table__head" }, h("h2", {}, "奖品"), total, faultWords, fault),
      h("p", { id: "grip-help", class: "sr-only" }, "拖动，或按住 Alt 再按上下方向键移动"),
      heads,
      list,
      h("div", { class: "sum-row" }, sumLine, sum),
      tools,
      alike,
      h("p", { class: "quiet" }, "格子大小只影响样子；中奖只看概率，一共 10,000 份，每一次抽都能核对。"),
    ],
    /** @param {{total: number, sum: {sum: number, isRight: boolean, words: string}, sumFault: string, faults: number, first: string, alike: number}} now */
    show(now) {
      total.textContent = `${count(now.total)} 个`;
      fault.hidden = now.faults === 0;
      const words = now.faults === 0 ? "" : `${count(now.faults)} 处要改`;
      set(fault, now.faults === 0 ? "" : `${words}：先看${now.first}`);
      set(faultWords, words);
      set(sumNumber, `${count(now.sum.sum)} / 10,000`);
      set(sumWords, now.sum.words);
      sumLine.dataset.right = String(now.sum.isRight);
      sum.hidden = now.sum.isRight;
      add.disabled = now.total >= PRIZES_MAX;
      alike.hidden = now.alike === 0;
      set(alike, `${count(now.alike)} 格和相邻的颜色太像，转起来分不清。可以点色块换，或配一套颜色。`);
    },
  };
}

/** What is read aloud is said once. @param {HTMLElement} element @param {string} words */
function set(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** Puts the rows in order. The one in use is not taken out: it would lose the focus, and what is being written. @param {HTMLElement} list @param {HTMLElement[]} rows */
export function arrange(list, rows) {
  if (rows.length === list.children.length && rows.every((row, at) => row === list.children[at])) return;
  const used = rows.findIndex((row) => row.contains(document.activeElement));
  if (used < 0) return list.replaceChildren(...rows);
  list.append(...rows.slice(used + 1));
  rows[used]?.before(...rows.slice(0, used));
}
