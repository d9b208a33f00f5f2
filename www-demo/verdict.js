/** The verdict on a proof: one sentence, and the seal. */

import { passedOf, titleOf } from "./common/proof-story.js";
import { h } from "./dom.js";
import { seal } from "./result.js";

export function createVerdict() {
  const element = h("div", { class: "verdict", role: "status" });
  return {
    element,
    /** @param {import('./common/prove.js').Judgement} judgement @param {boolean} [isEdited] the text was, by somebody here */
    show(judgement, isEdited = false) {
      const { ok, why, detail } = judgement;
      element.className = ok ? "verdict" : "verdict verdict--bad";
      element.dataset.ok = String(ok);
      element.replaceChildren(
        h(
          "div",
          { class: "verdict__words" },
          h("p", { class: "verdict__title" }, titleOf(judgement)),
          h("p", {}, ok ? (isEdited ? "只是排版不同，内容没有变。" : passedOf(judgement.checks)) : why),
          detail && h("p", { class: "quiet" }, detail),
        ),
        seal(ok),
      );
    },
  };
}
