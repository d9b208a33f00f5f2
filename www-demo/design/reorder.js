/** Prizes taken by their handle to another place: with the mouse, a finger, or Alt and the arrow keys. */

import { h } from "../dom.js";

/** Pixels before a press is a drag. */
const THRESHOLD = 4;
/** From the edge of the window where the page starts to run along, and how fast in pixels a frame. */
const EDGE = 88;
const FASTEST = 14;

/**
 * @typedef {{key: string, element: HTMLElement, grip: HTMLElement}} Row
 * @param {object} parts
 * @param {HTMLElement} parts.list
 * @param {() => Row[]} parts.rows in their order
 * @param {(key: string, to: number) => void} parts.move
 */
export function createReorder({ list, rows, move }) {
  const line = h("div", { class: "insertion", hidden: true, "aria-hidden": "true" });
  list.after(line);
  /** @type {null | {row: Row, id: number, from: number, to: number, startY: number, y: number, isOn: boolean, frame: number}} */
  let held = null;

  /** Where it would be put down, in the list without it. @param {Row[]} all @param {{from: number, y: number}} drag */
  function targetOf(all, { from, y }) {
    const before = all.filter((row, at) => {
      if (at === from) return false;
      const { top, height } = row.element.getBoundingClientRect();
      return top + height / 2 < y;
    });
    return before.length;
  }

  function show() {
    if (!held?.isOn) return;
    const all = rows();
    const { row, from } = held;
    held.to = targetOf(all, held);
    const box = list.getBoundingClientRect();
    row.element.style.transform = `translateY(${held.y - held.startY + scrollY}px)`;
    line.hidden = held.to === from;
    const others = all.filter((one) => one !== row);
    const next = others[held.to]?.element.getBoundingClientRect();
    const last = others.at(-1)?.element.getBoundingClientRect();
    line.style.top = `${list.offsetTop + (next ? next.top : (last?.bottom ?? box.bottom)) - box.top - 1}px`;
  }

  /** Runs the page along while the pointer is near its edge. */
  function run() {
    if (!held) return;
    const foot = document.querySelector("#publish")?.getBoundingClientRect().height ?? 0;
    const over = Math.max(0, EDGE - held.y) * -1 || Math.max(0, held.y - (innerHeight - foot - EDGE / 2));
    if (over !== 0) {
      scrollBy(0, Math.max(-FASTEST, Math.min(FASTEST, over / 4)));
      show();
    }
    held.frame = requestAnimationFrame(run);
  }

  function begin() {
    if (!held) return;
    held.isOn = true;
    list.dataset.dragging = "";
    held.row.element.dataset.lifted = "";
    // A handle that stays where it is lets the page scroll under the pointer.
    held.frame = requestAnimationFrame(run);
  }

  /** @param {boolean} isDone */
  function end(isDone) {
    if (!held) return;
    const { row, from, to, isOn, id, frame } = held;
    held = null;
    cancelAnimationFrame(frame);
    if (row.grip.hasPointerCapture(id)) row.grip.releasePointerCapture(id);
    delete list.dataset.dragging;
    delete row.element.dataset.lifted;
    row.element.style.transform = "";
    line.hidden = true;
    if (isOn && isDone && to !== from) move(row.key, to);
  }

  list.addEventListener("pointerdown", (event) => {
    const row = rows().find(({ grip }) => grip.contains(/** @type {Node} */ (event.target)));
    if (!row || event.button !== 0 || held) return;
    row.grip.setPointerCapture(event.pointerId);
    const from = rows().indexOf(row);
    held = { row, id: event.pointerId, from, to: from, startY: event.clientY + scrollY, y: event.clientY, isOn: false, frame: 0 };
  });
  list.addEventListener("pointermove", (event) => {
    if (!held || event.pointerId !== held.id) return;
    held.y = event.clientY;
    if (!held.isOn && Math.abs(held.y + scrollY - held.startY) >= THRESHOLD) begin();
    show();
  });
  list.addEventListener("pointerup", (event) => event.pointerId === held?.id && end(true));
  list.addEventListener("pointercancel", (event) => event.pointerId === held?.id && end(false));
  document.addEventListener(
    "keydown",
    (event) => {
      if (!held || event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      end(false);
    },
    { capture: true },
  );
  list.addEventListener("keydown", (event) => {
    const by = /** @type {Record<string, number>} */ ({ ArrowUp: -1, ArrowDown: 1 })[event.key];
    const all = rows();
    const at = all.findIndex(({ grip }) => grip === event.target);
    if (!by || !event.altKey || at < 0) return;
    event.preventDefault();
    const to = at + by;
    if (to >= 0 && to < all.length) move(all[at]?.key ?? "", to);
  });
}
