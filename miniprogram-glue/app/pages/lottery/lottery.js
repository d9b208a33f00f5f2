/** The wheel: what it costs, what it promises, a draw, and what came of it. */

const { client } = require("../../services/client");
const { definePage } = require("../../services/page");
const { copyProof, sendProof } = require("../../services/share");
const { points } = require("../../utils/format");
const { headline, leftText, oddsOf, offersOf, outcomesOf, promiseText, weightOf, wheelPrizes } = require("../../utils/stage");
const { describe } = require("../../utils/trouble");

const PETALS = [0, 1, 2, 3, 4, 5, 6, 7];
/** A win is celebrated for less than a second and a half. */
const PETALS_MS = 1400;

const PENDING = { title: "上一次抽奖还没有收到结果", text: "查看时会沿用同一张单号，不会重复扣积分；如果刚才没有抽成，会现在抽。" };
const NO_CORE = { title: "这台手机暂时不能核对抽奖", text: "核对用的程序没有装载成功，所以先不抽。没有扣积分，其他页面都可以正常使用。" };
const NEW_ODDS = { title: "奖品或概率刚刚更新", text: "已经换上新的转盘，请看过概率再抽。" };

definePage({
  data: {
    purse: "",
    left: "",
    prizes: [],
    offers: [],
    odds: [],
    rules: "",
    tableHash: "",
    promise: "",
    isLoading: true,
    isBusy: true,
    isSpinning: false,
    canSpin: false,
    notice: null,
    result: null,
    petals: [],
    isOddsOpen: false,
  },

  onLoad() {
    this.now = null;
    this.begin();
  },

  onShow() {
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
  },

  onSession() {
    this.now = null;
    this.skip = null;
    this.setData({ promise: "", offers: [], left: "", purse: "", result: null, notice: null, isSpinning: false });
    this.selectComponent("#wheel").highlight(null);
    this.begin();
  },

  onPoints() {
    if (this.now && !this.data.isSpinning) this.setPurse();
  },

  listens: {
    /** The odds have changed: new ones are shown before anything is drawn. */
    lottery_config({ table_hash }) {
      if (table_hash === this.data.tableHash) return;
      if (this.data.isBusy) this.isOutdated = true;
      else this.load(NEW_ODDS);
    },
  },

  begin() {
    return client.session.isLoggedIn ? this.load() : this.look();
  },

  async onPullDownRefresh() {
    if (!this.data.isSpinning) await this.begin();
    wx.stopPullDownRefresh();
  },

  /** The wheel as anybody may see it. */
  async look() {
    this.setBusy(true, true);
    try {
      const [core, odds] = await Promise.all([this.core(), client.api.lottery.odds()]);
      if (client.session.isLoggedIn) return;
      const table = core.tableFromText(odds.table_text);
      this.setTable(table.prizes, table.hash, "");
      this.setData({ notice: null });
    } catch (error) {
      if (client.session.isLoggedIn) return;
      const text = error.kind ? describe(error, "转盘") : NO_CORE;
      this.say(text, "再试一次", () => this.begin());
    }
    this.setBusy(false);
  },

  async core() {
    return client.core();
  },

  /** Reads the wheel, the points and the promise anew. @param {{title: string, text: string}} [line] to be said when it is there */
  async load(line) {
    this.setBusy(true, true);
    this.isOutdated = false;
    const mine = client.session.user;
    try {
      const now = await client.draws.load();
      if (!this.isStill(mine)) return;
      this.take(now);
      this.setBusy(false);
      this.tell(now, line);
    } catch (error) {
      if (!this.isStill(mine)) return;
      this.setBusy(false);
      const text = error.kind ? describe(error, "转盘") : NO_CORE;
      this.say(text, "再试一次", () => this.load());
    }
  },

  /** The same without a word, if there is nothing new to say. */
  async reread() {
    if (this.data.isBusy || !client.session.isLoggedIn || this.data.notice) return;
    const before = this.drawn;
    const mine = client.session.user;
    try {
      const now = await client.draws.load();
      if (!this.isStill(mine) || this.data.isBusy || this.drawn !== before) return;
      const isSame = now.fairness.table_hash === this.data.tableHash;
      this.take(now);
      if (now.news || now.pending) this.tell(now);
      else if (!isSame) this.say(NEW_ODDS, "知道了", () => this.clear());
    } catch (error) {
      // What is shown stays; the next draw says what is wrong.
    }
  },

  /** Whether the same person is here. @param {any} user */
  isStill(user) {
    const now = client.session.user;
    return Boolean(user && now && user.user_id === now.user_id);
  },

  /** @param {any} now what `draws.load` answers */
  take(now) {
    this.now = { cost: now.cost_points, limit: now.daily_limit, left: now.remaining_draws };
    const { table_hash, nonce, commitment } = now.fairness;
    this.setTable(now.prizes.map((/** @type {any} */ prize) => ({ ...prize, weight: weightOf(prize.probability) })), table_hash, now.rules || "");
    this.setData({ promise: promiseText(nonce, commitment) });
    this.setPurse();
  },

  /** @param {any[]} prizes @param {string} hash @param {string} rules */
  setTable(prizes, hash, rules) {
    const odds = oddsOf(prizes.map((prize) => ({ ...prize, isSoldOut: prize.sold_out === true })));
    this.setData({ odds, rules, tableHash: hash });
    const onWheel = wheelPrizes(prizes);
    // The wheel is painted anew only if it changed.
    if (JSON.stringify(onWheel) !== JSON.stringify(this.data.prizes)) this.setData({ prizes: onWheel });
  },

  /** @param {number} [has] points to show; those there are, without it */
  setPurse(has = client.session.user ? client.session.user.total_points : 0) {
    const purse = { points: has, left: this.now.left, cost: this.now.cost };
    this.setData({ purse: points(has), left: leftText(purse), offers: offersOf(purse) });
    this.setBusy(this.data.isBusy);
  },

  /** @param {boolean} isBusy @param {boolean} [isLoading] */
  setBusy(isBusy, isLoading = false) {
    const [one] = this.data.offers;
    const canSpin = !isBusy && (client.session.isLoggedIn ? Boolean(one && one.can) : true);
    this.setData({ isBusy, isLoading, canSpin });
  },

  /** @param {any} now what `draws.load` answers @param {{title: string, text: string}} [line] */
  tell({ news, pending }, line) {
    if (news && news.bad) this.say({ ...news, bad: true }, "以新的封条为准", () => this.accept());
    else if (pending) this.say(PENDING, "查看结果", () => this.draw(pending.count));
    else if (news) this.say(news, "看看抽奖记录", () => this.openRecords());
    else if (line) this.say(line, "看看概率", () => this.onOdds());
    else if (!this.data.result || this.data.notice) this.clear();
  },

  async accept() {
    try {
      await client.draws.accept();
    } catch (error) {
      // Read again, it says the same again.
    }
    this.load();
  },

  /** @param {{title: string, text: string, bad?: boolean}} words @param {string} action @param {() => void} then */
  say({ title, text, bad = false }, action, then) {
    this.onward = then;
    this.setData({ notice: { title, text, bad, action } });
  },

  clear() {
    this.onward = null;
    this.setData({ notice: null });
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

  /** @param {number} count */
  async draw(count) {
    if (this.data.isBusy || !this.now) return;
    const mine = client.session.user;
    const before = mine ? mine.total_points : 0;
    this.drawn = (this.drawn || 0) + 1;
    this.dismissPetals();
    this.setBusy(true);
    this.setData({ isSpinning: true, notice: null, result: null });
    this.selectComponent("#wheel").highlight(null);
    try {
      const drawn = await client.draws.draw(count);
      if (!this.isStill(mine)) return;
      this.setPurse(Math.max(0, before - drawn.answer.points_cost));
      await this.turn(drawn.answer);
      if (!this.isStill(mine)) return;
      this.show(drawn);
    } catch (error) {
      if (!this.isStill(mine)) return;
      this.setData({ isSpinning: false });
      this.setBusy(false);
      this.setPurse();
      this.failed(error, count);
    }
  },

  /** Turns to the last result, unless the table it was drawn from is not the one on the wheel. @param {any} answer */
  async turn({ results, fairness }) {
    const last = results[results.length - 1];
    if (!last || fairness.table_hash !== this.data.tableHash) return;
    const wheel = this.selectComponent("#wheel");
    const skipped = new Promise((resolve) => {
      this.skip = () => {
        wheel.showAt(last.angle);
        resolve(true);
      };
    });
    await Promise.race([wheel.spinTo(last.angle), skipped]);
    this.skip = null;
    wheel.highlight(last.prize_id);
  },

  onSkip() {
    if (this.skip) this.skip();
  },

  /** @param {any} drawn */
  show({ answer, verdict, outcomes: given, isResumed }) {
    const outcomes = outcomesOf(given);
    const words = headline(outcomes, verdict.ok);
    this.verdict = verdict;
    this.drawId = answer.draw_id;
    this.now.left = Math.max(0, this.now.limit - answer.today_draw_count);
    this.setData({
      isSpinning: false,
      result: { headline: words, outcomes, isOk: verdict.ok, why: verdict.ok ? "" : verdict.words, isResumed: isResumed === true },
    });
    this.setBusy(false);
    this.setPurse();
    if (outcomes.length > 1) wx.pageScrollTo({ selector: "#result", duration: 200 });
    if (!verdict.ok) return this.setData({ promise: "" });
    this.setData({ promise: promiseText(verdict.proof.next_nonce, verdict.proof.next_commitment) });
    if (words.isWin) this.celebrate();
    if (this.isOutdated) this.load(NEW_ODDS);
  },

  /** @param {any} error @param {number} count */
  failed(error, count) {
    if (error.kind === "expired") return;
    const words = error.kind ? describe(error) : NO_CORE;
    const again = () => this.draw(count);
    if (error.code === 409 || error.code === 1003) {
      this.load().then(() => this.data.notice || this.say(words, "看看概率", () => this.onOdds()));
    } else if (error.isUnknown) this.say(words, "重试", again);
    else if (error.code === 1004 || error.code === 429 || error.kind !== "refused") this.say(words, "再试一次", again);
    else if (error.code === 1002) this.say(words, "看看抽奖记录", () => this.openRecords());
    else if (error.code === 1001) this.say(words, "拍小票攒积分", () => wx.switchTab({ url: "/pages/camera/camera" }));
    else this.say(words, "知道了", () => this.clear());
  },

  celebrate() {
    this.setData({ petals: PETALS });
    clearTimeout(this.falling);
    this.falling = setTimeout(() => this.dismissPetals(), PETALS_MS);
  },

  dismissPetals() {
    clearTimeout(this.falling);
    if (this.data.petals.length > 0) this.setData({ petals: [] });
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
    const { reason, message } = event.detail;
    if (reason !== "image") wx.showToast({ title: message || "转盘没有画出来，结果不受影响", icon: "none" });
  },

  openRecords() {
    getApp().recordsTab = "draws";
    wx.switchTab({ url: "/pages/records/records" });
  },
});
