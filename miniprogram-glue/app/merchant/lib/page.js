/** What every merchant's page shares: who may be here, what to do when not, and asking before something is done. */

const { client } = require("../../services/client");
const { definePage } = require("../../services/page");
const { failure } = require("./failure");

/**
 * Defines a page for merchants. `enter()` reads what it shows, once somebody is logged in, and again when they come back to
 * the page. The data has `gate`: "" or why nobody may see it, shown by `<desk-gate>`.
 * @param {Record<string, any>} options as for `definePage`
 */
function defineDeskPage(options) {
  const { data, onLoad, onShow, onUnload } = options;
  definePage({
    ...options,

    data: { ...data, gate: "" },

    onLoad(query) {
      this.isHere = true;
      if (onLoad) onLoad.call(this, query);
      this.begin();
    },

    onShow() {
      if (onShow) onShow.call(this);
      if (this.wasAway && this.data.gate === "") this.enter(true);
      this.wasAway = false;
    },

    onHide() {
      this.wasAway = true;
    },

    onUnload() {
      this.isHere = false;
      if (onUnload) onUnload.call(this);
    },

    onSession() {
      this.begin();
    },

    /** Whether somebody is a merchant only the server knows: it may have changed a minute ago. */
    begin() {
      if (!client.session.isLoggedIn) {
        this.setData({ gate: "login" });
        return;
      }
      this.setData({ gate: "" });
      this.enter(false);
    },

    async onGate() {
      if (this.data.gate === "login") await this.login("登录后管理店铺");
      else this.begin();
    },

    /**
     * Takes note of a failed call. Without the right to be here the page closes its doors.
     * @param {any} error @param {string} doing
     * @returns {{kind: string, title: string, text: string}}
     */
    failed(error, doing) {
      const trouble = failure(error, doing);
      if (trouble.kind !== "other" && this.isHere) this.setData({ gate: trouble.kind });
      return trouble;
    },

    /** What waits, in the tabs: there are none while the doors are closed. */
    recount() {
      const tabs = this.isHere && this.selectComponent("#tabs");
      if (tabs) tabs.refresh();
    },

    /** The same, told in a box. @param {any} error @param {string} doing */
    async tell(error, doing) {
      const trouble = this.failed(error, doing);
      if (trouble.kind === "other") await say(trouble);
    },
  });
}

/** @param {string} title */
function toast(title) {
  wx.showToast({ title, icon: "none" });
}

/** @param {{title: string, text: string}} what */
const say = ({ title, text }) => new Promise((resolve) => wx.showModal({ title, content: text, showCancel: false, confirmText: "知道了", complete: resolve }));

let isAsking = false;

/**
 * WeChat's question comes a moment after the tap: a second tap until then must not ask, and do, the same again.
 * @param {{title: string, text: string, confirm: string}} what
 * @returns {Promise<boolean>}
 */
async function ask({ title, text, confirm }) {
  if (isAsking) return false;
  isAsking = true;
  try {
    return (await wx.showModal({ title, content: text, confirmText: confirm, cancelText: "再想想" })).confirm;
  } catch (_error) {
    return false;
  } finally {
    isAsking = false;
  }
}

module.exports = { ask, client, defineDeskPage, say, toast };
