/** The offline shop: the same calls, shapes and codes as the real server, and books that balance. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { createClient } from "../lib/index.js";
import { loadCore } from "./harness/core.mjs";
import { createNodePhone } from "./harness/node-wx.mjs";
import { createClock, createPhone, settle } from "./harness/phone.mjs";
import { newReceipt } from "./harness/receipt.mjs";
import { CODE, startServer } from "./harness/server.mjs";

const failure = (/** @type {Promise<any>} */ promise) => promise.then(() => assert.fail("should have failed"), (error) => error);

/** @param {Map<string, any>} [storage] */
async function offline(storage) {
  const phone = createPhone(() => assert.fail("asked a server"), storage);
  const clock = createClock();
  const client = createClient({ isOffline: true, host: { ...clock, wx: phone.wx, loadCore } });
  if (!client.session.isLoggedIn) await client.session.login("13800138000", "654321");
  return { client, clock, ...phone };
}

/** Keys and types, to the bottom; of a list what all its items have. @param {any} value @returns {any} */
function shapeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? [] : [value.map(shapeOf).reduce(both)];
  if (typeof value !== "object") return typeof value;
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, shapeOf(value[key])]));
}

/** One shape for two: `null` beside a type is that type or null. @param {any} one @param {any} other @returns {any} */
function both(one, other) {
  if (JSON.stringify(one) === JSON.stringify(other)) return one;
  if (Array.isArray(one) && Array.isArray(other)) return one.length === 0 ? other : other.length === 0 ? one : [both(one[0], other[0])];
  if (one && other && typeof one === "object" && typeof other === "object") {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return Object.fromEntries(keys.map((key) => [key, both(one[key] ?? "missing", other[key] ?? "missing")]));
  }
  return [...new Set([...String(one).split("|"), ...String(other).split("|")])].sort().join("|");
}

/** Where two shapes differ; what is null in one may be anything in the other. @param {any} one @param {any} other @returns {string[]} */
function differences(one, other, at = "data") {
  const merged = both(one, other);
  if (typeof merged === "string") {
    const kinds = merged.split("|").filter((kind) => kind !== "null");
    return kinds.length > 1 || (kinds.length === 1 && kinds[0] === "missing") ? [`${at}: ${merged}`] : [];
  }
  if (typeof one !== "object" || typeof other !== "object") return one === "null" || other === "null" ? [] : [`${at}: ${JSON.stringify(merged)}`];
  if (Array.isArray(merged)) return one.length && other.length ? differences(one[0], other[0], `${at}[]`) : [];
  return Object.keys(merged).flatMap((key) => differences(one[key] ?? "missing", other[key] ?? "missing", `${at}.${key}`));
}

/**
 * A diner's and a merchant's day, call by call; a refusal is its code and the shape of its data.
 * @param {any} api @param {any} guest of another user, whose receipts may be reviewed
 * @param {{photo: () => string, publish?: boolean}} options
 */
async function day(api, guest, { photo }) {
  /** @type {Record<string, any>} */
  const seen = {};
  const see = async (/** @type {string} */ name, /** @type {Promise<any>} */ promise) => {
    const result = await promise.then(
      (data) => ({ data }),
      (error) => ({ code: error.code, message: error.message, data: error.data }),
    );
    seen[name] = result;
    return result.data;
  };
  await see("verify", api.auth.verify());
  await see("info", api.user.info());
  const config = await see("config", api.lottery.config());
  await see("odds", api.lottery.odds());
  const drawn = await see("draw", api.lottery.draw({ draw_type: "five", count: 5, client_seed: "abc" }));
  await see("another nonce", api.lottery.draw({ draw_type: "single", nonce: config.fairness.nonce }));
  await see("other odds", api.lottery.draw({ draw_type: "single", table_hash: "0".repeat(64) }));
  await see("bad type", api.lottery.draw({ draw_type: "two" }));
  await see("too many", api.lottery.draw({ draw_type: "ten" }));
  await see("records", api.lottery.records({ size: 3 }));
  await see("proof", api.lottery.proof(drawn.draw_id));
  await see("no proof", api.lottery.proof("d1-x"));
  await see("draw statistics", api.lottery.statistics());
  await see("products", api.exchange.products({ category: "饮品", sort: "points" }));
  await see("bad sort", api.exchange.products({ sort: "x" }));
  await see("bad page", api.exchange.products({ page: 0 }));
  await see("categories", api.exchange.categories());
  const order = await see("redeem", api.exchange.redeem({ product_id: 6, quantity: 2, request_id: "a" }));
  await see("redeem again", api.exchange.redeem({ product_id: 6, quantity: 2, request_id: "a" }));
  await see("redeem otherwise", api.exchange.redeem({ product_id: 6, quantity: 1, request_id: "a" }));
  await see("redeem nothing", api.exchange.redeem({ product_id: 6, quantity: 0 }));
  await see("redeem half", api.exchange.redeem({ product_id: 6, quantity: 1.5 }));
  await see("redeem at another price", api.exchange.redeem({ product_id: 6, quantity: 1, exchange_points: 1 }));
  await see("redeem too dear", api.exchange.redeem({ product_id: 5, quantity: 1 }));
  await see("redeem sold out", api.exchange.redeem({ product_id: 18, quantity: 1 }));
  await see("redeem missing", api.exchange.redeem({ product_id: 999, quantity: 1 }));
  await see("orders", api.exchange.records({ status: "pending" }));
  await see("bad status", api.exchange.records({ status: "x" }));
  await see("check in", api.user.checkIn());
  await see("check in again", api.user.checkIn());
  await see("no nickname", api.user.update({ nickname: " " }));
  await see("update", api.user.update({ nickname: "新名" }));
  await see("points", api.user.pointsRecords({ type: "spend" }));
  await see("bad points", api.user.pointsRecords({ type: "x" }));

  const [first, second] = [await guest.photo.upload({ filePath: photo(), amount: 12.5 }), await guest.photo.upload({ filePath: photo() })];
  await see("upload", Promise.resolve(first));
  await see("photos", guest.photo.records());
  await see("pending", api.merchant.pendingReviews());
  await see("approve nothing", api.merchant.review({ upload_id: first.upload_id, action: "approve", points_awarded: 0 }));
  await see("no reason", api.merchant.review({ upload_id: first.upload_id, action: "reject" }));
  await see("approve", api.merchant.review({ upload_id: first.upload_id, action: "approve", points_awarded: 70 }));
  await see("approve again", api.merchant.review({ upload_id: first.upload_id, action: "approve", points_awarded: 70 }));
  await see("missing", api.merchant.review({ upload_id: "UP1", action: "approve", points_awarded: 70 }));
  await see("some", api.merchant.batchReview({ upload_ids: [first.upload_id], action: "approve" }));
  await see("batch", api.merchant.batchReview({ upload_ids: [second.upload_id], action: "approve" }));
  await see("photos after", guest.photo.records({ status: "approved" }));
  await see("statistics of reviews", api.merchant.statistics());
  await see("apply", guest.merchant.apply({ store_name: "店", business_license: "1", contact_person: "王", contact_phone: "13800138000" }));
  await see("apply again", guest.merchant.apply({ store_name: "店", business_license: "1", contact_person: "王", contact_phone: "13800138000" }));
  await see("application", guest.merchant.application());

  const product = await see("create", api.merchant.createProduct({ name: "面", category: "面食", exchange_points: 5, stock: 3 }));
  await see("create half", api.merchant.createProduct({ name: "面", category: "面食" }));
  await see("update product", api.merchant.updateProduct(product.id, { stock_delta: -1, status: "offline", is_hot: true }));
  await see("below nothing", api.merchant.updateProduct(product.id, { stock_delta: -10 }));
  await see("stale", api.merchant.updateProduct(product.id, { stock: 9 }));
  await see("no product", api.merchant.updateProduct(999, { stock_delta: 1 }));
  await see("all products", api.merchant.products({ search: "面" }));
  await see("batch update", api.merchant.batchUpdateProducts({ ids: [product.id, 999], updates: { is_hot: false } }));
  await see("delete", api.merchant.deleteProduct(product.id));
  await see("batch delete", api.merchant.batchDeleteProducts({ ids: [20, 999] }));
  await see("all orders", api.merchant.orders());
  await see("cancel", api.merchant.orderStatus(order.order_id, "cancelled"));
  await see("ship", api.merchant.orderStatus(order.order_id, "shipped"));
  await see("no order", api.merchant.orderStatus("EX1", "shipped"));
  await see("statistics", api.user.statistics());

  const wheel = await see("wheel", api.merchant.lotteryConfig());
  const put = ({ table_hash, table_text, published_at, prizes, ...rest } = wheel) => ({ ...rest, prizes: prizes.map((/** @type {any} */ { stock_left, ...one }) => one) });
  await see("stale wheel", api.merchant.publishLottery({ ...put(), expected_table_hash: "0".repeat(64) }));
  const uneven = put();
  uneven.prizes[3].probability = 0.5;
  await see("bad wheel", api.merchant.publishLottery(uneven));
  await see("publish", api.merchant.publishLottery({ ...put(), daily_limit: 20, expected_table_hash: wheel.table_hash }));
  await see("config after", api.lottery.config());
  await see("logout", api.auth.logout());
  return seen;
}

describe("beside the real server", () => {
  /** @type {Record<string, any>} */
  let real;
  /** @type {Record<string, any>} */
  let ours;

  before(async () => {
    const server = await startServer({ FAIRWHEEL_RATE_LIMITS: "off" });
    server.run("seed");
    const login = async (/** @type {string} */ phone) => {
      const client = createClient({ baseUrl: server.url, host: { wx: createNodePhone().wx, loadCore } });
      await client.session.sendCode(phone);
      await client.session.login(phone, CODE);
      return client.api;
    };
    const [merchant, guest] = [await login("13900000001"), await login("13900000002")];
    server.run("admin", "grant-merchant", "13900000001");
    real = await day(merchant, guest, { photo: newReceipt });
    const { client } = await offline();
    let photos = 0;
    ours = await day(client.api, client.api, { photo: () => `wxfile://${++photos}.jpg` });
  });

  test("every answer has the same code, keys and types", () => {
    const wrong = Object.keys(real).flatMap((name) => {
      const codes = [real[name].code, ours[name].code];
      if (codes[0] !== codes[1]) return [`${name}: code ${codes.join(" and ")}`];
      return differences(shapeOf(real[name].data), shapeOf(ours[name].data), name);
    });
    assert.deepEqual(wrong, []);
  });

  test("refusals have the same words, but for those about the wheel", () => {
    const words = (/** @type {any} */ { message = "" }) => message.replace(/\d+/g, "N"); // how many points are missing is a matter of luck
    const wrong = Object.keys(real).filter((name) => name !== "bad wheel" && words(real[name]) !== words(ours[name]));
    assert.deepEqual(wrong.map((name) => [name, real[name].message, ours[name].message]), []);
  });
});

describe("the offline shop", () => {
  test("takes any phone with any six digits, and nothing else", async () => {
    const { client } = await offline();
    assert.deepEqual([client.isOffline, client.session.user?.is_merchant], [true, true]);
    assert.equal((await failure(client.session.login("13800138001", "12345"))).code, 1002);
    assert.equal((await failure(client.session.sendCode("12345"))).code, 1001);
    await client.session.logout();
    assert.equal((await failure(client.api.user.info())).kind, "expired");
  });

  test("survives a restart, and comes up anew when it is removed", async () => {
    const { client, storage } = await offline();
    await client.draws.load();
    const { answer } = await client.draws.draw(1);
    const again = await offline(storage);
    const verdict = await again.client.draws.judge(answer.draw_id);
    assert.deepEqual([verdict.ok, (await again.client.session.restore())?.total_points], [true, answer.remaining_points]);
    for (const key of storage.keys()) if (key.startsWith("fairwheel.shop")) storage.delete(key);
    const gone = (await offline(storage)).client;
    assert.equal((await failure(gone.api.user.info())).kind, "expired");
    assert.equal(gone.session.isLoggedIn, false);
  });

  test("does the same request once", async () => {
    const { client } = await offline();
    const body = { product_id: 7, quantity: 1, request_id: "once" };
    assert.deepEqual(await client.api.exchange.redeem(body), await client.api.exchange.redeem(body));
    assert.equal((await client.api.user.info()).total_points, 3000 - 120);
  });

  test("has books that balance", async () => {
    const { client } = await offline();
    const { api } = client;
    await client.draws.load();
    await client.draws.draw(5);
    await client.draws.draw(3);
    const { order_id } = await api.exchange.redeem({ product_id: 7, quantity: 2 });
    await api.merchant.orderStatus(order_id, "cancelled");
    await api.user.checkIn();
    const { upload_id } = await api.photo.upload({ filePath: "wxfile://a.jpg", amount: 30 });
    await api.merchant.batchReview({ upload_ids: [upload_id], action: "approve" });
    const { records } = await api.user.pointsRecords({ size: 100 });
    let balance = 0;
    for (const { points, balance_after } of [...records].reverse()) {
      balance += points;
      assert.equal(balance_after, balance);
    }
    const { total_points } = await api.user.info();
    const { total_earned_points, total_spent_points } = await api.user.statistics();
    assert.deepEqual([total_points, total_earned_points - total_spent_points, client.session.user?.total_points], [balance, balance, balance]);
    assert.ok(records.some((/** @type {any} */ { points, reason }) => reason === "photo_review" && points === 300));
    const { products } = await api.exchange.products({ size: 100 });
    assert.equal(products.find((/** @type {any} */ { id }) => id === 7).stock, 100, "the cancelled ones are back");
  });

  test("gives no more of a prize than there is, and proves it", async () => {
    const { client } = await offline();
    const prize = { type: "physical", value: 1, color: "#ffffff", is_activity: false };
    const prizes = [
      { ...prize, id: 1, name: "虾", probability: 0.9, angle: 0, stock: 3 },
      { ...prize, id: 2, name: "谢谢", type: "empty", value: 0, probability: 0.1, angle: 180, stock: null },
    ];
    await client.api.merchant.publishLottery({ cost_points: 10, daily_limit: 100, fallback: 2, rules: "", prizes });
    await client.draws.load();
    let given = 0;
    for (let n = 0; n < 3; n += 1) {
      const { verdict, outcomes } = await client.draws.draw(10);
      assert.deepEqual([verdict.ok, verdict.failed], [true, []]);
      given += outcomes.filter(({ prize_id }) => prize_id === 1).length;
    }
    assert.equal(given, 3);
    const wheel = await client.api.merchant.lotteryConfig();
    assert.equal(wheel.prizes[0].stock_left, 0);
    assert.equal((await client.api.lottery.config()).prizes[0].sold_out, true);
    const less = await failure(client.api.merchant.publishLottery({ ...wheel, prizes: prizes.map((one) => ({ ...one, stock: one.stock && 2 })) }));
    assert.deepEqual([less.code, less.data], [409, { field: "prizes[0].stock", won: 3 }]);
  });

  test("stays small", async () => {
    const { client, storage } = await offline();
    await client.api.merchant.publishLottery({ ...(await client.api.merchant.lotteryConfig()), cost_points: 1, daily_limit: 10_000 });
    for (let n = 0; n < 80; n += 1) await client.api.lottery.draw({ draw_type: "ten" });
    const { total } = await client.api.lottery.records();
    assert.equal(total, 600);
    const size = Math.max(...[...storage.values()].map((text) => String(text).length));
    assert.ok(size < 400_000, `${size} characters; WeChat keeps a million bytes a key`);
    assert.equal((await client.api.user.statistics()).total_draws, 800);
  });

  test("pushes what happens once the socket is started", async () => {
    const { client, clock } = await offline();
    /** @type {string[]} */
    const heard = [];
    for (const type of ["review_pending", "review_result", "points_update", "stock_update", "lottery_config"]) client.socket.on(type, () => heard.push(type));
    client.socket.start();
    const { upload_id } = await client.api.photo.upload({ filePath: "wxfile://a.jpg" });
    await client.api.merchant.review({ upload_id, action: "approve", points_awarded: 80 });
    await client.api.exchange.redeem({ product_id: 7, quantity: 1 });
    await clock.tick(1);
    await settle();
    assert.deepEqual(heard, ["review_pending", "review_result", "points_update", "points_update", "stock_update"]);
    assert.equal(client.session.user?.total_points, 3000 + 80 - 120);
  });

  test("is not shared with a server", async () => {
    const { storage } = await offline();
    const client = createClient({ baseUrl: "https://shop.example", host: { wx: createPhone(() => ({}), storage).wx, loadCore } });
    assert.equal(client.session.isLoggedIn, false);
  });
});
