/** The calls: what is sent, what is made of the answers, and what happens when there are none. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError, createClient } from "../lib/index.js";
import { createClock, createPhone, fail, ok, refused, settle, silence } from "./harness/phone.mjs";

const BASE = "https://shop.example";
const USER = { user_id: 7, total_points: 500, is_merchant: false, phone: "138****8000", nickname: "小明", avatar: "", status: "active" };

/** @param {(ask: any) => any} answer @param {Map<string, any>} [storage] */
function clientOf(answer, storage) {
  const phone = createPhone(answer, storage);
  const clock = createClock();
  const client = createClient({ baseUrl: `${BASE}/`, host: { ...clock, wx: phone.wx, random: () => 0 } });
  return { client, clock, ...phone };
}

/** A client that is logged in; `answer` has the calls after that. @param {(ask: any) => any} answer */
async function loggedIn(answer) {
  const made = clientOf((ask) => (ask.path === "/api/auth/login" ? ok({ access_token: "a1", refresh_token: "r1", user_info: USER }) : answer(ask)));
  await made.client.session.login("13800138000", "123456");
  made.asked.length = 0;
  return made;
}

/** @param {Promise<any>} promise @returns {Promise<ApiError>} */
const failure = (promise) =>
  promise.then(
    () => assert.fail("should have failed"),
    (error) => {
      assert.ok(error instanceof ApiError, String(error));
      return error;
    },
  );

describe("a call", () => {
  test("has bearer, query and whole addresses of pictures", async () => {
    const list = { records: [{ image_url: "/media/a?b=c", avatar: "https://x/y", name: "/media/z" }], list: [{ image_url: "//cdn/q" }] };
    const { client, asked } = await loggedIn(() => ok(list));
    const data = await client.api.photo.records({ status: "待", page: 2, size: undefined });
    assert.deepEqual(data, { records: [{ image_url: `${BASE}/media/a?b=c`, avatar: "https://x/y", name: "/media/z" }], list: [{ image_url: "//cdn/q" }] });
    assert.equal(asked[0].url, `${BASE}/api/photo/records?status=%E5%BE%85&page=2`);
    assert.equal(asked[0].header.authorization, "Bearer a1");
  });

  test("without a login is not sent", async () => {
    const { client, asked } = clientOf(() => ok({}));
    const error = await failure(client.api.lottery.config());
    assert.deepEqual([error.kind, error.code, error.message, asked.length], ["expired", 401, "请先登录。", 0]);
  });

  test("is refused in the server's words", async () => {
    const { client } = await loggedIn(() => refused(1002, "积分不足", { missing_points: 30 }));
    const error = await failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }));
    assert.deepEqual([error.kind, error.code, error.message, error.data, error.isUnknown], ["refused", 1002, "积分不足", { missing_points: 30 }, false]);
  });

  test("names the field at fault", async () => {
    const { client } = await loggedIn(() => refused(400, "昵称太长", { field: "nickname" }));
    assert.equal((await failure(client.api.user.update({ nickname: "x".repeat(40) }))).field, "nickname");
  });

  test("keeps the user's points up to date", async () => {
    const { client } = await loggedIn(() => ok({ remaining_points: 420 }));
    /** @type {any[]} */
    const heard = [];
    client.session.onChange(({ user, change }) => heard.push([change, user?.total_points]));
    await client.api.exchange.redeem({ product_id: 1, quantity: 1 });
    assert.equal(client.session.user?.total_points, 420);
    assert.deepEqual(heard, [["user", 420]]);
  });

  test("puts a picture back as the server gave it", async () => {
    const { client, asked } = await loggedIn(() => ok({ image: "/media/p" }));
    const product = await client.api.merchant.updateProduct(3, { name: "茶" });
    await client.api.merchant.updateProduct(3, { image: product.image });
    assert.equal(asked[1].body.image, "/media/p");
  });

  test("puts the pictures of a wheel back, too", async () => {
    const { client, asked } = await loggedIn(() => ok({ prizes: [{ id: 1, image: "/media/p" }, { id: 2, image: "https://elsewhere.example/p" }] }));
    const { prizes } = await client.api.merchant.lotteryConfig();
    await client.api.merchant.publishLottery({ cost_points: 100, prizes });
    assert.deepEqual(asked[1].body.prizes.map((/** @type {any} */ { image }) => image), ["/media/p", "https://elsewhere.example/p"]);
  });
});

describe("an answer that is none", () => {
  const page = "<html><body>登录 Wi-Fi</body></html>";
  const cases = [
    { name: "HTML", given: { statusCode: 200, data: page }, kind: "not_json", sent: 1 },
    { name: "HTML of a proxy", given: { statusCode: 502, data: page }, kind: "server", sent: 2 },
    { name: "JSON of somebody else", given: { statusCode: 200, data: '{"ok":true}' }, kind: "not_json", sent: 1 },
    { name: "nothing", given: { statusCode: 200, data: "" }, kind: "not_json", sent: 1 },
    { name: "null", given: { statusCode: 200, data: "null" }, kind: "not_json", sent: 1 },
    { name: "a failure inside", given: { statusCode: 500, data: '{"code":500,"message":"internal"}' }, kind: "server", sent: 2 },
    { name: "no network", given: fail("request:fail "), kind: "network", sent: 2 },
    { name: "WeChat's timeout", given: fail("request:fail timeout"), kind: "timeout", sent: 2 },
  ];
  for (const { name, given, kind, sent } of cases) {
    test(`${name}: a redemption may have happened, and that is said`, async () => {
      const { client, clock, asked } = await loggedIn(() => given);
      const error = failure(client.api.exchange.redeem({ product_id: 1, quantity: 2 }));
      await clock.tick(1_000);
      const { kind: found, isUnknown, message } = await error;
      assert.deepEqual([found, isUnknown, asked.length], [kind, true, sent]);
      assert.match(message, /是否完成还不确定.*不会重复扣积分/);
    });

    test(`${name}: a list that was not read costs nothing`, async () => {
      const { client, clock } = await loggedIn(() => given);
      const error = failure(client.api.exchange.products());
      await clock.tick(1_000);
      assert.deepEqual([(await error).kind, (await error).isUnknown], [kind, false]);
      assert.doesNotMatch((await error).message, /不确定/);
    });
  }

  test("413 is a refusal", async () => {
    const { client, asked } = await loggedIn(() => ({ statusCode: 413, data: page }));
    const error = await failure(client.api.photo.upload({ filePath: "a.jpg" }));
    assert.deepEqual([error.kind, error.code, error.isUnknown, asked.length], ["refused", 413, false, 1]);
    assert.match(error.message, /太大/);
  });

  test("silence ends after the timeout, and once more", async () => {
    const { client, clock, asked } = await loggedIn(() => silence);
    const error = failure(client.api.lottery.odds());
    await clock.tick(9_999);
    assert.equal(asked.length, 1);
    await clock.tick(501);
    assert.equal(asked.length, 2);
    await clock.tick(10_000);
    assert.equal((await error).kind, "timeout");
  });

  test("a code is not sent twice by itself", async () => {
    const { client, asked } = clientOf(() => fail("request:fail "));
    const { kind, message } = await failure(client.session.sendCode("13800138000"));
    assert.deepEqual([kind, message], ["network", "网络断开了，没有连上服务器。请稍后再试。"]);
    assert.equal(asked.length, 1);
  });
});

describe("a request id", () => {
  const bodies = (/** @type {any[]} */ asked) => asked.filter(({ method }) => method === "POST").map(({ body }) => body.request_id);

  test("is the same in the repetition, and when the diner tries again", async () => {
    let answers = 0;
    const { client, clock, asked } = await loggedIn(() => (++answers < 3 ? fail("request:fail ") : ok({ remaining_points: 1 })));
    const first = failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }));
    await clock.tick(1_000);
    await first;
    await client.api.exchange.redeem({ product_id: 1, quantity: 1 });
    assert.match(asked[0].body.request_id, /^[A-Za-z0-9_-]{1,64}$/);
    assert.equal(new Set(bodies(asked)).size, 1);
    await client.api.exchange.redeem({ product_id: 1, quantity: 1 });
    assert.equal(new Set(bodies(asked)).size, 2, "what was answered is over");
  });

  test("is another for another wish, and after a refusal", async () => {
    const { client, clock, asked } = await loggedIn(({ body }) => (body.quantity === 2 ? refused(1003) : fail("request:fail ")));
    const first = failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }));
    await clock.tick(1_000);
    await first;
    await failure(client.api.exchange.redeem({ product_id: 1, quantity: 2 }));
    await failure(client.api.exchange.redeem({ product_id: 1, quantity: 2 }));
    assert.deepEqual([new Set(bodies(asked)).size, asked.length], [3, 4]);
  });

  test("two taps at once are one redemption", async () => {
    const { client, asked } = await loggedIn(() => ok({ remaining_points: 1 }));
    await Promise.all([1, 2].map(() => client.api.exchange.redeem({ product_id: 1, quantity: 1 })));
    assert.equal(new Set(bodies(asked)).size, 1);
  });

  test("a refusal at the door does not say what became of the first sending", async () => {
    let answers = 0;
    const { client, clock } = await loggedIn(() => (++answers === 1 ? silence : refused(429, "操作太频繁")));
    const error = failure(client.api.exchange.redeem({ product_id: 1, quantity: 1 }));
    await clock.tick(11_000);
    assert.deepEqual([(await error).kind, (await error).isUnknown], ["refused", true]);
    assert.match((await error).message, /操作太频繁.*不确定/);
  });

  test("a phone without a source of chance still names its requests", async () => {
    const { client, asked, wx } = await loggedIn(() => ok({}));
    wx.getRandomValues = (/** @type {any} */ { fail: no }) => no({ errMsg: "getRandomValues:fail" });
    await client.api.user.checkIn();
    assert.match(asked[0].body.request_id, /^[A-Za-z0-9_-]{16,64}$/);
  });
});

describe("a wish without an answer", () => {
  const redeem = (/** @type {any} */ { client }) => client.api.exchange.redeem({ product_id: 1, quantity: 1 });
  const sent = (/** @type {any[]} */ asked) => asked.filter(({ path }) => /redeem|check-in/.test(path)).map(({ body }) => body.request_id);
  const MINUTE = 60_000;

  /** Answers by path; what is said of redemptions is `redeemed`. @param {Map<string, any>} [storage] */
  async function shop(storage) {
    /** @type {{redeemed: any, info: any, refresh: any, user: any}} */
    const says = { redeemed: ok({ remaining_points: 400 }), info: ok({ ...USER, total_points: 350 }), refresh: refused(403, "账号已停用"), user: USER };
    const made = clientOf(({ path }) => {
      if (path === "/api/auth/login") return ok({ access_token: "a1", refresh_token: "r1", user_info: says.user });
      if (path === "/api/auth/refresh") return says.refresh;
      return path === "/api/user/info" ? says.info : says.redeemed;
    }, storage);
    const login = () => made.client.session.login("13800138000", "123456");
    if (!made.client.session.isLoggedIn) await login();
    /** Loses an answer. */
    const lose = async () => {
      says.redeemed = fail("request:fail ");
      const error = failure(redeem(made));
      await made.clock.tick(1_000);
      says.redeemed = ok({ remaining_points: 400 });
      return error;
    };
    return { ...made, says, login, lose };
  }

  test("keeps its name over a restart, and in the hands of whoever logs in again", async () => {
    const first = await shop();
    first.says.redeemed = silence;
    void redeem(first).catch(() => {}); // killed before the answer
    await settle();
    const again = await shop(first.storage);
    again.says.redeemed = refused(401);
    const error = await failure(redeem(again));
    assert.deepEqual([error.kind, error.isUnknown, again.client.session.isLoggedIn], ["expired", true, false]);
    assert.match(error.message, /10 分钟内再试会沿用同一张单号/);
    again.says.user = { ...USER, user_id: 8 };
    await again.login();
    again.says.redeemed = ok({ remaining_points: 400 });
    await redeem(again);
    again.says.user = USER;
    await again.login();
    await redeem(again);
    const names = [...sent(first.asked), ...sent(again.asked)];
    assert.deepEqual(names.map((name) => name === names[0]), [true, true, false, true], "another user's is another");
    await redeem(again);
    assert.notEqual(sent(again.asked).at(-1), names[0], "what was answered is over");
  });

  test("is a new one after the time that was said", async () => {
    for (const [minutes, isSame] of /** @type {[number, boolean][]} */ ([[9, true], [11, false], [-11, false]])) {
      const diner = await shop();
      assert.match((await diner.lose()).message, /10 分钟内再试/);
      const later = diner.clock.now() + minutes * MINUTE;
      const again = await shop(diner.storage);
      again.clock.now = () => later;
      const client = createClient({ baseUrl: BASE, host: { ...again.clock, wx: again.wx, random: () => 0 } });
      await redeem({ client });
      assert.equal(sent(again.asked).at(-1) === sent(diner.asked)[0], isSame, `${minutes} min`);
    }
  });

  test("is asked for as it was, whatever the price is by now", async () => {
    const diner = await shop();
    const at = (/** @type {number} */ exchange_points) => diner.client.api.exchange.redeem({ product_id: 1, quantity: 1, exchange_points });
    diner.says.redeemed = fail("request:fail ");
    const error = failure(at(100));
    await diner.clock.tick(1_000);
    assert.equal((await error).isUnknown, true);
    diner.says.redeemed = ok({ remaining_points: 400 });
    await at(120);
    await at(120);
    const bodies = diner.asked.filter(({ path }) => /redeem/.test(path)).map(({ body }) => body);
    assert.deepEqual(bodies.map(({ exchange_points }) => exchange_points), [100, 100, 100, 120]);
    assert.deepEqual(bodies.map(({ request_id }) => request_id === bodies[0].request_id), [true, true, true, false]);
  });

  test("is over when something later was done in its place, unless it costs points", async () => {
    const shopkeeper = await shop();
    const shelf = (/** @type {string} */ status) => shopkeeper.client.api.merchant.updateProduct(1, { status });
    const lost = async (/** @type {() => Promise<any>} */ ask) => {
      shopkeeper.says.redeemed = fail("request:fail ");
      const error = failure(ask());
      await shopkeeper.clock.tick(1_000);
      shopkeeper.says.redeemed = ok({});
      assert.equal((await error).isUnknown, true);
    };
    await lost(() => shelf("offline"));
    await shelf("active");
    await shelf("offline");
    const names = shopkeeper.asked.filter(({ path }) => /products/.test(path)).map(({ body }) => body.request_id);
    assert.equal(names.length, 4);
    assert.notEqual(names[3], names[0], "the second time it is another wish");
    await lost(() => redeem(shopkeeper));
    await shopkeeper.client.api.exchange.redeem({ product_id: 2, quantity: 1 });
    await redeem(shopkeeper);
    const orders = sent(shopkeeper.asked);
    assert.equal(orders.at(-1), orders[0], "another order does not make this one new");
  });

  test("is not forgotten by a refusal at the door", async () => {
    const diner = await shop();
    await diner.lose();
    diner.says.redeemed = refused(429, "操作太频繁");
    const error = await failure(redeem(diner));
    assert.deepEqual([error.code, error.isUnknown], [429, true]);
    diner.says.redeemed = ok({ remaining_points: 400 });
    await redeem(diner);
    assert.equal(new Set(sent(diner.asked)).size, 1);
  });

  test("is answered in words of that time: the points are read anew", async () => {
    const diner = await shop();
    await diner.lose();
    const order = await redeem(diner);
    assert.deepEqual([order.remaining_points, diner.client.session.user?.total_points], [350, 350]);
    diner.says.redeemed = ok({ remaining_points: 300 });
    assert.deepEqual([(await redeem(diner)).remaining_points, diner.client.session.user?.total_points], [300, 300]);
  });

  test("that was sent twice at once keeps its name if only one of them is answered", async () => {
    const diner = await shop();
    const answers = [ok({ remaining_points: 400 }), fail("request:fail "), fail("request:fail ")];
    Object.defineProperty(diner.says, "redeemed", { get: () => answers.shift() || ok({ remaining_points: 400 }) });
    const [, error] = [redeem(diner), failure(redeem(diner))];
    await diner.clock.tick(1_000);
    assert.equal((await error).isUnknown, true);
    await redeem(diner);
    assert.equal(new Set(sent(diner.asked)).size, 1);
  });

  test("of a full storage is still known while the app runs", async () => {
    const diner = await shop();
    diner.wx.setStorageSync = () => {
      throw new Error("full");
    };
    await diner.lose();
    await redeem(diner);
    assert.equal(new Set(sent(diner.asked)).size, 1);
  });
});

describe("points", () => {
  /** A client whose calls are answered when the test says so. */
  async function waiting() {
    /** @type {Record<string, (given: any) => void>} */
    const answers = {};
    const made = await loggedIn(({ path }) => new Promise((resolve) => void Object.assign(answers, { [path.split("/").at(-1)]: resolve })));
    const points = () => made.client.session.user?.total_points;
    const answer = async (/** @type {string} */ path, /** @type {any} */ data) => {
      answers[path]?.(ok(data));
      await settle();
    };
    return { ...made, points, answer };
  }

  test("of an older answer do not undo what was moved since", async () => {
    const { client, points, answer } = await waiting();
    const read = client.session.refresh();
    const redeemed = client.api.exchange.redeem({ product_id: 1, quantity: 1 });
    await settle();
    await answer("redeem", { remaining_points: 400 });
    await answer("info", { ...USER, nickname: "小红", total_points: 500 });
    await Promise.all([read, redeemed]);
    assert.deepEqual([points(), client.session.user?.nickname], [400, "小红"]);
  });

  test("of two that moved them at once are read", async () => {
    const { client, points, answer } = await waiting();
    const both = [client.api.exchange.redeem({ product_id: 1, quantity: 1 }), client.api.user.checkIn()];
    await settle();
    await answer("check-in", { remaining_points: 410 });
    await answer("redeem", { remaining_points: 400 });
    await answer("info", { ...USER, total_points: 410 });
    const [order] = await Promise.all(both);
    assert.deepEqual([points(), order.remaining_points], [410, 410]);
  });
});

describe("a photo", () => {
  const same = refused(409, "这张照片已经上传过", { upload_id: "UP1" });
  const RECORD = { upload_id: "UP1", image_url: "/media/1", estimated_amount: 12.5, review_status: "pending", status: "pending", created_at: "t", amount: null };

  test("is sent with its amount and tells its progress", async () => {
    const { client, asked } = await loggedIn(() => ok({ upload_id: "UP1", image_url: "/media/1" }));
    /** @type {number[]} */
    const seen = [];
    const data = await client.api.photo.upload({ filePath: "wxfile://a.jpg", amount: 12.5, onProgress: (percent) => seen.push(percent) });
    assert.deepEqual([data.image_url, asked[0].body, asked[0].filePath, seen], [`${BASE}/media/1`, { amount: "12.5" }, "wxfile://a.jpg", [100]]);
  });

  test("that arrived although the answer was lost is a success", async () => {
    let sent = 0;
    const { client, clock } = await loggedIn(({ path }) => {
      if (path.startsWith("/api/photo/records")) return ok({ records: [RECORD] });
      sent += 1;
      return sent === 1 ? fail("uploadFile:fail ") : same;
    });
    const done = client.api.photo.upload({ filePath: "a.jpg" });
    await clock.tick(1_000);
    const { is_repeated, ...data } = await done;
    assert.equal(is_repeated, true);
    assert.deepEqual(data, { upload_id: "UP1", image_url: `${BASE}/media/1`, estimated_amount: 12.5, review_status: "pending", status: "pending", created_at: "t" });
  });

  test("that the diner sends again after two lost answers is a success, and another time a refusal", async () => {
    let sent = 0;
    const { client, clock } = await loggedIn(({ path }) => {
      if (path.startsWith("/api/photo/records")) return fail("request:fail ");
      sent += 1;
      return sent < 3 ? fail("uploadFile:fail ") : same;
    });
    const lost = failure(client.api.photo.upload({ filePath: "a.jpg" }));
    await clock.tick(1_000);
    assert.match((await lost).message, /是否完成还不确定；再试不会重复提交/);
    const done = client.api.photo.upload({ filePath: "a.jpg" });
    await clock.tick(1_000);
    assert.equal((await done).upload_id, "UP1");
    assert.equal((await failure(client.api.photo.upload({ filePath: "a.jpg" }))).code, 409);
    assert.equal((await failure(client.api.photo.upload({ filePath: "b.jpg" }))).code, 409);
  });
});

test("a photo that is given up is not tried again", async () => {
  const { client, asked } = await loggedIn(() => silence);
  const error = failure(client.api.photo.upload({ filePath: "a.jpg", onTask: (task) => task.abort() }));
  assert.deepEqual([(await error).message, asked.length], ["已取消", 1]);
});

test("a photo that arrived with another amount is not reported as sent with this one", async () => {
  for (const [noted, isSent] of /** @type {[number | null, boolean][]} */ ([[12.5, false], [125, true]])) {
    let sent = 0;
    const { client, clock } = await loggedIn(({ path }) => {
      if (path.startsWith("/api/photo/records")) return ok({ records: [{ upload_id: "UP1", image_url: "/media/1", status: "pending", amount: noted }] });
      sent += 1;
      return sent < 3 ? fail("uploadFile:fail ") : refused(409, "这张照片已经上传过", { upload_id: "UP1" });
    });
    const lost = failure(client.api.photo.upload({ filePath: "a.jpg", amount: 12.5 }));
    await clock.tick(1_000);
    assert.equal((await lost).isUnknown, true);
    const again = client.api.photo.upload({ filePath: "a.jpg", amount: 125 });
    if (isSent) assert.equal((await again).upload_id, "UP1", "the one with the new amount arrived first");
    else {
      const error = await failure(again);
      assert.deepEqual([error.code, error.data], [409, { upload_id: "UP1", first_amount: "12.5" }]);
      assert.match(error.message, /12.5 元/);
    }
  }
});

test("of a file for the accountant only the first byte is read", async () => {
  const { client, wx } = await loggedIn(() => ok({}));
  let file = "\ufeff时间,积分\n".repeat(1000);
  /** @type {any[]} */
  const reads = [];
  wx.downloadFile = (/** @type {any} */ { success }) => success({ statusCode: 200, tempFilePath: "wxfile://t" });
  wx.getFileSystemManager = () => ({
    readFile: (/** @type {any} */ { success, encoding, length }) => {
      reads.push(length);
      const bytes = new TextEncoder().encode(file);
      success({ data: encoding ? file : bytes.slice(0, length).buffer });
    },
  });
  assert.equal((await client.api.merchant.exportFile({ kind: "points" })).filePath, "wxfile://t");
  assert.deepEqual(reads, [1]);
  file = JSON.stringify({ code: 403, message: "没有权限", data: null });
  assert.equal((await failure(client.api.merchant.exportFile({ kind: "points" }))).code, 403);
});

test("nothing of a token is written to the console", async () => {
  /** @type {string[]} */
  const written = [];
  const kept = { ...console };
  const write = (/** @type {any[]} */ ...args) => void written.push(args.map((one) => (one instanceof Error ? String(one.stack) : JSON.stringify(one))).join(" "));
  Object.assign(console, { log: write, warn: write, error: write, info: write });
  try {
    const { client, clock, wx } = await loggedIn(() => fail("request:fail "));
    const lost = failure(client.api.user.info());
    await clock.tick(1_000);
    await lost;
    wx.request = () => {
      throw new Error("invalid");
    };
    const thrown = failure(client.api.user.info());
    await clock.tick(1_000);
    assert.equal((await thrown).kind, "network");
  } finally {
    Object.assign(console, kept);
  }
  await settle();
  assert.ok(written.length > 0);
  for (const line of written) assert.doesNotMatch(line, /a1|r1|Bearer/);
});
