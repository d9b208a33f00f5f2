/** A list before it is known, in the room it will take. */
Component({
  properties: {
    rows: { type: Number, value: 5 },
    /** "row" or "tile" (two in a line, with a picture). */
    kind: { type: String, value: "row" },
  },
  data: { numbers: [0, 1, 2, 3, 4] },
  observers: {
    rows(/** @type {number} */ rows) {
      this.setData({ numbers: Array.from({ length: rows }, (_, n) => n) });
    },
  },
});
