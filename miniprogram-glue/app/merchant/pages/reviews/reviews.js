/** The receipts that wait: decided one by one, or many at once. */
const { createAddresses } = require("../../lib/addresses");
const inbox = require("../../lib/inbox");
const { ask, client, defineDeskPage, toast } = require("../../lib/page");
const { createPager } = require("../../lib/pager");
const { BATCH_MAX, decision, outcome, question, row, sum } = require("../../lib/receipt");
const { count, waiting } = require("../../lib/words");

defineDeskPage({
  data: {
    list: null,
    rows: [],
    summary: "",
    shownText: "",
    isAllChosen: false,
    chosenCount: 0,
    chosenPoints: "0",
    isBusy: false,
    isRejecting: false,
    reason: "",
    reasonError: "",
    outcome: null,
  },

  onLoad() {
    this.chosen = new Set();
    /** Photos whose address was renewed once and still shows nothing. */
    this.lost = new Set();
    this.renewed = new Set();
    this.addresses = createAddresses();
    this.pager = createPager({
      load: async (page, size) => {
        const answer = await client.api.merchant.pendingReviews({ page, size });
        return { ...answer, list: answer.list.map(this.addresses.keep) };
      },
      key: (item) => item.upload_id,
      show: (view, error) => this.show(view, error),
    });
  },

  onShow() {
    // What was decided on the receipt's own page.
    this.pager.remove(inbox.takeDecided());
  },

  onUnload() {
    this.pager.stop();
  },

  enter(isBack) {
    this.countUp();
    return isBack ? this.pager.refresh() : this.pager.restart();
  },

  listens: {
    review_pending() {
      if (this.data.gate !== "" || this.data.isBusy) return;
      this.countUp();
      this.pager.refresh();
    },
  },

  async onPullDownRefresh() {
    // Photos that did not come may come now.
    this.lost.clear();
    this.renewed.clear();
    if (this.data.gate === "") await Promise.all([this.countUp(), this.pager.refresh()]);
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
    inbox.hold(view.items);
    const there = new Set(view.items.map((item) => item.upload_id));
    for (const id of Array.from(this.chosen)) if (!there.has(id)) this.chosen.delete(id);
    this.setData({ list: { ...view, items: [] } });
    this.showRows();
  },

  showRows() {
    const { items, total } = this.pager.view;
    const open = items.filter((item) => !item.is_own);
    const chosen = this.picked();
    this.setData({
      rows: items.map((item) => ({ ...row(item, this.chosen.has(item.upload_id)), isLost: this.lost.has(item.upload_id) })),
      isAllChosen: open.length > 0 && chosen.length === Math.min(open.length, BATCH_MAX),
      shownText: items.length < total ? `（已显示 ${count(items.length)} / ${count(total)} 张）` : `（${count(total)} 张）`,
      chosenCount: chosen.length,
      chosenPoints: count(sum(chosen)),
    });
  },

  picked() {
    return this.pager.view.items.filter((item) => this.chosen.has(item.upload_id));
  },

  /** A help, as the counts of the tabs are. */
  async countUp() {
    try {
      const numbers = await client.api.merchant.statistics();
      const average = numbers.average_processing_time > 0 ? ` · 平均等 ${waiting(numbers.average_processing_time)}` : "";
      const summary = `待审 ${count(numbers.pending_count)} · 今天通过 ${count(numbers.today_approved)}，拒绝 ${count(numbers.today_rejected)}${average}`;
      if (this.isHere) this.setData({ summary });
    } catch (_error) {
      if (this.isHere) this.setData({ summary: "" });
    }
  },

  onChoose(event) {
    const { id } = event.currentTarget.dataset;
    const item = inbox.find(id);
    if (!item || this.data.isBusy) return;
    if (item.is_own) {
      toast("自己上传的小票要由别的店员审");
      return;
    }
    if (this.chosen.has(id)) this.chosen.delete(id);
    else if (this.chosen.size < BATCH_MAX) this.chosen.add(id);
    else toast(`一次最多 ${BATCH_MAX} 张`);
    this.showRows();
  },

  onAll() {
    if (this.data.isBusy) return;
    const open = this.pager.view.items.filter((item) => !item.is_own).slice(0, BATCH_MAX);
    this.chosen = new Set(this.data.isAllChosen ? [] : open.map((item) => item.upload_id));
    this.showRows();
  },

  onOpen(event) {
    wx.navigateTo({ url: `/merchant/pages/review/review?id=${event.currentTarget.dataset.id}` });
  },

  onTwin(event) {
    wx.navigateTo({ url: `/merchant/pages/review/review?id=${event.currentTarget.dataset.id}&twin=1` });
  },

  /** Addresses of photos are good for a quarter of an hour: read the list again, once for each photo. */
  onPhotoError(event) {
    const { id } = event.currentTarget.dataset;
    if (this.renewed.has(id)) {
      this.lost.add(id);
      this.showRows();
      return;
    }
    this.renewed.add(id);
    this.addresses.drop(id);
    if (this.renewing) return;
    this.renewing = this.pager.refresh().then(() => {
      this.renewing = null;
    });
  },

  async onApprove() {
    const items = this.picked();
    if (items.length === 0 || this.data.isBusy) return;
    if (await ask({ ...question("approve", items), confirm: "通过" })) await this.decide("approve", items);
  },

  onReject() {
    this.setData({ isRejecting: true, reason: "", reasonError: "" });
  },

  onRejectClose() {
    this.setData({ isRejecting: false });
  },

  onReason(event) {
    this.setData({ reason: event.detail.value, reasonError: "" });
  },

  async onRejectConfirm() {
    const items = this.picked();
    const { errors, body } = decision({ amount: "", points: "", reason: this.data.reason }, "reject", { max: null });
    if (errors.reason) {
      this.setData({ reasonError: errors.reason });
      return;
    }
    this.setData({ isRejecting: false });
    await this.decide("reject", items, body.review_reason);
  },

  async decide(action, items, reason) {
    if (this.data.isBusy) return;
    this.setData({ isBusy: true });
    const upload_ids = items.map((item) => item.upload_id);
    try {
      const body = reason ? { upload_ids, action, review_reason: reason } : { upload_ids, action };
      this.done(action, await client.api.merchant.batchReview(body), items);
    } catch (error) {
      // Some were decided and some not: the data says which.
      const { results = null } = error.data || {};
      if (error.code === 1001 && results) this.done(action, error.data, items);
      else {
        await this.tell(error, action === "approve" ? "通过" : "拒绝");
        this.pager.refresh();
      }
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
    this.countUp();
    this.recount();
  },

  done(action, data, items) {
    const became = outcome(action, data, items);
    this.chosen = new Set();
    this.pager.remove(became.gone);
    this.showRows();
    if (data.failed_count > 0) this.setData({ outcome: became });
    else this.selectComponent("#snack").show(became.text ? `${became.title}，${became.text}` : became.title, { name: "看明细", run: () => this.setData({ outcome: became }) });
  },

  onOutcomeClose() {
    this.setData({ outcome: null });
  },
});
