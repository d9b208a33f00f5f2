// Designs as files, as canonical text and as links: what goes out comes back, and what is no design is refused with its field.
import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { load } from "../../wasm/tests/load.mjs";
import { adopted } from "../../www-demo/common/draft-changes.js";
import { toBody } from "../../www-demo/common/draft-check.js";
import { fromConfig } from "../../www-demo/common/draft.js";
import { FileProblem, fromJson, fromLink, fromText, isLink, toJson, toLink, toText } from "../../www-demo/design/files.js";
import { createStore } from "../../www-demo/design/store.js";
import { CONFIG, drafts, randomOf, typo } from "./designs.mjs";

const core = await load();
const TERMS = { organiser: "福轮酒家", period: "十一月", redemption: "三十天内到店", contact: "13800138000" };
const PAGE = "https://example.com/demo/design?x=1#old";
/** What a file says of a design: not which row is which on the page, nor what a wheel that it does not name has given away. */
const said = (draft) => ({ ...draft, prizes: draft.prizes.map(({ key, isNew, won, wonType, ...prize }) => prize) });

/** @param {() => unknown} action @param {string} field @param {RegExp} words */
const refused = (action, field, words) =>
  assert.throws(action, (problem) => {
    assert.ok(problem instanceof FileProblem, `${problem}`);
    assert.equal(problem.field, field);
    assert.match(problem.words, words);
    return true;
  });

test("every design comes back from its file as it was, whatever is typed in it", () => {
  for (const [draft] of drafts(500)) {
    const read = fromJson(toJson({ draft, terms: TERMS }));
    assert.deepEqual(said(read.draft), said(draft));
    assert.deepEqual(read.terms, TERMS);
    assert.equal(read.base, null);
    assert.equal(toJson(read), toJson({ draft, terms: TERMS }));
  }
});

test("a file has the server's names, and numbers where there are numbers", () => {
  const draft = fromConfig(CONFIG);
  const value = JSON.parse(toJson({ draft, terms: TERMS }));
  const { format, terms, ...body } = value;
  assert.equal(format, "fairwheel-design-v1");
  assert.deepEqual(terms, TERMS);
  assert.deepEqual(body, toBody(draft));
  const odd = { ...draft, cost: "一百", prizes: draft.prizes.map((prize, at) => (at === 0 ? { ...prize, chance: "5.0", stock: "" } : prize)) };
  const { cost_points, prizes, typed } = JSON.parse(toJson({ draft: odd, terms: TERMS }));
  assert.deepEqual([cost_points, prizes[0].probability, prizes[0].stock], [null, 0.05, null]);
  assert.deepEqual(typed, { cost_points: "一百", "prizes[0].probability": "5.0", "prizes[0].stock": "" });
  // Somebody edits the number by hand: it is the number that counts.
  value.typed = { cost_points: "1e2", "prizes[0].probability": "99" };
  const read = fromJson(JSON.stringify(value));
  assert.equal(read.draft.cost, "100");
  assert.equal(read.draft.prizes[0].chance, "5");
});

test("what the server answers and what is sent to it can be read", () => {
  const answer = fromJson(JSON.stringify(CONFIG));
  assert.deepEqual(answer.base, CONFIG);
  assert.deepEqual(adopted(answer.draft, answer.base), fromConfig(CONFIG));
  assert.deepEqual(fromJson(JSON.stringify({ code: 200, message: "success", data: CONFIG })).base, CONFIG);
  const sent = fromJson(`\ufeff${JSON.stringify(toBody(fromConfig(CONFIG)))}`);
  assert.deepEqual(said(sent.draft), said(fromConfig(CONFIG)));
  assert.equal(sent.base, null);
  // A publication may leave out what the server fills in.
  const least = fromJson(JSON.stringify({ cost_points: 1, daily_limit: 1, rules: "", prizes: [{ name: "茶", type: "empty", value: 0, probability: 1 }, { id: 1, name: "水", type: "empty", value: 0, probability: 0 }] })).draft;
  assert.deepEqual(least.prizes.map((prize) => [prize.id, prize.angle, prize.color, prize.isLimited]), [[2, "0", "#cb3a22", false], [1, "180", "#f6d9b8", false]]);
  refused(() => fromJson(JSON.stringify({ ...CONFIG, prizes: CONFIG.prizes.map((prize) => ({ ...prize, stock_left: "x" })) })), "prizes[0].stock_left", /第 1 个奖品的“剩余数量”/);
});

test("what is no design is refused, and named", () => {
  refused(() => fromJson(""), "", /JSON/);
  refused(() => fromJson('{"format":'), "", /JSON/);
  refused(() => fromJson("x".repeat(10 * 1024 * 1024)), "", /8 MB/);
  refused(() => fromJson("[".repeat(1_000_000)), "", /JSON/);
  for (const other of ["null", "1", '"a"', "[]", "true"]) refused(() => fromJson(other), "", /不是一个转盘/);
  refused(() => fromJson("{}"), "prizes", /没有奖品/);
  refused(() => fromJson('{"format":"fairwheel-design-v2"}'), "format", /另一种/);
  refused(() => fromJson('{"__proto__":{"prizes":[]}}'), "prizes", /没有奖品/);
  refused(() => fromJson('{"format":"fairwheel-design-v1","__proto__":{"cost_points":1,"daily_limit":1}}'), "cost_points", /没有写/);
  assert.equal(/** @type {any} */ ({}).prizes, undefined);
  const many = { ...CONFIG, prizes: Array.from({ length: 1000 }, (_, at) => ({ ...CONFIG.prizes[0], id: at + 1 })) };
  refused(() => fromJson(JSON.stringify(many)), "prizes", /最多 100 个，这里有 1000 个/);
});

test("a wrong value in each field is refused, and named", () => {
  const wrong = {
    cost_points: [0, -1, 1.5, "100", true, {}, [], 1e9, null],
    daily_limit: [0, "x", 1e9, null],
    fallback: [0, 1.5, "2", {}, 2 ** 32],
    rules: [1, {}, [], "长".repeat(30_000)],
    prizes: [{}, 1, "x", null],
    typed: [1, [], "x"],
    terms: [1, "x", []],
    "terms.organiser": [1, {}, "长".repeat(30_000)],
    "prizes[1]": [null, 1, "x", []],
    "prizes[1].id": [0, -1, 1.5, "1", 2 ** 31, 1],
    "prizes[1].name": [1, null, {}, "长".repeat(30_000)],
    "prizes[1].type": ["cash", 1, null, "__proto__", "constructor", ["empty"]],
    "prizes[1].value": [-1, 0.001, "1", 1e7, null],
    "prizes[1].probability": [-0.1, 1.1, 0.00001, "0.1", null],
    "prizes[1].angle": [-1, 360, 0.5, "0"],
    "prizes[1].color": [1, {}],
    "prizes[1].image": [1, {}, "data:text/html;base64,AAAA", "data:image/svg+xml,<svg/>", `data:image/png;base64,${"A".repeat(20 * 1024)}!`, `data:image/png;base64,${"A".repeat(100_000)}`, `https://example.com/${"a".repeat(30_000)}`],
    "prizes[1].is_activity": [1, "true", {}],
    "prizes[1].stock": [-1, 1.5, "5", 2 ** 32],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const design = JSON.parse(toJson({ draft: fromConfig(CONFIG), terms: TERMS }));
      const [, at, name = field] = /^(prizes\[1\]|terms)\.(\w+)$/.exec(field) ?? [];
      if (at) (at === "terms" ? design.terms : design.prizes[1])[name] = value;
      else if (field === "prizes[1]") design.prizes[1] = value;
      else design[field] = value;
      refused(() => fromJson(JSON.stringify(design)), field, /\p{Script=Han}/u);
    }
  }
  const typed = JSON.parse(toJson({ draft: fromConfig(CONFIG), terms: TERMS }));
  refused(() => fromJson(JSON.stringify({ ...typed, typed: { cost_points: 5 } })), "cost_points", /文字/);
});

/** A copy with some of it replaced, renamed or left out. @param {any} value @param {ReturnType<typeof randomOf>} random @returns {any} */
function spoilt(value, random) {
  if (random.chance(0.03)) return random.pick([null, 0, -1, 1e308, "", typo(random), [], {}, true, [[]], { length: 5 }]);
  if (Array.isArray(value)) return value.filter(() => !random.chance(0.02)).map((item) => spoilt(item, random));
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(() => !random.chance(0.02));
  return Object.fromEntries(entries.map(([name, item]) => [random.chance(0.02) ? random.pick(["toString", "constructor", typo(random)]) : name, spoilt(item, random)]));
}

test("any garbage is either a design that stands, or refused; the present work is as it was", () => {
  let opened = 0;
  let refusals = 0;
  for (const [draft, random] of drafts(1500)) {
    const store = createStore({ core, storage: null, later: () => () => {} });
    const before = structuredClone(store.draft);
    const text = JSON.stringify(spoilt(JSON.parse(toJson({ draft, terms: TERMS })), random)).slice(0, random.chance(0.05) ? random.below(400) : undefined);
    try {
      const read = fromJson(text);
      store.open(read.draft, { base: read.base, terms: read.terms });
      assert.deepEqual(said(fromJson(toJson(store)).draft), said(read.draft));
      opened += 1;
    } catch (problem) {
      assert.ok(problem instanceof FileProblem, `${problem} ${problem.stack} ${text}`);
      assert.deepEqual(store.draft, before);
      refusals += 1;
    }
  }
  assert.ok(opened > 100 && refusals > 100, `${opened} ${refusals}`);
});

test("the canonical text comes back as the same table, with the colours and pictures of the present design", () => {
  let texts = 0;
  for (const [draft, random] of drafts(300, { isWhole: true })) {
    const even = draft.prizes.map((prize, at) => ({ ...prize, value: "5", name: "茶", chance: at === 0 ? "100" : "0", isLimited: at > 0 && prize.type !== "empty" && prize.isLimited, type: at === 0 ? "empty" : prize.type, color: "#112233" }));
    const store = createStore({ core, storage: null, later: () => () => {} });
    store.open({ ...draft, fallback: even[0].id, prizes: even });
    if (!store.table) continue;
    texts += 1;
    const text = toText(store);
    const changed = random.pick([text, text.replaceAll("\n", "\r\n"), `\ufeff${text}`, text.trimEnd(), `${text}\n\n`]);
    const read = fromText(core, changed, store.draft);
    store.open(read.draft);
    assert.equal(toText(store), text);
    const unlimited = (one) => ({ ...said(one), prizes: said(one).prizes.map((prize) => (prize.isLimited ? prize : { ...prize, stock: "" })) });
    assert.deepEqual(unlimited(read.draft), unlimited({ ...draft, fallback: even[0].id, prizes: even }));
    assert.deepEqual(fromText(core, text).draft.prizes.map((prize) => prize.image), read.draft.prizes.map(() => ""));
  }
  assert.ok(texts > 100, `${texts}`);
});

test("a text that is none is refused, with its line or its rule", () => {
  const text = toText({ table: core.tableFromText("fairwheel-table-v1\ncost 100\ndaily_limit 10\nfallback 2\nprize 1 0 1000 coupon 88 1 5 八八折券\nprize 2 90 9000 empty 0 0 - 谢谢\n"), errors: {} });
  const bad = (from, to, field, words) => refused(() => fromText(core, text.replace(from, to)), field, words);
  bad("v1", "v2", "", /第 1 行/);
  bad("cost 100", "cost x", "", /第 2 行/);
  bad("prize 2", "prise 2", "", /第 6 行/);
  bad("prize 2 90", "prize 2 0", "prizes[1].angle", /第 2 个奖品的“格子起点”：和别的奖品从同一处/);
  bad("谢谢\n", "谢谢\nprize 2 180 0 empty 0 0 - 再来\n", "prizes[2].id", /重复/);
  bad("9000", "9001", "probability", /10,000/);
  bad("fallback 2", "fallback 3", "fallback", /重新选/);
  bad("fallback 2", "fallback -", "fallback", /限量/);
  bad("cost 100", "cost 0", "cost_points", /1,000,000/);
  bad("谢谢", "长".repeat(101), "prizes[1].name", /100 个字/);
  refused(() => fromText(core, ""), "", /第 1 行/);
  refused(() => fromText(core, "a".repeat(1_000_000)), "", /太长/);
  refused(() => toText({ table: null, errors: { "prizes[0].name": "x", rules: "y" } }), "prizes[0].name", /2 处/);
});

test("a link carries the design, but no picture that is not uploaded", async () => {
  for (const [draft] of drafts(100)) {
    const { link, leftOut } = await toLink({ draft, terms: TERMS }, PAGE);
    assert.match(link, /^https:\/\/example\.com\/demo\/design\?x=1#draft=z[\w-]+$/);
    const read = await fromLink(new URL(link).hash);
    const unsent = (prize) => prize.image.startsWith("data:");
    assert.equal(leftOut, draft.prizes.filter(unsent).length);
    assert.deepEqual(said(read.draft), said({ ...draft, prizes: draft.prizes.map((prize) => (unsent(prize) ? { ...prize, image: "" } : prize)) }));
    assert.deepEqual(read.terms, TERMS);
  }
});

test("without compression in the browser, a link is longer, and is read by all", async () => {
  const given = globalThis.CompressionStream;
  // @ts-expect-error an old browser
  globalThis.CompressionStream = undefined;
  try {
    const { link } = await toLink({ draft: fromConfig(CONFIG), terms: TERMS }, PAGE);
    assert.match(link, /#draft=j/);
    assert.deepEqual(said((await fromLink(new URL(link).hash)).draft), said(fromConfig(CONFIG)));
  } finally {
    globalThis.CompressionStream = given;
  }
});

/** @param {string} hash @param {RegExp} words @param {string} [field] */
const brokenLink = (hash, words, field = "") =>
  assert.rejects(fromLink(hash), (problem) => {
    assert.ok(problem instanceof FileProblem, `${problem}`);
    assert.equal(problem.field, field);
    assert.match(problem.words, words);
    return true;
  });

test("a link that is broken, too long or a bomb is refused", async () => {
  const { link } = await toLink({ draft: fromConfig(CONFIG), terms: TERMS }, PAGE);
  const { hash } = new URL(link);
  const coded = (/** @type {Uint8Array | string} */ bytes) => Buffer.from(bytes).toString("base64url");
  await brokenLink("", /没有转盘/);
  await brokenLink("#other", /没有转盘/);
  await brokenLink("#draft=", /不完整/);
  await brokenLink("#draft=z", /不完整/);
  await brokenLink("#draft=q123", /不完整/);
  await brokenLink("#draft=z%00", /不完整/);
  for (const cut of [12, 40, Math.floor(hash.length / 2), hash.length - 2]) await brokenLink(hash.slice(0, cut), /不完整/);
  for (let at = 8; at < hash.length; at += 7) {
    const other = `${hash.slice(0, at)}${hash[at] === "A" ? "B" : "A"}${hash.slice(at + 1)}`;
    await fromLink(other).catch((problem) => assert.ok(problem instanceof FileProblem, `${problem}`));
  }
  await brokenLink(`#draft=j${"A".repeat(1_000_000)}`, /太长/);
  await brokenLink(`#draft=j${coded("{}")}`, /没有奖品/, "prizes");
  await brokenLink(`#draft=j${coded(new Uint8Array([0xff, 0xfe]))}`, /不完整/);
  await brokenLink(`#draft=z${coded(deflateRawSync(Buffer.alloc(300 * 1024, 32)))}`, /太大/);
  // 200 MB in 200 KB.
  const bomb = deflateRawSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
  assert.ok(bomb.length < 260 * 1024);
  const before = process.memoryUsage().rss;
  await brokenLink(`#draft=z${coded(bomb)}`, /太大/);
  assert.ok(process.memoryUsage().rss - before < 100 * 1024 * 1024, "it was not unpacked");
  const long = { ...fromConfig(CONFIG), prizes: Array.from({ length: 100 }, (_, at) => ({ ...fromConfig(CONFIG).prizes[0], id: at + 1, name: "长".repeat(3000) })) };
  await assert.rejects(toLink({ draft: long, terms: TERMS }, PAGE), (problem) => problem instanceof FileProblem && /太大/.test(problem.words));
});

test("what says nothing of the terms leaves them: canonical text, and what the server answers", async () => {
  assert.equal(fromJson(JSON.stringify(CONFIG)).terms, undefined);
  const store = createStore({ core, storage: null, later: () => () => {} });
  const { terms, draft } = fromText(core, toText(store), { ...store.draft, rules: "长".repeat(30_000) });
  assert.deepEqual([terms, draft.rules.length], [undefined, 30_000]);
  assert.deepEqual(fromJson(toJson({ draft: fromConfig(CONFIG), terms: { organiser: "", period: "", redemption: "", contact: "" } })).terms, { organiser: "", period: "", redemption: "", contact: "" });
});

test("a link is found among the words that it was sent with", async () => {
  const { link } = await toLink({ draft: fromConfig(CONFIG), terms: TERMS }, PAGE);
  for (const text of [`看看这个转盘 ${link}`, `${link} 你觉得呢`, `店里的转盘：${link}。改好了`, `“${link}”`, `${new URL(link).hash}%E3%80%82`, `\n${link}\n发自我的手机`]) {
    assert.ok(isLink(text));
    assert.deepEqual(said((await fromLink(text)).draft), said(fromConfig(CONFIG)), text);
  }
});
