/** No server at all: the same calls, answered in the phone by the core. For looking at the app and designing it. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { LOG_IN } from "../api/words.js";
import { hex, randomBytes } from "../random/random.js";
import { createEmitter } from "../socket/emitter.js";
import { noteEvent } from "../socket/note.js";
import { EXCHANGE } from "./exchange.js";
import { LOTTERY } from "./lottery.js";
import { PHOTO } from "./photo.js";
import { PRODUCTS } from "./products.js";
import { demoWheel } from "./seed.js";
import { loadShop, newShop, saveShop } from "./shop.js";
import { USER } from "./user.js";
import { WHEEL } from "./wheel.js";

/** @typedef {import('../api/caller.js').Ask} Ask */

/** Those without an id in the path first: they are more exact. */
const ROUTES = Object.entries({ ...USER, ...LOTTERY, ...EXCHANGE, ...PRODUCTS, ...PHOTO, ...WHEEL })
  .map(([name, handle]) => ({ pattern: new RegExp(`^${name.replace("{id}", "([^/]+)")}$`), handle }))
  .sort((one, other) => one.pattern.source.split("(").length - other.pattern.source.split("(").length);

/** A call's own copy: what a page does with an answer must not change the shop. @template T @param {T} data @returns {T} */
const copyOf = (data) => JSON.parse(JSON.stringify(data));

/**
 * @param {object} parts
 * @param {import('../host.js').Host} parts.host
 * @param {import('../../../www-demo/common/storage.js').Store} parts.store
 * @param {import('../session/state.js').State} parts.state
 */
export function createOffline({ host, store, state }) {
  const emitter = createEmitter();
  let isStarted = false;
  /** One call at a time, as in a transaction. @type {Promise<unknown>} */
  let last = Promise.resolve();

  /** @param {any} message */
  function push(message) {
    if (!isStarted) return;
    host.setTimeout(() => {
      noteEvent(state, message);
      emitter.emit(message.type, message.data);
    }, 0);
  }

  /** @param {Ask} ask @returns {Promise<any>} */
  async function answer(ask) {
    const core = await host.loadCore();
    const now = host.now();
    const at = new Date(now).toISOString();
    const shop = loadShop(store) || newShop(core, at, demoWheel());
    const me = shop.users.find(({ user_id }) => state.user && user_id === state.user.user_id);
    if (!ask.isPublic && (!state.token || !me)) {
      state.close("expired"); // the shop was removed, and its users with it
      throw new ApiError("expired", 401, LOG_IN);
    }
    const { request_id, ...body } = copyOf(ask.body || {});
    const kept = request_id && shop.answers.find((one) => one.request_id === request_id && one.user_id === me?.user_id);
    const asked = JSON.stringify([ask.method, ask.path, body]);
    if (kept && kept.asked !== asked) throw new ApiError("refused", 409, "该 request_id 已用于另一个请求");
    if (kept) return kept.data;

    const found = ROUTES.map(({ pattern, handle }) => ({ match: pattern.exec(`${ask.method} ${ask.path}`), handle })).find(({ match }) => match);
    if (!found) throw new ApiError("refused", 404, "离线演示没有这个功能。");
    const id = decodeURIComponent(found.match?.[1] || "");
    const seed = hex(await randomBytes(host, 32));
    /** @type {any[]} */
    const events = [];
    const visit = { shop, me, body, query: ask.query || {}, id, photo: ask.photo, core, now, at, seed };
    const data = copyOf(found.handle({ ...visit, push: (type, told) => events.push({ type, data: told }) }));
    if (request_id) shop.answers.push({ request_id, user_id: me?.user_id, asked, data });
    if (ask.method !== "GET") saveShop(store, shop);
    else if (!loadShop(store)) saveShop(store, shop);
    events.forEach(push);
    return data;
  }

  return {
    /** @param {Ask} ask @returns {Promise<any>} rejected with an ApiError */
    call(ask) {
      const mine = last.then(() => answer(ask));
      last = mine.catch(() => {});
      return mine;
    },
    socket: {
      start() {
        isStarted = true;
        emitter.state("online");
      },
      stop() {
        isStarted = false;
        emitter.state("offline");
      },
      on: emitter.on,
      send: () => isStarted,
    },
  };
}
