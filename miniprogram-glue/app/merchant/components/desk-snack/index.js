/** What has just been done, and the way back while it can be gone. */
const SHOWN_MS = 6000;

Component({
  data: { text: "", action: "" },
  lifetimes: {
    detached() {
      clearTimeout(this.timer);
    },
  },
  methods: {
    /**
     * @param {string} text
     * @param {{name: string, run: () => void} | null} [action]
     */
    show(text, action = null) {
      clearTimeout(this.timer);
      this.run = action ? action.run : null;
      this.setData({ text, action: action ? action.name : "" });
      this.timer = setTimeout(() => this.hide(), SHOWN_MS);
    },
    hide() {
      clearTimeout(this.timer);
      this.run = null;
      this.setData({ text: "", action: "" });
    },
    onAction() {
      const { run } = this;
      this.hide();
      if (run) run();
    },
  },
});
