/** What the page does to publish its draft: shows what that changes, and settles who of two merchants is right. */
const { changes, rebased, toBody } = require("../../common/index");
const { readable } = require("../../lib/failure");
const { ask, client, toast } = require("../../lib/page");
const { count } = require("../../lib/words");

/** @type {Record<string, any>} */
const publishing = {
  async onDiscard() {
    if (!this.data.isBusy && (await ask({ title: "放弃这些修改？", text: "会回到现在顾客看到的那一版。", confirm: "放弃" }))) this.read();
  },

  onReload() {
    this.read();
  },

  onSheetClose() {
    this.setData({ changes: null, isConflict: false, isSheetOpen: false });
  },

  onReview() {
    if (this.data.errorCount > 0) {
      const bad = this.data.rows.find((row) => row.hasError);
      if (bad) {
        this.openKey = bad.key;
        this.show();
      }
      toast("标红的地方要先改好");
      return;
    }
    if (this.data.changeCount === 0) {
      toast("和现在的转盘一样，不用发布");
      return;
    }
    this.review(false);
  },

  /** What is confirmed is what is sent. @param {boolean} isOverwriting */
  review(isOverwriting) {
    this.shown = { base: this.base, draft: this.draft };
    this.setData({ changes: changes(this.base, this.draft), isOverwriting, isSheetOpen: true });
  },

  async onPublish() {
    if (this.data.isBusy) return;
    const { base, draft } = this.shown;
    // A field that was left late, or another wheel that was read in meanwhile.
    if (base !== this.base || draft !== this.draft) {
      this.onSheetClose();
      this.onReview();
      return;
    }
    this.setData({ isBusy: true, changes: null, isSheetOpen: false });
    const body = toBody(draft);
    try {
      // Without a wheel to name there is nothing that the server could compare.
      if (!base && (await this.config())) {
        if (this.isHere) this.setData({ isConflict: true, isSheetOpen: true });
        return;
      }
      if (!this.isHere) return;
      const expected = base ? { expected_table_hash: base.table_hash, expected_published_at: base.published_at } : {};
      const config = await client.api.merchant.publishLottery({ ...body, ...expected });
      if (!this.isHere) return;
      this.open(config);
      this.selectComponent("#snack").show("已发布，顾客马上看到新的转盘");
    } catch (error) {
      if (this.isHere) await this.refuse(error);
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
  },

  async refuse(error) {
    const { field = "" } = error.data || {};
    if (error.code === 409 && (field === "expected_table_hash" || field === "expected_published_at")) {
      this.setData({ isConflict: true, isSheetOpen: true });
    } else if ((error.code === 409 || error.code === 400) && field !== "") {
      this.refused = { [field]: error.data.won ? `已经中出 ${count(error.data.won)} 份，不能比它少` : readable(error.message) };
      const at = /^prizes\[(\d+)\]/.exec(field);
      if (at && this.draft.prizes[Number(at[1])]) this.openKey = this.draft.prizes[Number(at[1])].key;
      this.show();
      toast("没有发布，标红的地方要改一下");
    } else await this.tell(error, "发布");
  },

  /** The same draft on the wheel that is there by now: what that changes is shown, and asked for again. */
  async onOverwrite() {
    this.setData({ isConflict: false, isSheetOpen: false, isBusy: true });
    try {
      const config = await this.config();
      if (!this.isHere) return;
      this.base = config;
      if (config) this.draft = rebased(this.draft, config);
      this.show();
      this.setData({ isOvertaken: false, isBusy: false });
      if (this.data.errorCount > 0) toast("标红的地方要先改好");
      else if (changes(config, this.draft).length === 0) toast("和新的转盘一样，不用发布");
      else this.review(true);
    } catch (error) {
      if (this.isHere) await this.tell(error, "读取");
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
  },
};

module.exports = publishing;
