/** A diner who has a restaurant applies to become a merchant, and sees what became of it. */
const { blank, body, errors } = require("../../lib/application");
const { readable } = require("../../lib/failure");
const { client, defineDeskPage, toast } = require("../../lib/page");
const { when } = require("../../lib/words");

const TAGS = { pending: "tag-gold", approved: "tag-good", rejected: "tag-bad" };

/** @param {any} application */
function shown(application) {
  if (!application) return null;
  const { status, review_reason: reason } = application;
  const words =
    status === "pending" ? "正在审核，结果会显示在这里。" : status === "rejected" ? `没有通过：${reason || "没有写原因"}` : reason || "";
  const decided = application.review_time ? `，${when(application.review_time)} 审完` : "";
  return { ...application, tag: TAGS[status] || "", words, sent: `${when(application.created_at)} 提交${decided}` };
}

defineDeskPage({
  data: {
    state: "loading",
    trouble: null,
    application: null,
    canApply: false,
    form: blank(),
    errors: {},
    isBusy: false,
  },

  async enter(isBack) {
    if (!isBack) this.setData({ state: "loading" });
    try {
      // Whether the user is a merchant by now: an approval counts from the next request on.
      const [{ application }, user] = await Promise.all([client.api.merchant.application(), client.api.user.info()]);
      if (!this.isHere) return;
      const { status } = application || { status: "" };
      const canApply = status !== "pending";
      this.setData({ state: user.is_merchant ? "merchant" : "ready", application: shown(application), canApply });
    } catch (error) {
      if (this.isHere && !isBack) this.setData({ state: "error", trouble: this.failed(error, "读取") });
    }
  },

  onRetry() {
    this.enter(false);
  },

  onDesk() {
    wx.redirectTo({ url: "/merchant/pages/reviews/reviews" });
  },

  onEdit(event) {
    const { name, value } = event.detail;
    this.setData({ [`form.${name}`]: value, [`errors.${name}`]: "" });
  },

  async onApply() {
    if (this.data.isBusy) return;
    const found = errors(this.data.form);
    this.setData({ errors: found });
    if (Object.keys(found).length > 0) {
      toast("有几项要改一下");
      return;
    }
    this.setData({ isBusy: true });
    try {
      await client.api.merchant.apply(body(this.data.form));
      toast("已提交");
      await this.enter(true);
    } catch (error) {
      const { field } = error.data || {};
      if (error.code === 400 && field) this.setData({ [`errors.${field}`]: readable(error.message) });
      // Another application is open, or it was approved meanwhile: what there is says it.
      else if (error.code === 409) await this.enter(false);
      else await this.tell(error, "提交");
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
  },
});
