/** The prize table, edited on a phone: checked by the core as it is typed, published with what it changes in plain sight. */
const { PRIZES_MAX, added, blank, chanceAngles, chanceSum, changes, equalAngles, errors, fromConfig } = require("../../common/index");
const { client, defineDeskPage } = require("../../lib/page");
const { preview, rows, standIns } = require("../../lib/wheel-view");
const { count, when } = require("../../lib/words");
const publishing = require("./publishing");

/**
 * Drafts that were left without publishing them, by their merchants, until the app is closed: going to another page must not
 * cost the work.
 * @type {Map<number, {base: any, draft: any}>}
 */
const left = new Map();

/** Which publication it is: the hash alone is of the odds, and rules and colours may change without it. @param {any} config */
const edition = (config) => (config ? `${config.table_hash} ${config.published_at}` : "");

/** The server's names of what is edited. @type {Record<string, string[]>} */
const FIELDS = {
  cost: ["cost_points"],
  limit: ["daily_limit"],
  rules: ["rules"],
  chance: ["probability", "prizes"],
  angle: ["angle", "prizes"],
  type: ["fallback"],
  isLimited: ["fallback"],
};

defineDeskPage({
  data: {
    state: "loading",
    trouble: null,
    isOvertaken: false,
    isFirst: false,
    draft: null,
    rows: [],
    prizes: [],
    sum: { isRight: true, text: "" },
    errors: {},
    errorCount: 0,
    changeCount: 0,
    barWords: "",
    standIns: [],
    standInAt: 0,
    published: "",
    changes: null,
    isSheetOpen: false,
    isOverwriting: false,
    isConflict: false,
    isBusy: false,
  },

  onLoad() {
    /** The wheel that is edited, as the server has it; null if there is none. */
    this.base = null;
    this.draft = null;
    this.openKey = "";
    /** What the server found and the core can't know: how much was won. @type {Record<string, string>} */
    this.refused = {};
    this.core = null;
  },

  onUnload() {
    this.putAside();
  },

  /** What was edited waits for the one who edited it: until it is published or discarded. */
  putAside() {
    if (this.data.state === "ready" && this.data.changeCount > 0) left.set(this.owner, { base: this.base, draft: this.draft });
  },

  async enter(isBack) {
    const me = this.data.user ? this.data.user.user_id : 0;
    const isOwn = this.data.state === "ready" && this.owner === me;
    // Also after the doors were closed: a login that ran out, or a right that was away for a while.
    if (isOwn && (isBack || this.data.changeCount > 0)) {
      this.look();
      return;
    }
    this.putAside();
    this.owner = me;
    await this.read();
    const kept = left.get(me);
    if (!kept || !this.isHere || this.data.state !== "ready" || this.owner !== me) return;
    left.delete(me);
    const now = edition(this.base);
    this.base = kept.base;
    this.draft = kept.draft;
    this.setData({ isOvertaken: now !== edition(kept.base) });
    this.show();
    this.selectComponent("#snack").show("上次没有发布的修改还在");
  },

  async read() {
    this.setData({ state: "loading", changes: null, isConflict: false, isSheetOpen: false });
    try {
      const [config] = await Promise.all([this.config(), this.loadCore()]);
      if (this.isHere) this.open(config);
    } catch (error) {
      if (this.isHere) this.setData({ state: "error", trouble: this.failed(error, "读取") });
    }
  },

  /** Null while no wheel is active. */
  async config() {
    try {
      return await client.api.merchant.lotteryConfig();
    } catch (error) {
      if (error.code === 404) return null;
      throw error;
    }
  },

  /** A phone that can't run the core leaves the checks to the server. */
  async loadCore() {
    try {
      this.core = await client.core();
    } catch (_error) {
      this.core = { tableErrors: () => [] };
    }
  },

  open(config) {
    this.base = config;
    this.draft = config ? fromConfig(config) : blank();
    this.openKey = "";
    this.refused = {};
    this.setData({
      state: "ready",
      isFirst: config === null,
      isOvertaken: false,
      published: config ? `现在这一版发布于 ${when(config.published_at)}` : "",
    });
    this.show();
  },

  /** All that follows from the draft. */
  show() {
    const { draft } = this;
    const found = { ...errors(this.core, draft), ...this.refused };
    const sum = chanceSum(draft);
    const able = standIns(draft);
    const errorCount = Object.keys(found).length;
    // What can't be read can't be compared either.
    const changeCount = errorCount > 0 ? 1 : changes(this.base, draft).length;
    const prizes = preview(draft);
    const view = {
      draft: { cost: draft.cost, limit: draft.limit, rules: draft.rules },
      rows: rows(draft, found, this.openKey),
      sum: { isRight: sum.isRight, text: `${count(sum.sum)} / 10,000，${sum.words}` },
      errors: { cost_points: found.cost_points, daily_limit: found.daily_limit, fallback: found.fallback, rules: found.rules, probability: found.probability, prizes: found.prizes },
      errorCount,
      changeCount,
      barWords: errorCount > 0 ? `${count(errorCount)} 处要改` : changeCount > 0 ? `${count(changeCount)} 处改动` : "没有改动",
      standIns: able,
      standInAt: Math.max(0, able.findIndex((one) => one.id === draft.fallback)),
    };
    // While sectors are missing the wheel stays as it was.
    this.setData(prizes ? { ...view, prizes } : view);
  },

  /** @param {any} change of the draft */
  edit(change) {
    this.draft = { ...this.draft, ...change };
    this.show();
  },

  listens: {
    /** It names the odds only: the wheel is read to see whether it is another one. */
    lottery_config() {
      this.look();
    },
  },

  /** Somebody has published a wheel. @param {any} config */
  overtake(config) {
    if (this.data.state !== "ready" || this.data.isBusy || edition(config) === edition(this.base)) return;
    if (this.data.changeCount === 0) this.open(config);
    else this.setData({ isOvertaken: true });
  },

  /** Whether it is still the same wheel, after an absence. */
  async look() {
    if (this.data.state !== "ready") return;
    try {
      const config = await this.config();
      if (this.isHere && config) this.overtake(config);
    } catch (error) {
      if (this.isHere) this.failed(error, "读取");
    }
  },

  onRetry() {
    this.enter(false);
  },

  onEdit(event) {
    const { name, value } = event.detail;
    this.forget((field) => (FIELDS[name] || []).indexOf(field) >= 0);
    this.edit({ [name]: value });
  },

  onStandIn(event) {
    const chosen = this.data.standIns[Number(event.detail.value)];
    if (!chosen) return;
    this.forget((field) => field === "fallback");
    this.edit({ fallback: chosen.id });
  },

  onOpen(event) {
    const { key } = event.currentTarget.dataset;
    this.openKey = this.openKey === key ? "" : key;
    this.show();
  },

  onPrize(event) {
    const { key, change } = event.detail;
    const at = this.draft.prizes.findIndex((prize) => prize.key === key);
    if (at < 0) return;
    // A sum, or what two have alike, is put right at any of them.
    const edited = Object.keys(change).reduce((/** @type {string[]} */ all, name) => all.concat(FIELDS[name] || []), []);
    this.forget((field) => field.startsWith(`prizes[${at}].`) || edited.some((name) => field === name || field.endsWith(`.${name}`)));
    this.edit({ prizes: this.draft.prizes.map((prize) => (prize.key === key ? { ...prize, ...change } : prize)) });
  },

  /** The prize takes the place of its neighbour on the wheel, and the neighbour its own. */
  onMove(event) {
    const { key, by } = event.detail;
    const prizes = this.draft.prizes.slice();
    const at = prizes.findIndex((prize) => prize.key === key);
    const other = at + by;
    if (at < 0 || other < 0 || other >= prizes.length) return;
    const [one, two] = [prizes[at], prizes[other]];
    prizes[at] = { ...two, angle: one.angle };
    prizes[other] = { ...one, angle: two.angle };
    this.refused = {};
    this.edit({ prizes });
  },

  onRemove(event) {
    const { key } = event.detail;
    const { fallback, prizes } = this.draft;
    const at = prizes.findIndex((prize) => prize.key === key);
    if (at < 0) return;
    const gone = prizes[at];
    this.refused = {};
    this.openKey = "";
    this.edit({ prizes: prizes.filter((prize) => prize !== gone), fallback: fallback === gone.id ? null : fallback });
    this.selectComponent("#snack").show(`撤下了“${gone.name}”`, { name: "撤销", run: () => this.putBack(gone, at, fallback) });
  },

  /** What was edited since stays. */
  putBack(gone, at, fallback) {
    const prizes = this.draft.prizes.slice();
    if (prizes.length >= PRIZES_MAX || prizes.some((prize) => prize.id === gone.id)) return;
    prizes.splice(at, 0, gone);
    this.refused = {};
    this.edit({ prizes, fallback: fallback === gone.id ? fallback : this.draft.fallback });
  },

  onAdd() {
    const { draft } = this;
    if (draft.prizes.length >= PRIZES_MAX) return;
    const prize = added(draft, this.base ? this.base.prizes : []);
    this.openKey = prize.key;
    this.refused = {};
    this.draft = equalAngles({ ...draft, prizes: draft.prizes.concat([prize]) });
    this.show();
  },

  /** What was refused and has been edited since is for the server to look at again. @param {(field: string) => boolean} isEdited */
  forget(isEdited) {
    for (const field of Object.keys(this.refused)) if (isEdited(field)) delete this.refused[field];
  },

  onEqual() {
    this.forget((field) => /angle$/.test(field));
    this.edit(equalAngles(this.draft));
  },

  onByChance() {
    this.forget((field) => /angle$/.test(field));
    this.edit(chanceAngles(this.draft));
  },

  ...publishing,
});
