/** The check of the rules for promotions, and the notice that diners read. It informs; it forbids nothing. */

import { CHECK, CHEVRON } from "../common/icons.js";
import { rulesFault } from "../common/draft-check.js";
import { count } from "../common/numbers.js";
import { NO_ADVICE, SOURCES } from "../common/promotion-words.js";
import { h, icon } from "../dom.js";
import { jump, wayTo } from "./fields.js";
import { findingsOf } from "./findings.js";
import { createNotice } from "./notice.js";

/** @typedef {import('./findings.js').Shown} Shown */

const MARKS = { warning: "要改", advice: "建议", ok: "" };

/**
 * @param {object} parts
 * @param {HTMLElement} parts.place
 * @param {any} parts.store
 * @param {any} parts.core
 * @param {(field: string) => boolean} [parts.elsewhere] brings a field that is not of a prize into focus
 */
export function createRulesCheck({ place, store, core, elsewhere = () => false }) {
  const tally = h("p", { class: "rules__tally", role: "status" });
  const list = h("div", { class: "rules__list" });
  const notice = createNotice({ store, core });
  place.classList.add("rules");
  place.replaceChildren(
    h("div", { class: "rules__head" }, h("h2", {}, "活动规则检查"), tally),
    h("p", { class: "quiet" }, `对照${SOURCES}。${NO_ADVICE}`),
    h("div", { class: "rules__both" }, list, notice.element),
  );
  /** @type {Set<string>} */
  const opened = new Set();
  /** What was checked last: a check of the same again would only cost time. */
  let checked = "";

  function render() {
    notice.render();
    const now = JSON.stringify([store.table?.text ?? store.errors, store.draft.rules, store.draft.prizes.map((/** @type {any} */ prize) => prize.key)]);
    if (now === checked) return;
    checked = now;
    if (store.table && rulesFault(store.draft.rules) === "") show(findingsOf(core, store));
    else showErrors();
  }

  /** @param {Shown[]} findings */
  function show(findings) {
    const of = (/** @type {string} */ level) => findings.filter((finding) => finding.level === level);
    const [bad, advice, good] = [of("warning"), of("advice"), of("ok")];
    const words = [bad.length > 0 && `${count(bad.length)} 条要改`, advice.length > 0 && `${count(advice.length)} 条建议`].filter(Boolean);
    tally.textContent = words.length > 0 ? words.join(" · ") : "都符合";
    tally.dataset.level = bad.length > 0 ? "warning" : advice.length > 0 ? "advice" : "ok";
    list.replaceChildren(h("ul", { class: "findings" }, ...[...bad, ...advice].map(row)), passed(good), sources(findings));
  }

  /** What is as it should be takes little room. @param {Shown[]} good */
  const passed = (good) => (good.length === 0 ? "" : fold("passed", [icon(CHECK), `${count(good.length)} 项符合`], h("ul", { class: "findings" }, ...good.map(row))));

  /** What the rules say, each once. @param {Shown[]} findings */
  function sources(findings) {
    const said = new Map(findings.flatMap(({ source }) => source.map(({ cite, text }) => [cite, text])));
    return fold("sources", ["依据"], h("dl", {}, ...[...said].flatMap(([cite, text]) => [h("dt", {}, cite), h("dd", {}, text)])));
  }

  /** Stays as it was left, whatever is checked anew. @param {string} name @param {import('../dom.js').Child[]} label @param {Node} content */
  function fold(name, label, content) {
    const details = h("details", { class: `fold fold--${name}`, open: opened.has(name) }, h("summary", {}, ...label, icon(CHEVRON, "fold__turn")), content);
    details.addEventListener("toggle", () => void (details.open ? opened.add(name) : opened.delete(name)));
    return details;
  }

  /** @param {Shown} finding */
  function row({ code, level, key, title, text, source }) {
    const go = key && h("button", { class: "button button--second button--small", type: "button", onclick: () => jump(store, key) }, "去看这个奖品");
    return h(
      "li",
      { class: "finding", "data-level": level, "data-code": code },
      level === "ok" ? h("span", { class: "finding__mark" }, icon(CHECK)) : h("span", { class: "finding__mark" }, MARKS[level]),
      h("div", { class: "finding__words" }, h("h3", {}, title), text && h("p", {}, text), source.length > 0 && h("p", { class: "quiet" }, source.map(({ cite }) => cite).join("、")), go || null),
    );
  }

  function showErrors() {
    const fields = Object.entries(store.errors);
    tally.textContent = "改好以后再检查";
    tally.dataset.level = "none";
    const rows = fields.map(([field, words]) => {
      const { label, go } = wayTo(field, store, elsewhere);
      const text = [h("b", {}, label), h("span", {}, String(words))];
      return h("li", {}, go ? h("button", { class: "fault", type: "button", onclick: go }, ...text) : h("div", { class: "fault" }, ...text));
    });
    list.replaceChildren(h("p", {}, "奖品表还不成立，要先改好这些："), h("ul", { class: "faults" }, ...rows));
  }

  store.subscribe(render);
  render();
}
