/** The bar at the foot of the page: how far the draft is from what diners see, and the button that publishes it. */

import { count } from "../common/numbers.js";
import { h } from "../dom.js";

/**
 * @param {HTMLElement} place
 * @param {{publish: () => void, readIn: () => void, showErrors: () => void, logOut: () => void}} does
 */
export function createPublishBar(place, does) {
  const button = (/** @type {string} */ id, /** @type {string} */ kind, /** @type {() => void} */ onclick, /** @type {...import('../dom.js').Child} */ ...label) =>
    h("button", { id, class: `button button--small ${kind}`, type: "button", onclick }, ...label);
  const state = h("p", { id: "publish-state", class: "publish__state", role: "status" });
  const note = h("p", { class: "publish__note quiet" });
  const errors = button("publish-errors", "button--second publish__errors", does.showErrors);
  const main = button("publish-button", "button--main", does.publish, "发布");
  const read = button("read-live", "button--second", does.readIn, h("span", {}, "读入", h("span", { class: "publish__more" }, "正在使用的转盘")));
  const out = button("publish-logout", "button--quiet", does.logOut, "退出");
  let said = "";
  /** What it was said of. @type {unknown} */
  let shown = null;
  place.classList.add("publish");
  place.replaceChildren(h("div", { class: "publish__inner" }, h("div", { class: "publish__words" }, errors, state, note), out, read, main));
  return {
    /** @param {{draft: unknown, errors: number, changes: number, isCompared: boolean, isOvertaken: boolean, isLoggedIn: boolean}} now */
    show(now) {
      // What was said of the draft and the wheel may not hold any more.
      if (now.draft !== shown || now.isOvertaken || !now.isLoggedIn) said = "";
      shown = now.draft;
      errors.hidden = now.errors === 0;
      errors.textContent = `${count(now.errors)} 处要改`;
      const words = now.changes === 0 ? (now.isOvertaken ? "您没有改动" : "和在用的转盘一样") : now.isCompared ? `${count(now.changes)} 处改动` : "还没有发布";
      state.textContent = now.errors > 0 ? "" : words;
      note.textContent = said || (now.isOvertaken ? "别人发布了新的转盘，发布前会给您看" : now.isLoggedIn ? "" : "登录后和正在使用的转盘比较");
      out.hidden = !now.isLoggedIn;
    },
    /** As long as the draft and the wheel are the same. @param {string} words */
    say(words) {
      note.textContent = said = words;
    },
    /** @param {string} words empty when it is over */
    busy(words) {
      main.disabled = read.disabled = words !== "";
      main.textContent = words || "发布";
    },
  };
}
