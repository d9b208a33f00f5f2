/** A field of a form: its name, what is typed, what is wrong with it or what it is for. */
Component({
  properties: {
    name: String,
    label: String,
    value: String,
    error: String,
    hint: String,
    placeholder: String,
    /** `text`, `number`, `digit` (with decimals) or `long` (several lines). */
    type: { type: String, value: "text" },
    unit: String,
    maxlength: { type: Number, value: 140 },
    disabled: Boolean,
  },
  methods: {
    onInput(event) {
      this.triggerEvent("edit", { name: this.data.name, value: event.detail.value });
    },
    onBlur(event) {
      this.triggerEvent("leave", { name: this.data.name, value: event.detail.value });
    },
  },
});
