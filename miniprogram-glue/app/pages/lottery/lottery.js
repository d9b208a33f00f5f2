/** The wheel: what it costs, what it promises, a draw, and what came of it. */

const { client } = require("../../services/client");
const { definePage } = require("../../services/page");
const { copyProof, sendProof } = require("../../services/share");
const { forgetUnseen } = require("../../services/unseen");
const { drawing } = require("./drawing");
const { NEW_ODDS, reading } = require("./reading");

/** Several draws may come at once. */
const REREAD_MS = 500;

definePage({
  ...reading,
  ...drawing,

  data: {
    purse: "",
    left: "",
    short: "",
    prizes: [],
    offers: [],
    odds: [],
    rules: "",
    tableHash: "",
    promise: "",
    isLoading: true,
    isBusy: true,
    isSpinning: false,
    /** Said while a draw has no answer yet. */
    waiting: "",
    canSpin: false,
    notice: null,
    result: null,
    petals: [],
    blanks: [3, 5, 10],
    isOddsOpen: false,
  },

  onLoad() {
    this.now = null;
    this.begin();
  },

  onShow() {
    const { user } = client.session;
    if (this.data.result && user) forgetUnseen(user.user_id);
    // Another phone may have drawn meanwhile: see the present promise before the next draw.
    if (this.wasAway) this.reread();
    this.wasAway = false;
  },

  onHide() {
    this.wasAway = true;
    this.dismissPetals();
  },

  onUnload() {
    clearTimeout(this.falling);
    clearTimeout(this.waitingLong);
    clearTimeout(this.rereading);
  },

  onSession() {
    this.now = null;
    this.skip = null;
    this.endWait();
    this.setData({ promise: "", offers: [], left: "", short: "", purse: "", result: null, notice: null, isSpinning: false });
    this.selectComponent("#wheel").highlight(null);
    this.begin();
  },

  onBalance() {
    if (this.now && !this.data.isSpinning) this.setPurse();
  },

  listens: {
    /** The odds have changed: new ones are shown before anything is drawn. */
    lottery_config({ table_hash }) {
      if (table_hash === this.data.tableHash) return;
      if (this.data.isBusy) this.isOutdated = true;
      else this.load(NEW_ODDS);
    },

    /** Drawn on another phone of the same person: fewer draws are left, and another promise stands. */
    points_update({ reason }) {
      if (reason !== "lottery_draw" || !this.isShown || this.data.isBusy) return;
      clearTimeout(this.rereading);
      this.rereading = setTimeout(() => this.isShown && this.reread(), REREAD_MS);
    },
  },

  begin() {
    return client.session.isLoggedIn ? this.load() : this.look();
  },

  async onPullDownRefresh() {
    if (!this.data.isSpinning) await this.begin();
    wx.stopPullDownRefresh();
  },

  onNotice() {
    const then = this.onward;
    this.clear();
    if (then) then();
  },

  async onSpin() {
    if (!client.session.isLoggedIn) {
      if (!(await this.login("登录后就可以抽奖。"))) return;
      return; // the wheel is read anew; the price is seen before the first draw
    }
    this.draw(1);
  },

  onBatch(event) {
    const { count } = event.currentTarget.dataset;
    const offer = this.data.offers.find((/** @type {any} */ one) => one.count === count);
    if (offer && offer.can) this.draw(count);
  },

  onTouch() {
    this.dismissPetals();
  },

  onOdds() {
    this.setData({ isOddsOpen: true });
  },

  onCloseOdds() {
    this.setData({ isOddsOpen: false });
  },

  onSeal() {
    this.selectComponent("#proof").open(this.verdict);
  },

  /** What is kept of a draw that failed its checks; of another one, its proof. */
  evidence() {
    return client.draws.kept().find((/** @type {any} */ one) => one.draw_id === this.drawId) || this.verdict.proof;
  },

  onShareProof() {
    sendProof(this.evidence(), this.drawId);
  },

  onCopyProof() {
    copyProof(this.evidence());
  },

  /** Without a picture of the wheel the draws and their results are still good. */
  onWheelFail(event) {
    if (event.detail.reason !== "image") wx.showToast({ title: "转盘没有画出来，结果不受影响", icon: "none" });
  },

  openRecords() {
    getApp().recordsTab = "draws";
    wx.switchTab({ url: "/pages/records/records" });
  },
});
