/** A dialog of this page, made by script: a title, a body, and buttons at its foot. */

import { createPanel } from "../dialog.js";
import { h } from "../dom.js";

/** @param {string} id @param {string} title */
export function makePanel(id, title) {
  const foot = h("div", { class: "panel__foot" });
  const element = h(
    "dialog",
    { id, class: "panel", "aria-labelledby": `${id}-title` },
    h("div", { class: "panel__head" }, h("h2", { id: `${id}-title` }, title), h("button", { class: "close", type: "button", "aria-label": "关闭" })),
    h("div", { class: "panel__body" }),
    foot,
  );
  document.body.append(element);
  return { ...createPanel(element), element, foot, close: () => element.close() };
}

/** @param {string} words @param {() => void} onclick @param {boolean} [isMain] */
export const footButton = (words, onclick, isMain = false) =>
  h("button", { class: `button button--small ${isMain ? "button--main" : "button--second"}`, type: "button", onclick }, words);
