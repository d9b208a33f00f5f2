/** A merchant beside the page: what is asked of the server without it. */

import assert from "node:assert/strict";

const BASE = process.env.FAIRWHEEL_BASE_URL;
/** A merchant's phone: that of the demonstration data unless told otherwise. */
export const MERCHANT_PHONE = process.env.FAIRWHEEL_MERCHANT_PHONE ?? "13800138888";

/**
 * The data of the server's answer.
 * @param {string} method @param {string} path @param {object | null} [body] @param {string} [token]
 */
export async function ask(method, path, body = null, token = "") {
  const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
  const response = await fetch(`${BASE}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const { code, message, data } = await response.json();
  assert.equal(code, 0, `${method} ${path}: ${message}`);
  return data;
}

/** Logs in; a code is sent once a minute. @param {string} phone @returns {Promise<{token: string, userId: number}>} */
export async function tokenOf(phone) {
  for (let turn = 0; ; turn += 1) {
    try {
      const { dev_code } = await ask("POST", "/api/auth/send-code", { phone });
      const { access_token, user_info } = await ask("POST", "/api/auth/login", { phone, code: dev_code });
      return { token: access_token, userId: user_info.user_id };
    } catch (error) {
      const [, seconds = ""] = /(\d+) ?秒/.exec(String(error)) ?? [];
      if (turn > 0 || seconds === "") throw error;
      await new Promise((resolve) => setTimeout(resolve, Number(seconds) * 1000 + 500));
    }
  }
}

/** @param {string} token */
export const liveWheel = (token) => ask("GET", "/api/merchant/lottery/config", null, token);

/** What is sent to publish a wheel again. @param {any} config */
export const bodyOf = ({ cost_points, daily_limit, fallback, rules, prizes }) => ({
  cost_points,
  daily_limit,
  fallback,
  rules,
  prizes: prizes.map((/** @type {any} */ { stock_left, ...prize }) => prize),
});

/** Another merchant publishes. @param {string} token @param {(body: any) => any} change */
export async function publishElsewhere(token, change) {
  return ask("PUT", "/api/merchant/lottery/config", change(bodyOf(await liveWheel(token))), token);
}

/** Ten draws of one diner. @param {string} phone */
export async function drawTen(phone) {
  const { token } = await tokenOf(phone);
  const { fairness } = await ask("GET", "/api/lottery/config", null, token);
  const body = { draw_type: "ten", count: 10, client_seed: "tests", table_hash: fairness.table_hash, nonce: fairness.nonce, request_id: `ten-${Date.now()}` };
  return ask("POST", "/api/lottery/draw", body, token);
}
