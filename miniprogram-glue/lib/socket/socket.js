/** The socket that stays: connects again, says again what was asked for, and hears what it missed. */

import { ApiError } from "../../../www-demo/common/api-error.js";
import { queryOf } from "../api/caller.js";
import { backoffMs } from "./backoff.js";
import { connect } from "./connection.js";
import { createEmitter } from "./emitter.js";
import { createLastId } from "./last-id.js";
import { createOutbox } from "./outbox.js";
import { noteEvent } from "./note.js";

/** Open for so long, a connection counts as good, and the waiting begins anew with the next. */
const GOOD_MS = 30_000;
/** Token expired, logged out, or locked out. */
const UNAUTHORISED = 4401;

/**
 * @param {object} parts
 * @param {import('../host.js').Host} parts.host
 * @param {import('../../../www-demo/common/storage.js').Store} parts.store
 * @param {import('../session/state.js').State} parts.state
 * @param {{verify: () => Promise<any>}} parts.auth
 * @param {string} parts.wsUrl
 */
export function createSocket({ host, store, state, auth, wsUrl }) {
  const emitter = createEmitter();
  const outbox = createOutbox();
  let isWanted = false;
  let isHidden = false;
  /** Why the server does not want this visit: until another login, nothing is tried. */
  let refusedVisit = -1;
  let attempt = 0;
  /** @type {ReturnType<typeof connect> | null} */
  let connection = null;
  /** @type {ReturnType<typeof createLastId> | null} */
  let lastId = null;
  /** @type {any} */
  let timer = null;
  /** A network is there again, and the next attempt comes soon: another word of it must not put it off. */
  let isSoon = false;
  /** Counts connections: what comes of an earlier one is not heard. */
  let turn = 0;

  const mayTry = () => isWanted && !isHidden && state.token !== null && refusedVisit !== state.visit;

  function disconnect() {
    turn += 1;
    host.clearTimeout(timer);
    timer = null;
    isSoon = false;
    connection?.close();
    connection = null;
    lastId?.keep();
    emitter.state(mayTry() ? "connecting" : "offline");
  }

  /** Connects anew, now or after a while. @param {number} ms */
  function again(ms) {
    disconnect();
    if (!mayTry()) return;
    if (ms === 0) open();
    else timer = host.setTimeout(open, ms);
  }

  function open() {
    timer = null;
    isSoon = false;
    const { user, token } = state;
    if (!mayTry() || !user || !token) return;
    const mine = ++turn;
    const ids = createLastId(store, user.user_id);
    lastId = ids;
    let openedAt = 0;
    const url = wsUrl + queryOf({ token, client_type: "miniprogram", last_id: ids.value });
    const made = connect(host, url, {
      message(message) {
        if (mine !== turn || !ids.hear(message)) return;
        if (message.type === "connected") {
          openedAt = host.now();
          for (const { type, data } of outbox.take()) connection?.send(type, data);
          emitter.state("online");
        }
        noteEvent(state, message);
        emitter.emit(message.type, message.data);
      },
      end(code) {
        if (mine !== turn) return;
        connection = null;
        void ended(code, openedAt);
      },
    });
    if (mine === turn) connection = made;
  }

  /** @param {number} code @param {number} openedAt 0 if it never was */
  async function ended(code, openedAt) {
    if (openedAt > 0 && host.now() - openedAt >= GOOD_MS) attempt = 0;
    disconnect();
    const mine = turn;
    // A handshake that fails does not say why. Any call would find out, and renew the token on the way.
    const isGood = openedAt > 0 && code !== UNAUTHORISED ? true : await tokenIsGood();
    if (mine !== turn) return;
    again(isGood && code === UNAUTHORISED && attempt === 0 ? 0 : backoffMs(attempt, host.random()));
    attempt += 1;
  }

  /** Logs out if the session is over; a locked-out user stays, and is left alone. */
  async function tokenIsGood() {
    const { visit } = state;
    try {
      await auth.verify();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.kind === "refused" && error.code === 403) refusedVisit = visit;
      return false;
    }
  }

  state.onChange(({ change }) => {
    if (change === "user") return;
    if (change !== "renewed") {
      outbox.clear();
      attempt = 0;
    }
    if (isWanted) again(0);
  });
  host.wx.onAppHide?.(() => {
    isHidden = true;
    if (isWanted) disconnect();
  });
  host.wx.onAppShow?.(() => {
    isHidden = false;
    if (isWanted && !connection) again(0);
  });
  host.wx.onNetworkStatusChange?.((/** @type {{isConnected: boolean}} */ { isConnected }) => {
    // Another network, or a word that is not true: a connection that lives stays. Without being told, too, attempts go on.
    if (connection) connection.probe();
    else if (isWanted && isConnected && !isSoon) {
      again(backoffMs(0, host.random()));
      isSoon = timer !== null;
    }
  });

  return {
    /** Connects whenever somebody is logged in and the app can be seen. */
    start() {
      if (isWanted) return;
      isWanted = true;
      again(0);
    },
    stop() {
      isWanted = false;
      disconnect();
    },
    /**
     * A message's data by its type; `state` is `online`, `connecting` or `offline`.
     * @param {string} type @param {(data: any) => void} listener @returns {() => void} stops it
     */
    on: emitter.on,
    /** @param {string} type @param {any} data @returns {boolean} whether it was said now; if not, on the next connection */
    send(type, data) {
      const isOnline = outbox.put(type, data, emitter.isOnline());
      if (isOnline) connection?.send(type, data);
      return isOnline;
    },
  };
}
