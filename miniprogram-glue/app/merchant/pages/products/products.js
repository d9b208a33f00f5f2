/** The products: what is on the shelf, how many are left; one is edited on its own page, many are moved at once. */
const handed = require("../../lib/handed");
const { ask, client, defineDeskPage, toast } = require("../../lib/page");
const { createPager } = require("../../lib/pager");
const { BATCH_MAX, SHELVES, SORTS, row } = require("../../lib/product");
const { count } = require("../../lib/words");

defineDeskPage({
  data: {
    list: null,
    rows: [],
    shelves: SHELVES,
    shelf: "all",
    sorts: SORTS,
    sortAt: 0,
    search: "",
    totalText: "",
    emptyTitle: "",
    emptyText: "",
    isAllChosen: false,
    chosenCount: 0,
    isBusy: false,
    outcome: null,
  },

  onLoad() {
    this.chosen = new Set();
    this.lost = new Set();
    this.found = "";
    this.pager = createPager({
      load: (page, size) => {
        const { shelf, sortAt } = this.data;
        return client.api.merchant.products({ status: shelf, sort: SORTS[sortAt].id, search: this.found, page, size });
      },
      key: (item) => item.id,
      show: (view, error) => this.show(view, error),
    });
  },

  onUnload() {
    this.pager.stop();
  },

  enter(isBack) {
    return isBack ? this.pager.refresh() : this.pager.restart();
  },

  listens: {
    /** It says 0 of what has gone off the shelf, too: how it really stands only the list knows. */
    stock_update() {
      if (this.data.gate === "" && !this.data.isBusy) this.pager.refresh();
    },
  },

  async onPullDownRefresh() {
    // Pictures that did not come may come now.
    this.lost.clear();
    if (this.data.gate === "") await this.pager.refresh();
    wx.stopPullDownRefresh();
  },

  onReachBottom() {
    this.pager.more();
  },

  onRetry() {
    this.pager.retry();
  },

  show(view, error) {
    if (!this.isHere) return;
    if (error) this.failed(error, "读取");
    const isNarrowed = this.found !== "" || this.data.shelf !== "all";
    const there = new Set(view.items.map((item) => item.id));
    for (const id of Array.from(this.chosen)) if (!there.has(id)) this.chosen.delete(id);
    this.setData({
      list: { ...view, items: [] },
      totalText: view.state === "ready" ? count(view.total) : "",
      emptyTitle: isNarrowed ? "没有这样的商品" : "还没有商品",
      emptyText: isNarrowed ? "换个名字或状态再看看。" : "点“新建”放上第一件，顾客马上就能用积分兑换。",
    });
    this.showRows();
  },

  showRows() {
    const { items } = this.pager.view;
    this.setData({
      rows: items.map((item) => ({ ...row(item, this.chosen.has(item.id)), isLost: this.lost.has(item.image) })),
      isAllChosen: items.length > 0 && this.chosen.size === Math.min(items.length, BATCH_MAX),
      chosenCount: this.chosen.size,
    });
  },

  onPictureError(event) {
    const item = this.pager.view.items.find((one) => one.id === event.currentTarget.dataset.id);
    if (!item) return;
    this.lost.add(item.image);
    this.showRows();
  },

  onSearch(event) {
    this.setData({ search: event.detail.value });
    if (event.detail.value === "") this.onFind();
  },

  onFind() {
    const found = this.data.search.trim();
    if (found === this.found) return;
    this.found = found;
    this.pager.restart();
  },

  onShelf(event) {
    this.setData({ shelf: event.currentTarget.dataset.id });
    this.pager.restart();
  },

  onSort(event) {
    this.setData({ sortAt: Number(event.detail.value) });
    this.pager.restart();
  },

  onNew() {
    wx.navigateTo({ url: "/merchant/pages/product/product" });
  },

  onOpen(event) {
    const { id } = event.currentTarget.dataset;
    handed.give(this.pager.view.items.find((item) => item.id === id));
    wx.navigateTo({ url: `/merchant/pages/product/product?id=${id}` });
  },

  onChoose(event) {
    const { id } = event.currentTarget.dataset;
    if (this.data.isBusy) return;
    if (this.chosen.has(id)) this.chosen.delete(id);
    else if (this.chosen.size < BATCH_MAX) this.chosen.add(id);
    else toast(`一次最多 ${BATCH_MAX} 个`);
    this.showRows();
  },

  onAll() {
    if (this.data.isBusy) return;
    const ids = this.pager.view.items.slice(0, BATCH_MAX).map((item) => item.id);
    this.chosen = new Set(this.data.isAllChosen ? [] : ids);
    this.showRows();
  },

  picked() {
    return this.pager.view.items.filter((item) => this.chosen.has(item.id));
  },

  /** Those that are there already stay as they are, and out of the way back. */
  async onStatus(event) {
    const { status } = event.currentTarget.dataset;
    const items = this.picked().filter((item) => (item.status === "inactive") === (status === "active"));
    if (items.length === 0) {
      toast(status === "active" ? "都在架上了" : "都已经下架了");
      return;
    }
    await this.setStatus(items, status, true);
  },

  async setStatus(items, status, canUndo) {
    const ids = items.map((item) => item.id);
    const did = status === "active" ? "上架" : "下架";
    await this.batch(did, items, () => client.api.merchant.batchUpdateProducts({ ids, updates: { status } }), (done) => {
      const back = status === "active" ? "inactive" : "active";
      return canUndo && done.length > 0 ? { name: "撤销", run: () => this.setStatus(done, back, false) } : null;
    });
  },

  async onDelete() {
    const items = this.picked();
    const names = items.slice(0, 3).map((item) => `“${item.name}”`).join("、");
    const text = `${names}${items.length > 3 ? " 等" : ""}会从所有列表消失，不能恢复；已有的订单不受影响。只是暂时不卖，请用“下架”。`;
    if (!(await ask({ title: `删除 ${count(items.length)} 个商品？`, text, confirm: "删除" }))) return;
    await this.batch("删除", items, () => client.api.merchant.batchDeleteProducts({ ids: items.map((item) => item.id) }), () => null);
  },

  /**
   * @param {string} did
   * @param {any[]} items
   * @param {() => Promise<any>} call
   * @param {(done: any[]) => {name: string, run: () => void} | null} undo
   */
  async batch(did, items, call, undo) {
    if (this.data.isBusy || items.length === 0) return;
    this.setData({ isBusy: true });
    try {
      const answer = await call();
      const names = new Map(items.map((item) => [item.id, item.name]));
      const isDone = new Set(answer.results.filter((result) => result.ok).map((result) => result.id));
      const rows = answer.results.map((result) => ({ id: result.id, name: names.get(result.id), ok: result.ok, words: result.ok ? `已${did}` : result.message }));
      this.chosen = new Set();
      const title = `${did}了 ${count(answer.success_count)} 个${answer.failed_count > 0 ? `，${count(answer.failed_count)} 个没有成功` : ""}`;
      if (answer.failed_count > 0) this.setData({ outcome: { title, rows } });
      else this.selectComponent("#snack").show(title, undo(items.filter((item) => isDone.has(item.id))));
    } catch (error) {
      await this.tell(error, did);
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
    if (this.isHere && this.data.gate === "") await this.pager.refresh();
  },

  onOutcomeClose() {
    this.setData({ outcome: null });
  },
});
