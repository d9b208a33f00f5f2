/** A call from the asking to the answer: bearer, renewal of an expired token, one repetition where that is safe. */

import { ApiError, isAtTheDoor } from "../../../www-demo/common/api-error.js";
import { pause } from "../host.js";
import { requestId } from "../random/random.js";
import { unwrap, withWholePictures } from "./envelope.js";
import { createRenewal, expired } from "./renewal.js";
import { request } from "./request.js";
import { createUnanswered, noteRepeated } from "./unanswered.js";
import { failureWords, LOG_IN } from "./words.js";

/**
 * @typedef {object} Ask
 * @property {string} method
 * @property {string} path
 * @property {Record<string, unknown>} [query]
 * @property {any} [body]
 * @property {boolean} [isPublic] needs no login
 * @property {boolean} [isMoving] moves points or stock, so it takes a request id
 * @property {boolean} [isCharged] costs points
 * @property {object} [wish] what of its body makes it the same wish as one without an answer; all of it, without this
 * @property {boolean} [isAgain] it was sent before, and nobody knows what became of it
 * @property {boolean} [isKnownAgain] the server knows what comes twice
 * @property {boolean} [isOnce] must not be repeated by itself
 * @property {string} [bearer] instead of the session's own; it is not renewed
 * @property {(header: Record<string, string>) => Promise<import('./request.js').Raw>} [send] instead of a plain request
 * @property {{filePath: string, formData: Record<string, string>}} [photo] what is sent, if it is one
 * @property {(error: ApiError, isRepeated: boolean) => any} [rescue] data of an answer that is a success in effect, or null
 */

/** Before a repetition, in milliseconds; up to twice that. */
const PAUSE_MS = 500;

/** @param {Record<string, unknown>} [query] */
export function queryOf(query = {}) {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = pairs.map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`).join("&");
  return text && `?${text}`;
}

/**
 * @param {object} parts
 * @param {import('../host.js').Host} parts.host
 * @param {import('../session/state.js').State} parts.state
 * @param {import('../../../www-demo/common/storage.js').Store} parts.store
 * @param {string} parts.baseUrl
 * @param {number} parts.timeoutMs
 */
export function createCaller({ host, state, store, baseUrl, timeoutMs }) {
  const renew = createRenewal(state, (refresh_token) =>
    call({ method: "POST", path: "/api/auth/refresh", body: { refresh_token }, isPublic: true }),
  );
  const unanswered = createUnanswered(host, store);
  /** Names on their way to be chosen: what is asked for twice at once is one wish. @type {Map<string, Promise<string>>} */
  const naming = new Map();

  /** @param {Ask} ask @param {string | null} bearer @returns {Promise<any>} rejected with an ApiError */
  async function attempt({ method, path, query, body, send }, bearer) {
    /** @type {Record<string, string>} */
    const header = { accept: "application/json" };
    if (bearer) header.authorization = `Bearer ${bearer}`;
    if (body !== undefined) header["content-type"] = "application/json";
    const url = baseUrl + path + queryOf(query);
    try {
      const raw = await (send ? send(header) : request(host, timeoutMs, { url, method, header, body }));
      return withWholePictures(unwrap(raw), baseUrl);
    } catch (error) {
      if (error instanceof ApiError) throw error;
      console.warn("fairwheel:", error);
      throw new ApiError("network", 0, "");
    }
  }

  /** @param {Ask} ask @returns {Promise<any>} the data; rejected with an ApiError in words for a person */
  async function repeated(ask) {
    const { visit } = state;
    let isRepeated = false;
    let isRenewed = false;
    let wasUnanswered = ask.isAgain === true;
    for (;;) {
      const bearer = ask.bearer ?? (ask.isPublic ? null : state.token);
      if (state.visit !== visit && !ask.isPublic && !ask.bearer) throw inWords(expired(), ask, wasUnanswered);
      if (!ask.isPublic && !bearer) throw new ApiError("expired", 401, LOG_IN);
      try {
        return await attempt(ask, bearer);
      } catch (caught) {
        const error = /** @type {ApiError} */ (caught);
        wasUnanswered = wasUnanswered || error.isUnanswered;
        const rescued = ask.rescue?.(error, wasUnanswered);
        if (rescued) return rescued;
        if (error.kind === "expired" && bearer && !ask.bearer && !isRenewed) {
          isRenewed = true;
          await renew(bearer, visit).catch((failed) => {
            throw inWords(failed, ask, wasUnanswered);
          });
          continue;
        }
        if (error.kind === "expired" && isRenewed && state.visit === visit) state.close("expired");
        if (isRepeated || !mayBeRepeated(ask, error)) throw inWords(error, ask, wasUnanswered);
        isRepeated = true;
        await pause(host, PAUSE_MS * (1 + host.random()));
      }
    }
  }

  /** @param {string} wish @returns {Promise<string>} */
  function newName(wish) {
    const named = naming.get(wish) || requestId(host);
    naming.set(wish, named);
    return named.then((name) => {
      naming.delete(wish);
      return name;
    });
  }

  /** @param {Ask} ask @returns {Promise<any>} */
  async function call(ask) {
    const { user } = state;
    if (!ask.isMoving || !user) return repeated(ask);
    if (ask.body?.request_id) return repeated(ask).then((data) => noted(ask, data));
    const { user_id } = user;
    const { path } = ask;
    const wish = JSON.stringify([ask.method, path, ask.wish || ask.body]);
    const before = unanswered.find(user_id, wish);
    const body = before || { ...ask.body, request_id: await newName(`${user_id} ${wish}`) };
    const { request_id } = body;
    unanswered.keep(user_id, { path, wish, body });
    const named = { ...ask, isAgain: before !== null, body };
    try {
      const data = await repeated(named);
      unanswered.forget(user_id, request_id);
      // What costs points is one order beside another; what sets something is the later instead of the earlier.
      if (!ask.isCharged) unanswered.forgetAt(user_id, path);
      return noted(named, data);
    } catch (error) {
      // Asked twice at once, the other one may have been answered: this one was told that the name stays.
      if (error instanceof ApiError && error.isUnknown) unanswered.keep(user_id, { path, wish, body });
      else unanswered.forget(user_id, request_id);
      throw error;
    }
  }

  /** @param {Ask} ask @param {any} data */
  function noted({ isAgain }, data) {
    if (isAgain) noteRepeated(data);
    return data;
  }

  return call;
}

/** @typedef {ReturnType<typeof createCaller>} Call */

/** @param {Ask} ask @param {ApiError} error */
function mayBeRepeated(ask, { kind, code }) {
  if (ask.isOnce || (kind !== "network" && kind !== "timeout" && kind !== "server")) return false;
  return code !== 404 && code !== 405;
}

/**
 * The error as its reader should see it.
 * @param {ApiError} error @param {Ask} ask @param {boolean} wasUnanswered whether an attempt was sent and nobody knows what became of it
 */
function inWords(error, ask, wasUnanswered) {
  const { kind, code, data, message } = error;
  const isMoving = ask.isMoving === true;
  const isCharged = ask.isCharged === true;
  const settles = kind === "refused" && !isAtTheDoor(error);
  const isUnknown = ask.method !== "GET" && !ask.isPublic && wasUnanswered && !settles;
  const consequence = { isUnknown, isCharged, isMoving, isKnownAgain: ask.isKnownAgain };
  const own = failureWords(isUnknown && kind === "refused" ? "server" : kind, consequence);
  const words = kind === "refused" && message ? message + (isUnknown ? `。${own}` : "") : own;
  const told = new ApiError(kind, code, words, data);
  told.isUnknown = isUnknown;
  return told;
}
