/** Every call of the server by noun and verb. */

import { merchantCalls } from "./merchant.js";
import { photoCalls } from "./photo.js";

/** @typedef {import('./caller.js').Call} Call */
/** @typedef {{page?: number, size?: number}} Page */
/** @typedef {ReturnType<typeof createApi>} Api */

/**
 * @param {object} parts
 * @param {Call} parts.call
 * @param {import('../host.js').Host} parts.host
 * @param {string} parts.baseUrl
 */
export function createApi({ call, host, baseUrl }) {
  return {
    auth: authCalls(call),
    user: userCalls(call),
    lottery: lotteryCalls(call),
    exchange: exchangeCalls(call),
    photo: photoCalls({ call, host, baseUrl }),
    merchant: merchantCalls({ call, host, baseUrl }),
  };
}

/** What they answer is for `session` to keep: pages log in and out there. @param {Call} call */
function authCalls(call) {
  const post = (/** @type {string} */ verb, /** @type {object} */ body) =>
    call({ method: "POST", path: `/api/auth/${verb}`, body, isPublic: true, isOnce: verb !== "refresh" });
  return {
    /** @param {string} phone */
    sendCode: (phone) => post("send-code", { phone }),
    /** @param {string} phone @param {string} code @param {string} [nickname] */
    login: (phone, code, nickname) => post("login", { phone, code, nickname }),
    /** @param {string} refresh_token */
    refresh: (refresh_token) => post("refresh", { refresh_token }),
    verify: () => call({ method: "GET", path: "/api/auth/verify" }),
    /** @param {string} [bearer] instead of the session's own */
    logout: (bearer) => call({ method: "POST", path: "/api/auth/logout", bearer }),
  };
}

/** @param {Call} call */
function userCalls(call) {
  return {
    info: () => call({ method: "GET", path: "/api/user/info" }),
    /** @param {{nickname?: string, avatar?: string, client_seed?: string}} changes */
    update: (changes) => call({ method: "PUT", path: "/api/user/info", body: changes }),
    statistics: () => call({ method: "GET", path: "/api/user/statistics" }),
    /** @param {Page & {type?: "all" | "earn" | "spend"}} [query] */
    pointsRecords: (query) => call({ method: "GET", path: "/api/user/points-records", query }),
    checkIn: () => call({ method: "POST", path: "/api/user/check-in", body: {}, isMoving: true }),
  };
}

/** @param {Call} call */
function lotteryCalls(call) {
  return {
    config: () => call({ method: "GET", path: "/api/lottery/config" }),
    /** `client.draws` draws with seed, memory and verdict; this is the call alone. @param {any} body @param {boolean} [isAgain] */
    draw: (body, isAgain) => call({ method: "POST", path: "/api/lottery/draw", body, isMoving: true, isCharged: true, isAgain }),
    /** @param {Page} [query] */
    records: (query) => call({ method: "GET", path: "/api/lottery/records", query }),
    /** @param {string} drawId */
    proof: (drawId) => call({ method: "GET", path: `/api/lottery/proof/${encodeURIComponent(drawId)}` }),
    statistics: () => call({ method: "GET", path: "/api/lottery/statistics" }),
    odds: () => call({ method: "GET", path: "/api/lottery/odds", isPublic: true }),
  };
}

/** @param {Call} call */
function exchangeCalls(call) {
  return {
    /** @param {Page & {category?: string, sort?: string}} [query] */
    products: (query) => call({ method: "GET", path: "/api/exchange/products", query }),
    categories: () => call({ method: "GET", path: "/api/exchange/categories" }),
    /** `exchange_points` is the price of one that was shown: at another one it is refused. @param {{product_id: number, quantity: number, exchange_points?: number, request_id?: string}} body */
    redeem(body) {
      // At whichever price: while nobody knows whether it was done, it is asked for again as it was.
      const wish = { product_id: body.product_id, quantity: body.quantity };
      return call({ method: "POST", path: "/api/exchange/redeem", body, wish, isMoving: true, isCharged: true });
    },
    /** @param {Page & {status?: string}} [query] */
    records: (query) => call({ method: "GET", path: "/api/exchange/records", query }),
  };
}
