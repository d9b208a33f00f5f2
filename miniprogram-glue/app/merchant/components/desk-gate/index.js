/** In place of a merchant's page: nobody is logged in, or not a merchant. */
Component({
  properties: {
    /** `login` or `right`. */
    kind: String,
  },
  methods: {
    onAction() {
      this.triggerEvent("pass");
    },
    onApply() {
      wx.navigateTo({ url: "/merchant/pages/apply/apply" });
    },
  },
});
