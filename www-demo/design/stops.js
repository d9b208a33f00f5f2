/** Where the wheel is to stop: a prize, and a place in its sector; and how fast it goes there. */

import { h } from "../dom.js";

/**
 * @typedef {import('./sectors.js').Sector} Sector
 * @typedef {Parameters<typeof import('./sectors.js').stopIn>[1]} Where
 */

/** @type {[Where, string][]} */
const PLACES = [["middle", "正中"], ["first", "起点边上"], ["last", "终点边上"]];

/** @param {{go: (sector: Sector, where: Where) => void, slow: (isSlow: boolean) => void}} parts */
export function createStops({ go, slow }) {
  /** @type {Sector[]} */
  let sectors = [];
  const prize = h("select", { "aria-label": "停在哪个奖品" });
  const where = h("select", { "aria-label": "停在扇形的哪里" }, ...PLACES.map(([value, words]) => h("option", { value }, words)));
  const turn = h("button", { class: "button button--second button--small", type: "button", "data-do": "turn" }, "转过去");
  turn.addEventListener("click", () => {
    const sector = sectors.find(({ key }) => key === prize.value);
    if (sector) go(sector, /** @type {Where} */ (where.value));
  });
  const check = h("input", { type: "checkbox", onchange: () => slow(check.checked) });

  return {
    row: h("div", { class: "stops" }, h("span", { class: "stops__lead", "aria-hidden": "true" }, "停在"), prize, where, turn),
    slow: h("label", { class: "switch" }, check, h("span", {}, "慢动作"), h("span", { class: "quiet" }, "四分之一速度")),

    /** What was chosen stays chosen, if there is no other choice. @param {Sector[]} next @param {string | null} choice */
    list(next, choice) {
      sectors = next;
      const wanted = choice ?? prize.value;
      prize.replaceChildren(...sectors.map(({ key, name }) => h("option", { value: key }, name || "（没有名称）")));
      if (sectors.some(({ key }) => key === wanted)) prize.value = wanted;
    },
  };
}
