/** Fair draws: what is remembered, what is found out, and what survives when the app is killed. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "../lib/index.js";
import { loadCore } from "./harness/core.mjs";
import { createClock, createPhone, fail, refused, settle, silence } from "./harness/phone.mjs";
import { createShopServer } from "./harness/shop.mjs";

const BASE = "https://shop.example";
const DRAW = /lottery\/draw$/;
const CONFIG = /lottery\/config$/;

/** A diner at the wheel. @param {{storage?: Map<string, any>, server?: any, clock?: ReturnType<typeof createClock>}} [given] */
async function diner({ storage, clock = createClock(), server = createShopServer(clock) } = {}) {
  const phone = createPhone(server.answer, storage);
  const client = createClient({ baseUrl: BASE, host: { ...clock, wx: phone.wx, loadCore, random: () => 0 } });
  if (!client.session.isLoggedIn) await client.session.login("13800138000", "123456");
  const drawn = () => phone.asked.filter(({ path }) => DRAW.test(path)).map(({ body }) => body);
  /** The app is killed and started again: nothing stays but its storage. */
  const restart = () => diner({ storage: phone.storage, server, clock });
  return { client, server, clock, drawn, restart, draws: client.draws, ...phone };
}

const failure = (/** @type {Promise<any>} */ promise) => promise.then(() => assert.fail("should have failed"), (error) => error);

describe("an honest draw", () => {
  test("is proved, and its promise for the next one is kept", async () => {
    const { draws, client, drawn } = await diner();
    const config = await draws.load();
    assert.deepEqual([config.news, config.pending, config.points], [null, null, 3000]);
    for (const count of [1, 3, 5]) {
      const { answer, verdict, outcomes, isResumed } = await draws.draw(count);
      assert.deepEqual([verdict.ok, verdict.failed, verdict.words, isResumed], [true, [], "封条完好，结果没有被改动。", false]);
      assert.equal(outcomes.length, count);
      assert.deepEqual(outcomes.map(({ name }) => name), answer.results.map((/** @type {any} */ { prize_name }) => prize_name));
      assert.deepEqual(verdict.report.checks.filter(({ status }) => status !== "ok"), [], "nothing is left unchecked");
      assert.equal(client.session.user?.total_points, answer.remaining_points);
    }
    assert.deepEqual(drawn().map(({ draw_type, nonce }) => [draw_type, nonce]), [["single", 1], ["triple", 2], ["five", 3]]);
    assert.equal(new Set(drawn().map(({ client_seed }) => client_seed)).size, 3);
    for (const { client_seed } of drawn()) assert.match(client_seed, /^[0-9a-f]{32}$/);
    assert.deepEqual(draws.kept(), []);
  });

  test("can be judged again, also after a restart, and against the list", async () => {
    const { draws, client, restart } = await diner();
    await draws.load();
    const { answer } = await draws.draw(3);
    const { records } = await client.api.lottery.records();
    for (const one of [draws, (await restart()).draws]) {
      const verdict = await one.judge(answer.draw_id, records);
      assert.deepEqual([verdict.ok, verdict.report.checks.filter(({ status }) => status !== "ok")], [true, []]);
    }
    const lied = records.map((/** @type {any} */ record) => ({ ...record, prize_name: "大奖" }));
    const verdict = await draws.judge(answer.draw_id, lied);
    assert.deepEqual([verdict.ok, verdict.failed], [false, ["displayed"]]);
  });

  test("of another phone is judged with what is known, and nothing more is claimed", async () => {
    const { draws, server, clock } = await diner();
    await draws.load();
    const { answer } = await draws.draw(1);
    const other = await diner({ server, clock });
    const verdict = await other.draws.judge(answer.draw_id);
    assert.deepEqual([verdict.ok, verdict.words], [true, "内容前后一致，结果没有算错。"]);
  });

  test("made elsewhere is checked, and said", async () => {
    const { draws, server, clock } = await diner();
    await draws.load();
    const other = await diner({ server, clock });
    await other.draws.load();
    await other.draws.draw(1);
    await other.draws.draw(1);
    const error = await failure(draws.draw(1));
    assert.deepEqual([error.code, error.isUnknown], [409, false]);
    assert.match(error.message, /另一台设备.*没有扣积分.*第 1 至 2 次/);
    assert.equal((await draws.draw(1)).verdict.ok, true);
    assert.equal((await draws.load()).news, null, "it is said once");
  });

  test("waits for the one before", async () => {
    const { draws } = await diner();
    await draws.load();
    const all = await Promise.all([draws.draw(1), draws.load(), draws.draw(1)]);
    assert.deepEqual([all[0].verdict.ok, all[1].news, all[2].verdict.ok], [true, null, true]);
  });
});

describe("a server that lies", () => {
  /** @type {[string, (data: any) => any, string[]][]} */
  const lies = [
    ["an angle that contradicts the prize", (data) => ({ ...data, results: data.results.map((/** @type {any} */ one) => ({ ...one, angle: (one.angle + 180) % 360 })) }), ["displayed"]],
    ["another prize than proved", (data) => ({ ...data, results: data.results.map((/** @type {any} */ one) => ({ ...one, prize_id: (one.prize_id % 8) + 1 })) }), ["displayed"]],
    ["the name of another prize", (data) => ({ ...data, results: data.results.map((/** @type {any} */ one) => ({ ...one, prize_name: "大奖" })) }), ["displayed"]],
    ["another price", (data) => ({ ...data, points_cost: 200 }), ["price"]],
    ["another client seed", (data) => ({ ...data, fairness: { ...data.fairness, client_seed: "0".repeat(32) } }), ["expected_client_seed"]],
    ["another commitment", (data) => ({ ...data, fairness: { ...data.fairness, commitment: "0".repeat(64) } }), ["commitment", "expected_commitment"]],
    ["another time", (data) => ({ ...data, fairness: { ...data.fairness, created_at: "2020-01-01T00:00:00.000Z" } }), ["draw_id"]],
  ];
  for (const [name, lie, failed] of lies) {
    test(`about ${name} is found out, and the proof is kept`, async () => {
      const { draws, server, restart } = await diner();
      await draws.load();
      server.lie(DRAW, lie);
      const { answer, verdict } = await draws.draw(1);
      assert.equal(verdict.ok, false);
      for (const check of failed) assert.ok(verdict.failed.includes(check), `${check} in ${verdict.failed}`);
      assert.match(verdict.words, /。/);
      const [kept, ...others] = (await restart()).draws.kept();
      assert.equal(others.length, 0);
      assert.equal(kept?.draw_id, answer.draw_id);
      assert.deepEqual(kept?.proof.results, answer.fairness.results);
      assert.ok(kept.expected.commitment && kept.expected.client_seed && kept.proof.table_text, "enough for anybody to check it");
    });
  }

  test("with another commitment after a restart is found out before anything is charged", async () => {
    const { draws, restart, server, drawn } = await diner();
    await draws.load();
    server.lie(CONFIG, (data) => ({ ...data, fairness: { ...data.fairness, commitment: "f".repeat(64) } }));
    const again = await restart();
    const config = await again.draws.load();
    assert.deepEqual([config.news?.bad, config.news?.title], [true, "封条和之前看到的不同"]);
    const error = await failure(again.draws.draw(1));
    assert.deepEqual([error.kind, error.code, error.isUnknown], ["refused", 409, false]);
    assert.match(error.message, /封条和之前看到的不同.*没有扣积分/);
    assert.deepEqual([...drawn(), ...again.drawn()], []);
    await again.draws.accept();
    const { verdict } = await again.draws.draw(1);
    assert.equal(verdict.ok, false, "what it promises now it can't keep");
    assert.ok(verdict.failed.includes("expected_commitment"));
  });

  test("with a proof of another seed than promised before a restart is found out", async () => {
    const { draws, restart, server } = await diner();
    await draws.load();
    const { verdict: first } = await draws.draw(1);
    assert.equal(first.ok, true);
    const again = await restart();
    await again.draws.load();
    // A server with another seed, whose commitment fits it: only who remembers can tell.
    const core = await loadCore();
    server.lie(DRAW, (data) => {
      const server_seed = "1".repeat(64);
      const { fairness } = data;
      const made = core.draw({ table_text: first.proof.table_text, server_seed, client_seed: fairness.client_seed, nonce: fairness.nonce, count: 1, sold_out: [[]] });
      const proof = { ...fairness, server_seed, commitment: made.commitment, results: made.results };
      const id = core.verify({ ...proof, table_text: first.proof.table_text }).checks.find((/** @type {any} */ { check }) => check === "draw_id").expected;
      const results = made.results.map((/** @type {any} */ one, /** @type {number} */ n) => ({ ...data.results[n], ...one, angle: one.angle / 100, prize_name: undefined, prize_type: undefined }));
      return { ...data, draw_id: id, results, fairness: { ...proof, draw_id: id } };
    });
    const { verdict } = await again.draws.draw(1);
    assert.deepEqual(verdict.failed, ["expected_commitment"]);
  });

  test("about the number of the draw is found out before anything is charged", async () => {
    const { draws, server, restart, drawn } = await diner();
    const first = await draws.load();
    await draws.draw(1);
    server.lie(CONFIG, (data) => ({ ...data, fairness: first.fairness }));
    const again = await restart();
    assert.deepEqual([(await again.draws.load()).news?.title, (await failure(again.draws.draw(1))).code], ["抽奖序号倒退了", 409]);
    assert.deepEqual([drawn().length, again.drawn().length], [1, 0]);
  });

  test("with another commitment is found out behind many draws made elsewhere", async () => {
    const { draws, restart, server, clock, storage } = await diner();
    await draws.load();
    const wheel = await server.call({ method: "GET", path: "/api/merchant/lottery/config" });
    await server.call({ method: "PUT", path: "/api/merchant/lottery/config", body: { ...wheel, daily_limit: 1000, cost_points: 1 } });
    const other = await diner({ server, clock });
    await other.draws.load();
    for (let n = 0; n < 52; n += 1) await other.draws.draw(1);
    const honest = await diner({ storage: new Map(storage), server, clock });
    const { news } = await honest.draws.load();
    assert.deepEqual([news?.bad, /最近 50 次已核对/.test(news?.text || "")], [false, true]);
    // As if the server had swapped the seed of draw 1 after it was promised.
    for (const [key, text] of storage) if (/promises/.test(key)) storage.set(key, text.replace(/"commitment":"[0-9a-f]{64}"/, `"commitment":"${"a".repeat(64)}"`));
    const again = await restart();
    for (const _ of [1, 2]) {
      const { news: found } = await again.draws.load();
      assert.deepEqual([found?.bad, found?.title], [true, "别处的抽奖与封条对不上"]);
    }
  });

  test("puts so many draws before the remembered one that it cannot be compared: that is said", async () => {
    const { draws, restart, server } = await diner();
    await draws.load();
    server.lie(CONFIG, (data) => ({ ...data, fairness: { ...data.fairness, nonce: 5_000 } }));
    server.lie(/lottery\/records/, (data) => ({ ...data, has_more: true }));
    const again = await restart();
    for (const _ of [1, 2]) {
      const { news } = await again.draws.load();
      assert.deepEqual([news?.bad, news?.title], [true, "有一张封条没有比对到"]);
    }
  });

  test("offers another table than it commits to", async () => {
    const { draws, server } = await diner();
    server.lie(CONFIG, (data) => ({ ...data, prizes: data.prizes.map((/** @type {any} */ one) => ({ ...one, probability: 0.125 })) }));
    assert.match((await failure(draws.load())).message, /奖品和封存的奖品表不一样/);
  });

  test("answers with nonsense: the draw may have been made, and is asked for again", async () => {
    const { draws, server, drawn, clock } = await diner();
    await draws.load();
    server.lie(DRAW, () => ({}));
    const error = await failure(draws.draw(1));
    assert.deepEqual([error.isUnknown, draws.pending?.count], [true, 1]);
    assert.match(error.message, /不会重复扣积分/);
    server.honest();
    await clock.tick(1);
    const drawnAgain = await draws.resume();
    assert.equal(drawnAgain?.verdict.ok, true);
    assert.equal(new Set(drawn().map(({ request_id }) => request_id)).size, 1);
  });
});

describe("a draw that is cut off", () => {
  test("is resumed after a restart by the same request, and proved", async () => {
    const { draws, server, drawn, restart } = await diner();
    await draws.load();
    server.lie(DRAW, () => silence);
    void draws.draw(5).catch(() => {});
    await settle();
    assert.equal(drawn().length, 1);
    server.honest();
    const again = await restart();
    const config = await again.draws.load();
    assert.deepEqual([config.pending, config.news, config.today_draw_count], [{ count: 5 }, null, 5]);
    const resumed = await again.draws.resume();
    assert.deepEqual([resumed?.verdict.ok, resumed?.isResumed, resumed?.outcomes.length], [true, true, 5]);
    assert.deepEqual(resumed?.verdict.report.checks.filter(({ status }) => status !== "ok"), []);
    assert.deepEqual(again.drawn(), drawn(), "word for word");
    assert.deepEqual([again.draws.pending, await again.draws.resume()], [null, null]);
    assert.equal((await again.client.session.refresh())?.total_points, resumed?.answer.remaining_points, "charged once");
  });

  test("comes before any other", async () => {
    const { draws, server, clock, drawn } = await diner();
    await draws.load();
    server.lie(DRAW, () => fail("request:fail "));
    const error = failure(draws.draw(3));
    await clock.tick(1_000);
    assert.match((await error).message, /没有收到结果.*不会重复扣积分/);
    server.honest();
    const { isResumed, outcomes } = await draws.draw(1);
    assert.deepEqual([isResumed, outcomes.length], [true, 3]);
    assert.equal(new Set(drawn().map(({ request_id }) => request_id)).size, 1);
  });

  test("brings no old points or counts back", async () => {
    const { draws, server, clock, restart } = await diner();
    await draws.load();
    server.lie(DRAW, () => silence);
    void draws.draw(10).catch(() => {});
    await clock.tick(20 * 3_600_000); // another day
    server.honest();
    const again = await restart();
    await server.call({ method: "POST", path: "/api/user/check-in", body: {} });
    await again.draws.load();
    const { points, left } = { points: again.client.session.user?.total_points, left: (await again.client.api.lottery.config()).remaining_draws };
    const resumed = await again.draws.resume();
    assert.deepEqual([resumed?.isResumed, resumed?.verdict.ok], [true, true]);
    assert.equal(resumed?.answer.remaining_points, points);
    assert.equal(again.client.session.user?.total_points, points);
    assert.equal(10 - (resumed?.answer.today_draw_count ?? NaN), left);
  });

  test("that the server knows no more was made all the same, and nothing else is said", async () => {
    const { draws, server, restart, drawn } = await diner();
    await draws.load();
    server.lie(DRAW, () => silence);
    void draws.draw(1).catch(() => {});
    await settle();
    server.honest();
    server.refuse(DRAW, refused(409, "您在别处抽过奖，请刷新后再抽", { field: "nonce" }));
    const again = await restart();
    const error = await failure(again.draws.resume());
    assert.deepEqual([error.code, error.isUnknown, error.data.title], [409, false, "这次抽奖之前已经完成"]);
    assert.doesNotMatch(error.message, /没有抽，/);
    server.honest();
    assert.equal((await again.draws.load()).news, null, "it is this phone's own");
    const { verdict } = await again.draws.draw(1);
    assert.deepEqual([verdict.ok, drawn().length + again.drawn().length], [true, 3]);
  });

  test("is unknown where not even the records can be read", async () => {
    const { draws, server, restart, clock } = await diner();
    await draws.load();
    server.lie(DRAW, () => silence);
    void draws.draw(1).catch(() => {});
    await settle();
    server.honest();
    const again = await restart();
    await again.draws.load();
    server.refuse(DRAW, refused(409, "您在别处抽过奖，请刷新后再抽", { field: "nonce" }));
    server.refuse(/lottery\/records/, fail("request:fail "));
    const asked = failure(again.draws.resume());
    await clock.tick(1_000);
    const error = await asked;
    assert.deepEqual([error.code, error.isUnknown], [409, true]);
    assert.doesNotMatch(error.message, /没有抽，|没有扣/);
  });

  test("is not asked for after a day, when the server has forgotten it", async () => {
    const { draws, server, clock, restart } = await diner();
    await draws.load();
    server.lie(DRAW, () => silence);
    void draws.draw(1).catch(() => {});
    await settle();
    clock.now = (() => {
      const later = clock.now() + 24 * 3_600_000;
      return () => later;
    })();
    assert.equal((await restart()).draws.pending, null);
  });
});

describe("a refused draw", () => {
  test("keeps promise and seed for the next attempt, under another request id", async () => {
    const { draws, server, drawn } = await diner();
    await draws.load();
    server.refuse(DRAW, refused(1004, "抽奖人数较多，请稍后再试"));
    const error = await failure(draws.draw(1));
    assert.deepEqual([error.code, error.isUnknown, draws.pending], [1004, false, null]);
    assert.match(error.message, /现在人有点多。没有扣积分/);
    server.honest();
    assert.equal((await draws.draw(1)).verdict.ok, true);
    const [first, second] = drawn();
    assert.equal(second.client_seed, first.client_seed);
    assert.notEqual(second.request_id, first.request_id);
  });

  test("says what is missing, and that nothing was charged", async () => {
    const { draws } = await diner();
    await draws.load();
    await draws.draw(10);
    const error = await failure(draws.draw(1));
    assert.deepEqual([error.code, error.data.title, error.data.text], [1002, "今天的次数用完了", "没有扣积分。明天再来转一转。"]);
  });

  test("because of other odds reads them, and takes another seed", async () => {
    const { draws, server, drawn } = await diner();
    await draws.load();
    const wheel = await server.call({ method: "GET", path: "/api/merchant/lottery/config" });
    await server.call({ method: "PUT", path: "/api/merchant/lottery/config", body: { ...wheel, daily_limit: 20 } });
    const error = await failure(draws.draw(1));
    assert.deepEqual([error.code, error.data.title], [1003, "奖品或概率刚刚更新"]);
    assert.equal((await failure(draws.draw(1))).data.title, "奖品或概率有变");
    await draws.load();
    assert.equal((await draws.draw(1)).verdict.ok, true);
    const [first, second] = drawn();
    assert.notEqual(second.client_seed, first.client_seed);
  });

  test("where the phone has no chance is not sent", async () => {
    const { draws, wx, drawn } = await diner();
    await draws.load();
    wx.getRandomValues = (/** @type {any} */ { fail: no }) => no({ errMsg: "getRandomValues:fail" });
    assert.match((await failure(draws.draw(1))).message, /没有给出随机数.*没有扣积分/);
    assert.deepEqual(drawn(), []);
  });

  test("of somebody who is not logged in is not sent", async () => {
    const { client, draws, drawn } = await diner();
    await client.session.logout();
    const error = await failure(draws.draw(1));
    assert.deepEqual([error.kind, drawn().length, draws.pending, draws.kept()], ["expired", 0, null, []]);
  });
});

describe("a draw by what the diner has not seen", () => {
  /** @param {any} server */
  async function dearer(server) {
    const wheel = await server.call({ method: "GET", path: "/api/merchant/lottery/config" });
    await server.call({ method: "PUT", path: "/api/merchant/lottery/config", body: { ...wheel, cost_points: 2000 } });
  }

  test("is not sent when the wheel could not be read again", async () => {
    const { draws, server, clock, drawn, client } = await diner();
    assert.equal((await draws.load()).cost_points, 100);
    await dearer(server);
    server.refuse(CONFIG, fail("request:fail "));
    const lost = failure(draws.load());
    await clock.tick(1_000);
    assert.equal((await lost).kind, "network");
    server.honest();
    for (const _ of [1, 2]) {
      const error = await failure(draws.draw(1));
      assert.deepEqual([error.kind, error.code, error.isUnknown, error.message], ["refused", 1003, false, "奖品或概率有变。请看过再抽，没有扣积分。"]);
    }
    assert.deepEqual([drawn(), client.session.user?.total_points], [[], 3000]);
    assert.equal((await draws.load()).cost_points, 2000);
    assert.equal((await draws.draw(1)).answer.points_cost, 2000);
  });

  test("is not sent while the page is still reading it", async () => {
    const { draws, server, drawn } = await diner();
    await draws.load();
    await dearer(server);
    const [, error] = await Promise.all([draws.load(), failure(draws.draw(1))]);
    assert.deepEqual([error.code, drawn()], [1003, []]);
  });

  test("is not sent after one that failed its proof, nor by the next user", async () => {
    const { draws, server, drawn, client } = await diner();
    await draws.load();
    server.lie(DRAW, (data) => ({ ...data, points_cost: 5 }));
    assert.equal((await draws.draw(1)).verdict.ok, false);
    server.honest();
    await dearer(server);
    assert.equal((await failure(draws.draw(1))).code, 1003);
    await client.session.logout();
    await client.session.login("13800138000", "123456");
    assert.equal((await failure(draws.draw(1))).code, 1003);
    assert.equal(drawn().length, 1);
  });
});

describe("a storage that takes no more", () => {
  const keysOf = (/** @type {Map<string, any>} */ storage, /** @type {RegExp} */ pattern) => [...storage].filter(([key]) => pattern.test(key));

  test("keeps promises, proofs and login that it had, and the diner is told", async () => {
    const { draws, wx, storage, server, restart } = await diner();
    await draws.load();
    server.lie(DRAW, (data) => ({ ...data, points_cost: 200 }));
    await draws.draw(1);
    server.honest();
    await draws.load();
    const before = keysOf(storage, /promises|evidence|session/);
    assert.equal(before.length, 3);
    wx.setStorageSync = () => {
      throw new Error("setStorageSync:fail exceed storage max size");
    };
    assert.equal((await draws.draw(1)).verdict.ok, true);
    const { news, hint } = await draws.load();
    assert.deepEqual([news, hint?.title], [null, "这台设备记不住封条"]);
    assert.equal((await draws.load()).hint, null, "it is said once");
    assert.deepEqual(keysOf(storage, /promises|evidence|session/), before);
    const again = await restart();
    assert.deepEqual([again.client.session.isLoggedIn, again.draws.kept().length], [true, 1]);
    server.lie(CONFIG, (data) => ({ ...data, fairness: { ...data.fairness, nonce: 2, commitment: "f".repeat(64) } }));
    assert.equal((await again.draws.load()).news?.bad, true, "a seal that was swapped is found out");
  });

  test("is not filled by the answers of a server", async () => {
    const { draws, server, storage, restart } = await diner();
    await draws.load();
    const long = "长".repeat(200_000);
    server.lie(DRAW, (data) => ({ ...data, points_cost: 200, fairness: { ...data.fairness, junk: long } }));
    const { verdict } = await draws.draw(1);
    await draws.load();
    server.honest();
    server.lie(DRAW, (data) => ({ ...data, draw_id: long, results: data.results.map((/** @type {any} */ one) => ({ ...one, prize_name: long })), fairness: { ...data.fairness, draw_id: long } }));
    await draws.draw(1);
    const kept = (await restart()).draws.kept();
    assert.equal(kept.length, 2);
    const [cut, whole] = kept;
    const { junk, ...proof } = verdict.proof;
    assert.deepEqual({ ...whole?.proof, left_out: undefined }, { ...proof, left_out: undefined }, "what verifying takes is there");
    assert.ok(cut?.proof.cut.includes("长"));
    for (const [, text] of keysOf(storage, /evidence/)) assert.ok(text.length < 80_000, String(text.length));
  });
});

test("a clock that was set back does not keep a draw without an answer for longer", async () => {
  const { draws, server, clock, restart } = await diner();
  await draws.load();
  server.lie(DRAW, () => silence);
  void draws.draw(1).catch(() => {});
  await settle();
  const earlier = clock.now() - 24 * 3_600_000;
  clock.now = () => earlier;
  assert.equal((await restart()).draws.pending, null);
});
