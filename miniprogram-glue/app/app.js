const { client } = require("./services/client");

App({
  onLaunch() {
    client.session.restore();
  },

  onShow() {
    client.socket.start();
  },

  /** A phone that is put away should not keep a socket open; what it misses is replayed later. */
  onHide() {
    client.socket.stop();
  },
});
