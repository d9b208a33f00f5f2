/** The ways between a merchant's pages, with what waits on each. */
const { client } = require("../../../services/client");

const TABS = [
  { id: "reviews", name: "审核" },
  { id: "orders", name: "订单" },
  { id: "products", name: "商品" },
  { id: "wheel", name: "转盘" },
  { id: "statistics", name: "数据" },
];

/** @param {number} n */
const short = (n) => (n > 99 ? "99+" : n > 0 ? String(n) : "");

Component({
  properties: {
    current: String,
  },
  data: {
    tabs: TABS.map((tab) => ({ ...tab, count: "", label: tab.name })),
  },
  lifetimes: {
    attached() {
      this.off = client.socket.on("review_pending", () => this.refresh());
      this.refresh();
    },
    detached() {
      this.off();
    },
  },
  pageLifetimes: {
    show() {
      this.refresh();
    },
  },
  methods: {
    /** Counts are a help: without an answer there are none. */
    async refresh() {
      if (!client.session.isLoggedIn) return;
      try {
        const [statistics, orders] = await Promise.all([client.api.merchant.statistics(), client.api.merchant.orders({ status: "pending", page: 1, size: 1 })]);
        this.show({ reviews: statistics.pending_count, orders: orders.total });
      } catch (_error) {
        this.show({});
      }
    },
    /** @param {Record<string, number>} counts */
    show(counts) {
      const tabs = TABS.map((tab) => {
        const count = counts[tab.id] || 0;
        return { ...tab, count: short(count), label: count > 0 ? `${tab.name}，${count} 件待办` : tab.name };
      });
      this.setData({ tabs });
    },
    onTab(event) {
      const { id } = event.currentTarget.dataset;
      if (id !== this.data.current) wx.redirectTo({ url: `/merchant/pages/${id}/${id}` });
    },
  },
});
