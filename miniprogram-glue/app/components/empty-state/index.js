/** Nothing is here yet: what will be, and how it comes. */
Component({
  properties: {
    icon: { type: String, value: "empty" },
    title: String,
    text: String,
    /** Words of the one way on; none without them. */
    action: String,
    /** It is the one action of the screen. */
    isMain: Boolean,
  },
  methods: {
    onAction() {
      this.triggerEvent("action");
    },
  },
});
