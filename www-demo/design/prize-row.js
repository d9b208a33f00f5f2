/** One prize of the table: a line on a wide screen, a card that opens on a narrow one. */

import { CHEVRON } from "../common/icons.js";
import { count } from "../common/numbers.js";
import { parts } from "../common/typed-numbers.js";
import { h, icon } from "../dom.js";
import { DOTS, GRIP } from "./icons.js";
import { createFields } from "./prize-fields.js";
import { stockOf, titleOf } from "./prizes.js";

/**
 * @typedef {import('../common/draft.js').Prize} Prize
 *
 * @typedef {object} RowState
 * @property {Prize} prize
 * @property {number} at from 0
 * @property {number} width degrees; 0 while there are no sectors
 * @property {Record<string, string>} errors of this prize, by the server's names of its fields
 * @property {boolean} isSelected
 * @property {boolean} isOpen
 * @property {boolean} isStandIn
 * @property {string} alike the neighbour whose colour is much the same; empty if none is
 *
 * @typedef {object} Desk what rows ask of the table
 * @property {(key: string, change: Partial<Prize>, merge?: string) => void} edit
 * @property {(key: string, degrees: number, merge: string) => string} widen gives why it can't be done, or nothing
 * @property {(key: string) => void} select
 * @property {(key: string) => void} toggle opens or closes its card
 * @property {(key: string, anchor: HTMLElement) => void} colours
 * @property {(key: string, anchor: HTMLElement) => void} picture
 * @property {(key: string, file: File) => void} dropped
 * @property {(key: string, anchor: HTMLElement) => void} menu
 */

const TYPE_NAMES = /** @type {Record<string, string>} */ ({ coupon: "优惠券", points: "积分", physical: "实物", empty: "未中奖" });

/** @param {string} key @param {Desk} desk */
export function createRow(key, desk) {
  const grip = h("button", { class: "prize__grip", type: "button", "aria-describedby": "grip-help" }, icon(GRIP));
  const dot = h("i", { class: "prize__dot" });
  const title = h("span", { class: "prize__title" });
  const sub = h("span", { class: "prize__sub quiet num" });
  const fault = h("span", { class: "prize__fault" });
  const chance = h("span", { class: "prize__chance num" });
  const head = h(
    "button",
    { class: "prize__head", type: "button", onclick: () => desk.toggle(key) },
    dot,
    h("span", { class: "prize__words" }, title, sub, fault),
    chance,
    icon(CHEVRON, "prize__turn"),
  );
  const fields = createFields(key, desk);
  const menu = h("button", { class: "prize__menu", type: "button", "aria-haspopup": "menu" }, icon(DOTS));
  menu.append(h("span", { class: "prize__menu-words" }, "复制、撤下…"));
  menu.addEventListener("click", () => desk.menu(key, menu));
  const body = h("div", { class: "prize__fields", id: `prize-${key}` }, ...fields.cells, menu);
  head.setAttribute("aria-controls", body.id);
  const element = h("div", { class: "prize", role: "group", "data-key": key }, grip, head, body);
  element.addEventListener("focusin", () => desk.select(key));
  dropsOn(element, key, desk);

  /** @type {RowState | null} */
  let last = null;

  /** @param {RowState} now */
  function show(now) {
    if (last && isSame(last, now)) return;
    last = now;
    const { prize, at, errors } = now;
    const name = titleOf(prize);
    const weight = parts(prize.chance, 2);
    element.setAttribute("aria-label", `第 ${at + 1} 个：${name}`);
    element.toggleAttribute("data-selected", now.isSelected);
    element.toggleAttribute("data-bad", Object.keys(errors).length > 0);
    element.toggleAttribute("data-open", now.isOpen);
    head.setAttribute("aria-expanded", String(now.isOpen));
    grip.setAttribute("aria-label", `移动“${name}”`);
    menu.setAttribute("aria-label", `复制、撤下…：“${name}”`);
    dot.style.background = prize.color;
    title.textContent = name;
    sub.textContent = [TYPE_NAMES[prize.type], stockOf(prize).long, now.isStandIn && "抽完后给它", prize.isActivity && "活动"].filter(Boolean).join(" · ");
    fault.textContent = Object.keys(errors).length > 0 ? `${count(Object.keys(errors).length)} 处要改` : "";
    chance.textContent = weight === null ? "?" : `${weight / 100}%`;
    fields.show(now);
  }

  return { key, element, grip, show, control: fields.control };
}

/** @param {RowState} a @param {RowState} b */
function isSame(a, b) {
  return (
    a.prize === b.prize && a.at === b.at && a.width === b.width && a.isSelected === b.isSelected && a.isOpen === b.isOpen &&
    a.isStandIn === b.isStandIn && a.alike === b.alike && JSON.stringify(a.errors) === JSON.stringify(b.errors)
  );
}

/** A picture dropped on a row is that prize's. @param {HTMLElement} element @param {string} key @param {Desk} desk */
function dropsOn(element, key, desk) {
  const isPicture = (/** @type {DragEvent} */ event) => [...(event.dataTransfer?.items ?? [])].some(({ kind, type }) => kind === "file" && type.startsWith("image/"));
  element.addEventListener("dragover", (event) => {
    if (!isPicture(event)) return;
    event.preventDefault();
    event.stopPropagation();
    element.setAttribute("data-drop", "");
  });
  element.addEventListener("dragleave", () => element.removeAttribute("data-drop"));
  element.addEventListener("drop", (event) => {
    element.removeAttribute("data-drop");
    const file = event.dataTransfer?.files[0];
    if (!file?.type.startsWith("image/")) return;
    event.preventDefault();
    event.stopPropagation();
    desk.dropped(key, file);
  });
}
