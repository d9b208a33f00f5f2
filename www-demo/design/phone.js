/** The phone that the wheel is shown in, as large as on the table of a diner: a page of 375 pixels. */

import { h } from "../dom.js";

const SVG = "http://www.w3.org/2000/svg";

/** Of the canvas: the disc's radius and that of the button, as in the mini-program. */
export const RINGS = { outer: 125 / 260, hub: 45 / 260 };

export function createPhone() {
  const canvas = h("canvas", { class: "phone__canvas", role: "img" });
  const arc = document.createElementNS(SVG, "path");
  const ring = document.createElementNS(SVG, "svg");
  ring.setAttribute("class", "phone__ring");
  ring.setAttribute("aria-hidden", "true");
  ring.append(arc);
  const edges = h("div", { class: "edges", role: "group", "aria-label": "扇形分界" }, ring);
  const cost = h("small", { class: "num" });
  const one = h("button", { class: "phone__hub", type: "button", "data-do": "one" }, h("span", {}, "抽一次"), cost);
  const readout = h("output", { class: "phone__readout num", hidden: true });
  const wheel = h("div", { class: "phone__wheel" }, canvas, edges, one, readout);
  const costTen = h("span", { class: "quiet num" });
  const ten = h("button", { class: "button button--second phone__ten", type: "button", "data-do": "ten" }, h("span", {}, "连抽十次"), costTen);
  const result = h("div", { class: "phone__result", role: "group", "aria-label": "结果", "aria-live": "polite" });
  const note = h("p", { class: "phone__note", role: "status", hidden: true });
  const bar = h("div", { class: "phone__bar", "aria-hidden": "true" }, h("span", { class: "num" }, "9:41"), h("span", {}, "抽奖"), h("i", { class: "phone__capsule" }));
  const head = h("div", { class: "phone__head" }, h("p", { class: "phone__title" }, "转一转，看看今天的好运"));
  const frame = h("div", { class: "phone" }, bar, h("div", { class: "phone__page" }, head, wheel, ten, result));
  return { frame, canvas, arc, edges, wheel, one, ten, cost, costTen, result, note, readout };
}
