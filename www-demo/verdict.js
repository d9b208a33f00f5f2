/** The verdict on a proof: one sentence, and the seal. */

import { passedOf, titleOf } from "./common/proof-story.js";
import { h } from "./dom.js";
import { seal } from "./result.js";

export function createVerdict() {
  const element = h("div", { class: "verdict", role: "status" });
  /** What it says: it is read out whenever it is written, and so written only when it changes. */
  let said = "";
  return {
    element,
    /** The next one is of another proof, and is news even if it is the same. */
    clear() {
      said = "";
    },
    /** @param {import('./common/prove.js').Judgement} judgement @param {boolean} [isEdited] the text was, by somebody here */
    show(judgement, isEdited = false) {
      const { ok, why, detail } = judgement;
      const title = titleOf(judgement);
      const words = ok ? (isEdited ? "只是排版不同，内容没有变。" : passedOf(judgement.checks)) : why;
      const next = JSON.stringify([ok, title, words, detail]);
      if (next === said) return;
      said = next;
      element.className = ok ? "verdict" : "verdict verdict--bad";
      element.dataset.ok = String(ok);
      element.replaceChildren(
        h(
          "div",
          { class: "verdict__words" },
          h("p", { class: "verdict__title" }, title),
          h("p", {}, words),
          detail && h("p", { class: "quiet" }, detail),
        ),
        seal(ok),
      );
    },
  };
}
