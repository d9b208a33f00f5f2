/**
 * Which server the app talks to. Whoever installs the app sets the addresses here; nothing secret belongs in this file,
 * as everybody who has the app can read it.
 *
 * `isDev && !needAuth` is the offline mode: the app answers its own calls on the phone, with made-up prizes and products.
 * To work against a server of one's own, set `needAuth` to true and `baseUrl` to its address.
 *
 * @typedef {object} Env
 * @property {string} name
 * @property {string} baseUrl without a slash at the end; production needs https, and the address in the app's list of domains
 * @property {string} [wsUrl] of its WebSocket, if that is not at `baseUrl`
 * @property {boolean} isDev
 * @property {boolean} needAuth
 */

/** @type {Record<"development" | "testing" | "production", Env>} */
const ENVIRONMENTS = {
  development: { name: "开发版", baseUrl: "http://127.0.0.1:3000", isDev: true, needAuth: false },
  testing: { name: "体验版", baseUrl: "https://test.example.com", isDev: false, needAuth: true },
  production: { name: "", baseUrl: "https://www.example.com", isDev: false, needAuth: true },
};

/** @type {Record<string, keyof typeof ENVIRONMENTS>} */
const BY_VERSION = { develop: "development", trial: "testing", release: "production" };

/** WeChat says which of its three versions is running; what it does not say is taken for the one everybody has. */
function current() {
  try {
    return BY_VERSION[wx.getAccountInfoSync().miniProgram.envVersion] || "production";
  } catch (error) {
    return "production";
  }
}

const env = ENVIRONMENTS[current()];

module.exports = { ...env, version: "0.1.0" };
