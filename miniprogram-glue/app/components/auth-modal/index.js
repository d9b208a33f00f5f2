Component({
  data: { show: false },
  methods: {
    /** @returns {Promise<boolean>} */
    ask() {
      this.setData({ show: true });
      return new Promise((resolve) => {
        this.resolve = resolve;
      });
    },
    onClose() {
      this.setData({ show: false });
      this.resolve(false);
    },
  },
});
