/** What the diner has done: draws with their proofs, orders, receipts. */

const { client } = require("../../services/client");
const { definePage } = require("../../services/page");
const { seals, setSeal } = require("../../services/seals");
const { copyProof, sendProof } = require("../../services/share");
const { drawsOf, orderOf } = require("../../utils/history");
const { blank, createPager } = require("../../utils/pager");
const { outcomeOf, receiptOf } = require("../../utils/receipts");

const TABS = [
  { id: "draws", name: "抽奖" },
  { id: "orders", name: "兑换" },
  { id: "uploads", name: "上传" },
];

/** @type {Record<string, {id: string, name: string}[]>} */
const FILTERS = {
  draws: [],
  orders: [
    { id: "all", name: "全部" },
    { id: "pending", name: "待领取" },
    { id: "shipped", name: "已发出" },
    { id: "completed", name: "已完成" },
    { id: "cancelled", name: "已取消" },
  ],
  uploads: [
    { id: "all", name: "全部" },
    { id: "pending", name: "待审核" },
    { id: "approved", name: "已通过" },
    { id: "rejected", name: "未通过" },
  ],
};

definePage({
  data: {
    tabs: TABS,
    tab: "draws",
    filters: FILTERS.draws,
    filter: "all",
    draws: blank(),
    drawRows: [],
    orders: blank(),
    uploads: blank(),
    /** Verdicts found so far, by draw. */
    seals: {},
    /** Draws whose proofs did not hold. */
    doubts: 0,
    broken: {},
  },

  onLoad() {
    const status = () => this.data.filter;
    this.pagers = {
      draws: createPager({
        what: "抽奖记录",
        load: (page, size) => client.api.lottery.records({ page, size }),
        show: (draws) => this.setData({ draws, drawRows: drawsOf(draws.items) }),
      }),
      orders: createPager({
        what: "兑换记录",
        load: (page, size) => client.api.exchange.records({ status: status(), page, size }),
        format: orderOf,
        show: (orders) => this.setData({ orders }),
      }),
      uploads: createPager({
        what: "上传记录",
        load: (page, size) => client.api.photo.records({ status: status(), page, size }),
        format: receiptOf,
        show: (uploads) => this.setData({ uploads }),
      }),
    };
  },

  onShow() {
    const app = getApp();
    const wanted = app.recordsTab;
    app.recordsTab = null;
    if (wanted && wanted !== this.data.tab) this.turnTo(wanted);
    else this.read();
  },

  onSession() {
    for (const pager of Object.values(this.pagers)) pager.signOut();
    this.read();
  },

  listens: {
    review_result(review) {
      const known = this.pagers.uploads.patch(review.upload_id, (item) => ({ ...item, ...outcomeOf(review) }));
      if (!known && this.isShown && this.data.tab === "uploads") this.read();
    },
  },

  pager() {
    return this.pagers[this.data.tab];
  },

  read() {
    this.readSeals();
    if (!client.session.isLoggedIn) return this.pager().signOut();
    return this.pager().refresh();
  },

  readSeals() {
    this.setData({ seals: seals(), doubts: client.draws.kept().length });
  },

  /** @param {string} tab */
  turnTo(tab) {
    this.setData({ tab, filters: FILTERS[tab], filter: "all" });
    this.readSeals();
    if (client.session.isLoggedIn) this.pager().restart();
    else this.pager().signOut();
  },

  onTab(event) {
    const { id } = event.currentTarget.dataset;
    if (id !== this.data.tab) this.turnTo(id);
  },

  onFilter(event) {
    const { id } = event.currentTarget.dataset;
    if (id === this.data.filter) return;
    this.setData({ filter: id });
    if (client.session.isLoggedIn) this.pager().restart();
  },

  onReachBottom() {
    this.pager().more();
  },

  async onPullDownRefresh() {
    await this.read();
    wx.stopPullDownRefresh();
  },

  onRetry() {
    this.pager().retry();
  },

  async onLogin() {
    await this.login("登录后查看自己的记录。");
  },

  onImageError(event) {
    this.setData({ [`broken.${event.currentTarget.dataset.id}`]: true });
  },

  onCopyOrder(event) {
    wx.setClipboardData({ data: event.currentTarget.dataset.id });
  },

  /** The proof is computed anew on this phone, against what it remembers from before the draw. */
  async onProve(event) {
    const { id } = event.currentTarget.dataset;
    const rows = this.pagers.draws.view.items.filter((/** @type {any} */ row) => row.draw_id === id);
    const verdict = await this.selectComponent("#proof").prove(id, rows);
    if (verdict) this.setSeal(id, verdict);
  },

  onJudged(event) {
    this.setSeal(event.detail.drawId, event.detail.verdict);
  },

  setSeal(drawId, verdict) {
    setSeal(drawId, verdict.ok);
    this.setData({ [`seals.${drawId}`]: verdict.ok ? "ok" : "bad", doubts: client.draws.kept().length });
  },

  onShareDoubts() {
    sendProof(client.draws.kept(), "doubts");
  },

  onCopyDoubts() {
    copyProof(client.draws.kept());
  },

  onEmptyAction() {
    const to = { draws: "/pages/lottery/lottery", orders: "/pages/exchange/exchange", uploads: "/pages/camera/camera" };
    wx.switchTab({ url: to[this.data.tab] });
  },
});
