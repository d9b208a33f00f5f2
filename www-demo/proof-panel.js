/** The proof laid open: the verdict, its steps, and the text itself for anybody to doubt and change. */

import { judgeText } from "./common/prove.js";
import { h, notice } from "./dom.js";
import { createPaper } from "./proof-paper.js";
import { renderSteps } from "./proof-steps.js";
import { namesOf, parse } from "./proof-text.js";
import { createVerdict } from "./verdict.js";

/** @typedef {import('./common/prove.js').Against} Against */

/**
 * @param {{body: HTMLElement, open(): void}} panel
 * @param {Pick<import('./core.js').Core, "verify" | "tableFromText">} core
 */
export function createProofPanel(panel, core) {
  /** @type {Against} */
  let against = { expected: {}, shown: null, live: false, extra: [] };
  /** @type {Set<number>} */
  let opened = new Set();
  const verdict = createVerdict();
  const story = h("div", {});
  const paper = createPaper(judge);
  const layout = h("div", { class: "proof" }, verdict.element, story, paper.element);

  function judge() {
    const judgement = judgeText(core, paper.text, against);
    const proof = parse(paper.text);
    verdict.show(judgement, paper.isEdited);
    paper.mark(judgement.ok);
    story.replaceChildren(renderSteps(judgement, proof, namesOf(core, proof), opened));
  }

  return {
    /** @param {unknown} proof @param {Against} next */
    open(proof, next) {
      against = next;
      opened = new Set();
      verdict.clear();
      panel.body.replaceChildren(layout);
      paper.open(JSON.stringify(proof, null, 2));
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
