/** The proofs that were brought, each with its verdict; one of them is open. */

import { judgeText } from "../common/prove.js";
import { CHECK, CROSS, DASH } from "../common/icons.js";
import { h, icon } from "../dom.js";
import { parse, saveFile } from "../proof-text.js";
import { keepFocus, say } from "../steady.js";
import { count, short } from "../words.js";
import { listOf, sumOf, toCsv } from "./audit.js";

/** @typedef {import("./read.js").Paper} Paper */

/**
 * @param {HTMLElement} place
 * @param {import('../core.js').Core} core
 * @param {(paper: Paper) => void} open
 */
export function createPapers(place, core, open) {
  /** @type {import('./audit.js').Row[]} */
  let rows = [];
  let at = 0;
  const list = h("ol", { class: "papers__list" });
  const sum = h("p", { class: "papers__sum", role: "status" });
  const csv = h("button", { class: "button button--second button--small", type: "button", onclick: save }, "保存核对结果（CSV）");
  place.replaceChildren(h("div", { class: "papers__head" }, h("div", {}, h("h2", { id: "papers-title" }, "拿来的证明"), sum), csv), list);

  function save() {
    saveFile(new Blob([toCsv(rows)], { type: "text/csv" }), "抽奖证明核对结果.csv");
  }

  function render() {
    const { level, words } = sumOf(rows);
    say(sum, words);
    sum.dataset.level = level;
    keepFocus(list, () => list.replaceChildren(...rows.map(row)));
  }

  /** @param {import('./audit.js').Row} one @param {number} n */
  function row({ name, ok, isRead, why, drawId, nonce, draws, follows }, n) {
    const words = ok ? `第 ${count(nonce)} 次 · ${draws} 个结果${follows ? " · 封条与上一份首尾相接" : ""}` : why;
    const button = h(
      "button",
      { class: "paper-row", type: "button", "aria-current": n === at ? "true" : undefined, "data-ok": ok, "data-read": isRead, onclick: () => go(n) },
      icon(ok ? CHECK : isRead ? CROSS : DASH, "check__mark"),
      h("span", { class: "paper-row__name" }, name, h("span", { class: "sr-only" }, ok ? "：通过" : isRead ? "：没有通过" : "：读不出证明")),
      h("code", { class: "quiet" }, drawId && short(drawId)),
      h("span", { class: ok || !isRead ? "quiet num" : "bad-words num" }, words),
    );
    return h("li", {}, button);
  }

  /** @param {number} n */
  function go(n) {
    const one = rows[n];
    if (!one || one.text === "") return;
    at = n;
    render();
    open(one);
    if (rows.length > 1) document.getElementById("opened")?.scrollIntoView({ block: "start" });
  }

  return {
    /** @param {Paper[]} papers at least one */
    open(papers) {
      rows = listOf(papers, (text) => judgeText(core, text, { expected: {}, shown: null, live: false, extra: [] }), parse);
      place.hidden = rows.length < 2;
      at = Math.max(0, rows.findIndex(({ text }) => text !== ""));
      render();
      const first = rows[at];
      if (first?.text) open(first);
      scrollTo({ top: 0 }); // the verdict, or the list of them, and not where the one before was read
    },
  };
}
