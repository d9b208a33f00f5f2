/** Nothing is here yet: what will be, and how it comes. */
Component({
  properties: {
    icon: { type: String, value: "empty" },
    title: String,
    text: String,
    /** Words of the one way on; none without them. */
    action: String,
  },
  methods: {
    onAction() {
      this.triggerEvent("action");
    },
  },
});
