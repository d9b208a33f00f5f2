/**
 * What a list is like besides its rows: skeleton, signed out, error with retry, empty, foot. The rows are the slot.
 * `list` is the view of a pager (utils/pager.js).
 */
Component({
  properties: {
    list: { type: Object, value: /** @type {any} */ (null) },
    icon: { type: String, value: "empty" },
    emptyTitle: { type: String, value: "这里还没有内容" },
    emptyText: String,
    emptyAction: String,
    /** What a login is for, as in 登录后查看抽奖记录. */
    signedOutTitle: { type: String, value: "登录后查看" },
    signedOutText: { type: String, value: "用手机号登录，几秒就好。" },
    /** The screen has another action that comes first. */
    isBeside: Boolean,
    endText: { type: String, value: "没有更多了" },
    skeleton: { type: String, value: "row" },
    rows: { type: Number, value: 5 },
  },
  methods: {
    onRetry() {
      this.triggerEvent("retry");
    },
    onLogin() {
      this.triggerEvent("login");
    },
    onEmptyAction() {
      this.triggerEvent("action");
    },
  },
});
