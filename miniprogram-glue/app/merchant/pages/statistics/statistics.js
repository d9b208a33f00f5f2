/** What the merchants have done, and files of everything to take home. */
const { client, defineDeskPage, toast } = require("../../lib/page");
const { KINDS, SPANS, rows, span, spanError } = require("../../lib/sheet-file");
const { count, day, waiting } = require("../../lib/words");

/** @param {any} answer */
const numbersOf = (answer) => [
  { name: "待审核", value: count(answer.pending_count) },
  { name: "平均等待", value: waiting(answer.average_processing_time) },
  { name: "今天通过", value: count(answer.today_approved) },
  { name: "今天拒绝", value: count(answer.today_rejected) },
  { name: "本周审完", value: count(answer.this_week_processed) },
  { name: "累计审完", value: count(answer.total_processed) },
];

defineDeskPage({
  data: {
    state: "loading",
    trouble: null,
    numbers: [],
    kinds: KINDS,
    kind: "reviews",
    spans: SPANS,
    spanId: "week",
    start: "",
    end: "",
    today: "",
    spanError: "",
    isBusy: false,
    exportError: "",
    file: null,
  },

  onLoad() {
    this.setData({ ...span("week", Date.now()), today: day(Date.now()) });
  },

  async enter(isBack) {
    if (!isBack) this.setData({ state: "loading" });
    try {
      const numbers = numbersOf(await client.api.merchant.statistics());
      if (this.isHere) this.setData({ state: "ready", numbers });
    } catch (error) {
      if (!this.isHere) return;
      const trouble = this.failed(error, "读取");
      if (!isBack || trouble.kind !== "other") this.setData({ state: "error", trouble });
    }
  },

  listens: {
    review_pending() {
      if (this.data.state === "ready" && this.data.gate === "") this.enter(true);
    },
  },

  async onPullDownRefresh() {
    if (this.data.gate === "") await this.enter(true);
    wx.stopPullDownRefresh();
  },

  onRetry() {
    this.enter(false);
  },

  onKind(event) {
    this.setData({ kind: event.currentTarget.dataset.id, file: null, exportError: "" });
  },

  onSpan(event) {
    const { id } = event.currentTarget.dataset;
    this.setData({ spanId: id, ...span(id, Date.now()), spanError: "", file: null, exportError: "" });
  },

  onDate(event) {
    this.setData({ [event.currentTarget.dataset.name]: event.detail.value, spanId: "", file: null, exportError: "" });
    this.setData({ spanError: spanError(this.data.start, this.data.end, Date.now()) });
  },

  async onExport() {
    const { end, isBusy, kind, start } = this.data;
    if (isBusy || this.data.spanError) return;
    this.setData({ isBusy: true, file: null, exportError: "" });
    try {
      const { filePath } = await client.api.merchant.exportFile({ kind, start, end });
      const lines = rows(await read(filePath));
      if (!this.isHere || this.data.kind !== kind || this.data.start !== start || this.data.end !== end) return;
      const { name } = KINDS.find((one) => one.id === kind) || KINDS[0];
      this.setData({ file: { path: filePath, name: `${name} ${start} 至 ${end}.csv`, words: lines === 0 ? "这段时间没有记录，表格只有标题" : `${count(lines)} 行` } });
    } catch (error) {
      const trouble = this.failed(error, "导出");
      if (this.isHere) this.setData({ exportError: `${trouble.title}。${trouble.text}` });
    } finally {
      if (this.isHere) this.setData({ isBusy: false });
    }
  },

  /** WeChat's own viewer does not know CSV: a chat takes the file to a computer. */
  onShare() {
    const { name, path } = this.data.file;
    if (!wx.shareFileMessage) {
      toast("请先更新微信，再发送文件");
      return;
    }
    wx.shareFileMessage({
      filePath: path,
      fileName: name.replace(/ /g, "_"),
      fail: ({ errMsg }) => {
        if (!/cancel/.test(errMsg || "")) this.setData({ exportError: "没有发出去，请再试一次。" });
      },
    });
  },
});

/** @param {string} filePath @returns {Promise<string>} */
function read(filePath) {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().readFile({ filePath, encoding: "utf8", success: ({ data }) => resolve(/** @type {string} */ (data)), fail: reject });
  });
}
