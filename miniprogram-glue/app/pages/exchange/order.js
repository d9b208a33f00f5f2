/** The exchange page's sheet: one product, how many of it, the order, and what came of it. */

const { client } = require("../../services/client");
const { points } = require("../../utils/format");
const { newPrice, notRedeemed, offer, priceOf, quantityOf, stockOf } = require("../../utils/shelf");
const { describe } = require("../../utils/trouble");

/** Methods of the page. @type {Record<string, any>} */
const order = {
  setProduct(product, wanted) {
    const { user } = client.session;
    this.setData({ product, offer: offer(product, wanted, user ? user.total_points : null) });
  },

  closeSheet() {
    this.setData({ product: null, offer: null, trouble: null, done: null });
  },

  onClose() {
    if (!this.data.isBusy) this.closeSheet();
  },

  onLess() {
    this.step(-1);
  },

  onMore() {
    this.step(1);
  },

  step(by) {
    const { product, isBusy, done } = this.data;
    if (!product || isBusy || done) return;
    this.setData({ trouble: null });
    this.setProduct(product, quantityOf(this.data.offer.quantity + by, product.stock));
  },

  /** One at a time, from the tap on: WeChat's question comes a moment later, and a second tap until then would order twice. */
  async onRedeem() {
    if (this.isOrdering || this.data.isBusy || !this.data.product) return;
    this.isOrdering = true;
    try {
      if (!(await this.login("登录后用积分兑换。"))) return;
      let news = "";
      do {
        const asked = await this.askFor(news);
        news = asked ? await this.redeem(asked.product, asked.wanted) : "";
      } while (news !== "");
    } finally {
      this.isOrdering = false;
    }
  },

  /**
   * Asks whether it should be had at the price that is shown.
   * @param {string} news what has changed since it was asked before
   * @returns {Promise<{product: any, wanted: any} | null>} what was agreed to
   */
  async askFor(news) {
    const { product } = this.data;
    if (!product) return null;
    this.setProduct(product, this.data.offer.quantity);
    const { offer: wanted } = this.data;
    const { user } = client.session;
    if (!wanted.can || !user) return null;
    const left = points(user.total_points - wanted.cost);
    const times = wanted.quantity > 1 ? ` × ${wanted.quantity}` : "";
    const { confirm } = await wx.showModal({
      title: `用 ${wanted.costText}兑换？`,
      content: `${news ? `${news}\n` : ""}${product.name}${times}\n兑换后还有 ${left}`,
      confirmText: "兑换",
      cancelText: "再想想",
    });
    return confirm ? { product, wanted } : null;
  },

  /** @returns {Promise<string>} why it has to be asked again, or nothing */
  async redeem(product, wanted) {
    if (this.data.isBusy) return "";
    this.setData({ isBusy: true, trouble: null });
    try {
      const order = await client.api.exchange.redeem({ product_id: product.id, quantity: wanted.quantity, exchange_points: product.price });
      this.ownOrder = { id: product.id, stock: order.stock };
      this.setData({
        done: { orderId: order.order_id, name: order.product_name, quantity: order.quantity, cost: points(order.points_cost), left: points(order.remaining_points) },
      });
      this.pager.patch(product.id, (item) => ({ ...item, ...stockOf(order.stock) }));
    } catch (error) {
      const price = newPrice(error);
      if (price !== null) return this.reprice(product, wanted, price);
      this.failed(error, wanted);
    } finally {
      this.setData({ isBusy: false });
    }
    return "";
  },

  /** Another price than the one that was agreed to. @param {any} product @param {any} wanted @param {number} price of one piece */
  reprice(product, wanted, price) {
    const change = priceOf(price);
    this.pager.patch(product.id, (item) => ({ ...item, ...change }));
    // Closed meanwhile, or another one is open.
    if (!this.data.product || this.data.product.id !== product.id) return "";
    this.setProduct({ ...this.data.product, ...change }, wanted.quantity);
    const text = `每件从 ${points(product.price)}变为 ${points(price)}`;
    this.setData({ trouble: { title: "商品的积分变了", text: `${text}，没有扣积分。` } });
    return `${text}。`;
  },

  failed(error, wanted) {
    const has = client.session.user ? client.session.user.total_points : 0;
    const trouble = notRedeemed(error, wanted.cost, has) || describe(error);
    this.setData({ trouble });
    if (error.code === 1001 || error.code === 1003) this.pager.refresh();
  },

  onCopyOrder() {
    wx.setClipboardData({ data: this.data.done.orderId });
  },

  onOrders() {
    this.closeSheet();
    getApp().recordsTab = "orders";
    wx.switchTab({ url: "/pages/records/records" });
  },

  onEarn() {
    this.closeSheet();
    wx.switchTab({ url: "/pages/camera/camera" });
  },
};

module.exports = { order };
