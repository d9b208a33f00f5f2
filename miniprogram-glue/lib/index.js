/** The library: one client for each server, and the core. */

import { ApiError } from "../../www-demo/common/api-error.js";
import { sectorColour } from "../../www-demo/common/colour.js";
import { createApi } from "./api/api.js";
import { createCaller } from "./api/caller.js";
import { withPoints } from "./api/points.js";
import { loadCore } from "./core/index.js";
import { createDraws } from "./draws/draws.js";
import { createHost } from "./host.js";
import { createOffline } from "./offline/offline.js";
import { createSession } from "./session/session.js";
import { createState } from "./session/state.js";
import { createPhoneStore } from "./session/store.js";
import { createSocket } from "./socket/socket.js";

export { ApiError, loadCore, sectorColour };

/**
 * @typedef {object} Options
 * @property {string} [baseUrl] of the server, `https://…`
 * @property {string} [wsUrl] of its WebSocket; default: that of `baseUrl`
 * @property {boolean} [isOffline] no server: the core answers on the phone
 * @property {number} [timeoutMs] for each attempt of a call, default 10 s
 * @property {Partial<import('./host.js').Host>} [host] for tests
 */

/** @param {Options} options */
export function createClient({ baseUrl = "", wsUrl, timeoutMs = 10_000, isOffline = false, host: given = {} }) {
  const server = baseUrl.replace(/\/+$/, "");
  const host = createHost({ loadCore, ...given });
  const store = createPhoneStore(host.wx, isOffline ? "offline" : server);
  const state = createState(store);
  const offline = isOffline ? createOffline({ host, store, state }) : null;
  const call = offline ? offline.call : createCaller({ host, state, store, baseUrl: server, timeoutMs });
  const api = withPoints(createApi({ call, host, baseUrl: server }), state);
  const socket = offline
    ? offline.socket
    : createSocket({ host, store, state, auth: api.auth, wsUrl: wsUrl || `${server.replace(/^http/, "ws")}/ws` });
  return {
    api,
    session: createSession({ state, api }),
    draws: createDraws({ host, store, state, api }),
    socket,
    isOffline,
    core: host.loadCore,
  };
}

/** @typedef {ReturnType<typeof createClient>} Client */
