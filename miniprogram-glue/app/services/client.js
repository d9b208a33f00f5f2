/** The one client of the app: what talks to the server, and knows who is logged in. */

const { createClient } = require("fairwheel-miniprogram");
const env = require("../config/env");

const client = createClient({ baseUrl: env.baseUrl, wsUrl: env.wsUrl, isOffline: env.isDev && !env.needAuth });

module.exports = { client, env };
