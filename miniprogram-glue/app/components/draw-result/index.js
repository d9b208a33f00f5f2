/** What came of a draw: one prize or a list, and the seal beside it. */
Component({
  properties: {
    /** `{headline, outcomes, isOk, why, isResumed, isMissed}`, as pages/lottery makes it. */
    result: { type: Object, value: /** @type {any} */ (null) },
  },
  methods: {
    onSeal() {
      this.triggerEvent("seal");
    },
    onShare() {
      this.triggerEvent("share");
    },
    onCopy() {
      this.triggerEvent("copy");
    },
  },
});
