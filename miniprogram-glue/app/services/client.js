/** The one client of the app: what talks to the server, and knows who is logged in. */

const { createClient, loadCore } = require("fairwheel-miniprogram");
const env = require("../config/env");

// A phone that runs no wasm fetches the same core as plain JavaScript.
loadCore({ fallback: () => require.async("../fallback/core.js") }).catch(() => {});

const client = createClient({ baseUrl: env.baseUrl, wsUrl: env.wsUrl, isOffline: env.isDev && !env.needAuth });

module.exports = { client, env };
