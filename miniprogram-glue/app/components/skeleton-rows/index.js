/** A list before it is known, in the room it will take. */
Component({
  properties: {
    rows: { type: Number, value: 5 },
    /** "row" or "tile" (two in a line, with a picture). */
    kind: { type: String, value: "row" },
  },
});
