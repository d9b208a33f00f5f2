/** The fields of one prize. */

import { TYPES } from "../common/draft.js";
import { labelColour } from "../common/colour.js";
import { discountAdvice } from "../common/discount.js";
import { count } from "../common/numbers.js";
import { parts, whole } from "../common/typed-numbers.js";
import { h, icon } from "../dom.js";
import { PICTURE } from "./icons.js";
import { createCell, createCheck, createInput, createSelect } from "./input.js";
import { stockOf, unitOf } from "./prizes.js";

/**
 * @typedef {import('./prize-row.js').RowState} RowState
 * @typedef {import('./prize-row.js').Desk} Desk
 */

const HEX = /^#[0-9a-f]{6}$/i;
/** What the page may show: its own, and the server's. */
const SHOWABLE = /^(?:data:image\/|\/(?!\/))/;

/** @param {string} key @param {Desk} desk */
export function createFields(key, desk) {
  const edit = (/** @type {Partial<import('../common/draft.js').Prize>} */ change, /** @type {string} */ merge = "") => desk.edit(key, change, merge && `${merge} ${key}`);
  const colour = colourCell(key, desk);
  const picture = pictureCell(key, desk);
  const name = createInput({ name: "name", label: "名称", placeholder: "顾客看到的名字", commit: (text, merge) => edit({ name: text }, merge) });
  const type = createSelect({
    name: "type",
    label: "种类",
    options: TYPES.map(({ id, name: words }) => ({ value: id, label: words })),
    // What is nothing is worth nothing.
    commit: (value) => edit(value === "empty" ? { type: value, value: "0" } : { type: value }),
  });
  const value = valueCell(edit);
  const chance = createInput({ name: "probability", label: "概率", unit: "%", mode: "decimal", commit: (text, merge) => edit({ chance: text }, merge) });
  const weight = h("span", { class: "weight num" });
  chance.cell.append(weight);
  const stock = stockCell(edit);
  const activity = createCheck({ name: "is_activity", label: "标为活动奖品", commit: (isOn) => edit({ isActivity: isOn }) });
  const { width, angle } = sectorCells(key, desk, edit);

  /** @param {RowState} now */
  function show(now) {
    const { prize, errors } = now;
    colour.show(now);
    picture.show(now);
    name.show({ value: prize.name, error: errors.name ?? errors.id });
    type.show({ value: prize.type, error: errors.type });
    value.show(now);
    chance.show({ value: prize.chance, error: errors.probability });
    const used = parts(prize.chance, 2);
    weight.replaceChildren(used === null ? "—" : count(used), h("span", {}, " / 10,000"));
    stock.show(now);
    activity.show(prize.isActivity);
    width.show({ value: now.width > 0 ? String(now.width) : "" });
    angle.show({ value: prize.angle, error: errors.angle });
  }

  /** @type {Record<string, HTMLElement>} */
  const controls = { color: colour.control, image: picture.control, name: name.control, id: name.control, type: type.control, value: value.control, probability: chance.control, stock: stock.control, angle: angle.control };
  return {
    cells: [colour, picture, name, type, value, chance, stock, activity, width, angle].map(({ cell }) => cell),
    show,
    /** @param {string} field */
    control: (field) => controls[field] ?? name.control,
  };
}

/** @param {string} key @param {Desk} desk */
function colourCell(key, desk) {
  const hex = h("span", { class: "swatch__hex num" });
  const plate = h("span", { class: "swatch__plate" });
  const control = h("button", { class: "swatch", type: "button", "aria-haspopup": "dialog" }, plate, hex);
  control.addEventListener("click", () => desk.colours(key, control));
  const { cell, fault } = createCell("color", "颜色", control);
  return {
    cell,
    control,
    /** @param {RowState} now */
    show({ prize, errors, alike }) {
      const isColour = HEX.test(prize.color);
      plate.style.background = isColour ? prize.color : "";
      plate.style.color = isColour ? labelColour(prize.color) : "";
      hex.textContent = prize.color || "没有颜色";
      control.toggleAttribute("data-alike", alike !== "");
      control.title = alike ? `和相邻的“${alike}”颜色太像` : "";
      control.setAttribute("aria-label", `颜色 ${prize.color}${alike ? `，和相邻的“${alike}”太像` : ""}`);
      fault.show(errors.color ?? "");
    },
  };
}

/** @param {(change: Partial<import('../common/draft.js').Prize>, merge?: string) => void} edit */
function valueCell(edit) {
  const input = createInput({ name: "value", label: "价值", unit: "元", mode: "decimal", commit: (text, merge) => edit({ value: text }, merge) });
  const words = h("span", {});
  const mend = h("button", { class: "button button--second button--small", type: "button" });
  const advice = h("p", { class: "advice", role: "status", hidden: true }, words, mend);
  input.cell.append(advice);
  let right = "";
  mend.addEventListener("click", () => {
    input.control.focus();
    edit({ value: right });
  });
  return {
    cell: input.cell,
    control: input.control,
    /** @param {RowState} now */
    show({ prize, errors }) {
      input.show({ value: prize.value, error: errors.value, note: unitOf(prize) });
      input.cell.toggleAttribute("data-none", prize.type === "empty" && !errors.value);
      const found = discountAdvice(prize);
      right = found?.value ?? "";
      advice.hidden = found === null;
      words.textContent = found?.words ?? "";
      mend.hidden = right === "";
      mend.textContent = `改成 ${right}`;
    },
  };
}

/** @param {string} key @param {Desk} desk */
function pictureCell(key, desk) {
  const words = h("span", { class: "thumb__words" });
  const frame = h("span", { class: "thumb__frame" }, icon(PICTURE));
  const control = h("button", { class: "thumb", type: "button", "aria-haspopup": "dialog" }, frame, words);
  control.addEventListener("click", () => desk.picture(key, control));
  const { cell, fault } = createCell("image", "图片", control);
  let shown = "";
  return {
    cell,
    control,
    /** @param {RowState} now */
    show({ prize, errors }) {
      if (prize.image !== shown) {
        shown = prize.image;
        const broken = () => frame.replaceChildren(icon(PICTURE));
        frame.replaceChildren(SHOWABLE.test(shown) ? h("img", { src: shown, alt: "", onerror: broken }) : icon(PICTURE));
      }
      control.toggleAttribute("data-empty", prize.image === "");
      words.textContent = prize.image ? "换图片" : "加图片";
      control.setAttribute("aria-label", prize.image ? "图片，换一张或去掉" : "加图片");
      fault.show(errors.image ?? "");
    },
  };
}

/** @param {(change: Partial<import('../common/draft.js').Prize>, merge?: string) => void} edit */
function stockCell(edit) {
  const input = createInput({ name: "stock", label: "库存", mode: "numeric", commit: (text, merge) => edit({ stock: text }, merge) });
  const limited = h("input", { class: "check", type: "checkbox", "aria-label": "限量" });
  const switchWords = h("label", { class: "stock__limited" }, limited, h("span", {}, "限量"));
  const left = h("span", { class: "well__unit stock__left num" });
  const hint = h("p", { class: "cell__hint quiet" });
  input.well.prepend(switchWords);
  input.well.append(left);
  input.cell.append(hint);
  limited.addEventListener("change", () => {
    edit({ isLimited: limited.checked });
    if (limited.checked) input.control.focus();
  });
  return {
    cell: input.cell,
    control: input.control,
    /** @param {RowState} now */
    show({ prize, errors }) {
      const words = stockOf(prize);
      if (limited.checked !== prize.isLimited) limited.checked = prize.isLimited;
      input.control.hidden = !prize.isLimited;
      input.show({ value: prize.stock, error: errors.stock });
      left.textContent = words.short;
      hint.textContent = words.hint;
      input.well.title = words.hint;
    },
  };
}

/** @param {string} key @param {Desk} desk @param {(change: Partial<import('../common/draft.js').Prize>, merge?: string) => void} edit */
function sectorCells(key, desk, edit) {
  /** @param {string} text @param {string} merge */
  function widen(text, merge) {
    const degrees = whole(text, 0, 360);
    const refusal = degrees === null ? "请填整数的度数" : desk.widen(key, degrees, merge);
    if (refusal) width.refuse(refusal, text);
  }
  const width = createInput({
    name: "width",
    label: "格子宽",
    unit: "°",
    mode: "numeric",
    placeholder: "—",
    isLazy: true,
    commit: widen,
    step: (by, merge) => widen(String((whole(width.control.value, 0, 360) ?? 0) + by), merge),
  });
  const angle = createInput({
    name: "angle",
    label: "格子从",
    unit: "°",
    mode: "numeric",
    isLazy: true,
    commit: (text, merge) => edit({ angle: text }, merge),
    step: (by, merge) => edit({ angle: String(((whole(angle.control.value, 0, 360) ?? 0) + by + 360) % 360) }, merge),
  });
  return { width, angle };
}
