/** The proof laid open: the verdict, its steps, and the text itself for anybody to doubt and change. */

import { passedOf, titleOf } from "./common/proof-story.js";
import { h, notice } from "./dom.js";
import { judgeText } from "./common/prove.js";
import { renderSteps } from "./proof-steps.js";
import { seal } from "./result.js";

/** Where one changed character is most instructive, in turn. */
const TARGETS = [/("server_seed": ")(.)/, /("angle": \d*)(\d)/, /("client_seed": ")(.)/, /("ticket": \d*)(\d)/, /("commitment": ")(.)/, /("created_at": ".*)(\d)/];

/** @typedef {import('./common/prove.js').Against} Against */

/**
 * @param {{body: HTMLElement, open(): void}} panel
 * @param {Pick<import('./core.js').Core, "verify" | "tableFromText">} core
 */
export function createProofPanel(panel, core) {
  /** @type {{text: string, against: Against}} */
  let given = { text: "", against: { expected: {}, shown: null, live: false, extra: [] } };
  /** @type {Set<number>} */
  let opened = new Set();
  let target = 0;

  const verdict = h("div", { class: "verdict", role: "status" });
  const story = h("div", {});
  const area = h("textarea", { id: "proof-text", spellcheck: false, autocapitalize: "off", autocomplete: "off", "aria-describedby": "proof-hint" });
  const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) =>
    h("button", { class: "button button--second button--small", type: "button", onclick }, label);
  const restore = button("恢复原样", () => show(given.text));
  const paper = h(
    "section",
    { class: "paper" },
    h("h3", {}, h("label", { htmlFor: "proof-text" }, "证明原文")),
    h("p", { class: "quiet", id: "proof-hint" }, "改动其中任何一个字，印章立刻变红。不妨试试。"),
    area,
    h("div", { class: "paper__tools" }, button("替我改一个字", tamper), restore, button("保存证明", save)),
  );
  const layout = h("div", { class: "proof" }, verdict, story, paper);
  area.addEventListener("input", judge);

  function judge() {
    const judgement = judgeText(core, area.value, given.against);
    const proof = parse(area.value);
    const changed = area.value !== given.text;
    restore.disabled = !changed;
    verdict.className = judgement.ok ? "verdict" : "verdict verdict--bad";
    verdict.dataset.ok = String(judgement.ok);
    paper.classList.toggle("paper--bad", !judgement.ok);
    verdict.replaceChildren(
      h(
        "div",
        { class: "verdict__words" },
        h("p", { class: "verdict__title" }, titleOf(judgement)),
        h("p", {}, judgement.ok ? (changed ? "只是排版不同，内容没有变。" : passedOf(judgement.checks)) : judgement.why),
        judgement.detail && h("p", { class: "quiet" }, judgement.detail),
      ),
      seal(judgement.ok),
    );
    story.replaceChildren(renderSteps(judgement, proof, names(core, proof), opened));
  }

  /** @param {string} text */
  function show(text) {
    area.value = text;
    judge();
  }

  function tamper() {
    const pattern = TARGETS[target++ % TARGETS.length] ?? /(")(.)/;
    const found = pattern.exec(given.text);
    if (!found) return;
    const at = found.index + (found[1]?.length ?? 0);
    area.value = given.text.slice(0, at);
    const before = area.scrollHeight; // of the text before it, and at least of the field
    const top = before > area.clientHeight ? before - area.clientHeight / 2 : 0;
    show(`${given.text.slice(0, at)}${found[2] === "1" ? "2" : "1"}${given.text.slice(at + 1)}`);
    area.scrollTop = top;
    if (matchMedia("(pointer: coarse)").matches) return; // focus would bring up the keyboard
    area.focus();
    area.setSelectionRange(at, at + 1);
    area.scrollTop = top;
  }

  function save() {
    const url = URL.createObjectURL(new Blob([area.value], { type: "application/json" }));
    h("a", { href: url, download: `${parse(area.value)?.draw_id ?? "proof"}.json` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  }

  return {
    /** @param {unknown} proof @param {Against} against */
    open(proof, against) {
      given = { text: JSON.stringify(proof, null, 2), against };
      opened = new Set();
      panel.body.replaceChildren(layout);
      show(given.text);
      panel.open();
    },
    /** While the proof is on its way. */
    openWaiting() {
      panel.body.replaceChildren(h("p", { class: "quiet" }, "正在取证明…"));
      panel.open();
    },
    /** @param {() => void} again */
    openFailed(again) {
      panel.body.replaceChildren(notice({ title: "暂时取不到证明", text: "抽奖结果不受影响。" }, { label: "再试一次", onclick: again }));
    },
  };
}

/** @param {string} text @returns {any} */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @param {Pick<import('./core.js').Core, "tableFromText">} core @param {any} proof @returns {(id: number) => string} */
function names(core, proof) {
  try {
    const { prizes } = core.tableFromText(proof.table_text);
    return (id) => prizes.find((prize) => prize.id === id)?.name ?? `奖品 ${id}`;
  } catch {
    return (id) => `奖品 ${id}`;
  }
}
