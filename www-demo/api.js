/** The server's calls. */

import { ApiError } from "./common/api-error.js";

const TIMEOUT_MS = 15_000;

/** @param {() => string | null} token */
export function createApi(token) {
  /**
   * @param {"GET" | "POST" | "PUT"} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<any>}
   */
  async function call(method, path, body) {
    const bearer = token();
    /** @type {Record<string, string>} */
    const headers = { accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (bearer) headers.authorization = `Bearer ${bearer}`;
    const abort = new AbortController(); // AbortSignal.timeout is missing in phones of 2022
    const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
    let text;
    let status;
    try {
      const response = await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: "no-store",
        signal: abort.signal,
      });
      status = response.status;
      text = await response.text();
    } catch {
      throw new ApiError("network", 0, "");
    } finally {
      clearTimeout(timer);
    }
    return unwrap(status, text);
  }

  return {
    /** @param {string} phone */
    sendCode: (phone) => call("POST", "/api/auth/send-code", { phone }),
    /** @param {string} phone @param {string} code */
    login: (phone, code) => call("POST", "/api/auth/login", { phone, code }),
    /** @returns {Promise<import('./common/types.js').User>} */
    user: () => call("GET", "/api/user/info"),
    /** @returns {Promise<import('./common/types.js').Config>} */
    config: () => call("GET", "/api/lottery/config"),
    /** @param {import('./common/types.js').DrawBody} body @returns {Promise<import('./common/types.js').DrawAnswer>} */
    draw: (body) => call("POST", "/api/lottery/draw", body),
    /** @param {number} page @param {number} [size] @returns {Promise<import('./common/types.js').Records>} */
    records: (page, size = 30) => call("GET", `/api/lottery/records?page=${page}&size=${size}`),
    /** Not yet checked. @returns {Promise<unknown>} */
    odds: () => call("GET", "/api/lottery/odds"),
    /** @param {string} drawId */
    proof: (drawId) => call("GET", `/api/lottery/proof/${encodeURIComponent(drawId)}`),
    /** The active wheel as a merchant publishes it. */
    merchantConfig: () => call("GET", "/api/merchant/lottery/config"),
    /** @param {object} body */
    publish: (body) => call("PUT", "/api/merchant/lottery/config", body),
    /** @param {string} data a `data:` URL @returns {Promise<{image: string}>} */
    addPicture: (data) => call("POST", "/api/merchant/pictures", { data }),
  };
}

/** @param {number} status @param {string} text */
function unwrap(status, text) {
  let envelope;
  try {
    envelope = JSON.parse(text);
  } catch {
    throw new ApiError("not_json", 0, "");
  }
  if (typeof envelope?.code !== "number") throw new ApiError("not_json", 0, "");
  const { code, data } = envelope;
  const message = typeof envelope.message === "string" ? envelope.message : "";
  if (status === 200 && code === 0) return data;
  if (code === 401) throw new ApiError("expired", code, message);
  throw new ApiError(status >= 500 ? "server" : "refused", code, message, data);
}
