/** Points for things: what is on the shelf, and ordering it. */

const { client } = require("../../services/client");
const { definePage } = require("../../services/page");
const { blank, createPager } = require("../../utils/pager");
const { productOf, search, stockOf } = require("../../utils/shelf");
const { order } = require("./order");

const SORTS = [
  { id: "all", name: "推荐" },
  { id: "points", name: "积分低" },
  { id: "new", name: "最新" },
  { id: "hot", name: "热门" },
  { id: "stock", name: "库存多" },
];
const ALL = [{ id: "all", name: "全部", count: 0 }];
/** A search looks through this many products at most: the server has none of its own. */
const SEARCHED = 200;
/** Several products may change at once, as when a merchant edits a batch. */
const CHANGES_MS = 800;

definePage({
  ...order,

  data: {
    list: blank(),
    shown: [],
    query: "",
    searchNote: "",
    categories: ALL,
    category: "all",
    sorts: SORTS,
    sort: "all",
    broken: {},
    /** The product of the open sheet. */
    product: null,
    offer: null,
    isBusy: false,
    trouble: null,
    done: null,
  },

  onLoad() {
    this.pager = createPager({
      what: "商品",
      load: (page, size) => client.api.exchange.products({ category: this.data.category, sort: this.data.sort, page, size }),
      format: productOf,
      show: (list) => this.setList(list),
    });
    this.begin();
  },

  onShow() {
    // What changed while the page was away was not listened to.
    if (this.isStale && client.session.isLoggedIn) this.refresh();
  },

  onHide() {
    this.isStale = client.session.isLoggedIn;
  },

  onUnload() {
    clearTimeout(this.changing);
  },

  onSession() {
    this.closeSheet();
    this.begin();
  },

  listens: {
    stock_update({ product_id, stock, product_name }) {
      const known = this.pager.view.items.find((/** @type {any} */ item) => item.id === product_id);
      const own = this.ownOrder && this.ownOrder.id === product_id && this.ownOrder.stock === stock;
      if (known && known.stock !== stock) this.pager.patch(product_id, (item) => ({ ...item, ...stockOf(stock) }));
      // A message with nothing new in it tells of a price, a name, or a product that is not listed yet.
      else if (!own) this.changedElsewhere();
      if (known && known.name !== product_name) this.changedElsewhere();
    },
  },

  changedElsewhere() {
    clearTimeout(this.changing);
    this.changing = setTimeout(() => this.pager.refresh(), CHANGES_MS);
  },

  begin() {
    if (!client.session.isLoggedIn) return this.pager.signOut();
    this.refresh();
  },

  refresh() {
    this.isStale = false;
    this.readCategories();
    return this.pager.refresh();
  },

  async readCategories() {
    try {
      const { categories } = await client.api.exchange.categories();
      this.setData({ categories });
    } catch (error) {
      // The list below says what is wrong.
    }
  },

  setList(list) {
    const { product, query } = this.data;
    const shown = search(list.items, query);
    // Those that are shown are enough for the phone to carry over to the page.
    this.setData({ list: { ...list, items: [] }, shown, searchNote: this.noteOf(list, shown) });
    const now = product && list.items.find((/** @type {any} */ item) => item.id === product.id);
    if (now) this.setProduct(now, this.data.offer.quantity);
    if (query && list.state === "ready" && list.more === "" && list.items.length < SEARCHED) this.pager.more();
  },

  noteOf(list, shown) {
    if (!this.data.query || list.state !== "ready") return "";
    if (list.more === "loading") return "正在找…";
    const whole = list.more === "end" ? "" : `（只找了前 ${list.items.length} 件）`;
    return shown.length > 0 ? `找到 ${shown.length} 件${whole}` : `没有找到“${this.data.query}”${whole}，换个词试试`;
  },

  onReachBottom() {
    this.pager.more();
  },

  async onPullDownRefresh() {
    // Pictures that did not come may come now.
    this.setData({ broken: {} });
    if (client.session.isLoggedIn) await this.refresh();
    wx.stopPullDownRefresh();
  },

  onRetry() {
    this.pager.retry();
  },

  async onLogin() {
    await this.login("登录后可以看到商品，用积分兑换。");
  },

  onSearch(event) {
    this.setData({ query: event.detail.value.trim() });
    this.setList(this.pager.view);
  },

  onClearSearch() {
    this.setData({ query: "" });
    this.setList(this.pager.view);
  },

  onCategory(event) {
    const { id } = event.currentTarget.dataset;
    if (id === this.data.category) return;
    this.setData({ category: id });
    this.pager.restart();
  },

  onSort(event) {
    const { id } = event.currentTarget.dataset;
    if (id === this.data.sort) return;
    this.setData({ sort: id });
    this.pager.restart();
  },

  /** A picture that does not come makes room for a drawing. */
  onImageError(event) {
    this.setData({ [`broken.p${event.currentTarget.dataset.id}`]: true });
  },

  onOpen(event) {
    const { id } = event.currentTarget.dataset;
    const product = this.pager.view.items.find((/** @type {any} */ item) => item.id === id);
    if (!product) return;
    this.setData({ trouble: null, done: null });
    this.setProduct(product, 1);
  },
});
