/** A product: a new one, or one that is edited. The stock moves by differences, so that nothing sold meanwhile comes back. */
const handed = require("../../lib/handed");
const { ask, client, defineDeskPage, toast } = require("../../lib/page");
const { readable } = require("../../lib/failure");
const { changed, created, difference, errors, form, isImage } = require("../../lib/product");
const { count } = require("../../lib/words");

const STOCK_NOTE = "只填多了或少了几件；刚才卖出的不会被加回来。";
const SIZE = 100;
const PAGES_MAX = 10;

defineDeskPage({
  data: {
    state: "loading",
    trouble: null,
    isNew: true,
    form: form(),
    errors: {},
    categories: [],
    stockText: "",
    stockNote: STOCK_NOTE,
    delta: "",
    deltaWords: "",
    preview: "",
    isPreviewLost: false,
    isBusy: false,
  },

  onLoad(query) {
    this.id = Number(query.id) || 0;
    this.given = handed.take(this.id);
    this.item = null;
    this.setData({ isNew: this.id === 0 });
    wx.setNavigationBarTitle({ title: this.id === 0 ? "新建商品" : "修改商品" });
  },

  async enter(isBack) {
    const me = this.data.user ? this.data.user.user_id : 0;
    const isOwn = this.owner === me;
    this.owner = me;
    // What was typed stays after the doors were closed, too: it is gone when it is saved or left.
    if (this.data.state === "ready" && isOwn && (isBack || this.isDirty)) return;
    this.setDirty(false);
    this.readCategories();
    if (this.id === 0) {
      this.setData({ state: "ready", form: form(), errors: {}, preview: "", isPreviewLost: false });
      return;
    }
    this.setData({ state: "loading" });
    try {
      const item = this.given || (await this.find());
      this.given = null;
      if (!this.isHere) return;
      if (item) this.open(item);
      else this.setData({ state: "gone" });
    } catch (error) {
      if (this.isHere) this.setData({ state: "error", trouble: this.failed(error, "读取") });
    }
  },

  onRetry() {
    this.enter(false);
  },

  /** There is no call for a single one. */
  async find() {
    for (let page = 1; page <= PAGES_MAX; page += 1) {
      const { list, has_more } = await client.api.merchant.products({ page, size: SIZE });
      const found = list.find((item) => item.id === this.id);
      if (found || !has_more) return found || null;
    }
    return null;
  },

  /** To choose from: without an answer there are none. */
  async readCategories() {
    try {
      const { categories } = await client.api.exchange.categories();
      if (this.isHere) this.setData({ categories: categories.filter((one) => one.id !== "all").map((one) => one.id) });
    } catch (_error) {
      if (this.isHere) this.setData({ categories: [] });
    }
  },

  open(item) {
    this.item = item;
    this.setData({ state: "ready", form: form(item), errors: {}, delta: "", deltaWords: "", stockText: count(item.stock), stockNote: STOCK_NOTE, preview: item.image || "", isPreviewLost: false });
  },

  listens: {
    /** Of a product off the shelf it says 0. */
    stock_update(message) {
      if (this.item && message.product_id === this.id && this.item.status !== "inactive" && message.stock > 0 && !this.data.isBusy) this.restock(message.stock, "");
    },
  },

  /** @param {number} stock @param {string} note */
  restock(stock, note) {
    const before = this.item.stock;
    if (stock === before) return;
    this.item = { ...this.item, stock };
    const { words } = difference(this.data.delta, stock);
    this.setData({ stockText: count(stock), deltaWords: words, stockNote: note || `库存刚从 ${count(before)} 变为 ${count(stock)}。${STOCK_NOTE}` });
  },

  /** WeChat asks before the page is left with something unsaved. @param {boolean} isDirty */
  setDirty(isDirty) {
    if (isDirty === Boolean(this.isDirty)) return;
    this.isDirty = isDirty;
    if (!wx.enableAlertBeforeUnload) return;
    if (isDirty) wx.enableAlertBeforeUnload({ message: "修改还没有保存，要离开吗？" });
    else wx.disableAlertBeforeUnload({});
  },

  onEdit(event) {
    const { name, value } = event.detail;
    this.setDirty(true);
    this.setData({ [`form.${name}`]: value, [`errors.${name}`]: "" });
  },

  onCategory(event) {
    this.setDirty(true);
    this.setData({ "form.category": event.currentTarget.dataset.category, "errors.category": "" });
  },

  onSwitch(event) {
    this.setDirty(true);
    this.setData({ [`form.${event.currentTarget.dataset.name}`]: event.detail.value });
  },

  onImage(event) {
    const text = event.detail.value.trim();
    this.setData({ preview: isImage(text) ? text : "", isPreviewLost: false });
  },

  onPreviewError() {
    this.setData({ isPreviewLost: true });
  },

  onDelta(event) {
    this.setDelta(event.detail.value);
  },

  onStep(event) {
    const now = difference(this.data.delta, this.item.stock).delta || 0;
    const next = now + Number(event.currentTarget.dataset.by);
    if (this.item.stock + next >= 0) this.setDelta(next === 0 ? "" : next > 0 ? `+${next}` : String(next));
  },

  setDelta(delta) {
    this.setDirty(true);
    const { words } = difference(delta, this.item.stock);
    this.setData({ delta, deltaWords: words, "errors.delta": "" });
  },

  async onSave() {
    if (this.data.isBusy) return;
    const found = errors(this.data.form, this.item);
    const stock = this.item ? difference(this.data.delta, this.item.stock) : { delta: null, error: "" };
    if (stock.error) found.delta = stock.error;
    this.setData({ errors: found });
    if (Object.keys(found).length > 0) {
      toast("有几项要改一下");
      return;
    }
    const body = this.item ? changed(this.data.form, this.item) : created(this.data.form);
    if (stock.delta !== null) Object.assign(body, { stock_delta: stock.delta, expected_stock: this.item.stock });
    if (Object.keys(body).length === 0) {
      toast("没有改动");
      return;
    }
    this.setData({ isBusy: true });
    try {
      if (this.item) this.open(await client.api.merchant.updateProduct(this.id, body));
      else await client.api.merchant.createProduct(body);
      this.setDirty(false);
      toast(this.id === 0 ? "已放上货架" : "已保存");
      if (this.id === 0) wx.navigateBack();
    } catch (error) {
      await this.refuse(error);
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
  },

  async refuse(error) {
    const data = error.data || {};
    if (error.code === 404) this.setData({ state: "gone" });
    else if (error.code === 409 && typeof data.stock === "number") {
      this.restock(data.stock, `库存已变为 ${count(data.stock)} 件，刚才没有保存。请看过再保存一次。`);
      this.setData({ "errors.delta": difference(this.data.delta, data.stock).error });
    } else if (error.code === 400 && data.field) {
      const field = data.field === "stock_delta" || data.field === "expected_stock" ? "delta" : data.field;
      this.setData({ [`errors.${field}`]: readable(error.message) });
    } else await this.tell(error, "保存");
  },

  async onDelete() {
    if (this.data.isBusy || !(await ask({ title: `删除“${this.item.name}”？`, text: "它会从所有列表消失，不能恢复；已有的订单不受影响。只是暂时不卖，请关掉“在架上”。", confirm: "删除" }))) return;
    this.setData({ isBusy: true });
    try {
      await client.api.merchant.deleteProduct(this.id);
      this.setDirty(false);
      toast("已删除");
      wx.navigateBack();
    } catch (error) {
      await this.refuse(error);
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
  },

  onBack() {
    wx.navigateBack();
  },
});
