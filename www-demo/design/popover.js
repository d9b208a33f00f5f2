/** What opens beside a button, and closes on Esc and on a click elsewhere: the browser's own popover, put in its place. */

import { h } from "../dom.js";

/** From the edges of the window, and from the button. */
const MARGIN = 8;
/** On a narrow screen it comes up from the foot, as the style sheet has it. */
const NARROW = matchMedia("(max-width: 599px)");

/** @param {{kind: string, role: "dialog" | "menu", label: string}} parts */
export function createPopover({ kind, role, label }) {
  const element = h("div", { class: `pop pop--${kind}`, role, "aria-label": label, popover: "auto" });
  (document.querySelector("main") ?? document.body).append(element);
  /** @type {HTMLElement | null} */
  let anchor = null;
  element.addEventListener("toggle", (event) => {
    const isOpen = /** @type {ToggleEvent} */ (event).newState === "open";
    anchor?.setAttribute("aria-expanded", String(isOpen));
    // The browser gives the focus back only if it is still inside.
    if (!isOpen && (document.activeElement === document.body || element.contains(document.activeElement))) anchor?.focus({ preventScroll: true });
  });
  addEventListener("scroll", (event) => element.matches(":popover-open") && !element.contains(/** @type {Node} */ (event.target)) && place(), { passive: true, capture: true });
  addEventListener("resize", () => element.matches(":popover-open") && place());

  function place() {
    if (!anchor?.isConnected) return element.hidePopover();
    if (NARROW.matches) return element.removeAttribute("style");
    const { style } = element;
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = element;
    const isBelow = at.bottom + MARGIN + height <= innerHeight - MARGIN || at.top < innerHeight - at.bottom;
    style.top = `${Math.max(MARGIN, isBelow ? Math.min(at.bottom + MARGIN / 2, innerHeight - height - MARGIN) : at.top - height - MARGIN / 2)}px`;
    style.left = `${Math.max(MARGIN, Math.min(at.left, innerWidth - width - MARGIN))}px`;
  }

  return {
    element,
    get isOpen() {
      return element.matches(":popover-open");
    },
    /** @param {HTMLElement} beside */
    open(beside) {
      anchor = beside;
      element.showPopover();
      element.scrollTop = 0;
      place();
    },
    /** Its content has another size. */
    place,
    close: () => element.matches(":popover-open") && element.hidePopover(),
  };
}

/**
 * A menu: arrow keys go through it.
 * @typedef {{label: string, onclick: () => void, isOff?: boolean, isBad?: boolean, note?: string}} Item
 * @param {string} kind @param {string} label
 */
export function createMenu(kind, label) {
  const pop = createPopover({ kind: `menu pop--${kind}`, role: "menu", label });
  const items = () => /** @type {HTMLButtonElement[]} */ ([...pop.element.querySelectorAll("[role=menuitem]:not(:disabled)")]);
  pop.element.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Tab") return void pop.close();
    if (to === undefined) return;
    event.preventDefault();
    all.at(to % all.length)?.focus();
  });
  return {
    /** @param {HTMLElement} anchor @param {Item[]} list */
    open(anchor, list) {
      pop.element.replaceChildren(
        ...list.map(({ label: words, onclick, isOff = false, isBad = false, note }) => {
          const choose = () => {
            pop.close();
            onclick();
          };
          return h("button", { class: `item ${isBad ? "item--bad" : ""}`, type: "button", role: "menuitem", disabled: isOff, onclick: choose }, h("span", {}, words), note && h("small", { class: "quiet" }, note));
        }),
      );
      pop.open(anchor);
      items()[0]?.focus({ preventScroll: true });
    },
  };
}
