/** The one dialog of publishing: a title, what is said, and the ways on at its foot. */

import { createPanel } from "../dialog.js";
import { h } from "../dom.js";

/**
 * @typedef {{label: string, onclick: () => void, main?: boolean}} Action
 * @typedef {{title: string, body: import('../dom.js').Child[], actions?: Action[], step: string}} Step `step` names it for tests and styles
 */

export function createPublishDialog() {
  const title = h("h2", { id: "publish-title", tabIndex: -1 });
  const foot = h("div", { class: "panel__foot" });
  const element = h(
    "dialog",
    { id: "publish-dialog", class: "panel publish-dialog", "aria-labelledby": "publish-title" },
    h("div", { class: "panel__head" }, title, h("button", { class: "close", type: "button", "aria-label": "关闭" })),
    h("div", { class: "panel__body", tabIndex: 0 }),
    foot,
  );
  document.body.append(element);
  const panel = createPanel(element);
  const close = /** @type {HTMLButtonElement} */ (element.querySelector(".close"));
  let isBusy = false;
  element.addEventListener("cancel", (event) => isBusy && event.preventDefault());

  return {
    /** @param {Step} step */
    show({ title: words, body, actions = [], step }) {
      isBusy = false;
      close.disabled = false;
      element.dataset.step = step;
      title.textContent = words;
      panel.body.replaceChildren(...body.filter((child) => child instanceof Node || typeof child === "string"));
      foot.replaceChildren(
        ...actions.map(({ label, onclick, main }) =>
          h("button", { class: `button button--small ${main ? "button--main" : "button--second"}`, type: "button", onclick }, label),
        ),
      );
      foot.hidden = actions.length === 0;
      panel.open();
      title.focus();
    },
    /** While an answer is awaited nothing can be pressed. @param {string} words on the main button */
    wait(words) {
      isBusy = true;
      close.disabled = true;
      for (const button of foot.querySelectorAll("button")) {
        button.disabled = true;
        if (button.classList.contains("button--main")) button.textContent = words;
      }
    },
    close: () => element.close(),
    get isOpen() {
      return element.open;
    },
  };
}
