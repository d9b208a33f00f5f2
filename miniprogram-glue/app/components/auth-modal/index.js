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
      if (!this.isSending) this.tick();
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
      this.setData({ phone: event.detail.value, devCode: "", "troubles.phone": "" });
      if (!this.isSending) this.tick();
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
      const phone = phoneOf(this.data.phone);
      this.isSending = true;
      this.setData({ canSend: false, sendText: "正在发送…", troubles: {}, note: "" });
      try {
        const answer = await client.session.sendCode(phone);
        this.wait(phone, answer.retry_after || 60);
        // Who has typed another number meanwhile is told nothing of the first.
        if (phoneOf(this.data.phone) === phone) this.setData({ devCode: answer.dev_code || "", note: answer.dev_code ? "" : "验证码已发送，请查看短信。" });
      } catch (error) {
        const wait = error.code === 1002 && error.data && error.data.retry_after_s;
        if (wait) this.wait(phone, wait);
        if (phoneOf(this.data.phone) === phone) this.setData({ troubles: refused(error, "code") });
      }
      this.isSending = false;
      this.tick();
    },

    /** Who comes with another number does not wait for the first. @param {string} phone @param {number} seconds */
    wait(phone, seconds) {
      this.ends = { ...this.ends, [phone]: Date.now() + seconds * 1000 };
    },

    tick() {
      clearInterval(this.ticking);
      const show = () => {
        const end = (this.ends || {})[phoneOf(this.data.phone)] || 0;
        const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
        const sendText = left > 0 ? `${left} 秒后重发` : end > 0 ? "重新获取" : "获取验证码";
        if (left === 0) clearInterval(this.ticking);
        if (sendText !== this.data.sendText) this.setData({ canSend: left === 0, sendText });
      };
      this.ticking = setInterval(show, TICK_MS);
      show();
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
