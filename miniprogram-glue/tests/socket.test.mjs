/** The socket: when it connects, when it gives up, and what it hears again. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../lib/index.js";
import { backoffMs } from "../lib/socket/backoff.js";
import { createClock, createPhone, fail, ok, refused, settle } from "./harness/phone.mjs";

const BASE = "https://shop.example";
const USER = { user_id: 7, total_points: 500, is_merchant: false };

/** A phone whose sockets the test plays the server of. */
function socketsOf(/** @type {any} */ wx) {
  /** @type {any[]} */
  const sockets = [];
  wx.connectSocket = (/** @type {any} */ options) => {
    /** @type {any} */
    const made = { url: options.url, protocols: options.protocols, sent: [], closed: null };
    const open = sockets.filter((one) => one.closed === null).length;
    assert.equal(open, 0, "never two sockets at once");
    sockets.push(made);
    made.say = async (/** @type {string} */ type, /** @type {any} */ data, /** @type {number} */ id) => {
      made.onMessage({ data: JSON.stringify({ type, data, id, timestamp: "" }) });
      await settle();
    };
    made.accept = async (last_id = 0) => {
      made.onOpen({});
      await made.say("connected", { user_id: 7, last_id }, last_id);
    };
    made.drop = async (/** @type {number} */ code) => {
      made.closed = code;
      made.onClose({ code, reason: "" });
      await settle();
    };
    const keep = (/** @type {string} */ name) => (/** @type {any} */ fn) => void Object.assign(made, { [name]: fn });
    return {
      onOpen: keep("onOpen"),
      onMessage: keep("onMessage"),
      onClose: keep("onClose"),
      onError: keep("onError"),
      send: (/** @type {any} */ { data }) => void made.sent.push(JSON.parse(data)),
      close: (/** @type {any} */ { code }) => void Object.assign(made, { closed: made.closed ?? code }),
    };
  };
  return sockets;
}

/** @param {{answer?: (ask: any) => any, storage?: Map<string, any>, random?: () => number}} [options] */
async function online({ answer = () => ok({ valid: true, user_info: USER }), storage, random = () => 0 } = {}) {
  let pair = 1;
  const phone = createPhone((ask) => {
    if (ask.path === "/api/auth/login") return ok({ access_token: "a1", refresh_token: "r1", user_info: USER });
    if (ask.path === "/api/auth/refresh") {
      pair += 1;
      return ok({ access_token: `a${pair}`, refresh_token: `r${pair}` });
    }
    return answer(ask);
  }, storage);
  /** @type {Record<string, any>} */
  const app = {};
  for (const name of ["onAppHide", "onAppShow", "onNetworkStatusChange"]) /** @type {any} */ (phone.wx)[name] = (/** @type {any} */ fn) => void Object.assign(app, { [name]: fn });
  const sockets = socketsOf(phone.wx);
  const clock = createClock();
  const client = createClient({ baseUrl: BASE, host: { ...clock, wx: phone.wx, random } });
  if (!client.session.isLoggedIn) await client.session.login("13800138000", "123456");
  /** @type {string[]} */
  const states = [];
  client.socket.on("state", (state) => states.push(state));
  client.socket.start();
  const newest = () => sockets[sockets.length - 1];
  return { client, clock, sockets, newest, states, app, ...phone };
}

describe("connecting", () => {
  test("is with token and subprotocol, and is told", async () => {
    const { sockets, newest, states } = await online();
    assert.equal(newest().url, "wss://shop.example/ws?token=a1&client_type=miniprogram");
    assert.deepEqual(newest().protocols, ["wss"]);
    await newest().accept();
    assert.deepEqual([states, sockets.length], [["offline", "connecting", "online"], 1]);
  });

  test("waits for a login, and ends with the logout", async () => {
    const { client, sockets, newest, states } = await online();
    await newest().accept();
    await client.session.logout();
    assert.equal(newest().closed, 1000);
    assert.equal(states.at(-1), "offline");
    await client.session.login("13800138000", "123456");
    assert.equal(sockets.length, 2);
  });

  test("is tried again after ever longer times, up to half a minute", async () => {
    const { clock, sockets, newest } = await online({ random: () => 1 });
    const waits = [];
    for (let n = 0; n < 8; n += 1) {
      await newest().drop(1006);
      waits.push(clock.waiting()[0]);
      await clock.tick(clock.waiting()[0] ?? 0);
      assert.equal(sockets.length, n + 2);
    }
    assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    assert.deepEqual([backoffMs(0, 0), backoffMs(5, 0), backoffMs(1_000, 0)], [500, 15_000, 15_000]);
  });

  test("begins with short times again only after a connection that lasted", async () => {
    const { clock, newest } = await online({ random: () => 1 });
    const lost = async (/** @type {number} */ after) => {
      await newest().accept();
      await clock.tick(after);
      await newest().drop(1006);
      const wait = clock.waiting()[0] ?? 0;
      await clock.tick(wait);
      return wait;
    };
    assert.deepEqual([await lost(10), await lost(10), await lost(10)], [1_000, 2_000, 4_000]);
    assert.equal(await lost(29_999), 8_000);
    assert.equal(await lost(30_000), 1_000);
  });

  test("that WeChat refuses at once is tried again", async () => {
    const { client, clock, sockets, wx } = await online();
    client.socket.stop();
    const connectSocket = wx.connectSocket;
    let refusals = 0;
    wx.connectSocket = (/** @type {any} */ options) => {
      refusals += 1;
      options.fail({ errMsg: "connectSocket:fail" });
    };
    client.socket.start();
    await settle();
    wx.connectSocket = connectSocket;
    await clock.tick(500);
    assert.deepEqual([refusals, sockets.length], [1, 2]);
  });

  test("that throws is tried again, and leaves whoever started it alone", async () => {
    const { client, clock, sockets, wx, states } = await online();
    client.socket.stop();
    const { connectSocket } = wx;
    wx.connectSocket = () => {
      throw new Error("connectSocket:fail exceed max task count");
    };
    client.socket.start();
    await clock.tick(1);
    assert.equal(states.at(-1), "connecting");
    wx.connectSocket = connectSocket;
    await clock.tick(1_000);
    assert.equal(sockets.length, 2);
  });

  test("that never ends is given up", async () => {
    const { clock, sockets, newest } = await online();
    await clock.tick(15_000);
    assert.equal(newest().closed, 1000);
    await clock.tick(500);
    assert.equal(sockets.length, 2);
  });
});

describe("a token that the server no longer takes", () => {
  test("is renewed, and the socket comes back with the new one", async () => {
    let isExpired = true;
    const { newest, sockets, clock } = await online({
      answer: ({ header }) => (isExpired && header.authorization === "Bearer a1" ? refused(401) : ok({ valid: true, user_info: USER })),
    });
    await newest().accept();
    await newest().drop(4401);
    assert.equal(sockets.length, 2, "at once");
    assert.match(newest().url, /token=a2&/);
    isExpired = false;
    await newest().accept();
    assert.deepEqual(clock.waiting(), [30_000]);
  });

  test("at the handshake is found out by a call", async () => {
    const { newest, sockets } = await online({
      answer: ({ header }) => (header.authorization === "Bearer a1" ? refused(401) : ok({ valid: true, user_info: USER })),
    });
    await newest().drop(1006);
    assert.equal(sockets.length, 2);
    assert.match(newest().url, /token=a2&/);
  });

  test("of a user who is locked out is left alone", async () => {
    const { client, newest, sockets, clock, states, app } = await online({ answer: () => refused(403, "账号已停用") });
    await newest().accept();
    await newest().drop(4401);
    await clock.tick(600_000);
    app.onAppShow();
    assert.deepEqual([sockets.length, states.at(-1)], [1, "offline"]);
    await client.session.login("13800138000", "123456");
    assert.equal(sockets.length, 2);
  });

  test("is kept when nobody answers", async () => {
    const { client, newest, clock, sockets } = await online({ answer: () => fail("request:fail ") });
    await newest().drop(1006);
    await clock.tick(2_000);
    assert.equal(sockets.length, 2);
    assert.equal(client.session.isLoggedIn, true);
  });

  test("that any other call renews is taken up", async () => {
    const { client, newest, sockets } = await online({
      answer: ({ header }) => (header.authorization === "Bearer a1" ? refused(401) : ok({})),
    });
    await newest().accept(5);
    await client.api.user.statistics();
    assert.equal(sockets.length, 2);
    assert.match(newest().url, /token=a2&.*last_id=5/);
  });
});

describe("the heartbeat", () => {
  test("asks every 30 s, and gives up a connection without a pong", async () => {
    const { clock, newest, sockets } = await online();
    await newest().accept();
    const first = newest();
    await clock.tick(30_000);
    assert.deepEqual(first.sent.map((/** @type {any} */ { type }) => type), ["ping"]);
    assert.ok(first.sent[0].data.client_time);
    await first.say("pong", {}, 0);
    await clock.tick(30_000);
    assert.equal(first.sent.length, 2);
    await clock.tick(9_999);
    assert.equal(first.closed, null);
    await clock.tick(1);
    assert.equal(first.closed, 1000);
    await clock.tick(500);
    assert.equal(sockets.length, 2);
  });

  test("is quiet while anything comes", async () => {
    const { clock, newest } = await online();
    await newest().accept();
    for (let n = 1; n < 5; n += 1) {
      await clock.tick(29_000);
      await newest().say("stock_update", { product_id: 1, stock: 2 }, n);
    }
    assert.equal(newest().sent.length, 0);
  });
});

describe("events", () => {
  test("that were missed are asked for, in this run and the next", async () => {
    const { client, newest, storage, clock } = await online();
    await newest().accept(3);
    /** @type {any[]} */
    const heard = [];
    for (const type of ["points_update", "stock_update"]) client.socket.on(type, (data) => heard.push(data));
    await newest().say("points_update", { user_id: 7, total_points: 620 }, 4);
    await newest().say("stock_update", { product_id: 1, stock: 2 }, 6);
    await newest().drop(1001);
    await clock.tick(500);
    assert.match(newest().url, /last_id=6/);
    await newest().accept(6);
    await newest().say("points_update", { user_id: 7, total_points: 500 }, 4);
    assert.deepEqual(heard, [{ user_id: 7, total_points: 620 }, { product_id: 1, stock: 2 }], "what was heard is not heard again");
    const { newest: restarted } = await online({ storage });
    assert.match(restarted().url, /last_id=6/);
    assert.equal(client.session.user?.total_points, 620);
  });

  test("that were heard are not asked for again by an app that was killed", async () => {
    const { newest, storage } = await online();
    await newest().accept(3);
    await newest().say("points_update", { user_id: 7, total_points: 620 }, 4);
    await newest().say("stock_update", { product_id: 1, stock: 2 }, 5);
    const { newest: restarted } = await online({ storage: new Map(storage) });
    assert.match(restarted().url, /last_id=4/, "but for those that come often");
  });

  test("of another database begin where it is", async () => {
    const { client, newest, clock } = await online();
    await newest().accept(900);
    await newest().drop(1001);
    await clock.tick(500);
    await newest().accept(2);
    /** @type {any[]} */
    const heard = [];
    client.socket.on("lottery_config", (data) => heard.push(data));
    await newest().say("lottery_config", { table_hash: "x" }, 3);
    assert.equal(heard.length, 1);
  });

  test("of an approval add first and set second", async () => {
    const { client, newest } = await online();
    await newest().accept();
    /** @type {any[]} */
    const points = [];
    client.session.onChange(({ user }) => points.push(user?.total_points));
    await newest().say("review_result", { upload_id: "UP1", status: "approved", points_awarded: 80 }, 1);
    await newest().say("points_update", { user_id: 7, total_points: 580, change_points: 80 }, 2);
    await newest().say("review_result", { upload_id: "UP2", status: "rejected", points_awarded: 0 }, 3);
    assert.deepEqual(points, [580]);
  });

  test("that are no JSON, and pages that fail, harm nobody", async () => {
    const { client, newest } = await online();
    await newest().accept();
    const error = console.error;
    console.error = () => {};
    client.socket.on("system_notice", () => {
      throw new Error("a page");
    });
    let heard = 0;
    client.socket.on("system_notice", () => (heard += 1));
    newest().onMessage({ data: "<html>" });
    newest().onMessage({ data: "null" });
    await newest().say("system_notice", {}, 1);
    console.error = error;
    assert.equal(heard, 1);
  });
});

describe("what is said without a connection", () => {
  test("is said on the next one: subscriptions each time, the rest once and no more than 32", async () => {
    const { client, newest, clock } = await online();
    assert.equal(client.socket.send("subscribe", { target: "products", product_ids: [1] }), false);
    assert.equal(client.socket.send("subscribe", { target: "products", product_ids: [2] }), false);
    for (let n = 0; n < 40; n += 1) client.socket.send("note", { n });
    await newest().accept();
    const said = newest().sent;
    assert.deepEqual(said[0].data, { target: "products", product_ids: [2] });
    assert.deepEqual(said.slice(1).map((/** @type {any} */ { data }) => data.n), Array.from({ length: 32 }, (_, n) => n + 8));
    assert.equal(client.socket.send("subscribe", { target: "products", product_ids: [3] }), true);
    await newest().drop(1001);
    await clock.tick(500);
    await newest().accept();
    assert.deepEqual(newest().sent.map((/** @type {any} */ { data }) => data), [{ target: "products", product_ids: [3] }]);
  });

  test("is not said by the next user", async () => {
    const { client, newest } = await online();
    client.socket.send("subscribe", { target: "products", product_ids: [1] });
    await client.session.logout();
    await client.session.login("13800138000", "123456");
    await newest().accept();
    assert.deepEqual(newest().sent, []);
  });
});

describe("the app", () => {
  test("that is hidden has no socket, and one as soon as it is seen", async () => {
    const { app, newest, sockets, clock, states } = await online();
    await newest().accept();
    app.onAppHide();
    assert.deepEqual([newest().closed, states.at(-1)], [1000, "offline"]);
    await clock.tick(600_000);
    assert.equal(sockets.length, 1);
    app.onAppShow();
    assert.equal(sockets.length, 2);
    app.onAppShow();
    assert.equal(sockets.length, 2);
  });

  test("that has another network keeps a connection that lives", async () => {
    const { app, newest, sockets, clock } = await online();
    for (let n = 0; n < 10; n += 1) app.onNetworkStatusChange({ isConnected: true, networkType: n % 2 ? "wifi" : "4g" });
    assert.equal(sockets.length, 1, "while it connects");
    await newest().accept();
    const pings = () => newest().sent.filter((/** @type {any} */ { type }) => type === "ping").length;
    app.onNetworkStatusChange({ isConnected: false, networkType: "none" });
    app.onNetworkStatusChange({ isConnected: true, networkType: "4g" });
    assert.ok(pings() > 0);
    await newest().say("pong", {});
    await clock.tick(20_000);
    assert.deepEqual([sockets.length, newest().closed], [1, null]);
    app.onNetworkStatusChange({ isConnected: true, networkType: "wifi" });
    await clock.tick(10_000);
    assert.equal(sockets[0].closed, 1000, "one that is dead is found out in ten seconds");
    await clock.tick(1_000);
    assert.equal(sockets.length, 2);
  });

  test("that has a network again connects soon, however often it is told, and does not depend on that", async () => {
    const { app, newest, sockets, clock } = await online({ random: () => 1 });
    for (let n = 0; n < 6; n += 1) {
      await newest().drop(1006);
      await clock.tick(clock.waiting()[0] ?? 0);
    }
    await newest().drop(1006);
    assert.equal(clock.waiting()[0], 30_000);
    const before = sockets.length;
    for (let n = 0; n < 5; n += 1) {
      app.onNetworkStatusChange({ isConnected: n % 2 === 0 });
      await clock.tick(200);
    }
    assert.equal(sockets.length, before + 1);
    await newest().drop(1006);
    await clock.tick(30_000);
    assert.equal(sockets.length, before + 2);
  });

  test("that is hidden while it connects has none when that succeeds", async () => {
    const { app, newest, sockets } = await online();
    const early = newest();
    app.onAppHide();
    early.closed = null; // a phone that does not close what is not open yet
    early.onOpen({});
    assert.deepEqual([early.closed, sockets.length], [1000, 1]);
  });

  test("that stops it has none", async () => {
    const { client, newest, clock, sockets, app } = await online();
    await newest().accept();
    client.socket.stop();
    assert.equal(newest().closed, 1000);
    app.onAppShow();
    app.onNetworkStatusChange({ isConnected: true });
    await clock.tick(600_000);
    assert.equal(sockets.length, 1);
    assert.deepEqual(clock.waiting(), []);
  });
});
