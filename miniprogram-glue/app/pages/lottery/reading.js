/** The lottery page's reading of the wheel: prizes, prices, the promise of the next draw, and what the diner should know first. */

const { client } = require("../../services/client");
const { points } = require("../../utils/format");
const { leftOf, oddsOf, offersOf, promiseText, weightOf, wheelPrizes } = require("../../utils/stage");
const { describe } = require("../../utils/trouble");

const PENDING = { title: "上一次抽奖还没有收到结果", text: "查看时会沿用同一张单号，不会重复扣积分；如果刚才没有抽成，会现在抽。" };
const NO_CORE = { title: "这台手机暂时不能核对抽奖", text: "核对用的程序没有装载成功，所以先不抽。没有扣积分，其他页面都可以正常使用。" };
const NEW_ODDS = { title: "奖品或概率刚刚更新", text: "已经换上新的转盘，请看过概率再抽。" };

/** Methods of the page. @type {Record<string, any>} */
const reading = {
  /** The wheel as anybody may see it. */
  async look() {
    this.setBusy(true, true);
    try {
      const [core, odds] = await Promise.all([client.core(), client.api.lottery.odds()]);
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
      this.revealMissed();
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
      if (!this.isStill(mine)) return;
      if (this.data.isBusy || this.drawn !== before) {
        // The library says it once.
        this.untold = now.news || this.untold;
        this.hint = now.hint || this.hint;
        return;
      }
      const isSame = now.fairness.table_hash === this.data.tableHash;
      this.take(now);
      this.tell(now, isSame ? undefined : NEW_ODDS);
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
    this.setData({ purse: points(has), ...leftOf(purse), offers: offersOf(purse) });
    this.setBusy(this.data.isBusy);
  },

  /** @param {boolean} isBusy @param {boolean} [isLoading] */
  setBusy(isBusy, isLoading = false) {
    const [one] = this.data.offers;
    const canSpin = !isBusy && (client.session.isLoggedIn ? Boolean(one && one.can) : true);
    this.setData({ isBusy, isLoading, canSpin });
  },

  /** @param {any} now what `draws.load` answers @param {{title: string, text: string}} [line] */
  tell({ news: fresh, pending, hint }, line) {
    const news = fresh || this.untold;
    this.untold = null;
    this.hint = hint || this.hint;
    if (news && news.bad) this.say({ ...news, bad: true }, "以新的封条为准", () => this.accept());
    else if (pending) {
      this.untold = news;
      this.say(PENDING, "查看结果", () => this.draw(pending.count));
    }
    else if (news) this.say(news, "看看抽奖记录", () => this.openRecords());
    else if (line) this.say(line, "看看概率", () => this.onOdds());
    else if (this.hint) {
      this.say(this.hint, "知道了", () => this.clear());
      this.hint = null;
    }
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
};

module.exports = { reading, NEW_ODDS, NO_CORE, PENDING };
