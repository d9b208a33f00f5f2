/** The logic of the lottery page: what it does when things come at odd moments. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openSandbox, until } from "./harness/index.mjs";
import { createClock } from "./harness/phone.mjs";

const CONFIG = {
  prizes: [
    { id: 1, name: "券", type: "coupon", probability: 0.5, angle: 0 },
    { id: 2, name: "谢谢参与", type: "empty", probability: 0.5, angle: 180 },
  ],
  cost_points: 100,
  daily_limit: 10,
  remaining_draws: 10,
  rules: "",
  points: 1000,
  news: null,
  pending: null,
  fairness: { table_hash: "aa", nonce: 1, commitment: "0".repeat(64) },
};

const drawn = (count = 1) => ({
  answer: { draw_id: "d1", points_cost: 100 * count, today_draw_count: count, results: [{ prize_id: 1, angle: 90 }], fairness: { table_hash: "aa" } },
  verdict: { ok: true, words: "", proof: { next_nonce: 2, next_commitment: "1".repeat(64) } },
  outcomes: Array.from({ length: count }, () => ({ name: "券", kind: "coupon", instead: null })),
});

/** A query of a page that nobody sees. */
const nothing = () => ({ select: () => ({ boundingClientRect() {} }), selectViewport: () => ({ scrollOffset() {} }), exec() {} });

/** @param {Record<string, any>} [draws] @param {object} [given] more for the sandbox */
async function openPage(draws = {}, given = {}) {
  /** @type {((told: any) => void)[]} */
  const listeners = [];
  /** @type {Record<string, (data: any) => void>} */
  const sockets = {};
  const session = {
    user: /** @type {any} */ ({ user_id: 1, total_points: 1000 }),
    get isLoggedIn() {
      return this.user !== null;
    },
    onChange: (/** @type {any} */ listener) => void listeners.push(listener),
  };
  const wheel = { angles: /** @type {number[]} */ ([]), highlight() {}, showAt(/** @type {number} */ angle) { this.angles.push(angle); }, spinTo: () => new Promise(() => {}) };
  const client = {
    session,
    isOffline: false,
    socket: {
      on(/** @type {string} */ type, /** @type {any} */ listen) {
        sockets[type] = listen;
        return () => {};
      },
    },
    draws: { load: async () => CONFIG, draw: async (/** @type {number} */ count) => drawn(count), accept: async () => {}, kept: () => [], ...draws },
    core: async () => ({ tableFromText: () => ({ prizes: [], hash: "aa" }) }),
    api: { lottery: { odds: async () => ({ table_text: "" }) } },
  };
  const sandbox = openSandbox({ modules: { "services/client.js": { client, env: {} } }, wx: { createSelectorQuery: nothing }, ...given });
  const page = sandbox.page("pages/lottery/lottery", { "#wheel": wheel });
  page.onLoad({});
  page.onShow();
  await until(() => !page.data.isBusy, "the wheel to be read");
  const tell = (/** @type {any} */ told) => {
    for (const listener of listeners) listener(told);
  };
  return { page, client, wheel, sockets, tell };
}

test("a phone that cannot check draws does not draw, and says so", async () => {
  const { page } = await openPage({ load: async () => Promise.reject(new Error("WXWebAssembly refused")) });
  assert.equal(page.data.notice.title, "这台手机暂时不能核对抽奖");
  assert.match(page.data.notice.text, /没有扣积分/);
  assert.equal(page.data.canSpin, false);
  await page.draw(1);
  assert.equal(page.data.isBusy, false, "without a wheel nothing is sent");
});

test("the purse shows the price while the wheel turns, and the prize only when it rests", async () => {
  const { page, client, wheel, tell } = await openPage({
    draw: async () => {
      client.session.user = { user_id: 1, total_points: 950 };
      tell({ change: "user" });
      return drawn();
    },
  });
  const drawing = page.draw(1);
  await until(() => page.skip, "the wheel to turn");
  assert.equal(page.data.purse, "900 积分");
  page.onSkip();
  await drawing;
  assert.equal(page.data.purse, "950 积分");
  assert.deepEqual(wheel.angles, [90]);
  assert.match(page.data.promise, /^第 2 次/);
  assert.deepEqual([page.data.left, page.data.short], ["今天还可抽 9 次", "不够十连抽"]);
});

test("what somebody else drew is said, also if a draw was quicker than the page", async () => {
  const words = { title: "您在另一台设备或窗口抽过奖", text: "第 1 次。", bad: false };
  const hint = { title: "这台设备记不住封条", text: "存储空间可能满了。" };
  /** @type {any} */
  let answer = CONFIG;
  const { page } = await openPage({ load: async () => answer });
  answer = { ...CONFIG, news: words, hint };
  const reading = page.reread();
  const drawing = page.draw(1);
  await reading;
  await until(() => page.skip, "the wheel to turn");
  page.onSkip();
  await drawing;
  assert.equal(page.data.notice, null, "the result is not covered");
  answer = { ...CONFIG, hint: null };
  await page.reread();
  assert.equal(page.data.notice.title, words.title);
  await page.load();
  assert.equal(page.data.notice.title, hint.title, "what can wait comes last");
  await page.load();
  assert.equal(page.data.notice, null, "and once");
});

test("new odds in the middle of a spin are shown after it, with words", async () => {
  let loads = 0;
  const { page, sockets } = await openPage({
    load: async () => {
      loads += 1;
      return CONFIG;
    },
  });
  const drawing = page.draw(1);
  await until(() => page.skip, "the wheel to turn");
  sockets.lottery_config?.({ table_hash: "bb" });
  assert.equal(loads, 1);
  page.onSkip();
  await drawing;
  await until(() => page.data.notice, "words");
  assert.equal(loads, 2);
  assert.equal(page.data.notice.title, "奖品或概率刚刚更新");
});

test("who logs out in the middle of a draw leaves nothing of it behind", async () => {
  const { page, client, tell } = await openPage();
  const drawing = page.draw(1);
  await until(() => page.skip, "the wheel to turn");
  const { skip } = page;
  client.session.user = null;
  tell({ change: "logout" });
  skip();
  await drawing;
  assert.deepEqual([page.data.result, page.data.purse, page.data.isSpinning], [null, "", false]);
});

test("a promise that is not the one seen before stops the draw until it is accepted", async () => {
  const bad = { title: "封条和之前看到的不同", text: "…", bad: true };
  let accepted = 0;
  const accept = async () => {
    accepted += 1;
  };
  const { page } = await openPage({ load: async () => (accepted ? CONFIG : { ...CONFIG, news: bad }), accept });
  assert.deepEqual([page.data.notice.title, page.data.notice.bad, page.data.notice.action], [bad.title, true, "以新的封条为准"]);
  page.onNotice();
  await until(() => accepted === 1 && !page.data.isBusy, "the new promise");
  assert.equal(page.data.notice, null);
});

test("before the answer the page says that it waits, and offers nothing to skip", async () => {
  const clock = createClock();
  /** @type {(drawn: any) => void} */
  let answer = () => {};
  const { page } = await openPage({ draw: () => new Promise((resolve) => (answer = resolve)) }, { clock: { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout } });
  const drawing = page.draw(1);
  assert.equal(page.data.waiting, "正在抽取…");
  await clock.tick(5000);
  assert.equal(page.data.waiting, "网络有点慢，请稍候，不会重复扣积分");
  answer(drawn());
  await until(() => page.skip, "the wheel to turn");
  assert.equal(page.data.waiting, "");
  page.onSkip();
  await drawing;
  assert.deepEqual([page.data.isSpinning, page.data.result.isOk], [false, true]);
});

test("a draw that fails, or whose diner leaves, waits no longer", async () => {
  const { page, client, tell } = await openPage({ draw: async () => Promise.reject(Object.assign(new Error("x"), { kind: "timeout", code: 0, message: "等了很久。" })) });
  await page.draw(1);
  assert.equal(page.data.waiting, "");
  client.draws.draw = () => new Promise(() => {});
  page.draw(1);
  client.session.user = null;
  tell({ change: "logout" });
  assert.equal(page.data.waiting, "");
});

test("what somebody else has drawn and not seen is not shown", async () => {
  const { page, client, tell } = await openPage();
  page.draw(1);
  await until(() => page.skip, "the wheel to turn");
  client.session.user = { user_id: 2, total_points: 500 };
  tell({ change: "login" });
  await until(() => !page.data.isBusy, "the wheel to be read");
  assert.equal(page.data.result, null);
  client.session.user = { user_id: 1, total_points: 900 };
  tell({ change: "login" });
  await until(() => page.data.result, "what was drawn");
  assert.deepEqual([page.data.result.isMissed, page.data.result.headline.title], [true, "券"]);
});

test("draws of another phone are counted here too: read once, and not while this one draws", async () => {
  const clock = createClock();
  let loads = 0;
  const load = async () => {
    loads += 1;
    return { ...CONFIG, remaining_draws: 11 - loads };
  };
  const { page, sockets } = await openPage({ load }, { clock: { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout } });
  assert.match(page.data.left, /^今天还可抽 10 次/);
  sockets.points_update?.({ reason: "check_in" });
  for (let n = 0; n < 3; n += 1) sockets.points_update?.({ reason: "lottery_draw" });
  await clock.tick(1000);
  await until(() => /^今天还可抽 9 次/.test(page.data.left), "the draws that are left");
  assert.equal(loads, 2);
  const drawing = page.draw(1);
  await until(() => page.skip, "the wheel to turn");
  sockets.points_update?.({ reason: "lottery_draw" });
  await clock.tick(1000);
  page.onSkip();
  await drawing;
  assert.equal(loads, 2);
});

test("a draw that was made before, or may have been, is looked for in the records", async () => {
  for (const given of [{ data: { title: "这次抽奖之前已经完成", text: "…", draw_id: "d0" } }, { data: { title: "这次抽奖的结果还不知道", text: "…" }, isUnknown: true }]) {
    const { page } = await openPage({ draw: async () => Promise.reject(Object.assign(new Error(""), { kind: "refused", code: 409, ...given })) });
    await page.draw(1);
    await until(() => page.data.notice, "words");
    assert.deepEqual([page.data.notice.title, page.data.notice.action], [given.data.title, "看看抽奖记录"]);
  }
});
