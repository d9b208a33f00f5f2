/** The server's calls, and the four ways in which a call can go wrong. */

/**
 * refused: the server said no, nothing was done · unauthorised: log in again ·
 * network: no answer came · garbled: an answer came that is none of ours, or a 5xx.
 * After the last two nobody knows whether the call was carried out.
 * @typedef {"refused" | "unauthorised" | "network" | "garbled"} ErrorKind
 */

export class ApiError extends Error {
  /**
   * @param {ErrorKind} kind
   * @param {number} code the envelope's code, 0 without one
   * @param {string} message
   * @param {any} [data]
   */
  constructor(kind, code, message, data = null) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.data = data;
  }
}

/** An answer of another shape than promised is as good as none. @param {unknown} error */
export function apiError(error) {
  if (error instanceof ApiError) return error;
  console.warn("fairwheel:", error);
  return new ApiError("garbled", 0, "");
}

const TIMEOUT_MS = 15_000;

/** @param {() => string | null} token */
export function createApi(token) {
  /**
   * @param {"GET" | "POST"} method
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
    /** @returns {Promise<import('./types.js').User>} */
    user: () => call("GET", "/api/user/info"),
    /** @returns {Promise<import('./types.js').Config>} */
    config: () => call("GET", "/api/lottery/config"),
    /** @param {import('./types.js').DrawBody} body @returns {Promise<import('./types.js').DrawAnswer>} */
    draw: (body) => call("POST", "/api/lottery/draw", body),
    /** @param {number} page @param {number} [size] @returns {Promise<import('./types.js').Records>} */
    records: (page, size = 30) => call("GET", `/api/lottery/records?page=${page}&size=${size}`),
    /** @param {string} drawId */
    proof: (drawId) => call("GET", `/api/lottery/proof/${encodeURIComponent(drawId)}`),
  };
}

/** @param {number} status @param {string} text */
function unwrap(status, text) {
  let envelope;
  try {
    envelope = JSON.parse(text);
  } catch {
    throw new ApiError("garbled", 0, "");
  }
  if (typeof envelope?.code !== "number") throw new ApiError("garbled", 0, "");
  const { code, data } = envelope;
  const message = typeof envelope.message === "string" ? envelope.message : "";
  if (status === 200 && code === 0) return data;
  if (code === 401) throw new ApiError("unauthorised", code, message);
  throw new ApiError(status >= 500 ? "garbled" : "refused", code, message, data);
}
