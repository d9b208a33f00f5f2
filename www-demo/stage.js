/** What stands around the wheel: points, prices, the promise, what is left today. */

import { byId, h, icon } from "./dom.js";
import { LOCK } from "./common/icons.js";
import { count, points, short, shortage } from "./words.js";

export function createStage() {
  const view = byId("stage", HTMLElement);
  const wheel = byId("wheel", HTMLElement);
  const canvas = byId("wheel-canvas", HTMLCanvasElement);
  const result = byId("result", HTMLElement);
  const purse = byId("points", HTMLElement);
  const logout = byId("logout", HTMLButtonElement);
  const promise = byId("promise", HTMLElement);
  const left = byId("left", HTMLElement);
  const one = byId("spin-one", HTMLButtonElement);
  const ten = byId("spin-ten", HTMLButtonElement);
  let isBusy = true;
  /** Why a button is of no use now. @type {Map<HTMLButtonElement, string>} */
  const reasons = new Map();

  function buttons() {
    for (const button of [one, ten]) {
      button.setAttribute("aria-disabled", String(isBusy || reasons.has(button)));
      button.toggleAttribute("data-short", reasons.has(button));
    }
  }

  return {
    wheel,
    canvas,
    result,
    buttons: { one, ten },

    show() {
      view.hidden = purse.hidden = logout.hidden = false;
    },
    hide() {
      view.hidden = purse.hidden = logout.hidden = true;
    },

    /** The same page before anything is known, in the same room. */
    skeleton() {
      wheel.classList.remove("wheel--ready");
      purse.textContent = "";
      promise.replaceChildren(h("span", { class: "skeleton" }, "第 1 次抽奖已上封条 00000000…000000"));
      left.replaceChildren(h("span", { class: "skeleton" }, "今天还可抽 10 次"));
    },

    /** @param {{points: number, left: number, config: {cost_points: number}}} numbers points there are, draws left today, points a draw */
    numbers({ points: total, left: draws, config: { cost_points } }) {
      purse.textContent = points(total);
      byId("cost-one", HTMLElement).textContent = points(cost_points);
      byId("cost-ten", HTMLElement).textContent = points(cost_points * 10);
      reasons.clear();
      for (const [button, wanted] of /** @type {const} */ ([[ten, 10], [one, 1]])) {
        const why = shortage({ points: total, left: draws, cost: cost_points }, wanted);
        if (why) reasons.set(button, why.words);
      }
      const why = reasons.get(one) ?? reasons.get(ten);
      const today = draws > 0 ? `今天还可抽 ${count(draws)} 次` : "";
      left.textContent = [today, why].filter(Boolean).join("，");
      buttons();
      wheel.classList.add("wheel--ready");
    },

    /** @param {number} nonce @param {string} commitment */
    promise(nonce, commitment) {
      const seal = h("code", { title: commitment, "data-commitment": commitment }, short(commitment));
      promise.replaceChildren(icon(LOCK), h("span", { class: "num" }, `第 ${count(nonce)} 次抽奖已上封条 `, seal));
    },

    /** @param {boolean} busy @param {number} rotation where the wheel is, hundredths of a degree */
    busy(busy, rotation) {
      isBusy = busy;
      buttons();
      canvas.dataset.state = busy ? "busy" : "rest";
      canvas.dataset.rotation = String(rotation);
    },

    /** Blends the wheel in at its new place, for those who asked for less motion. */
    fade() {
      wheel.classList.remove("wheel--fade");
      void wheel.offsetWidth; // restarts the animation
      wheel.classList.add("wheel--fade");
    },

    lookAtWheel: () => wheel.scrollIntoView({ block: "nearest" }),
    reveal: () => result.scrollIntoView({ block: "nearest" }),

    /** @param {{name: string}[]} prizes @param {string} resting name of the prize under the pointer */
    describe(prizes, resting) {
      const names = prizes.map((prize) => prize.name).join("、");
      canvas.setAttribute("aria-label", `转盘，${prizes.length} 个奖品：${names}。${resting ? `指针停在：${resting}` : ""}`);
    },
  };
}
