/** The library against the real server: what a phone does in a day, with a token that expires and a server that restarts. */

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { createClient } from "../lib/index.js";
import { loadCore } from "./harness/core.mjs";
import { createNodePhone } from "./harness/node-wx.mjs";
import { newReceipt } from "./harness/receipt.mjs";
import { CODE, startServer } from "./harness/server.mjs";
import { until } from "./harness/wait.mjs";

/** @type {Awaited<ReturnType<typeof startServer>>} */
let server;
let phones = 0;

before(async () => {
  server = await startServer({ FAIRWHEEL_RATE_LIMITS: "off" });
  server.run("seed");
});

function newPhone() {
  phones += 1;
  return `1390000${String(phones).padStart(4, "0")}`;
}

/** @param {{storage?: Map<string, any>, phone?: string}} [given] */
async function diner({ storage, phone = newPhone() } = {}) {
  const device = createNodePhone(storage);
  const client = createClient({ baseUrl: server.url, host: { wx: device.wx, loadCore } });
  if (!client.session.isLoggedIn) {
    await client.session.sendCode(phone);
    await client.session.login(phone, CODE);
  }
  return { client, phone, ...device };
}

const failure = (/** @type {Promise<any>} */ promise) => promise.then(() => assert.fail("should have failed"), (error) => error);

/** Makes the phone's access token one that the server does not take. @param {Map<string, any>} storage */
function spoilToken(storage) {
  for (const [key, text] of storage) {
    if (!key.startsWith("fairwheel.session")) continue;
    const kept = JSON.parse(text);
    kept.tokens.access_token = `${kept.tokens.access_token.slice(0, -4)}AAAA`;
    storage.set(key, JSON.stringify(kept));
  }
}

describe("a day at the wheel", () => {
  test("ten draws at once, each proved, and the next promise kept across a restart", async () => {
    const { client, storage } = await diner();
    const config = await client.draws.load();
    assert.deepEqual([config.prizes.length, config.news, config.points], [8, null, 3000]);
    const { answer, verdict, outcomes } = await client.draws.draw(5);
    assert.deepEqual([verdict.ok, verdict.report.checks.filter(({ status }) => status !== "ok"), outcomes.length], [true, [], 5]);
    const again = await diner({ storage });
    await again.client.draws.load();
    const next = await again.client.draws.draw(5);
    assert.deepEqual([next.verdict.ok, next.verdict.report.checks.filter(({ status }) => status !== "ok")], [true, []]);
    const { records } = await again.client.api.lottery.records();
    const old = await again.client.draws.judge(answer.draw_id, records.filter((/** @type {any} */ { draw_id }) => draw_id === answer.draw_id));
    assert.equal(old.ok, true);
    assert.deepEqual((await failure(again.client.draws.draw(1))).data.title, "今天的次数用完了");
    const won = next.answer.remaining_points;
    assert.deepEqual([again.client.session.user?.total_points, (await again.client.session.refresh())?.total_points], [won, won]);
  });

  test("a redemption sent twice is one, and refusals are the server's", async () => {
    const { client } = await diner();
    const body = { product_id: 6, quantity: 2, request_id: "twice" };
    const [one, two] = [await client.api.exchange.redeem(body), await client.api.exchange.redeem(body)];
    assert.deepEqual(one, two);
    assert.equal(client.session.user?.total_points, 3000 - one.points_cost);
    assert.equal((await failure(client.api.exchange.redeem({ product_id: 5, quantity: 1 }))).code, 1002);
    assert.equal((await failure(client.api.exchange.redeem({ product_id: 18, quantity: 1 }))).code, 1003);
  });

  test("a photo arrives once, whatever becomes of the answer", async () => {
    const { client, wx } = await diner();
    const filePath = newReceipt();
    const { uploadFile } = wx;
    let sent = 0;
    wx.uploadFile = (/** @type {any} */ options) => {
      sent += 1;
      return sent > 1 ? uploadFile(options) : uploadFile({ ...options, success: () => options.fail({ errMsg: "uploadFile:fail " }) });
    };
    const photo = await client.api.photo.upload({ filePath, amount: "12.50" });
    assert.deepEqual([sent, photo.is_repeated, photo.status], [2, true, "pending"]);
    assert.ok(photo.image_url.startsWith(`${server.url}/media/`));
    assert.equal((await fetch(photo.image_url)).headers.get("content-type"), "image/jpeg");
    assert.equal((await client.api.photo.records()).records.length, 1);
    assert.equal((await failure(client.api.photo.upload({ filePath }))).code, 409);
  });

  test("a file for the accountant, or the refusal in its place", async () => {
    const { client, phone } = await diner();
    assert.equal((await failure(client.api.merchant.exportFile({ kind: "points" }))).code, 403);
    server.run("admin", "grant-merchant", phone);
    assert.ok((await client.api.merchant.exportFile({ kind: "points" })).filePath);
    assert.equal((await failure(client.api.merchant.exportFile({ kind: "points", start: "x" }))).field, "start");
  });
});

describe("a token that expires", () => {
  test("in the middle is renewed once for all that wait", async () => {
    const first = await diner();
    await first.client.draws.load();
    spoilToken(first.storage);
    const { client, wx } = await diner({ storage: first.storage });
    let renewals = 0;
    const { request } = wx;
    wx.request = (/** @type {any} */ options) => {
      if (options.url.endsWith("/api/auth/refresh")) renewals += 1;
      return request(options);
    };
    const [drawn, ...lists] = await Promise.all([client.draws.load().then(() => client.draws.draw(1)), ...Array.from({ length: 9 }, () => client.api.exchange.products())]);
    assert.deepEqual([drawn.verdict.ok, lists.length, renewals], [true, 9, 1]);
    assert.equal(drawn.answer.today_draw_count, 1);
  });

  test("and a session that is over log out", async () => {
    const { client, storage, phone } = await diner();
    server.run("admin", "ban", phone);
    assert.equal((await failure(client.api.user.info())).code, 403);
    spoilToken(storage);
    const again = await diner({ storage });
    assert.equal((await failure(again.client.api.user.info())).kind, "expired");
    assert.equal(again.client.session.isLoggedIn, false);
  });
});

describe("the socket", () => {
  test("brings the points of an approval, and the stock that others take", async () => {
    const [guest, merchant] = [await diner(), await diner()];
    server.run("admin", "grant-merchant", merchant.phone);
    /** @type {any[]} */
    const heard = [];
    for (const type of ["review_result", "points_update", "stock_update"]) guest.client.socket.on(type, (data) => heard.push([type, data]));
    const types = () => heard.map(([type]) => type).join();
    const { client } = guest;
    let state = "";
    client.socket.on("state", (next) => (state = next));
    client.socket.start();
    await until(() => state === "online", "the socket");
    const { upload_id } = await client.api.photo.upload({ filePath: newReceipt(), amount: 20 });
    await merchant.client.api.merchant.review({ upload_id, action: "approve", points_awarded: 200 });
    await until(() => types() === "review_result,points_update", "the approval");
    assert.equal(client.session.user?.total_points, 3200);
    await merchant.client.api.exchange.redeem({ product_id: 7, quantity: 3 });
    await until(() => types().endsWith("stock_update"), "the stock");
    assert.equal(heard.at(-1)[1].product_id, 7);
    client.socket.stop();
  });

  test("comes back after a restart of the server and hears what it missed", { timeout: 60_000 }, async () => {
    const [guest, merchant] = [await diner(), await diner()];
    server.run("admin", "grant-merchant", merchant.phone);
    const { client } = guest;
    /** @type {any[]} */
    const heard = [];
    client.socket.on("points_update", ({ total_points }) => heard.push(total_points));
    let state = "";
    client.socket.on("state", (next) => (state = next));
    client.socket.start();
    await until(() => state === "online", "the socket");
    const { upload_id } = await client.api.photo.upload({ filePath: newReceipt() });
    await server.stop();
    await until(() => state === "connecting", "the end");
    assert.equal((await failure(client.api.user.info())).kind, "network");
    assert.equal(client.session.isLoggedIn, true);
    await server.start();
    await merchant.client.api.merchant.review({ upload_id, action: "approve", points_awarded: 60 });
    await until(() => heard.length > 0, "what was missed", 40_000);
    assert.deepEqual([heard, client.session.user?.total_points], [[3060], 3060]);
    client.socket.stop();
  });

  test("is renewed with its token, and ends with the login", async () => {
    const first = await diner();
    spoilToken(first.storage);
    const { client, phone } = await diner({ storage: first.storage, phone: first.phone });
    /** @type {string[]} */
    const states = [];
    client.socket.on("state", (next) => states.push(next));
    client.socket.start();
    await until(() => states.at(-1) === "online", "the socket", 20_000);
    server.run("admin", "ban", phone);
    await until(() => states.at(-1) === "offline", "the end");
    assert.equal(client.session.isLoggedIn, true, "the diner reads why from the next call");
    await client.session.logout();
  });
});
