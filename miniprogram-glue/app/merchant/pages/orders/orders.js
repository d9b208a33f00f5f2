/** The orders to hand out: what was redeemed, and prizes that were won. */
const { STATUSES, isFound, nameOf, question, refused, row } = require("../../lib/order");
const { ask, client, defineDeskPage, say } = require("../../lib/page");
const { createPager } = require("../../lib/pager");
const { count } = require("../../lib/words");

/** The server can't look for a number: the list is searched, so many pages at a time. */
const FIND_PAGES = 10;
const SIZE = 100;

defineDeskPage({
  data: {
    list: null,
    rows: [],
    statuses: STATUSES.map((status) => ({ ...status, count: "" })),
    status: "pending",
    search: "",
    foundNote: "",
    isFinding: false,
    emptyTitle: "",
    emptyText: "",
    busyId: "",
  },

  onLoad() {
    /** Those that were looked for; null while all are shown. @type {any[] | null} */
    this.found = null;
    this.pager = createPager({
      load: (page, size) => client.api.merchant.orders({ status: this.data.status, page, size }),
      key: (item) => item.order_id,
      show: (view, error) => this.show(view, error),
    });
  },

  onUnload() {
    this.pager.stop();
  },

  enter(isBack) {
    this.countUp();
    return isBack ? this.pager.refresh() : this.pager.restart();
  },

  async onPullDownRefresh() {
    if (this.data.gate === "") await Promise.all([this.countUp(), this.pager.refresh()]);
    wx.stopPullDownRefresh();
  },

  onReachBottom() {
    if (!this.found) this.pager.more();
  },

  onRetry() {
    this.pager.retry();
  },

  show(view, error) {
    if (!this.isHere) return;
    if (error) this.failed(error, "读取");
    this.view = view;
    this.setData({
      emptyTitle: this.data.status === "pending" ? "没有待处理的订单" : "没有这样的订单",
      emptyText: this.data.status === "pending" ? "顾客兑换商品，或抽中要领取的奖品，就会出现在这里。" : "",
    });
    this.showRows();
  },

  showRows() {
    const { found, view } = this;
    const shown = found ? { ...view, state: found.length > 0 ? "ready" : "empty", more: "end", trouble: null } : view;
    this.setData({ list: { ...shown, items: [] }, rows: (found || view.items).map(row) });
  },

  /** The server counts a list when it is asked for a page of it. Without an answer there are no counts. */
  async countUp() {
    try {
      const totals = await Promise.all(STATUSES.map(({ id }) => client.api.merchant.orders({ status: id, page: 1, size: 1 })));
      if (this.isHere) this.setData({ statuses: STATUSES.map((status, at) => ({ ...status, count: count(totals[at].total) })) });
    } catch (_error) {
      if (this.isHere) this.setData({ statuses: STATUSES.map((status) => ({ ...status, count: "" })) });
    }
  },

  onStatus(event) {
    this.found = null;
    this.setData({ status: event.currentTarget.dataset.id, foundNote: "", search: "" });
    this.pager.restart();
  },

  onSearch(event) {
    this.setData({ search: event.detail.value });
    if (event.detail.value === "") this.onClear();
  },

  onClear() {
    if (!this.found) return;
    this.found = null;
    this.setData({ foundNote: "", search: "" });
    this.showRows();
  },

  /** Through all orders, whatever their status, newest first. */
  async onFind() {
    const wanted = this.data.search.trim();
    if (wanted === "" || this.data.isFinding) return;
    this.setData({ isFinding: true, foundNote: "" });
    try {
      const found = [];
      let seen = 0;
      let hasMore = true;
      for (let page = 1; hasMore && page <= FIND_PAGES && found.length === 0; page += 1) {
        const answer = await client.api.merchant.orders({ status: "all", page, size: SIZE });
        found.push(...answer.list.filter((item) => isFound(item, wanted)));
        seen += answer.list.length;
        hasMore = answer.has_more;
      }
      if (!this.isHere) return;
      this.found = found;
      const where = hasMore ? `最近 ${count(seen)} 张` : `全部 ${count(seen)} 张`;
      this.setData({ emptyTitle: "没有找到这张订单", emptyText: "请核对订单号。", foundNote: found.length > 0 ? `找到 ${count(found.length)} 张` : `在${where}订单里没有找到` });
      this.showRows();
    } catch (error) {
      if (this.isHere) await this.tell(error, "查找");
    } finally {
      if (this.isHere) this.setData({ isFinding: false });
    }
  },

  onCopy(event) {
    wx.setClipboardData({ data: event.currentTarget.dataset.id });
  },

  async onAct(event) {
    const { id, to } = event.currentTarget.dataset;
    const item = (this.found || this.view.items).find((one) => one.order_id === id);
    if (!item || this.data.busyId !== "" || !(await ask(question(item, to)))) return;
    this.setData({ busyId: id });
    try {
      this.settle(await client.api.merchant.orderStatus(id, to));
      this.selectComponent("#snack").show(`“${item.product_name}”${nameOf(to)}`);
    } catch (error) {
      const words = refused(error, to);
      if (words) await say({ title: "没有改成", text: words });
      else await this.tell(error, "修改");
      if (this.isHere && this.data.gate === "") await this.pager.refresh();
    } finally {
      if (this.isHere) this.setData({ busyId: "" });
    }
    this.countUp();
    this.recount();
  },

  /** An order that is no more of the chosen kind leaves the list. @param {any} order as it is now */
  settle(order) {
    if (this.found) this.found = this.found.map((one) => (one.order_id === order.order_id ? order : one));
    if (this.data.status === "all" || this.data.status === order.status) this.pager.replace(order);
    else this.pager.remove([order.order_id]);
    this.showRows();
  },
});
