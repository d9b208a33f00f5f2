/** A server for tests: the offline shop behind the envelope, which can be told to lie, to be silent and to forget. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { createHost } from "../../lib/host.js";
import { createOffline } from "../../lib/offline/offline.js";
import { createState } from "../../lib/session/state.js";
import { createPhoneStore } from "../../lib/session/store.js";
import { loadCore } from "./core.mjs";
import { createPhone, ok, refused } from "./phone.mjs";

/** @param {{now: () => number}} clock */
export function createShopServer(clock) {
  const { wx } = createPhone(() => ({}));
  const host = createHost({ wx, loadCore, now: clock.now });
  const store = createPhoneStore(wx, "server");
  const state = createState(store);
  const offline = createOffline({ host, store, state });
  /** Changes an answer on its way: `[path, change]`. @type {[RegExp, (data: any, ask: any) => any][]} */
  const lies = [];
  /** @type {[RegExp, any][]} */
  const refusals = [];

  /** @param {any} ask */
  async function answer({ method, path, body }) {
    const [plain = "", search = ""] = path.split("?");
    const query = Object.fromEntries(new URLSearchParams(search));
    for (const [pattern, raw] of refusals) if (pattern.test(path)) return raw;
    try {
      let data = await offline.call({ method, path: plain, query, body, isPublic: plain.startsWith("/api/auth/") });
      if (plain === "/api/auth/login") state.open(data, data.user_info);
      for (const [pattern, change] of lies) if (pattern.test(path)) data = await change(data, body);
      return data?.statusCode || data?.errMsg || typeof data === "symbol" ? data : ok(data);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return refused(error.code, error.message, error.data);
    }
  }

  return {
    answer,
    call: offline.call,
    /** @param {RegExp} path @param {(data: any, body: any) => any} change data, or a raw answer instead */
    lie: (path, change) => void lies.push([path, change]),
    /** Answers so without doing anything. @param {RegExp} path @param {any} raw */
    refuse: (path, raw) => void refusals.push([path, raw]),
    honest() {
      lies.splice(0);
      refusals.splice(0);
    },
  };
}
