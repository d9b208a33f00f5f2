/** Copies a text. Over plain http a browser has no clipboard to write to; then it is selected and copied as by hand. */

import { h } from "./dom.js";

/** How long "copied" is said, in milliseconds. */
const SAID_MS = 1600;

/** @param {string} text @returns {Promise<boolean>} whether it was copied */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByHand(text);
  }
}

/** @param {string} text */
function copyByHand(text) {
  const active = document.activeElement;
  const area = h("textarea", { value: text, class: "sr-only", readOnly: true, "aria-hidden": "true" });
  (document.querySelector("dialog[open]") ?? document.body).append(area); // nothing outside an open dialog can be selected
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (active instanceof HTMLElement) active.focus({ preventScroll: true });
  return done;
}

/**
 * A button that copies, and says that it did.
 * @param {() => string} textOf @param {string} label @param {string} [looks] its class
 */
export function copyButton(textOf, label, looks = "button button--second button--small") {
  const words = h("span", { role: "status" }, label);
  let timer = 0;
  const onclick = async () => {
    words.textContent = (await copy(textOf())) ? "已复制" : "没能复制，请选中后复制";
    clearTimeout(timer);
    timer = setTimeout(() => {
      words.textContent = label;
    }, SAID_MS);
  };
  return h("button", { class: looks, type: "button", onclick }, words);
}
