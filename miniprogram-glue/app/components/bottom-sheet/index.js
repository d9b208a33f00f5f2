/** A sheet over the page, from below: a title, a way to close it, and what is in its slot. */
Component({
  options: { multipleSlots: true },
  properties: {
    show: Boolean,
    title: String,
    /** Without it the sheet stays until what it asks is answered. */
    closable: { type: Boolean, value: true },
  },
  methods: {
    close() {
      if (this.data.closable) this.triggerEvent("close");
    },
    /** Keeps touches from reaching what is under the sheet. */
    stop() {},
  },
});
