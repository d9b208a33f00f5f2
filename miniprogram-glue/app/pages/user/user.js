/** Who the diner is here: points, level, check-in, numbers, and the doors to the rest. */

const { client, env } = require("../../services/client");
const { definePage } = require("../../services/page");
const { count } = require("../../utils/format");
const { checkNickname, levelOf, numbersOf, NICKNAME_LENGTH } = require("../../utils/profile");
const { describe, oneLine } = require("../../utils/trouble");

/** Until when this person has checked in, in Unix ms: the server says it when it is asked, not before. */
const checkInKey = (/** @type {number} */ userId) => `fairwheel.checked-in.${userId}`;

definePage({
  data: {
    nicknameLength: NICKNAME_LENGTH,
    isLoading: true,
    trouble: null,
    level: null,
    numbers: [],
    blanks: [0, 1, 2, 3],
    isCheckedIn: false,
    isCheckingIn: false,
    checkInTrouble: null,
    edit: null,
    version: [env.name, `版本 ${env.version}`].filter(Boolean).join(" · "),
  },

  onShow() {
    if (client.session.isLoggedIn) this.read();
  },

  onSession() {
    this.setData({ isLoading: true, trouble: null, level: null, numbers: [], isCheckedIn: false, checkInTrouble: null, edit: null });
    if (client.session.isLoggedIn) this.read();
  },

  listens: {
    points_update() {
      if (this.isShown && client.session.isLoggedIn) this.read();
    },
  },

  async read() {
    const { user } = client.session;
    if (!user) return;
    this.setData({ isCheckedIn: Number(wx.getStorageSync(checkInKey(user.user_id))) > Date.now() });
    try {
      const [info, statistics] = await Promise.all([client.api.user.info(), client.api.user.statistics()]);
      if (!client.session.user || client.session.user.user_id !== info.user_id) return;
      this.setData({ isLoading: false, trouble: null, level: levelOf(info.level, statistics.total_earned_points), numbers: numbersOf(statistics) });
    } catch (error) {
      if (client.session.isLoggedIn) this.setData({ isLoading: false, trouble: describe(error, "您的资料") });
    }
  },

  async onPullDownRefresh() {
    if (client.session.isLoggedIn) await this.read();
    wx.stopPullDownRefresh();
  },

  onRetry() {
    this.setData({ isLoading: true, trouble: null });
    this.read();
  },

  async onLogin() {
    await this.login("");
  },

  async onCheckIn() {
    const { user } = client.session;
    if (this.data.isCheckingIn || this.data.isCheckedIn || !user) return;
    this.setData({ isCheckingIn: true, checkInTrouble: null });
    try {
      const { points, next_at } = await client.api.user.checkIn();
      this.checkedIn(user.user_id, next_at);
      wx.showToast({ title: `签到成功，+${count(points)} 积分`, icon: "none" });
    } catch (error) {
      if (error.code === 409 && error.data && error.data.next_at) {
        this.checkedIn(user.user_id, error.data.next_at);
        wx.showToast({ title: "今天已经签过到了", icon: "none" });
      } else this.setData({ checkInTrouble: describe(error) }); // too long for a toast, which has two lines
    } finally {
      this.setData({ isCheckingIn: false });
    }
  },

  /** @param {number} userId @param {string} nextAt */
  checkedIn(userId, nextAt) {
    wx.setStorageSync(checkInKey(userId), Date.parse(nextAt));
    this.setData({ isCheckedIn: true });
  },

  onEdit() {
    this.setData({ edit: { nickname: this.data.user.nickname, trouble: "", isBusy: false } });
  },

  onNickname(event) {
    this.setData({ "edit.nickname": event.detail.value, "edit.trouble": "" });
  },

  onCloseEdit() {
    this.setData({ edit: null });
  },

  async onSaveNickname() {
    const { edit, user } = this.data;
    if (!edit || edit.isBusy) return;
    const { nickname, trouble } = checkNickname(edit.nickname);
    if (trouble) return this.setData({ "edit.trouble": trouble });
    if (nickname === user.nickname) return this.onCloseEdit();
    this.setData({ "edit.isBusy": true });
    try {
      await client.api.user.update({ nickname });
      this.setData({ edit: null });
    } catch (error) {
      if (this.data.edit) this.setData({ "edit.isBusy": false, "edit.trouble": oneLine(error) });
    }
  },

  onPoints() {
    wx.navigateTo({ url: "/pages/points/points" });
  },

  onNumber(event) {
    const { id } = event.currentTarget.dataset;
    if (id === "month") return this.onPoints();
    getApp().recordsTab = id;
    wx.switchTab({ url: "/pages/records/records" });
  },

  onMerchant() {
    wx.navigateTo({ url: "/merchant/pages/reviews/reviews" });
  },

  onApply() {
    wx.navigateTo({ url: "/merchant/pages/apply/apply" });
  },

  onTerms() {
    wx.navigateTo({ url: "/pages/terms/terms" });
  },

  async onLogout() {
    const { confirm } = await wx.showModal({ title: "退出登录？", content: "积分和记录都会保留，下次登录还在。", confirmText: "退出", cancelText: "不退出" });
    if (confirm) await client.session.logout();
  },
});
