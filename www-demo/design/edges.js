/** The edges between sectors, taken hold of on the wheel itself; and the mark of the prize in focus. */

import { radians, sectorRadius } from "../common/disc.js";
import { withEdge } from "../common/draft.js";
import { h } from "../dom.js";
import { room } from "./sectors.js";

/** @typedef {import('./sectors.js').Sector} Sector */

/** Of the sectors' radius: where handles sit, clear of the pointer and of the button. */
const REACH = 0.76;
/** A touch may miss the handle by so many pixels: half of 44. */
const TOUCH = 22;
/** Less than this is a tap, in pixels. */
const STILL = 4;
const STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 });

/**
 * @param {object} parts
 * @param {HTMLElement} parts.layer lies over the canvas, and turns with it
 * @param {SVGPathElement} parts.arc
 * @param {import('./store.js').DesignStore} parts.store
 * @param {() => number} parts.rotation hundredths of a degree
 * @param {(at: {clientX: number, clientY: number}) => void} parts.tap a handle was touched without being moved
 * @param {(held: {before: Sector, own: Sector} | null) => void} parts.held what is being moved, null when it is let go
 */
export function createEdges({ layer, arc, store, rotation, tap, held }) {
  /** @type {Sector[]} */
  let sectors = [];
  let outer = 0;
  let size = 0;
  let moves = 0;
  /** @type {{key: string, last: number, turned: number, moved: number, back: number, on: number, x: number, y: number, isMoved: boolean} | null} */
  let drag = null;
  /** @type {Map<string, HTMLElement>} */
  const handles = new Map();

  const place = (/** @type {number} */ angle, /** @type {number} */ radius) => ({ x: size / 2 + Math.cos(radians(angle)) * radius, y: size / 2 + Math.sin(radians(angle)) * radius });

  /** Where a touch is on the turned wheel. @param {{clientX: number, clientY: number}} event */
  function spot({ clientX, clientY }) {
    const box = /** @type {HTMLElement} */ (layer.parentElement).getBoundingClientRect();
    const [x, y] = [clientX - box.left - box.width / 2, clientY - box.top - box.height / 2];
    const angle = (Math.atan2(y, x) * 180) / Math.PI + 90 - rotation() / 100;
    return { angle: ((angle % 360) + 360) % 360, radius: (Math.hypot(x, y) * size) / box.width };
  }

  /** Handles may lie over each other: the nearest is meant. @param {PointerEvent} event */
  function nearest(event) {
    const { angle, radius } = spot(event);
    const here = place(angle * 100, radius);
    const far = (/** @type {Sector} */ { start }) => {
      const knob = place(start, sectorRadius(outer) * REACH);
      return Math.hypot(knob.x - here.x, knob.y - here.y);
    };
    return [...sectors].sort((a, b) => far(a) - far(b)).find((sector) => far(sector) <= TOUCH * Math.SQRT2);
  }

  /** @param {string} key @param {number} by degrees, within the room there is @param {string} merge */
  function move(key, by, merge) {
    // An edge goes the short way round: a long way is gone in parts.
    for (let left = by; left !== 0; ) {
      const part = Math.max(-90, Math.min(90, left));
      const own = sectors.find((sector) => sector.key === key);
      if (!own) return;
      const to = own.start / 100 + part;
      store.edit((draft) => withEdge(draft, key, to) ?? draft, { merge });
      left -= part;
    }
  }

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button !== 0 || drag) return;
    const sector = nearest(event);
    if (!sector) return;
    layer.setPointerCapture(event.pointerId);
    handles.get(sector.key)?.focus({ preventScroll: true });
    moves += 1;
    const reach = room(sectors, sectors.indexOf(sector));
    drag = { key: sector.key, last: spot(event).angle, turned: 0, moved: 0, ...reach, x: event.clientX, y: event.clientY, isMoved: false };
  }

  /** @param {PointerEvent} event */
  function dragged(event) {
    if (!drag) return;
    if (!drag.isMoved && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < STILL) return;
    drag.isMoved = true;
    layer.dataset.held = drag.key;
    const { angle } = spot(event);
    drag.turned += ((angle - drag.last + 540) % 360) - 180;
    drag.last = angle;
    const whole = Math.round(Math.min(drag.on, Math.max(drag.back, drag.turned)));
    const by = whole - drag.moved;
    drag.moved = whole;
    move(drag.key, by, `edge ${moves}`);
    tell();
  }

  /** @param {PointerEvent} event */
  function up(event) {
    const ended = drag;
    drag = null;
    delete layer.dataset.held;
    held(null);
    if (ended && !ended.isMoved && event.type === "pointerup") tap(event);
  }

  function tell() {
    const at = sectors.findIndex(({ key }) => key === drag?.key);
    const [before, own] = [sectors.at(at - 1), sectors[at]];
    if (before && own) held({ before, own });
  }

  /** @param {KeyboardEvent} event @param {string} key */
  function pressed(event, key) {
    const at = sectors.findIndex((sector) => sector.key === key);
    const sector = sectors[at];
    if (!sector) return;
    const { back, on } = room(sectors, at);
    const by = event.key === "Home" ? back : event.key === "End" ? on : STEPS[event.key];
    if (by === undefined) return;
    event.preventDefault();
    move(key, Math.min(on, Math.max(back, by)), `edge keys ${moves}`);
  }

  /** @param {Sector} sector */
  function handle(sector) {
    const knob = h("span", { class: "edge__knob" });
    const made = h("div", { class: "edge", role: "slider", tabIndex: 0, "data-key": sector.key }, knob);
    made.addEventListener("keydown", (event) => pressed(event, sector.key));
    made.addEventListener("focus", () => {
      moves += 1;
    });
    return made;
  }

  /** @param {HTMLElement} element @param {number} at */
  function describe(element, at) {
    const [before, own] = [sectors.at(at - 1), sectors[at]];
    if (!before || !own) return;
    const { back, on } = room(sectors, at);
    const degree = own.start / 100;
    const words = { "aria-label": `「${before.name}」与「${own.name}」的分界`, "aria-valuenow": degree, "aria-valuemin": degree + back, "aria-valuemax": degree + on, "aria-valuetext": `${degree} 度；前一格宽 ${before.width / 100} 度，后一格宽 ${own.width / 100} 度` };
    for (const [name, value] of Object.entries(words)) element.setAttribute(name, String(value));
    const { x, y } = place(own.start, sectorRadius(outer) * REACH);
    element.style.left = `${x}px`;
    element.style.top = `${y}px`;
    element.style.rotate = `${degree}deg`;
    // In a narrow sector a knob would hide the name.
    element.toggleAttribute("data-tight", Math.min(before.width, own.width) < 1_500);
  }

  function paintArc() {
    const sector = sectors.find(({ key }) => key === store.selected);
    arc.toggleAttribute("hidden", !sector);
    if (!sector) return arc.removeAttribute("d");
    const radius = (outer + sectorRadius(outer)) / 2;
    const [from, to] = [place(sector.start, radius), place(sector.start + sector.width, radius)];
    arc.setAttribute("d", `M${from.x} ${from.y}A${radius} ${radius} 0 ${sector.width > 18_000 ? 1 : 0} 1 ${to.x} ${to.y}`);
  }

  layer.addEventListener("pointerdown", down);
  layer.addEventListener("pointermove", dragged);
  layer.addEventListener("pointerup", up);
  layer.addEventListener("pointercancel", up);

  return {
    /** @param {Sector[]} next @param {{size: number, outer: number}} wheel CSS pixels */
    show(next, wheel) {
      sectors = next;
      ({ size, outer } = wheel);
      for (const [key, element] of handles) {
        if (next.some((sector) => sector.key === key)) continue;
        element.remove();
        handles.delete(key);
      }
      const selected = next.findIndex(({ key }) => key === store.selected);
      next.forEach((sector, at) => {
        const element = handles.get(sector.key) ?? handle(sector);
        if (!handles.has(sector.key)) layer.append(element);
        handles.set(sector.key, element);
        describe(element, at);
        element.toggleAttribute("data-near", selected >= 0 && (at === selected || at === (selected + 1) % next.length));
      });
      paintArc();
      if (drag?.isMoved) tell();
    },
    spot,
  };
}
