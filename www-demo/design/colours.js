/** The palette of one prize: a warm family, each colour with the letters that will stand on it. */

import { contrast, labelColour } from "../common/colour.js";
import { h } from "../dom.js";
import { FAMILY, alikeNeighbours } from "./colour-advice.js";
import { createInput } from "./input.js";
import { createPopover } from "./popover.js";
import { titleOf } from "./prizes.js";

const HEX = /^#[0-9a-f]{6}$/i;

/** @param {string} ground */
const contrastWords = (ground) => `${contrast(labelColour(ground), ground).toFixed(1)}:1`;

/** @param {{store: import('./store.js').DesignStore}} parts */
export function createColours({ store }) {
  const pop = createPopover({ kind: "colours", role: "dialog", label: "颜色" });
  let key = "";
  const title = h("h3", { class: "pop__title" });
  const tiles = FAMILY.map((colour) => tileOf(colour, () => give(colour)));
  const own = createInput({ name: "own-colour", label: "自己写", placeholder: "#cb3a22", commit: (text, merge) => give(withMark(text), merge) });
  const wheel = h("input", { class: "pick", type: "color", "aria-label": "从色盘里选" });
  wheel.addEventListener("input", () => give(wheel.value, "picked"));
  own.well.prepend(wheel);
  const sample = h("span", { class: "sample" });
  const words = h("p", { class: "quiet num" });
  const alike = h("p", { class: "advice" });
  pop.element.replaceChildren(title, h("div", { class: "tiles" }, ...tiles), own.cell, h("div", { class: "sample-row" }, sample, words), alike);

  /** @param {string} colour @param {string} [merge] */
  function give(colour, merge = "") {
    store.edit((draft) => ({ ...draft, prizes: draft.prizes.map((prize) => (prize.key === key ? { ...prize, color: colour } : prize)) }), { merge: merge && `color ${key} ${merge}` });
  }

  function render() {
    const prize = store.draft.prizes.find((one) => one.key === key);
    if (!prize) return void pop.close();
    const at = store.draft.prizes.indexOf(prize);
    const { color } = prize;
    const isColour = HEX.test(color);
    title.textContent = `“${titleOf(prize)}”的颜色`;
    for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.colour === color.toLowerCase()));
    own.show({ value: color, error: store.errors[`prizes[${at}].color`] });
    if (isColour) wheel.value = color.toLowerCase();
    sample.textContent = prize.name.trim() || "名称";
    sample.style.background = isColour ? color : "";
    sample.style.color = isColour ? labelColour(color) : "";
    words.textContent = isColour ? `文字对比度 ${contrastWords(color)}，清楚（要 4.5:1 以上）` : "写成 # 和六位十六进制数字";
    const other = alikeNeighbours(store.draft).get(key);
    alike.hidden = !other;
    alike.textContent = other ? `和相邻的“${other}”太像，转起来分不清。` : "";
    pop.place();
  }

  store.subscribe(() => pop.isOpen && render());
  return {
    /** @param {string} which @param {HTMLElement} anchor */
    open(which, anchor) {
      key = which;
      pop.open(anchor);
      render();
      (tiles.find((tile) => tile.getAttribute("aria-pressed") === "true") ?? tiles[0])?.focus({ preventScroll: true });
    },
  };
}

/** @param {string} colour @param {() => void} onclick */
function tileOf(colour, onclick) {
  const ratio = contrastWords(colour);
  const tile = h("button", { class: "tile num", type: "button", "data-colour": colour, "aria-label": `${colour}，文字对比度 ${ratio}`, onclick }, h("span", {}, ratio.replace(":1", "")));
  tile.style.background = colour;
  tile.style.color = labelColour(colour);
  return tile;
}

/** Six digits alone are meant as a colour. @param {string} text */
const withMark = (text) => (/^[0-9a-f]{6}$/i.test(text.trim()) ? `#${text.trim()}` : text.trim());
