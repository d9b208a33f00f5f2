/**
 * The fields of the table: told what to show, they change in place and never while somebody is in the middle of a word, as those who
 * write Chinese are until they choose the characters.
 */

import { narrow } from "../common/typed-numbers.js";
import { h } from "../dom.js";

/** More than any of them may have: what is too long is named, and never cut into something that will do. */
const MAX = 300;

let made = 0;
/** One number for each time somebody comes to a field: what is typed until he leaves is one step to undo. */
let visit = 0;

/**
 * @typedef {{value: string, error?: string, note?: string}} Shown
 * @typedef {object} InputOptions
 * @property {string} name of the field, as the server calls it
 * @property {string} label
 * @property {string} [unit]
 * @property {"text" | "decimal" | "numeric"} [mode]
 * @property {number} [max] characters
 * @property {boolean} [isLong] several lines
 * @property {boolean} [isLazy] told when it is left or on Enter, as half a number would do harm
 * @property {string} [placeholder]
 * @property {(text: string, merge: string) => void} commit
 * @property {(by: number, merge: string) => void} [step] arrow keys
 */

/** The place where a field's fault is said, and how the field points to it. @param {HTMLElement} control @param {HTMLElement} [unit] */
function faultOf(control, unit) {
  const element = h("p", { class: "cell__error", id: `${control.id}-error`, hidden: true });
  if (unit) unit.id = `${control.id}-unit`;
  return {
    element,
    /** @param {string} words */
    show(words) {
      if (element.textContent !== words) element.textContent = words;
      element.hidden = words === "";
      const described = [unit?.id, words && element.id].filter(Boolean).join(" ");
      if (described) control.setAttribute("aria-describedby", described);
      else control.removeAttribute("aria-describedby");
      if (control.tagName === "BUTTON") control.toggleAttribute("data-bad", words !== "");
      else if (words) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
  };
}

/** A cell around any control. @param {string} name @param {string} label @param {HTMLElement} control @param {...HTMLElement} beside */
export function createCell(name, label, control, ...beside) {
  control.id ||= `field-${++made}`;
  control.dataset.field = name;
  const unit = beside.find((one) => one.classList.contains("well__unit"));
  const fault = faultOf(control, unit);
  const well = h("span", { class: "well" }, control, ...beside);
  const cell = h("div", { class: "cell", "data-cell": name }, h("label", { class: "cell__label sr-only", htmlFor: control.id }, label), well, fault.element);
  return { cell, well, fault };
}

/** @param {InputOptions} options */
export function createInput({ name, label, unit = "", mode = "text", max = MAX, isLong = false, isLazy = false, placeholder = "", commit, step }) {
  const control = isLong
    ? h("textarea", { class: "well__control", rows: 3, maxLength: max, placeholder })
    : h("input", { class: "well__control", type: "text", inputMode: mode, maxLength: max, autocomplete: "off", placeholder, spellcheck: false });
  const unitMark = h("span", { class: "well__unit" }, unit);
  const { cell, well, fault } = createCell(name, label, control, ...(unit ? [unitMark] : []));
  if (mode !== "text") well.classList.add("well--number");
  let isComposing = false;
  let shown = "";

  const merge = () => `${name} ${visit}`;
  /** What was typed and not told yet. */
  const isDirty = () => control.value !== shown;
  function tell() {
    if (isComposing || !isDirty()) return;
    shown = control.value;
    mark();
    commit(control.value, merge());
  }
  /** What the store has not heard of is for the field itself to undo. */
  const mark = () => control.toggleAttribute("data-untold", isDirty());

  control.addEventListener("focus", () => {
    visit += 1;
  });
  control.addEventListener("compositionstart", () => {
    isComposing = true;
  });
  control.addEventListener("compositionend", () => {
    isComposing = false;
    if (!isLazy) tell();
  });
  control.addEventListener("input", () => {
    if (!isLazy) tell();
    mark();
  });
  control.addEventListener("change", () => {
    if (mode !== "text") control.value = narrow(control.value);
    tell();
  });
  control.addEventListener("keydown", (event) => {
    if (isComposing || /** @type {KeyboardEvent} */ (event).isComposing) return;
    onKey(/** @type {KeyboardEvent} */ (event));
  });

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    if (event.key === "Enter" && isLazy) tell();
    else if (event.key === "Escape" && isLazy && isDirty()) {
      control.value = shown;
      mark();
    } else if (step && (event.key === "ArrowUp" || event.key === "ArrowDown") && !event.altKey) {
      event.preventDefault();
      tell();
      step((event.key === "ArrowUp" ? 1 : -1) * (event.shiftKey ? 10 : 1), `${merge()} by keys`);
    }
  }

  return {
    cell,
    well,
    control,
    /** @param {Shown} now */
    show({ value, error = "", note }) {
      const isTyping = isLazy && isDirty() && document.activeElement === control;
      if (!isComposing && !isTyping && control.value !== value) control.value = value;
      if (!isTyping) shown = value;
      mark();
      if (note !== undefined && unitMark.textContent !== note) unitMark.textContent = note;
      fault.show(error);
    },
    /** What was typed can't be done: it stays to be looked at. @param {string} words @param {string} text */
    refuse(words, text) {
      control.value = text;
      fault.show(words);
    },
  };
}

/**
 * @param {{name: string, label: string, options: {value: string, label: string}[], commit: (value: string) => void}} options
 */
export function createSelect({ name, label, options, commit }) {
  const control = h("select", { class: "well__control" });
  const { cell, well, fault } = createCell(name, label, control);
  well.classList.add("well--select");
  let listed = "";
  /** @param {{value: string, label: string}[]} now */
  function list(now) {
    const text = JSON.stringify(now);
    if (text === listed) return;
    listed = text;
    control.replaceChildren(...now.map((one) => h("option", { value: one.value }, one.label)));
  }
  list(options);
  control.addEventListener("change", () => commit(control.value));
  return {
    cell,
    control,
    list,
    /** @param {Shown} now */
    show({ value, error = "" }) {
      if (control.value !== value) control.value = value;
      fault.show(error);
    },
  };
}

/** @param {{name: string, label: string, commit: (isOn: boolean) => void}} options */
export function createCheck({ name, label, commit }) {
  const control = h("input", { class: "check", type: "checkbox" });
  const { cell } = createCell(name, label, control);
  control.addEventListener("change", () => commit(control.checked));
  return {
    cell,
    control,
    /** @param {boolean} isOn */
    show(isOn) {
      if (control.checked !== isOn) control.checked = isOn;
    },
  };
}
