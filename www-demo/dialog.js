/** Panels over the page: the browser's own modal dialog keeps and returns the focus and closes on Esc. */

import { icon } from "./dom.js";
import { CROSS } from "./common/icons.js";

/**
 * @param {HTMLDialogElement} dialog
 * @returns {{body: HTMLElement, isOpen(): boolean, open(): void}}
 */
export function createPanel(dialog) {
  const body = /** @type {HTMLElement} */ (dialog.querySelector(".panel__body"));
  const close = /** @type {HTMLButtonElement} */ (dialog.querySelector(".close"));
  close.append(icon(CROSS));
  close.addEventListener("click", () => dialog.close());
  // A click on the backdrop reaches the dialog itself, one inside reaches what is in it.
  dialog.addEventListener("pointerdown", (event) => {
    if (event.target === dialog) dialog.close();
  });
  return {
    body,
    isOpen: () => dialog.open,
    open() {
      if (!dialog.open) dialog.showModal();
      body.scrollTop = 0;
    },
  };
}
