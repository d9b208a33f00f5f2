/** At the head of a page: that the app works without a server, or that it has lost its server for now. */
const { client } = require("../../services/client");

/** A moment without a line is no news. */
const PATIENCE_MS = 4000;

Component({
  data: { isOffline: client.isOffline, isLost: false },
  lifetimes: {
    attached() {
      if (client.isOffline) return;
      this.off = client.socket.on("state", (/** @type {string} */ state) => {
        clearTimeout(this.timer);
        if (state === "online" || !client.session.isLoggedIn) this.setData({ isLost: false });
        else this.timer = setTimeout(() => this.setData({ isLost: client.session.isLoggedIn }), PATIENCE_MS);
      });
    },
    detached() {
      clearTimeout(this.timer);
      if (this.off) this.off();
    },
  },
});
