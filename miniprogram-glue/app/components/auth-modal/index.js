/** Logging in with a phone number and a code. Opened by `page.login(why)`; the page goes on with what was wanted. */

const { client } = require("../../services/client");
const { check, phoneOf, refused } = require("../../utils/login-form");

const TICK_MS = 250;

const BLANK = { phone: "", code: "", devCode: "", troubles: {}, note: "", isBusy: false };

Component({
  data: { ...BLANK, show: false, why: "", isAgreed: false, sendText: "获取验证码", canSend: true },

  lifetimes: {
    detached() {
      clearInterval(this.ticking);
      this.settle(false);
    },
  },

  methods: {
    /**
     * @param {string} [why] what the login is for, in words
     * @returns {Promise<boolean>} whether somebody is logged in now
     */
    ask(why) {
      this.settle(false);
      this.setData({ ...BLANK, show: true, why: why || "" });
      return new Promise((resolve) => {
        this.resolve = resolve;
      });
    },

    /** @param {boolean} isIn */
    settle(isIn) {
      if (this.resolve) this.resolve(isIn);
      this.resolve = null;
    },

    onClose() {
      this.setData({ show: false });
      this.settle(false);
    },

    onPhone(/** @type {any} */ event) {
      this.setData({ phone: event.detail.value, "troubles.phone": "" });
    },

    onCode(/** @type {any} */ event) {
      this.setData({ code: event.detail.value, "troubles.code": "" });
    },

    onAgree() {
      this.setData({ isAgreed: !this.data.isAgreed, "troubles.agreed": "" });
    },

    onDevCode() {
      this.setData({ code: this.data.devCode, "troubles.code": "" });
    },

    async onSend() {
      if (!this.data.canSend) return;
      const troubles = check(this.data, "code");
      if (troubles) return this.setData({ troubles });
      this.setData({ canSend: false, sendText: "正在发送…", troubles: {}, note: "" });
      try {
        const answer = await client.session.sendCode(phoneOf(this.data.phone));
        this.countDown(answer.retry_after || 60);
        this.setData({ devCode: answer.dev_code || "", note: answer.dev_code ? "" : "验证码已发送，请查看短信。" });
      } catch (error) {
        const wait = error.code === 1002 && error.data && error.data.retry_after_s;
        if (wait) this.countDown(wait);
        else this.setData({ canSend: true, sendText: "获取验证码" });
        this.setData({ troubles: refused(error, "code") });
      }
    },

    /** @param {number} seconds */
    countDown(seconds) {
      const end = Date.now() + seconds * 1000;
      clearInterval(this.ticking);
      let shown = 0;
      const tick = () => {
        const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
        if (left === 0) {
          clearInterval(this.ticking);
          this.setData({ canSend: true, sendText: "重新获取" });
        } else if (left !== shown) {
          shown = left;
          this.setData({ canSend: false, sendText: `${left} 秒后重发` });
        }
      };
      this.ticking = setInterval(tick, TICK_MS);
      tick();
    },

    async onLogin() {
      if (this.data.isBusy) return;
      const troubles = check(this.data, "login");
      if (troubles) return this.setData({ troubles });
      this.setData({ isBusy: true, troubles: {}, note: "" });
      try {
        await client.session.login(phoneOf(this.data.phone), this.data.code.trim());
        this.setData({ ...BLANK, show: false });
        this.settle(true);
      } catch (error) {
        this.setData({ isBusy: false, troubles: refused(error, "login") });
      }
    },

    onTerms() {
      wx.navigateTo({ url: "/pages/terms/terms" });
    },

    /** The policy that the app's owner has filed with WeChat; older WeChats cannot show it. */
    onPrivacy() {
      if (wx.openPrivacyContract) wx.openPrivacyContract({ fail: () => this.onTerms() });
      else this.onTerms();
    },
  },
});
