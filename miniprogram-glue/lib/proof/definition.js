/** `<fair-proof>`: what was promised, what was revealed, what this phone computed. */

import { judge } from "../../../www-demo/common/prove.js";
import { isReportOf, uncheckedView, viewOf, waitingView } from "./view.js";

/** @param {() => Promise<any>} loadCore */
export function definition(loadCore) {
  return {
    options: { styleIsolation: /** @type {const} */ ("isolated") },

    properties: {
      /** As `lottery/proof` gives it. */
      proof: { type: Object, value: null },
      /** `verdict.report` of the draws; without one, or with that of another proof, it is judged here. */
      report: { type: Object, value: null },
      /** Why it failed by that report, in a sentence; without one the first failed check says it. */
      words: { type: String, value: "" },
      /** What was seen before the draw, to verify against; see `Expected` in the core's types. */
      expected: { type: Object, value: null },
    },

    data: {
      /** @type {import('./view.js').View | null} */
      view: null,
      /** Draws laid open, by their number. @type {Record<string, boolean>} */
      opened: {},
      isPaperOpen: false,
    },

    observers: {
      /** @this {any} */
      "proof, report, words, expected"() {
        this.judge();
      },
    },

    methods: {
      /** @this {any} */
      judge() {
        const { proof, report, words } = this.data;
        this.judged = (this.judged || 0) + 1;
        if (isReportOf(proof, report)) this.show(viewOf(proof, report, words));
        else if (proof) this.verify(proof, this.judged);
        else this.setData({ view: null });
      },

      /** @this {any} @param {any} proof @param {number} mine */
      async verify(proof, mine) {
        this.show(waitingView(proof));
        const view = await verified(loadCore, proof, this.data.expected);
        if (mine === this.judged) this.show(view);
      },

      /** @this {any} @param {import('./view.js').View} view */
      show(view) {
        /** @type {Record<string, boolean>} */
        const opened = {};
        for (const { draws } of view.chapters) for (const { draw, status } of draws) opened[draw] = status === "failed";
        this.setData({ view, opened, isPaperOpen: false });
      },

      /** @this {any} @param {any} event */
      toggle(event) {
        const { draw } = event.currentTarget.dataset;
        this.setData({ opened: { ...this.data.opened, [draw]: !this.data.opened[draw] } });
      },

      /** @this {any} */
      togglePaper() {
        this.setData({ isPaperOpen: !this.data.isPaperOpen });
      },

      /** @this {any} */
      copy() {
        const told = (/** @type {boolean} */ isCopied) => this.triggerEvent("copy", { isCopied });
        wx.setClipboardData({ data: this.data.view.paper, success: () => told(true), fail: () => told(false) });
      },
    },
  };
}

/** @param {() => Promise<any>} loadCore @param {any} proof @param {any} expected */
async function verified(loadCore, proof, expected) {
  const core = await loadCore().catch(() => null);
  if (!core) return uncheckedView(proof);
  const report = judge(core, proof, { expected: expected || {}, shown: null, live: false, extra: [] });
  return viewOf(proof, report, report.why);
}
