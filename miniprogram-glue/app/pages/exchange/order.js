/** The exchange page's sheet: one product, how many of it, the order, and what came of it. */

const { client } = require("../../services/client");
const { points } = require("../../utils/format");
const { notRedeemed, offer, quantityOf, stockOf } = require("../../utils/shelf");
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

  async onRedeem() {
    const { product, isBusy } = this.data;
    if (!product || isBusy) return;
    if (!(await this.login("登录后用积分兑换。"))) return;
    this.setProduct(product, this.data.offer.quantity);
    const { offer: wanted } = this.data;
    const { user } = client.session;
    if (!wanted.can || !user) return;
    const left = points(user.total_points - wanted.cost);
    const times = wanted.quantity > 1 ? ` × ${wanted.quantity}` : "";
    const { confirm } = await wx.showModal({
      title: `用 ${wanted.costText}兑换？`,
      content: `${product.name}${times}\n兑换后还有 ${left}`,
      confirmText: "兑换",
      cancelText: "再想想",
    });
    if (confirm) await this.redeem(product, wanted);
  },

  async redeem(product, wanted) {
    this.setData({ isBusy: true, trouble: null });
    try {
      const order = await client.api.exchange.redeem({ product_id: product.id, quantity: wanted.quantity });
      this.ownOrder = { id: product.id, stock: order.stock };
      this.setData({
        done: { orderId: order.order_id, name: order.product_name, quantity: order.quantity, cost: points(order.points_cost), left: points(order.remaining_points) },
      });
      this.pager.patch(product.id, (item) => ({ ...item, ...stockOf(order.stock) }));
    } catch (error) {
      this.failed(error, wanted);
    } finally {
      this.setData({ isBusy: false });
    }
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
