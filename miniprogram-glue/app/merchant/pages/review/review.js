/** One receipt: its photo, what it says, and the decision. After it comes the next one. */
const inbox = require("../../lib/inbox");
const { parts } = require("../../common/index");
const { client, defineDeskPage, say, toast } = require("../../lib/page");
const { findPending } = require("../../lib/pending");
const { amountOf, decision, proposal, refused, row } = require("../../lib/receipt");
const { count, points } = require("../../lib/words");

const NOTE = "改了金额，积分会跟着规则重算；也可以直接改积分。";
const UNKNOWN = "这里还不知道本店的积分规则：改了金额，请把积分也填上。";
/** Longer than between the two taps of a nervous finger, in milliseconds. */
const HOLD_MS = 800;

defineDeskPage({
  data: {
    state: "loading",
    trouble: null,
    goneTitle: "",
    goneText: "",
    isTwin: false,
    hasNext: false,
    news: "",
    view: null,
    photo: "",
    isPhotoLost: false,
    amount: "",
    points: "",
    reason: "",
    pointsNote: NOTE,
    errors: {},
    isRejecting: false,
    isBusy: false,
    isHeld: false,
  },

  onLoad(query) {
    this.id = query.id || "";
    /** What the server said of the points of a receipt, once it did. */
    this.limit = { max: null };
    this.setData({ isTwin: query.twin === "1" });
  },

  onShow() {
    // The page above it was left by a button in the same place.
    if (this.wasAway) this.hold();
  },

  onUnload() {
    clearTimeout(this.holding);
  },

  /** The second tap of two would fall on a receipt that nobody has looked at. */
  hold() {
    clearTimeout(this.holding);
    this.setData({ isHeld: true }, () => {
      this.holding = setTimeout(() => this.setData({ isHeld: false }), HOLD_MS);
    });
  },

  async enter() {
    const me = this.data.user ? this.data.user.user_id : 0;
    const isOther = this.owner !== undefined && this.owner !== me;
    this.owner = me;
    // What was typed stays when the merchant comes back from the photo or from the other receipt, or was shut out for a while.
    if (this.data.state === "ready" && !isOther) return;
    // Whose own it is, the list says for the one who has read it.
    const known = isOther ? null : inbox.find(this.id);
    if (known) {
      this.open(known);
      return;
    }
    this.setData({ state: "loading" });
    try {
      const found = await findPending((page, size) => client.api.merchant.pendingReviews({ page, size }), this.id);
      if (!this.isHere) return;
      if (found) this.open(found);
      else this.gone("这张小票已经审过了", this.data.isTwin ? "它已不在待审核里，照片不再显示；结果可以在“数据”里导出查看。" : "可能是别的店员刚刚审的。");
    } catch (error) {
      if (this.isHere) this.setData({ state: "error", trouble: this.failed(error, "读取") });
    }
  },

  onRetry() {
    this.enter();
  },

  /** @param {any} item @param {string} [news] what became of the one before */
  open(item, news = "") {
    this.item = item;
    this.id = item.upload_id;
    this.isRenewed = false;
    this.hasOwnPoints = false;
    const amount = amountOf(item);
    this.setData({
      state: "ready",
      view: row(item, false),
      photo: item.image_url,
      isPhotoLost: false,
      amount: amount === null ? "" : String(amount),
      points: String(item.expected_points),
      pointsNote: NOTE,
      reason: "",
      errors: {},
      isRejecting: false,
      news,
      hasNext: inbox.after(item.upload_id) !== null,
    });
  },

  gone(goneTitle, goneText) {
    this.setData({ state: "gone", goneTitle, goneText });
  },

  onGone() {
    if (this.data.isTwin) wx.navigateBack();
    else this.next("");
  },

  onNext() {
    this.next("");
  },

  /** The next one that waits: of those that the list has, or the oldest of all. @param {string} news */
  async next(news) {
    let item = inbox.after(this.id);
    if (!item) {
      this.setData({ state: "loading" });
      try {
        const answer = await client.api.merchant.pendingReviews({ page: 1, size: 20 });
        item = answer.list.find((one) => !one.is_own && one.upload_id !== this.id) || null;
        inbox.hold(answer.list);
      } catch (error) {
        if (this.isHere) this.setData({ state: "error", trouble: this.failed(error, "读取下一张") });
        return;
      }
    }
    if (!this.isHere) return;
    if (item) {
      wx.pageScrollTo({ scrollTop: 0, duration: 0 });
      this.hold();
      this.open(item, news);
    } else this.gone("都审完了", `${news ? `${news} ` : ""}新的小票来了会出现在审核列表里。`.trim());
  },

  async onEdit(event) {
    const { name, value } = event.detail;
    this.setData({ [name]: value, [`errors.${name}`]: "" });
    if (name === "points") this.hasOwnPoints = true;
    if (name !== "amount" || this.hasOwnPoints) return;
    const { item } = this;
    // The points of another amount are not left standing beside this one, also not while the core is fetched.
    if (!this.core) this.setData({ points: "" });
    this.core = this.core || (await client.core().catch(() => null));
    const { isKnown, points: proposed } = this.core ? proposal(this.core, item, parts(value, 2), inbox.priced()) : { isKnown: false, points: null };
    // Meanwhile another receipt, or another amount.
    if (item !== this.item || value !== this.data.amount || this.hasOwnPoints) return;
    if (!isKnown) this.setData({ points: proposed === null ? "" : String(proposed), pointsNote: UNKNOWN });
    else this.setData({ points: proposed === null ? "" : String(Math.min(proposed, this.limit.max || proposed)), "errors.points": "" });
  },

  onReason(event) {
    this.setData({ reason: event.detail.value, "errors.reason": "" });
  },

  onZoom() {
    wx.previewImage({ urls: [this.data.photo], current: this.data.photo });
  },

  /** The address is good for a quarter of an hour. */
  onPhotoError() {
    if (this.isRenewed) this.setData({ isPhotoLost: true });
    else this.renew();
  },

  onPhotoAgain() {
    this.renew();
  },

  async renew() {
    this.isRenewed = true;
    const { item } = this;
    // Within the same second the address is the same again, and would not be asked for.
    this.setData({ photo: "" });
    try {
      const fresh = await findPending((page, size) => client.api.merchant.pendingReviews({ page, size }), item.upload_id);
      if (!this.isHere || item !== this.item) return;
      if (fresh) this.setData({ photo: fresh.image_url, isPhotoLost: false });
      else this.taken();
    } catch (error) {
      if (!this.isHere || item !== this.item) return;
      this.failed(error, "取照片");
      this.setData({ isPhotoLost: true });
    }
  },

  onTwin() {
    wx.navigateTo({ url: `/merchant/pages/review/review?id=${this.data.view.twin}&twin=1` });
  },

  onApprove(event) {
    this.decide("approve", event.currentTarget.dataset.id);
  },

  onReject(event) {
    if (this.data.isHeld) return;
    if (this.data.isRejecting) this.decide("reject", event.currentTarget.dataset.id);
    else this.setData({ isRejecting: true }, () => wx.pageScrollTo({ selector: "#reasons", duration: 200 }));
  },

  onRejectBack() {
    this.setData({ isRejecting: false, "errors.reason": "" });
  },

  /** @param {"approve" | "reject"} action @param {string} id of the receipt whose button was tapped */
  async decide(action, id) {
    if (this.data.isBusy || this.data.isHeld || this.isLeaving || id !== this.id) return;
    const { amount, points: typed, reason } = this.data;
    // A reason that was begun and given up is not sent with an approval.
    const { errors, body } = decision({ amount, points: typed, reason: action === "reject" ? reason : "" }, action, this.limit);
    if (Object.keys(errors).length > 0) {
      this.setData({ errors });
      return;
    }
    this.setData({ isBusy: true });
    try {
      const answer = await client.api.merchant.review({ upload_id: id, ...body });
      inbox.decide(id);
      const whose = this.data.view.phone;
      const news = action === "approve" ? `已通过 ${whose} 的小票，发出 ${points(answer.points_awarded)}。` : `已拒绝 ${whose} 的小票，原因已发给顾客。`;
      // Back to the one that it was compared with.
      if (this.data.isTwin) {
        toast(action === "approve" ? "已通过" : "已拒绝");
        this.isLeaving = true;
        wx.navigateBack();
      } else await this.next(news);
    } catch (error) {
      await this.refuse(error);
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
  },

  async refuse(error) {
    const { max = null } = error.data || {};
    if (error.code === 1001 || error.code === 1002) {
      inbox.decide(this.id);
      await this.next(`${refused(error)}，这是下一张。`);
    } else if (error.code === 1003 && max) {
      this.limit = { max };
      this.setData({ "errors.points": refused(error), pointsNote: `每张最多 ${count(max)} 积分` });
    } else if (error.code === 1003) {
      await say({ title: "没有通过", text: `${refused(error)}。` });
    } else if (error.code === 1004 || error.code === 1005) {
      await say({ title: "没有办成", text: `${refused(error)}。` });
    } else await this.tell(error, "审核");
  },

  taken() {
    inbox.decide(this.id);
    this.next("别人已经审过了，这是下一张。");
  },
});
