/** A line at the foot that says what was done, with one way back. It goes away by itself, and as soon as something else is done. */

import { h } from "../dom.js";

const SHOWN_MS = 8000;

/** @param {HTMLElement} place */
export function createSnack(place) {
  const words = h("span", { role: "status", class: "snack__words" });
  const button = h("button", { class: "snack__button", type: "button" });
  const box = h("div", { class: "snack", hidden: true }, words, button);
  place.append(box);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  function hide() {
    clearTimeout(timer);
    if (box.contains(document.activeElement)) /** @type {HTMLElement | null} */ (document.querySelector("main"))?.focus({ preventScroll: true });
    box.hidden = true;
    words.textContent = "";
  }
  /** Who is on his way to the button gets there. */
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => (box.matches(":hover, :focus-within") ? later() : hide()), SHOWN_MS);
  }
  return {
    hide,
    /** @param {string} text @param {{label: string, onclick: () => void}} [action] */
    show(text, action) {
      box.hidden = false;
      words.textContent = text;
      button.hidden = !action;
      if (action) {
        button.textContent = action.label;
        button.onclick = () => {
          hide();
          action.onclick();
        };
      }
      later();
    },
  };
}

/**
 * Says what was done, for as long as it is the last thing that was done.
 * @param {ReturnType<typeof createSnack>} snack @param {import('./store.js').DesignStore} store
 */
export function createDone(snack, store) {
  let { draft } = store;
  let isSaid = false;
  store.subscribe((now) => {
    if (now.draft === draft) return;
    draft = now.draft;
    if (isSaid) snack.hide();
    isSaid = false;
  });
  /** @param {string} words @param {() => void} [after] once it is undone */
  return (words, after) => {
    snack.show(words, {
      label: "撤销",
      onclick() {
        store.undo();
        after?.();
      },
    });
    isSaid = true;
  };
}
