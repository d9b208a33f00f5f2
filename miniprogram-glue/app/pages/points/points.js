/** Where the points came from and where they went. */

const { client } = require("../../services/client");
const { definePage } = require("../../services/page");
const { ledgerOf } = require("../../utils/history");
const { blank, createPager } = require("../../utils/pager");

const TABS = [
  { id: "all", name: "全部" },
  { id: "earn", name: "收入" },
  { id: "spend", name: "支出" },
];

definePage({
  data: { list: blank(), tabs: TABS, tab: "all" },

  onLoad() {
    this.pager = createPager({
      what: "积分明细",
      load: (page, size) => client.api.user.pointsRecords({ type: this.data.tab, page, size }),
      format: ledgerOf,
      show: (list) => this.setData({ list }),
    });
    this.begin();
  },

  onSession() {
    this.begin();
  },

  listens: {
    points_update() {
      if (client.session.isLoggedIn) this.pager.refresh();
    },
  },

  begin() {
    if (client.session.isLoggedIn) this.pager.refresh();
    else this.pager.signOut();
  },

  onTab(event) {
    const { id } = event.currentTarget.dataset;
    if (id === this.data.tab) return;
    this.setData({ tab: id });
    if (client.session.isLoggedIn) this.pager.restart();
  },

  onReachBottom() {
    this.pager.more();
  },

  async onPullDownRefresh() {
    if (client.session.isLoggedIn) await this.pager.refresh();
    wx.stopPullDownRefresh();
  },

  onRetry() {
    this.pager.retry();
  },

  async onLogin() {
    await this.login("登录后查看积分明细。");
  },
});
