/** Logging in and out, and tokens that expire in the middle. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../lib/index.js";
import { createClock, createPhone, fail, ok, refused, settle } from "./harness/phone.mjs";

const BASE = "https://shop.example";
const userOf = (/** @type {number} */ user_id) => ({ user_id, total_points: 500, is_merchant: false, phone: "138****8000", nickname: "小明", avatar: "", status: "active" });

/**
 * A server with tokens: access `aN` is good while N is the newest, refresh `rN` gives the next pair.
 * @param {{onRefresh?: () => any, storage?: Map<string, any>, baseUrl?: string}} [options]
 */
function world({ onRefresh, storage, baseUrl = BASE } = {}) {
  const server = { newest: 1, isExpired: false, refreshes: 0, userId: 7, /** @type {any} */ gate: null };
  const pair = () => ({ access_token: `a${server.newest}`, refresh_token: `r${server.newest}`, token_type: "Bearer", expires_in: 7200 });
  const phone = createPhone(async ({ path, header, body }) => {
    if (path === "/api/auth/login") return ok({ ...pair(), user_info: userOf(server.userId) });
    if (path === "/api/auth/refresh") {
      server.refreshes += 1;
      await server.gate;
      const given = onRefresh?.();
      if (given) return given;
      if (body.refresh_token !== `r${server.newest}`) return refused(403, "请重新登录");
      server.newest += 1;
      server.isExpired = false;
      return ok(pair());
    }
    if (server.isExpired || header.authorization !== `Bearer a${server.newest}`) return refused(401, "登录已过期");
    if (path === "/api/user/info") return ok({ ...userOf(server.userId), total_points: 640, level: 1 });
    return ok({ path, by: server.userId, remaining_points: 1 });
  }, storage);
  const clock = createClock();
  const client = createClient({ baseUrl, host: { ...clock, wx: phone.wx, random: () => 0 } });
  /** @type {string[]} */
  const changes = [];
  client.session.onChange(({ change }) => changes.push(change));
  const logIn = () => client.session.login("13800138000", "123456");
  return { client, clock, server, changes, logIn, ...phone };
}

/** Makes the token that the phone has a stale one. @param {ReturnType<typeof world>} made */
function expireToken({ storage }) {
  const key = [...storage.keys()].find((one) => one.startsWith("fairwheel.session"));
  assert.ok(key);
  const kept = JSON.parse(storage.get(key));
  kept.tokens.access_token = "stale";
  storage.set(key, JSON.stringify(kept));
}

/** A client whose token has expired. @param {Parameters<typeof world>[0]} [options] */
async function expired(options) {
  const first = world(options);
  await first.logIn();
  expireToken(first);
  return world({ ...options, storage: first.storage });
}

const failure = (/** @type {Promise<any>} */ promise) => promise.then(() => assert.fail("should have failed"), (error) => /** @type {import('../../www-demo/common/api-error.js').ApiError} */ (error));

describe("a login", () => {
  test("is told, and survives a restart", async () => {
    const { logIn, changes, storage } = world();
    assert.equal((await logIn()).user_id, 7);
    assert.deepEqual(changes, ["login"]);
    const again = world({ storage }).client.session;
    assert.deepEqual([again.isLoggedIn, again.user?.user_id, again.user?.total_points], [true, 7, 500]);
    assert.equal((await again.restore())?.total_points, 640);
    assert.equal(again.user?.total_points, 640);
  });

  test("of one server is none of another", async () => {
    const { logIn, storage } = world();
    await logIn();
    const other = world({ storage, baseUrl: "https://test.shop.example" }).client.session;
    assert.deepEqual([other.isLoggedIn, await other.restore()], [false, null]);
  });

  test("is kept when there is no network", async () => {
    const { logIn, storage } = world();
    await logIn();
    const { client, wx, clock } = world({ storage });
    wx.request = (/** @type {any} */ options) => options.fail({ errMsg: "request:fail " });
    const restored = client.session.restore();
    await clock.tick(1_000);
    assert.equal((await restored)?.user_id, 7);
    assert.equal(client.session.isLoggedIn, true);
  });

  test("that cannot be read is none", () => {
    const storage = new Map([[`fairwheel.session@${BASE}`, '{"tokens":{"access_token":1}}']]);
    assert.equal(world({ storage }).client.session.isLoggedIn, false);
  });

  test("is kept for as long as the app runs if the storage is full", async () => {
    const { client, wx, logIn } = world();
    wx.setStorageSync = () => {
      throw new Error("exceed storage max size");
    };
    await logIn();
    assert.equal((await client.session.refresh())?.total_points, 640);
  });
});

describe("two instances of the app", () => {
  /** Two clients of one phone, with one server. */
  async function both() {
    const one = world();
    await one.logIn();
    const other = createClient({ baseUrl: BASE, host: { ...one.clock, wx: one.wx, random: () => 0 } });
    return { ...one, other };
  }

  test("renew once: the second takes what the first was given", async () => {
    const { client, other, server } = await both();
    server.isExpired = true;
    await client.api.lottery.records();
    await other.api.lottery.records();
    assert.deepEqual([server.refreshes, other.session.isLoggedIn], [1, true]);
  });

  test("at once: who came too late with a used token is not logged out", async () => {
    const { client, other, server } = await both();
    server.isExpired = true;
    await Promise.all([client.api.lottery.records(), other.api.lottery.records()]);
    assert.deepEqual([server.refreshes, client.session.isLoggedIn, other.session.isLoggedIn], [2, true, true]);
  });

  test("write no old tokens over newer ones", async () => {
    const { client, other, server, storage } = await both();
    server.isExpired = true;
    await client.api.lottery.records();
    other.session.setPoints(7);
    const again = world({ storage }).client.session;
    assert.deepEqual([again.user?.total_points, /r2/.test([...storage.values()].join())], [7, true]);
  });
});

describe("a token that expired", () => {
  test("is renewed once for ten calls, and each is made again once", async () => {
    const { client, server, changes, asked } = await expired();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => client.api.lottery.records({ page: n + 1 })));
    assert.equal(answers.length, 10);
    assert.equal(server.refreshes, 1);
    assert.deepEqual(changes, ["renewed"]);
    assert.equal(asked.filter(({ path }) => path.startsWith("/api/lottery/records")).length, 20);
  });

  test("does not send a moving call under another request id", async () => {
    const { client, asked } = await expired();
    await client.api.exchange.redeem({ product_id: 1, quantity: 1 });
    const ids = asked.filter(({ path }) => path.endsWith("redeem")).map(({ body }) => body.request_id);
    assert.deepEqual([ids.length, new Set(ids).size], [2, 1]);
  });

  test("is not renewed again for a call that was on its way", async () => {
    const { client, server, wx } = await expired();
    const { request } = wx;
    /** @type {any} */
    const held = {};
    wx.request = (/** @type {any} */ options) => {
      const isHeld = options.url.endsWith("/api/user/statistics") && options.header.authorization === "Bearer stale";
      return isHeld ? request({ ...options, success: (/** @type {any} */ answer) => void Object.assign(held, { answer, options }) }) : request(options);
    };
    const late = client.api.user.statistics();
    await client.api.lottery.records();
    await settle();
    held.options.success(held.answer);
    await late;
    assert.equal(server.refreshes, 1);
  });

  test("and cannot be renewed logs out, and says so", async () => {
    const { client, changes, storage } = await expired({ onRefresh: () => refused(403, "请重新登录") });
    const errors = await Promise.all([1, 2, 3].map(() => failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }))));
    for (const { kind, code, message, isUnknown } of errors) assert.deepEqual([kind, code, message, isUnknown], ["expired", 401, "登录已过期，请重新登录。", false]);
    assert.deepEqual(changes, ["expired"]);
    assert.equal(world({ storage }).client.session.isLoggedIn, false);
  });

  for (const [name, given, kind] of /** @type {[string, any, string][]} */ ([
    ["no network", fail("request:fail "), "network"],
    ["a 502", { statusCode: 502, data: "<html>" }, "server"],
    ["HTML", { statusCode: 200, data: "<html>" }, "not_json"],
    ["too many requests", refused(429, "操作太频繁"), "refused"],
  ])) {
    test(`and ${name} at the renewal does not log out`, async () => {
      const { client, clock, changes } = await expired({ onRefresh: () => given });
      const error = failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }));
      await clock.tick(1_000);
      assert.deepEqual([(await error).kind, (await error).isUnknown], [kind, false]);
      assert.deepEqual([client.session.isLoggedIn, changes], [true, []]);
    });
  }

  test("for which the server has no other one logs out instead of asking for ever", async () => {
    const { client, server, changes } = await expired({ onRefresh: () => ok({ access_token: "bad", refresh_token: "bad" }) });
    assert.equal((await failure(client.api.user.statistics())).kind, "expired");
    assert.deepEqual([server.refreshes, changes], [1, ["renewed", "expired"]]);
  });
});

describe("a logout", () => {
  test("forgets the login here and ends it there", async () => {
    const { client, logIn, asked, changes, storage } = world();
    await logIn();
    await client.session.logout();
    assert.deepEqual([client.session.isLoggedIn, client.session.user, changes], [false, null, ["login", "logout"]]);
    assert.equal(asked.at(-1).path, "/api/auth/logout");
    assert.equal(asked.at(-1).header.authorization, "Bearer a1");
    assert.doesNotMatch(JSON.stringify([...storage]), /a1|r1/);
  });

  test("with an expired token ends the session all the same", async () => {
    const { client, asked } = await expired();
    await client.session.logout();
    assert.deepEqual(asked.map(({ path }) => path), ["/api/auth/logout", "/api/auth/refresh", "/api/auth/logout"]);
    assert.equal(asked.at(-1).header.authorization, "Bearer a2");
    assert.equal(client.session.isLoggedIn, false);
  });

  test("without network is a logout", async () => {
    const { client, wx, clock, logIn } = world();
    await logIn();
    wx.request = (/** @type {any} */ options) => options.fail({ errMsg: "request:fail " });
    const done = client.session.logout();
    assert.equal(client.session.isLoggedIn, false, "at once");
    await clock.tick(1_000);
    await done;
  });

  test("while a token is renewed is not undone by the answer", async () => {
    const { client, server, changes } = await expired();
    /** @type {() => void} */
    let open = () => {};
    server.gate = new Promise((resolve) => {
      open = () => resolve(null);
    });
    const call = failure(client.api.user.statistics());
    await settle();
    const out = client.session.logout();
    open();
    await out;
    assert.equal((await call).kind, "expired");
    assert.deepEqual([client.session.isLoggedIn, changes], [false, ["logout"]]);
  });

  for (const isBack of [true, false]) test(`${isBack ? "and another login " : ""}before a repetition: nobody makes it`, async () => {
    const { client, clock, asked, wx, logIn } = world();
    await logIn();
    const { request } = wx;
    wx.request = (/** @type {any} */ options) => (options.url.endsWith("redeem") ? request({ ...options, success: () => options.fail({ errMsg: "request:fail " }) }) : request(options));
    const call = failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }));
    await settle();
    await client.session.logout();
    if (isBack) await logIn();
    await clock.tick(1_000);
    assert.deepEqual([(await call).kind, (await call).isUnknown], ["expired", true]);
    assert.equal(asked.filter(({ path }) => path.endsWith("redeem")).length, 1);
  });

  test("and another login: what the first one asked for is never asked by the second", async () => {
    const { client, server, asked, logIn, storage } = await expired();
    /** @type {() => void} */
    let open = () => {};
    server.gate = new Promise((resolve) => {
      open = () => resolve(null);
    });
    const call = failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }));
    await settle();
    const out = client.session.logout();
    server.userId = 8;
    await logIn();
    const session = () => [...storage].filter(([key]) => key.startsWith("fairwheel.session"));
    const kept = session();
    open();
    await out;
    assert.equal((await call).kind, "expired");
    assert.deepEqual(session(), kept, "the second one keeps its own tokens");
    assert.equal(client.session.user?.user_id, 8);
    assert.equal(asked.filter(({ path }) => path.endsWith("redeem")).length, 1);
    assert.equal(client.session.user?.total_points, 500, "nor do its answers count");
  });
});
