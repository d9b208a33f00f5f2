/** The fields of one prize. What is typed is told to the page, which has the whole table. */
const { COLOURS, TYPES } = require("../../common/index");

Component({
  properties: {
    /** A row of lib/wheel-view.js. */
    prize: { type: Object, value: /** @type {any} */ ({}) },
    canRemove: Boolean,
  },
  data: { types: TYPES, colours: COLOURS },
  methods: {
    /** @param {any} change */
    tell(change) {
      this.triggerEvent("edit", { key: this.data.prize.key, change });
    },
    onEdit(event) {
      const { name, value } = event.detail;
      this.tell({ [name]: value });
    },
    onType(event) {
      const type = TYPES[Number(event.detail.value)].id;
      // What is nothing is worth nothing.
      this.tell(type === "empty" ? { type, value: "0" } : { type });
    },
    onSwitch(event) {
      this.tell({ [event.currentTarget.dataset.name]: event.detail.value });
    },
    onColour(event) {
      this.tell({ color: event.currentTarget.dataset.colour });
    },
    onAdvice() {
      this.tell({ value: this.data.prize.valueAdvice.value });
    },
    onMove(event) {
      this.triggerEvent("move", { key: this.data.prize.key, by: Number(event.currentTarget.dataset.by) });
    },
    onRemove() {
      this.triggerEvent("remove", { key: this.data.prize.key });
    },
  },
});
