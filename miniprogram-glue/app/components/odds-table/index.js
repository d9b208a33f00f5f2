/** The odds as a table: fraction, percent, what is left to say about them. */
Component({
  properties: {
    /** Rows of utils/stage.js, in wheel order. */
    rows: { type: Array, value: /** @type {any[]} */ ([]) },
    /** The notice of the house, may be empty. */
    rules: String,
    hash: String,
  },
  methods: {
    onCopyHash() {
      wx.setClipboardData({ data: this.data.hash });
    },
  },
});
