/** Publishing without a browser: what is sent, what the answers mean, and whose change wins. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { load } from "../../wasm/tests/load.mjs";
import { ApiError } from "../../www-demo/common/api-error.js";
import { blank, duplicated, fromConfig, removed } from "../../www-demo/common/draft.js";
import { changes } from "../../www-demo/common/draft-changes.js";
import { placeOf, wayTo } from "../../www-demo/design/fields.js";
import { oddsChanges } from "../../www-demo/design/odds-change.js";
import { createPublishing } from "../../www-demo/design/publishing.js";
import { redone } from "../../www-demo/design/redo.js";
import { createRefused } from "../../www-demo/design/refused.js";
import { createStore } from "../../www-demo/design/store.js";

const core = await load();

const PICTURE = "data:image/png;base64,iVBORw0KGgo=";
/** @param {object} [change] @returns {any} */
const config = (change = {}) => ({
  cost_points: 100,
  daily_limit: 10,
  fallback: 2,
  rules: "每次 100 积分",
  prizes: [
    { id: 1, name: "八八折券", type: "coupon", value: 0.88, probability: 0.05, angle: 0, color: "#cb3a22", image: "", is_activity: true, stock: 500, stock_left: 460 },
    { id: 2, name: "谢谢参与", type: "empty", value: 0, probability: 0.9, angle: 90, color: "#efe3d6", image: "", is_activity: false, stock: null, stock_left: null },
    { id: 3, name: "酸梅汤", type: "physical", value: 6, probability: 0.05, angle: 270, color: "#e7b04c", image: "", is_activity: false, stock: null, stock_left: null },
  ],
  table_hash: "a".repeat(64),
  published_at: "2026-11-22T04:00:00.000Z",
  ...change,
});
/** Another edition with one prize changed. @param {number} id @param {object} change @param {object} [rest] @returns {any} */
const edited = (id, change, rest = {}) =>
  config({ prizes: config().prizes.map((/** @type {any} */ prize) => (prize.id === id ? { ...prize, ...change } : prize)), table_hash: "b".repeat(64), published_at: "2026-11-22T05:00:00.000Z", ...rest });
/** @param {any} draft @param {number} id @param {object} change */
const with_ = (draft, id, change) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize) => (prize.id === id ? { ...prize, ...change } : prize)) });
/** @param {any} draft @param {number} id */
const prizeOf = (draft, id) => draft.prizes.find((/** @type {any} */ prize) => prize.id === id);

describe("my changes on somebody else's wheel", () => {
  const base = config();

  test("what each changed alone stays", () => {
    const mine = with_({ ...fromConfig(base), cost: "120" }, 1, { chance: "6" });
    const { draft, clashes } = redone(base, mine, edited(1, { name: "九折券" }, { daily_limit: 5 }));
    assert.deepEqual([draft.cost, draft.limit, prizeOf(draft, 1).name, prizeOf(draft, 1).chance], ["120", "5", "九折券", "6"]);
    assert.deepEqual(clashes, []);
    assert.equal(prizeOf(draft, 1).key, "p1", "and its row stays the same row");
  });

  test("what both changed is ours, and named", () => {
    const { draft, clashes } = redone(base, with_(fromConfig(base), 1, { chance: "6" }), edited(1, { probability: 0.07 }));
    assert.equal(prizeOf(draft, 1).chance, "6");
    assert.deepEqual(clashes, ["“八八折券”的概率"]);
  });

  test("the same change twice is no clash, and a number typed otherwise no change", () => {
    assert.deepEqual(redone(base, with_(fromConfig(base), 1, { chance: "7.00" }), edited(1, { probability: 0.07 })).clashes, []);
    const { draft } = redone(base, with_(fromConfig(base), 1, { chance: "5.00" }), edited(1, { probability: 0.07 }));
    assert.equal(prizeOf(draft, 1).chance, "7");
  });

  test("a limit and its number are one matter", () => {
    const { draft } = redone(base, with_(fromConfig(base), 1, { isLimited: false, stock: "500" }), edited(1, { stock: 600, stock_left: 560 }));
    assert.equal(prizeOf(draft, 1).isLimited, false);
  });

  test("a new prize of ours gets an id of its own, also as the one in place of others", () => {
    const fresh = { ...fromConfig(base).prizes[1], id: 4, key: "n4", isNew: true, name: "下次再来", angle: "300" };
    const mine = { ...fromConfig(base), fallback: 4, prizes: [...fromConfig(base).prizes, fresh] };
    const theirs = config({ prizes: [...config().prizes, { ...config().prizes[2], id: 4, name: "凉粉", angle: 330 }], table_hash: "b".repeat(64) });
    const { draft } = redone(base, /** @type {any} */ (mine), theirs);
    assert.deepEqual(draft.prizes.map(({ id }) => id).sort(), [1, 2, 3, 4, 5]);
    assert.equal(prizeOf(draft, 4).name, "凉粉");
    assert.equal(prizeOf(draft, /** @type {number} */ (draft.fallback)).name, "下次再来");
  });

  test("two new prizes with one number stay two, whoever of them stands in for others", () => {
    const fresh = { ...fromConfig(base).prizes[1], id: 4, key: "n4", isNew: true, name: "下次再来", angle: "300" };
    const mine = { ...fromConfig(base), prizes: [...fromConfig(base).prizes, fresh] };
    const theirs = config({ fallback: 4, prizes: [...config().prizes, { ...config().prizes[1], id: 4, name: "好运还在", angle: 330 }], table_hash: "b".repeat(64) });
    const alone = redone(base, /** @type {any} */ (mine), theirs);
    assert.equal(prizeOf(alone.draft, /** @type {number} */ (alone.draft.fallback)).name, "好运还在");
    const both = redone(base, /** @type {any} */ ({ ...mine, fallback: 4 }), theirs);
    assert.ok(both.clashes.includes("抽完后给的奖品"));
    assert.equal(prizeOf(both.draft, /** @type {number} */ (both.draft.fallback)).name, "下次再来");
    // An imported one has the key that theirs has, too.
    const keys = redone(base, /** @type {any} */ ({ ...mine, prizes: [...fromConfig(base).prizes, { ...fresh, key: "p4" }] }), theirs).draft.prizes.map(({ key }) => key);
    assert.equal(new Set(keys).size, 5);
    const sameSpot = config({ prizes: [...config().prizes, { ...config().prizes[1], id: 4, name: "好运还在", angle: 300 }], table_hash: "b".repeat(64) });
    assert.ok(redone(base, /** @type {any} */ (mine), sameSpot).clashes.includes("扇区的顺序和大小"));
  });

  test("what one of the two removed is gone, unless the other worked on it", () => {
    const without = config({ prizes: config().prizes.slice(0, 2), table_hash: "b".repeat(64) });
    assert.equal(prizeOf(redone(base, fromConfig(base), without).draft, 3), undefined);
    assert.equal(prizeOf(redone(base, with_(fromConfig(base), 3, { name: "冰粉" }), without).draft, 3).name, "冰粉");
    const mine = { ...fromConfig(base), prizes: fromConfig(base).prizes.slice(0, 2) };
    assert.equal(prizeOf(redone(base, mine, edited(1, { name: "九折券" })).draft, 3), undefined);
  });

  test("sectors that no longer fit together are made equal", () => {
    const mine = with_(fromConfig(base), 3, { angle: "200" });
    const theirs = config({ prizes: [...config().prizes, { ...config().prizes[2], id: 4, angle: 200 }], table_hash: "b".repeat(64) });
    assert.deepEqual(redone(base, mine, theirs).draft.prizes.map(({ angle }) => angle), ["0", "90", "180", "270"]);
  });

  test("a draft of its own takes no prize's id, but knows its own again", () => {
    const draft = blank();
    const { draft: other } = redone(null, draft, config({ prizes: config().prizes.map((/** @type {any} */ prize) => ({ ...prize, name: `${prize.name}。` })) }));
    assert.ok(other.prizes.every(({ id }) => id > 3));
    assert.equal(prizeOf(other, /** @type {number} */ (other.fallback)).name, "谢谢参与");
    assert.deepEqual(changes(base, redone(null, fromConfig(base), base).draft), []);
  });
});

/** A server that answers as it is told. @param {Record<string, any>} [answers] each an answer, an error, or a list of them */
function server(answers = {}) {
  /** @type {[string, any][]} */
  const calls = [];
  const answer = (/** @type {string} */ name, /** @type {any} */ fallback) => async (/** @type {any} */ sent) => {
    calls.push([name, sent && JSON.parse(JSON.stringify(sent))]);
    const next = Array.isArray(answers[name]) ? answers[name].shift() : answers[name];
    if (next instanceof Error) throw next;
    return next ?? fallback;
  };
  return { calls, api: { merchantConfig: answer("read", config()), publish: answer("publish", edited(1, { probability: 0.06 })), addPicture: answer("picture", { image: "/media/pictures/x.png" }) } };
}

/** @param {Record<string, any>} [answers] @param {any} [state] */
function desk(answers, state) {
  const { calls, api } = server(answers);
  const store = {
    draft: with_(fromConfig(config()), 1, { name: "九折券" }),
    base: config(),
    terms: { organiser: "", period: "", redemption: "", contact: "" },
    replaced: null,
    revise(/** @type {any} */ change) {
      const { draft, base, terms, replaced } = store;
      const present = { draft, base, terms, replaced };
      Object.assign(store, change(present)(present));
    },
    ...state,
  };
  let ids = 0;
  const publishing = createPublishing({ api, store, isLoggedIn: () => state?.isLoggedIn ?? true, newId: () => `id-${++ids}` });
  return { calls, store, publishing };
}
const refused = (/** @type {number} */ code, /** @type {any} */ data = null, message = "参数 prizes[0].stock 不能少于已中出的 40 份") => new ApiError("refused", code, message, data);
const lost = () => new ApiError("network", 0, "");

describe("publishing", () => {
  test("names the wheel that is replaced, and the request", async () => {
    const { calls, publishing } = desk();
    assert.equal((await publishing.readLive()).kind, "live");
    assert.equal((await publishing.publish(publishing.plan())).kind, "done");
    const [, body] = calls[1] ?? [];
    assert.deepEqual([body.expected_table_hash, body.expected_published_at], ["a".repeat(64), config().published_at]);
    assert.equal(body.request_id, "id-1");
    assert.equal(publishing.isOvertaken(), false, "our own publication overtakes nobody");
  });

  test("what is sent is what was shown, also if something came to the draft since", async () => {
    const { calls, publishing, store } = desk();
    await publishing.readLive();
    const plan = publishing.plan();
    assert.equal(publishing.isAsShown(plan), true);
    store.draft = with_(store.draft, 3, { image: "/media/pictures/late.png" });
    assert.equal(publishing.isAsShown(plan), false);
    assert.equal((await publishing.publish(plan)).kind, "done");
    assert.deepEqual(calls[1]?.[1].prizes.map((/** @type {any} */ prize) => prize.image), ["", "", ""]);
    assert.equal(prizeOf(store.draft, 3).image, "/media/pictures/late.png", "and what came stays a change");
    assert.ok(publishing.mine().some(({ title }) => title === "“酸梅汤”"));
  });

  test("a wheel that was read in before ours was published is not taken for a newer one", async () => {
    const { publishing } = desk();
    await publishing.readLive();
    const late = publishing.readLive();
    await publishing.publish(publishing.plan());
    await late;
    assert.equal(publishing.isOvertaken(), false);
  });

  test("somebody else's wheel is told also where nothing was changed here", async () => {
    const { publishing } = desk({ read: [edited(1, { name: "他的券" })] }, { draft: fromConfig(config()) });
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), true);
    assert.deepEqual(publishing.mine(), []);
    assert.deepEqual(publishing.ahead().map(({ title }) => title), ["“他的券”"], "it would be taken back");
  });

  test("asks again with the same name, and with another one for another content", async () => {
    const { calls, publishing, store } = desk({ publish: [lost(), lost(), lost()] });
    await publishing.readLive();
    assert.equal((await publishing.publish(publishing.plan())).kind, "unknown");
    await publishing.publish(publishing.plan());
    store.draft = { ...store.draft, cost: "130" };
    await publishing.publish(publishing.plan());
    assert.deepEqual(calls.slice(1).map(([, body]) => body.request_id), ["id-1", "id-1", "id-2"]);
  });

  test("being refused at the door says nothing of what was sent before", async () => {
    const { calls, publishing } = desk({ publish: [lost(), new ApiError("expired", 401, ""), undefined] });
    await publishing.readLive();
    await publishing.publish(publishing.plan());
    assert.deepEqual(await publishing.publish(publishing.plan()), { kind: "login", isExpired: true });
    assert.equal((await publishing.publish(publishing.plan())).kind, "done");
    assert.deepEqual(calls.slice(1).map(([, body]) => body.request_id), ["id-1", "id-1", "id-1"]);
  });

  test("knows its own publication again when only the answer was lost", async () => {
    const published = config({ prizes: config().prizes.map((/** @type {any} */ prize) => (prize.id === 1 ? { ...prize, name: "九折券" } : prize)), table_hash: "c".repeat(64), published_at: "2026-11-22T06:00:00.000Z" });
    const { publishing } = desk({ read: [config(), published], publish: [lost()] });
    await publishing.readLive();
    await publishing.publish(publishing.plan());
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), false);
    assert.deepEqual(publishing.mine(), []);
  });

  test("somebody else's publication is told, also if only the rules are others", async () => {
    const { publishing } = desk({ read: [config({ rules: "新规则", published_at: "2026-11-22T07:00:00.000Z" })] });
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), true);
    assert.deepEqual(publishing.theirs(), [{ title: "规则文字", text: "有改动", before: config().rules, after: "新规则" }]);
    assert.deepEqual(publishing.mine().map(({ title }) => title), ["“八八折券”"], "mine are those against what was opened");
  });

  test("refusals go to their field, in words", async () => {
    const { publishing } = desk({ publish: [refused(409, { field: "prizes[0].stock", won: 40 }), refused(400, { field: "prizes[1].name" }, "参数 prizes[1].name 必须有 1 到 100 个字符"), refused(409, { field: "expected_table_hash" }), refused(409, { field: "expected_published_at", table_hash: "a".repeat(64), published_at: "2026-11-22T07:00:00.000Z" }), refused(400, { field: "request_id" }, "参数 request_id 太长")] });
    await publishing.readLive();
    assert.deepEqual(await publishing.publish(publishing.plan()), { kind: "refused", fields: { "prizes[0].stock": "已经中出 40 份，不能比它少" } });
    assert.deepEqual(await publishing.publish(publishing.plan()), { kind: "refused", fields: { "prizes[1].name": "必须有 1 到 100 个字符" } });
    assert.deepEqual(await publishing.publish(publishing.plan()), { kind: "conflict" });
    assert.deepEqual(await publishing.publish(publishing.plan()), { kind: "conflict" });
    const odd = await publishing.publish(publishing.plan());
    assert.equal(odd.kind, "trouble", "what nobody can edit here is no field's fault");
  });

  test("where no wheel is, another one that came meanwhile is a conflict", async () => {
    const { calls, publishing } = desk({ read: [refused(404), config()] }, { base: null });
    assert.deepEqual(await publishing.readLive(), { kind: "live", config: null });
    assert.deepEqual(await publishing.publish(publishing.plan()), { kind: "conflict" });
    assert.ok(calls.every(([name]) => name === "read"));
  });

  test("who may not is told why", async () => {
    assert.deepEqual(await desk({}, { isLoggedIn: false }).publishing.readLive(), { kind: "login", isExpired: false });
    assert.deepEqual(await desk({ read: refused(403) }).publishing.readLive(), { kind: "diner" });
    const offline = await desk({ read: lost() }).publishing.readLive();
    assert.equal(offline.kind === "trouble" && offline.title, "现在连不上网");
  });
});

/** A shop's server, which keeps what is published, beside a real design. @param {any} live */
function shop(live) {
  const server = { live };
  let hours = 5;
  const put = (/** @type {any} */ { expected_table_hash, expected_published_at, request_id, ...body }) => {
    hours += 1;
    server.live = { ...body, prizes: body.prizes.map((/** @type {any} */ prize) => ({ ...prize, stock_left: prize.stock })), table_hash: String(hours).repeat(64).slice(0, 64), published_at: `2026-11-22T${String(hours).padStart(2, "0")}:00:00.000Z` };
    return server.live;
  };
  let isLost = false;
  const api = {
    async merchantConfig() {
      if (!server.live) throw refused(404);
      return server.live;
    },
    async publish(/** @type {any} */ body) {
      if (server.live && (body.expected_published_at !== server.live.published_at || body.expected_table_hash !== server.live.table_hash)) throw refused(409, { field: "expected_published_at" });
      const config = put(body);
      if (!isLost) return config;
      isLost = false;
      throw lost();
    },
    addPicture: async () => ({ image: "/media/pictures/x.png" }),
  };
  const store = createStore({ core, later: () => () => {} });
  let ids = 0;
  const publishing = createPublishing({ api, store, isLoggedIn: () => true, newId: () => `id-${++ids}` });
  return {
    store,
    publishing,
    loseAnswer() {
      isLost = true;
    },
    /** A colleague publishes. @param {(body: any) => any} change */
    elsewhere: (change) => put(change(server.live)),
    /** Some of a prize are won. @param {string} name @param {number} won */
    win(name, won) {
      server.live = { ...server.live, prizes: server.live.prizes.map((/** @type {any} */ prize) => (prize.name === name ? { ...prize, stock_left: prize.stock - won } : prize)) };
    },
    /** Reads what is there, and publishes what is shown. */
    async go() {
      await publishing.readLive();
      return publishing.publish(publishing.plan());
    },
    titles: () => publishing.ahead().map(({ title }) => title),
  };
}
const called = (/** @type {any} */ store, /** @type {string} */ name) => store.draft.prizes.find((/** @type {any} */ prize) => prize.name === name);
const rename = (/** @type {any} */ store, /** @type {string} */ from, /** @type {string} */ to) => store.edit((/** @type {any} */ draft) => ({ ...draft, prizes: draft.prizes.map((/** @type {any} */ prize) => (prize.name === from ? { ...prize, name: to } : prize)) }));

describe("what is undone past a first publication", () => {
  for (const [there, live] of /** @type {[string, any][]} */ ([["over another wheel", config()], ["where there was none", null]])) {
    test(`is the same prizes: what was won of them stays won, ${there}`, async () => {
      const { store, publishing, go, win, titles } = shop(live);
      rename(store, "虾1份", "大虾1份");
      assert.equal((await go()).kind, "done");
      win("大虾1份", 40);
      const { id } = called(store, "大虾1份");
      store.undo();
      await publishing.readLive();
      assert.equal(called(store, "虾1份").id, id);
      assert.deepEqual(titles(), ["“大虾1份”"], "a name, and no prize that goes or comes");
      assert.equal((await go()).kind, "done");
      store.redo();
      assert.deepEqual([called(store, "大虾1份").id, called(store, "大虾1份").isNew], [id, false]);
      assert.equal(store.draft.fallback, called(store, "谢谢参与").id);
    });
  }

  test("also where a prize came or went in between, and the answer was lost", async () => {
    const { store, publishing, go, loseAnswer, titles } = shop(config());
    store.edit((draft) => duplicated(draft, "n1"));
    store.undo();
    store.edit((draft) => duplicated(draft, "n5"));
    loseAnswer();
    assert.equal((await go()).kind, "unknown");
    const copied = store.draft.prizes[5]?.key ?? "";
    store.edit((draft) => removed(draft, copied));
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), false);
    assert.deepEqual(titles(), ["撤下“虾1份”"]);
    store.undo();
    assert.deepEqual(titles(), []);
    store.undo();
    assert.deepEqual(titles(), ["撤下“虾1份”"]);
  });

  test("is still of the wheel that was published: who publishes meanwhile is shown", async () => {
    const { store, publishing, go, elsewhere } = shop(config());
    store.edit({ cost: "120" });
    await go();
    store.undo();
    elsewhere((body) => ({ ...body, rules: "别人的规则" }));
    store.edit({ limit: "9" });
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), true);
    assert.deepEqual(publishing.theirs().map(({ title }) => title), ["规则文字"]);
    assert.deepEqual(publishing.mine().map(({ title }) => title), ["每次抽奖", "每人每天"]);
    assert.equal(publishing.redone().draft.rules, "别人的规则");
  });

  test("of another design, too; whose prizes stay its own", async () => {
    const { store, publishing, go, elsewhere } = shop(config());
    store.open({ ...blank(), cost: "50" });
    await go();
    store.undo();
    const added = publishing.ahead().filter(({ title }) => /^新增/.test(title)).map(({ title }) => title);
    assert.equal(added.length, 7, "only what has the same number, type and name is the same");
    assert.ok(added.includes("新增“谢谢参与”"), "its numbers are nobody's");
    elsewhere((body) => ({ ...body, rules: "别人的规则" }));
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), true);
    // A new one in its place is published over the same wheel.
    store.open(blank());
    assert.equal(publishing.isOvertaken(), true);
    assert.ok(store.draft.prizes.every(({ id, isNew }) => isNew && !store.base?.prizes.some((prize) => prize.id === id)));
  });
});

describe("all of mine in place of somebody else's", () => {
  for (const isOwn of [true, false]) {
    test(`is mine, over theirs${isOwn ? ", also of a design that was made from none" : ""}`, async () => {
      const { store, publishing, elsewhere } = shop(config());
      if (!isOwn) store.open({ ...fromConfig(config()), cost: "120" }, { base: config() });
      await publishing.readLive();
      const theirs = elsewhere((body) => ({ ...body, rules: "别人的规则", cost_points: 77 }));
      await publishing.readLive();
      const [names, { cost }] = [store.draft.prizes.map(({ name }) => name), store.draft];
      publishing.insist(theirs);
      assert.deepEqual([store.draft.prizes.map(({ name }) => name), store.draft.cost, store.base], [names, cost, theirs]);
      assert.equal(publishing.isOvertaken(), false, "it was shown");
      assert.ok(publishing.ahead().some(({ title, before }) => title === "规则文字" && before === "别人的规则"));
      assert.equal((await publishing.publish(publishing.plan())).kind, "done");
    });
  }
});

describe("a look before publishing", () => {
  test("changes nothing of the design, and is remembered", async () => {
    const { store, publishing, elsewhere } = shop(config());
    const before = store.draft;
    await publishing.readLive();
    const { draft, own } = publishing.plan();
    assert.ok(draft.prizes.every(({ id, isNew }) => !isNew || id > 3), "what would be sent takes no prize's number");
    assert.equal(own, before);
    assert.deepEqual([store.draft === before, store.base, store.isExample, store.saved], [true, null, true, "saved"]);
    elsewhere((body) => ({ ...body, rules: "别人的规则" }));
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), true, "what came since was not seen");
    assert.deepEqual(publishing.theirs().map(({ title }) => title), ["规则文字"]);
  });

  test("a wheel that came where there was none is shown, too", async () => {
    const { publishing, elsewhere } = shop(null);
    await publishing.readLive();
    elsewhere(() => config());
    await publishing.readLive();
    assert.equal(publishing.isOvertaken(), true);
    assert.deepEqual(publishing.theirs().map(({ title }) => title), ["新的转盘"]);
  });

  test("another window's publication is nobody else's", async () => {
    const { publishing, store } = desk();
    await publishing.readLive();
    store.base = edited(1, { name: "九折券" });
    assert.equal(publishing.isOvertaken(), false);
    assert.deepEqual(publishing.mine(), []);
  });

  test("a refusal finds its field, whatever number was sent", async () => {
    const { store, publishing } = shop(config({ prizes: [...config().prizes, { ...config().prizes[2], id: 8, name: "凉粉", angle: 330 }] }));
    await publishing.readLive();
    const { draft, own } = publishing.plan();
    assert.notEqual(draft.fallback, own.fallback);
    store.refuse({ fallback: "不行" }, own);
    assert.equal(store.errors.fallback, "不行");
  });
});

describe("pictures", () => {
  const two = () => ({ draft: with_(with_(fromConfig(config()), 1, { image: PICTURE }), 3, { image: `${PICTURE}A` }) });

  test("go up before the wheel, once each", async () => {
    const { calls, publishing } = desk({ publish: [lost()] }, two());
    await publishing.readLive();
    /** @type {number[]} */
    const told = [];
    await publishing.publish(publishing.plan(), (done) => told.push(done));
    await publishing.publish(publishing.plan());
    assert.deepEqual(calls.map(([name]) => name), ["read", "picture", "picture", "publish", "publish"]);
    assert.deepEqual(told, [0, 1]);
    assert.deepEqual(calls[3]?.[1].prizes.map((/** @type {any} */ prize) => prize.image), ["/media/pictures/x.png", "", "/media/pictures/x.png"]);
  });

  test("one that fails is named, and nothing is published; those that are up stay up", async () => {
    const { calls, publishing } = desk({ picture: [undefined, refused(400, { field: "data" }, "参数 data 必须是 PNG、JPEG 或 WebP")] }, two());
    await publishing.readLive();
    assert.deepEqual(await publishing.publish(publishing.plan()), { kind: "pictures", bad: [{ at: 2, name: "酸梅汤", words: "必须是 PNG、JPEG 或 WebP" }] });
    assert.equal((await publishing.publish(publishing.plan())).kind, "done");
    assert.deepEqual(calls.map(([name]) => name), ["read", "picture", "picture", "picture", "publish"]);
  });
});

describe("pictures that do not arrive", () => {
  const one = () => ({ draft: with_(fromConfig(config()), 1, { image: PICTURE }) });

  test("are no fault of their field, whatever the network does", async () => {
    for (const fault of [lost(), new ApiError("timeout", 0, ""), new ApiError("server", 500, ""), refused(429, null, "太快了"), refused(1004)]) {
      const { calls, publishing } = desk({ picture: [fault] }, one());
      await publishing.readLive();
      assert.equal((await publishing.publish(publishing.plan())).kind, "trouble", fault.message);
      assert.equal((await publishing.publish(publishing.plan())).kind, "done", "and go up at the next try");
      assert.deepEqual(calls.map(([name]) => name), ["read", "picture", "picture", "publish"]);
    }
  });

  test("go up once more if the server has not kept them, and then it is said", async () => {
    const gone = () => refused(400, { field: "prizes[0].image" }, "参数 prizes[0].image 不是一张存下的图片");
    const { calls, publishing } = desk({ publish: [refused(409, { field: "prizes[0].stock", won: 1 }), gone()] }, one());
    await publishing.readLive();
    await publishing.publish(publishing.plan());
    assert.equal((await publishing.publish(publishing.plan())).kind, "done");
    assert.deepEqual(calls.map(([name]) => name), ["read", "picture", "publish", "publish", "picture", "publish"]);
    const never = desk({ publish: [gone(), gone(), gone()] }, one());
    await never.publishing.readLive();
    assert.equal((await never.publishing.publish(never.publishing.plan())).kind, "trouble");
    const address = desk({ publish: [gone()] }, { draft: with_(fromConfig(config()), 1, { image: "/media/pictures/x.png" }) });
    await address.publishing.readLive();
    assert.equal((await address.publishing.publish(address.publishing.plan())).kind, "refused", "an address is for somebody to write anew");
  });
});

describe("what is shown beside", () => {
  test("odds side by side, only those that change", () => {
    const draft = with_(with_(fromConfig(config()), 1, { chance: "6" }), 3, { id: 9, isNew: true, chance: "4" });
    assert.deepEqual(oddsChanges(config(), draft), [
      { name: "八八折券", before: 500, after: 600 },
      { name: "酸梅汤", before: null, after: 400 },
      { name: "酸梅汤", before: 500, after: null },
    ]);
  });

  test("a field has a name that people know", () => {
    const draft = fromConfig(config());
    assert.deepEqual(placeOf("prizes[2].probability", draft), { label: "“酸梅汤”的概率", key: "p3" });
    assert.deepEqual(placeOf("cost_points", draft), { label: "每次抽奖的积分", key: "" });
    assert.equal(placeOf("prizes[1].name", with_(draft, 2, { name: " " })).label, "第 2 个奖品的名称");
  });

  test("there is a way to a prize, and to what is no prize's", () => {
    /** @type {string[]} */
    const been = [];
    const store = { draft: fromConfig(config()), select: (/** @type {string} */ key) => void been.push(key) };
    const elsewhere = (/** @type {string} */ field) => been.push(field) > 0;
    wayTo("prizes[2].stock", store, elsewhere).go?.();
    wayTo("rules", store, elsewhere).go?.();
    assert.deepEqual(been, ["", "p3", "rules"]);
    assert.equal(wayTo("probability", store, elsewhere).go, null);
  });

  test("a refusal stands until that field is edited, and moves with its prize", () => {
    const refusals = createRefused();
    const draft = fromConfig(config());
    refusals.keep({ "prizes[0].stock": "已经中出 40 份，不能比它少", rules: "太长" }, draft);
    assert.deepEqual(refusals.of(with_(draft, 3, { chance: "7" })), { "prizes[0].stock": "已经中出 40 份，不能比它少", rules: "太长" });
    assert.deepEqual(refusals.of({ ...draft, prizes: [...draft.prizes].reverse() }), { "prizes[2].stock": "已经中出 40 份，不能比它少", rules: "太长" });
    assert.deepEqual(refusals.of(with_(draft, 1, { stock: "50" })), { rules: "太长" });
    assert.deepEqual(refusals.of(with_({ ...draft, rules: "短" }, 1, { isLimited: false })), {});
    assert.deepEqual(refusals.of({ ...draft, rules: "短", prizes: draft.prizes.slice(1) }), {});
  });
});
