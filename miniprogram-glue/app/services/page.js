/** What every page of the app shares: who is here, how large the text is, asking for a login. */

const { client } = require("./client");
const { textSize } = require("./text-size");
const { points } = require("../utils/format");

/** The part of a page's data that follows the session. */
function present() {
  const { user, isLoggedIn } = client.session;
  return { user, isLoggedIn, pointsText: user ? points(user.total_points) : "" };
}

/**
 * Defines a page. Its data has `user`, `isLoggedIn`, `pointsText`, `textSize` (a class for its outermost view) and
 * `isOffline`, kept up to date. It may have:
 * - `onSession()`: somebody has come or gone;
 * - `onBalance()`: the one who is here has another number of points;
 * - `listens`: what it does with the server's messages, `{stock_update(data) {…}}`.
 * Every page's view ends with `<auth-modal id="auth"/>`, and `this.login(why)` opens it.
 *
 * @param {Record<string, any>} options as for `Page`
 */
function definePage(options) {
  const { onLoad, onShow, onHide, onUnload, onSession, onBalance, listens = {}, data } = options;
  const { listens: _, ...rest } = options;
  Page({
    ...rest,

    data: { ...data, user: null, isLoggedIn: false, pointsText: "", textSize: "", isOffline: client.isOffline },

    onLoad(query) {
      let { user: before } = present();
      this.setData({ ...present(), textSize: textSize() });
      this.offs = Object.keys(listens).map((type) => client.socket.on(type, (message) => listens[type].call(this, message)));
      this.offs.push(
        client.session.onChange((/** @type {any} */ told) => {
          const now = present();
          /** @type {any[]} */
          const [was, is] = [before || {}, now.user || {}];
          before = now.user;
          this.setData(now);
          if (was.user_id === is.user_id) {
            if (onBalance && was.total_points !== is.total_points) onBalance.call(this);
            return;
          }
          if (told && told.change === "expired" && this.isShown) wx.showToast({ title: "登录已过期，请重新登录", icon: "none" });
          if (onSession) onSession.call(this);
        }),
      );
      if (onLoad) onLoad.call(this, query);
    },

    onShow() {
      this.isShown = true;
      this.setData({ ...present(), textSize: textSize() });
      if (onShow) onShow.call(this);
    },

    onHide() {
      this.isShown = false;
      if (onHide) onHide.call(this);
    },

    onUnload() {
      this.isShown = false;
      for (const off of this.offs) off();
      if (onUnload) onUnload.call(this);
    },

    /**
     * Asks for a login, if there is none.
     * @param {string} [why] what it is needed for, in words
     * @returns {Promise<boolean>} whether somebody is logged in now
     */
    login(why) {
      if (client.session.isLoggedIn) return Promise.resolve(true);
      return this.selectComponent("#auth").ask(why);
    },

    /**
     * Asks for a login in the place of one that the server no longer takes, and has not ended either.
     * @param {string} why @returns {Promise<boolean>} whether somebody is logged in now
     */
    async loginAnew(why) {
      await client.session.logout();
      return this.login(why);
    },
  });
}

module.exports = { definePage };
