/** Receipts for points: take a photo or choose one, say the amount, send it in, see what became of it. */

const { client } = require("../../services/client");
const { definePage } = require("../../services/page");
const { allowed } = require("../../services/privacy");
const { parseAmount } = require("../../utils/amount");
const { count, yuan } = require("../../utils/format");
const { blank, createPager } = require("../../utils/pager");
const { notSent, outcomeOf, receiptOf } = require("../../utils/receipts");
const { describe } = require("../../utils/trouble");

/** The server takes no more. */
const MOST_BYTES = 5 * 1024 * 1024;

definePage({
  data: {
    list: blank(),
    photo: "",
    /** The photo cannot be shown here. */
    isBroken: false,
    amount: "",
    amountTrouble: "",
    isSending: false,
    progress: 0,
    trouble: null,
    sent: null,
  },

  onLoad() {
    this.pager = createPager({
      what: "上传记录",
      load: (page, size) => client.api.photo.records({ status: "all", page, size }),
      format: receiptOf,
      show: (list) => this.setData({ list }),
    });
    this.begin();
  },

  onShow() {
    // The addresses of pictures are good for a quarter of an hour.
    if (this.isStale && client.session.isLoggedIn) this.pager.refresh();
    this.isStale = false;
  },

  onHide() {
    this.isStale = client.session.isLoggedIn;
  },

  onSession() {
    this.cancelUpload();
    this.setData({ photo: "", amount: "", amountTrouble: "", trouble: null, sent: null });
    this.begin();
  },

  listens: {
    review_result(review) {
      const known = this.pager.patch(review.upload_id, (item) => ({ ...item, ...outcomeOf(review) }));
      if (!known && client.session.isLoggedIn) this.pager.refresh();
      const { sent } = this.data;
      if (sent && sent.id === review.upload_id) this.setData({ sent: null });
      if (this.isShown && review.status === "approved") wx.showToast({ title: `小票通过了，+${count(review.points_awarded)} 积分`, icon: "none" });
    },
  },

  begin() {
    if (client.session.isLoggedIn) this.pager.refresh();
    else this.pager.signOut();
  },

  onReachBottom() {
    this.pager.more();
  },

  async onPullDownRefresh() {
    if (client.session.isLoggedIn) await this.pager.refresh();
    wx.stopPullDownRefresh();
  },

  onRetryList() {
    this.pager.retry();
  },

  async onLogin() {
    await this.login("登录后上传小票，审核通过就有积分。");
  },

  onTake() {
    this.choose("camera");
  },

  onAlbum() {
    this.choose("album");
  },

  /** @param {"camera" | "album"} source */
  async choose(source) {
    if (this.data.isSending || !(await this.login("登录后上传小票，审核通过就有积分。"))) return;
    if (!(await allowed())) return this.setData({ trouble: { title: "需要您的同意", text: "同意隐私保护指引之后才能拍照或选照片。" } });
    try {
      const { tempFiles } = await wx.chooseMedia({ count: 1, mediaType: ["image"], sourceType: [source], sizeType: ["compressed"], camera: "back" });
      const [file] = tempFiles;
      if (!file) return;
      const trouble = file.size > MOST_BYTES ? notSent({ kind: "refused", code: 1002 }) : null;
      this.setData({ photo: trouble ? "" : file.tempFilePath, isBroken: false, trouble, sent: null, progress: 0 });
    } catch (error) {
      if (/cancel/.test(error.errMsg || "")) return;
      const denied = /auth|deny|denied|permission/.test(error.errMsg || "");
      const text = denied ? "请在微信的设置里允许使用相机和相册。" : "请再试一次，或者换个方式。";
      this.setData({ trouble: { title: source === "camera" ? "打不开相机" : "打不开相册", text, isDenied: denied } });
    }
  },

  onSettings() {
    wx.openSetting({});
  },

  onPhotoError() {
    this.setData({ isBroken: true });
  },

  onPreview() {
    if (!this.data.isBroken) wx.previewImage({ urls: [this.data.photo] });
  },

  onDiscard() {
    if (!this.data.isSending) this.setData({ photo: "", trouble: null, amountTrouble: "" });
  },

  onAmount(event) {
    this.setData({ amount: event.detail.value, amountTrouble: "" });
  },

  onAmountDone() {
    this.setData({ amountTrouble: parseAmount(this.data.amount).trouble });
  },

  async onSend() {
    const { photo, isSending, amount: typed } = this.data;
    if (!photo || isSending) return;
    const { amount, trouble } = parseAmount(typed);
    if (trouble) return this.setData({ amountTrouble: trouble });
    if (!(await this.login("登录后上传小票。"))) return;
    this.setData({ isSending: true, progress: 0, trouble: null });
    const mine = {};
    this.sending = mine;
    try {
      const upload = await client.api.photo.upload({
        filePath: photo,
        amount,
        onProgress: (/** @type {any} */ now) => this.onProgress(mine, now),
        onTask: (/** @type {any} */ task) => {
          this.task = task;
        },
      });
      if (this.sending !== mine) return;
      const estimated = typeof upload.estimated_amount === "number" ? yuan(upload.estimated_amount) : "";
      this.setData({ photo: "", amount: "", sent: { id: upload.upload_id, estimated } });
      this.pager.refresh();
    } catch (error) {
      if (this.sending === mine) this.failed(error);
    } finally {
      if (this.sending === mine) {
        this.sending = this.task = null;
        this.setData({ isSending: false });
      }
    }
  },

  /** @param {object} mine @param {any} now percent, or an object that has it */
  onProgress(mine, now) {
    const progress = Math.round(typeof now === "number" ? now : now.progress);
    if (this.sending === mine && progress !== this.data.progress) this.setData({ progress });
  },

  failed(error) {
    /** @type {{title: string, text: string, isSame?: boolean, isPhotoBad?: boolean}} */
    const trouble = notSent(error) || describe(error);
    this.setData({ trouble });
    if (!trouble.isSame) return;
    this.setData({ photo: "", amount: "" });
    this.pager.refresh();
  },

  onCancel() {
    this.cancelUpload();
    this.setData({ trouble: { title: "已取消上传", text: "照片还在，可以再传。如果取消时照片已经传到，它会出现在下面的记录里。" } });
    this.pager.refresh();
  },

  cancelUpload() {
    if (!this.sending) return;
    if (this.task && this.task.abort) this.task.abort();
    this.sending = this.task = null;
    this.setData({ isSending: false, progress: 0 });
  },
});
