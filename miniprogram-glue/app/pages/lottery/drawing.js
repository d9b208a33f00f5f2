/** The lottery page's draw: send it, turn the wheel, show what came of it or what went wrong. */

const { client } = require("../../services/client");
const { setSeal } = require("../../services/seals");
const { forgetUnseen, keepUnseen, unseen } = require("../../services/unseen");
const { bringIntoView } = require("../../services/view");
const { headline, outcomesOf, promiseText } = require("../../utils/stage");
const { describe } = require("../../utils/trouble");
const { NEW_ODDS, NO_CORE, PENDING } = require("./reading");

const PETALS = [0, 1, 2, 3, 4, 5, 6, 7];
/** A win is celebrated for less than a second and a half. */
const PETALS_MS = 1400;

const WAITING = "正在抽取…";
const STILL_WAITING = "网络有点慢，请稍候，不会重复扣积分";
/** After this the diner hears that it is the network. */
const PATIENCE_MS = 5000;

/** Methods of the page. @type {Record<string, any>} */
const drawing = {
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
    bringIntoView(this, "#stage");
    this.wait();
    try {
      const drawn = await client.draws.draw(count);
      if (mine) keepUnseen(mine.user_id, drawn);
      if (!this.isStill(mine)) return;
      this.endWait();
      // One that was made before was paid for before.
      if (!drawn.isResumed) this.setPurse(Math.max(0, before - drawn.answer.points_cost));
      await this.turn(drawn.answer);
      if (!this.isStill(mine)) return;
      this.show(drawn);
    } catch (error) {
      if (!this.isStill(mine)) return;
      this.endWait();
      this.setData({ isSpinning: false });
      this.setBusy(false);
      this.setPurse();
      this.failed(error, count);
      bringIntoView(this, "#result");
    }
  },

  /** The wheel stands until the answer is there: nothing can be skipped yet. */
  wait() {
    this.setData({ waiting: WAITING });
    this.waitingLong = setTimeout(() => this.setData({ waiting: STILL_WAITING }), PATIENCE_MS);
  },

  endWait() {
    clearTimeout(this.waitingLong);
    if (this.data.waiting) this.setData({ waiting: "" });
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
  show(drawn) {
    const { answer, verdict } = drawn;
    const { isWin } = this.reveal(drawn);
    this.now.left = Math.max(0, this.now.limit - answer.today_draw_count);
    this.setData({ isSpinning: false });
    this.setBusy(false);
    this.setPurse();
    bringIntoView(this, "#result");
    if (!verdict.ok) return this.setData({ promise: "" });
    this.setData({ promise: promiseText(verdict.proof.next_nonce, verdict.proof.next_commitment) });
    if (isWin) this.celebrate();
    if (this.isOutdated) this.load(NEW_ODDS);
  },

  /** The result with its seal. @param {any} drawn @param {boolean} [isMissed] whether it comes after a restart */
  reveal({ answer, verdict, outcomes: given, isResumed }, isMissed = false) {
    const outcomes = outcomesOf(given, verdict.ok);
    const words = headline(outcomes, verdict.ok);
    this.verdict = verdict;
    this.drawId = answer.draw_id;
    setSeal(answer.draw_id, verdict.ok);
    const why = verdict.ok ? "" : verdict.words;
    this.setData({ result: { headline: words, outcomes, isOk: verdict.ok, why, isResumed: isResumed === true, isMissed } });
    const { user } = client.session;
    if (this.isShown && user) forgetUnseen(user.user_id);
    return words;
  },

  /** What the app was closed on before it was shown, if there is such a thing. */
  revealMissed() {
    const { user } = client.session;
    const missed = user && unseen(user.user_id);
    if (!missed) return;
    this.reveal(missed, true);
    const { results, fairness } = missed.answer;
    const last = results[results.length - 1];
    if (last && fairness.table_hash === this.data.tableHash) this.selectComponent("#wheel").showAt(last.angle);
    bringIntoView(this, "#result");
  },

  /** @param {any} error @param {number} count */
  failed(error, count) {
    if (error.kind === "expired") {
      const text = client.draws.pending ? PENDING.text : "这一次没有抽，也没有扣积分。";
      return this.say({ title: "登录没有续上", text }, "重新登录", () => this.loginAnew("登录后就可以抽奖。"));
    }
    const words = error.kind ? describe(error) : NO_CORE;
    const again = () => this.draw(count);
    // It was made before, or may have been: only the records can tell.
    const isMade = error.code === 409 && (error.isUnknown || (error.data && error.data.draw_id));
    if (isMade) this.load().then(() => (this.data.notice && this.data.notice.bad) || this.say(words, "看看抽奖记录", () => this.openRecords()));
    else if (error.code === 409 || error.code === 1003) {
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
};

module.exports = { drawing };
