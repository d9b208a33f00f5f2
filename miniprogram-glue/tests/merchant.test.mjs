/** What the merchant's pages work out by themselves: numbers, forms, the prize table, lists that get shorter. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openSandbox } from "./harness/index.mjs";
import { wasmCore } from "./merchant-core.mjs";

const sandbox = openSandbox();
/** @param {string} name */
const lib = (name) => sandbox.require(`merchant/lib/${name}`);
const shared = sandbox.require("merchant/common/index");
/** Values of the sandbox have prototypes of their own. @param {any} value */
const plain = (value) => JSON.parse(JSON.stringify(value));
const core = await wasmCore();

test("amounts are read exactly, and as the server reads them", () => {
  const { parts, whole } = shared;
  for (const [text, cents] of [["58.5", 5850], ["0.01", 1], ["999999.99", 99_999_999], ["1.10", 110], [" 7 ", 700], ["1.", 100], ["58。5", 5850], ["１２．5", 1250]]) assert.equal(parts(text, 2), cents, text);
  for (const text of ["", "1.234", "-1", "1e3", "abc", ".5"]) assert.equal(parts(text, 2), null, text);
  assert.equal(whole("+10", -100, 100), 10);
  assert.equal(whole("−3", -100, 100), -3);
  for (const text of ["", "1.0", "101", "--1"]) assert.equal(whole(text, -100, 100), null, text);
});

test("a decision is checked before it is sent", () => {
  const { decision } = lib("receipt");
  const none = { max: null };
  const typed = { amount: "58.5", points: "585", reason: "" };
  assert.deepEqual(plain(decision(typed, "approve", none)), { errors: {}, body: { action: "approve", amount: 58.5, points_awarded: 585 } });
  assert.deepEqual(Object.keys(decision({ ...typed, amount: "0" }, "approve", none).errors), ["amount"]);
  assert.deepEqual(Object.keys(decision({ ...typed, amount: "1000000" }, "approve", none).errors), ["amount"]);
  assert.deepEqual(Object.keys(decision({ ...typed, amount: "1.005" }, "approve", none).errors), ["amount"]);
  assert.deepEqual(Object.keys(decision({ ...typed, points: "0" }, "approve", none).errors), ["points"]);
  assert.match(decision({ ...typed, points: "2001" }, "approve", { max: 2000 }).errors.points, /2,000/);
  assert.equal(decision({ ...typed, amount: "" }, "approve", none).body.amount, undefined);
  assert.deepEqual(Object.keys(decision(typed, "reject", none).errors), ["reason"]);
  assert.deepEqual(plain(decision({ ...typed, reason: " 看不清\n请重拍 " }, "reject", none)), { errors: {}, body: { action: "reject", review_reason: "看不清 请重拍" } });
  assert.deepEqual(Object.keys(decision({ ...typed, reason: "字".repeat(201) }, "reject", none).errors), ["reason"]);
});

test("points follow another amount only by the rule that the server goes by", () => {
  const { proposal } = lib("receipt");
  const item = { amount: 58.5, estimated_amount: 60, expected_points: 585 };
  /** @param {any} one @param {number | null} cents @param {any[]} [others] */
  const proposed = (one, cents, others = []) => plain(proposal(core, one, cents, others));
  assert.deepEqual(proposed(item, 10_000), { isKnown: true, points: 1000 });
  assert.deepEqual(proposed(item, 1), { isKnown: true, points: 50 });
  assert.deepEqual(proposed(item, null), { isKnown: true, points: null }, "nothing that can be read");
  const foreign = { ...item, expected_points: 117 };
  assert.deepEqual(proposed(foreign, 10_000), { isKnown: false, points: null }, "another rule");
  assert.deepEqual(proposed(foreign, 5850), { isKnown: false, points: 117 }, "the amount that the server has counted");
  // One without an amount does not show the rule: others may.
  const bare = { amount: null, estimated_amount: null, expected_points: 50 };
  assert.deepEqual(proposed(bare, 10_000), { isKnown: false, points: null });
  assert.deepEqual(proposed(bare, 10_000, [item]), { isKnown: true, points: 1000 });
  assert.deepEqual(proposed(bare, 10_000, [item, foreign]), { isKnown: false, points: null });
  assert.deepEqual(proposed(bare, null), { isKnown: false, points: 50 });
});

test("what became of a batch is told one by one, and what is decided leaves the list", () => {
  const { outcome, question } = lib("receipt");
  const items = [1, 2, 3].map((n) => ({ upload_id: `UP${n}`, user_phone: `138****000${n}`, expected_points: 100 * n, amount: 10 * n, estimated_amount: null, possible_duplicate_of: n === 2 ? "UP1" : null }));
  assert.match(question("approve", items).text, /600 积分.*1 张疑似重复/);
  const data = {
    success_count: 1,
    failed_count: 2,
    results: [
      { upload_id: "UP1", ok: true, code: 0, message: "success", points_awarded: 100 },
      { upload_id: "UP2", ok: false, code: 1002, message: "该小票已审核", points_awarded: 0 },
      { upload_id: "UP3", ok: false, code: 1005, message: "", points_awarded: 0 },
    ],
  };
  const became = plain(outcome("approve", data, items));
  assert.equal(became.title, "通过了 1 张，2 张没有成功");
  assert.deepEqual(became.gone, ["UP1", "UP2"]);
  assert.deepEqual(became.rows.map((row) => row.words), ["+100", "别人已经审过了", "自己上传的小票要由别的店员审"]);
});

test("a list that gets shorter loses nothing between its pages", async () => {
  const { createPager } = lib("pager");
  let there = Array.from({ length: 65 }, (_, n) => ({ id: n }));
  const load = async (page, size) => ({ list: there.slice((page - 1) * size, page * size), total: there.length, has_more: page * size < there.length });
  let view = /** @type {any} */ (null);
  const pager = createPager({ load, key: (item) => item.id, show: (now) => (view = now) });
  const decided = (...ids) => (there = there.filter((item) => !ids.includes(item.id)));
  await pager.restart();
  assert.equal(view.items.length, 20);
  // Five of the first page are decided here.
  decided(0, 1, 2, 3, 4);
  pager.remove([0, 1, 2, 3, 4]);
  await pager.more();
  await pager.more();
  assert.deepEqual(plain(view.items), there.slice(0, 40));
  // And ten by somebody else: what follows has moved up into pages that were read already.
  decided(6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  while (view.more === "") await pager.more();
  assert.deepEqual(plain(view.items), there);
  assert.deepEqual([view.more, view.total], ["end", 50]);
});

test("a list that is asked to refresh many times is read once more", async () => {
  const { createPager } = lib("pager");
  let reads = 0;
  const load = async () => {
    reads += 1;
    return { list: [{ id: reads }], total: 1, has_more: false };
  };
  const pager = createPager({ load, key: (item) => item.id, show: () => {} });
  await pager.restart();
  await Promise.all([pager.refresh(), pager.refresh(), pager.refresh()]);
  assert.equal(reads, 3, "the first one, and one more for both that came while it was read");
  assert.deepEqual(plain(pager.view.items), [{ id: 3 }]);
  await pager.refresh();
  assert.equal(reads, 4);
});

test("a list keeps what it has while the server is away, and closes when the right is gone", async () => {
  const { createPager } = lib("pager");
  let answer = async () => ({ list: [{ id: 1 }], total: 1, has_more: false });
  let view = /** @type {any} */ (null);
  const pager = createPager({ load: () => answer(), key: (item) => item.id, show: (now) => (view = now) });
  await pager.restart();
  answer = async () => Promise.reject({ code: 0, kind: "network", message: "" });
  await pager.refresh();
  assert.equal(view.state, "ready");
  assert.ok(view.trouble);
  answer = async () => Promise.reject({ code: 403, kind: "refused", message: "" });
  await pager.refresh();
  assert.equal(view.state, "error");
  assert.equal(view.items.length, 0);
});

test("an answer to an older question changes nothing", async () => {
  const { createPager } = lib("pager");
  const waiting = /** @type {((answer: any) => void)[]} */ ([]);
  let view = /** @type {any} */ (null);
  const pager = createPager({ load: () => new Promise((resolve) => waiting.push(resolve)), key: (item) => item.id, show: (now) => (view = now) });
  const first = pager.restart();
  const second = pager.restart();
  waiting[1]?.({ list: [{ id: "new" }], total: 1, has_more: false });
  await second;
  waiting[0]?.({ list: [{ id: "old" }], total: 1, has_more: false });
  await first;
  assert.deepEqual(plain(view.items), [{ id: "new" }]);
});

test("what is decided while an older answer is on its way does not come back; a long list stays as long as it is", async () => {
  const { createPager } = lib("pager");
  const asked = /** @type {any[]} */ ([]);
  let rows = Array.from({ length: 140 }, (_, id) => ({ id }));
  let isHeld = false;
  const waiting = /** @type {(() => void)[]} */ ([]);
  const load = async (page, size) => {
    asked.push([page, size]);
    const answer = { list: rows.slice((page - 1) * size, page * size), total: rows.length, has_more: page * size < rows.length };
    if (isHeld) await new Promise((resolve) => waiting.push(() => resolve(null)));
    return answer;
  };
  const pager = createPager({ load, key: (item) => item.id, show: () => {} });
  await pager.restart();
  for (let n = 1; n < 7; n += 1) await pager.more();
  assert.equal(pager.view.items.length, 140);
  await pager.refresh();
  assert.deepEqual(asked.slice(-2), [[1, 100], [2, 100]]);
  assert.equal(pager.view.items.length, 140);
  rows = rows.slice(0, 20);
  await pager.restart();
  isHeld = true;
  const again = pager.refresh();
  pager.remove([3]);
  pager.replace({ id: 4, status: "shipped" });
  waiting[0]?.();
  await again;
  assert.equal(pager.view.items.some((item) => item.id === 3), false);
  assert.equal(pager.view.items.find((item) => item.id === 4)?.status, "shipped");
  assert.equal(pager.view.total, 19);
  // Asked for after that, it is as the server says.
  const later = pager.restart();
  waiting[1]?.();
  await later;
  assert.equal(pager.view.items.length, 20);
});

const PRODUCT = { id: 3, name: "酸梅汤", category: "饮品", exchange_points: 200, stock: 8, description: "", image: "https://h/a.png", is_hot: false, sort_order: 30, status: "active" };

test("a product's form sends what was changed, and the stock as a difference", () => {
  const { changed, created, difference, errors, form } = lib("product");
  assert.deepEqual(plain(changed(form(PRODUCT), PRODUCT)), {});
  assert.deepEqual(plain(changed({ ...form(PRODUCT), name: " 招牌酸梅汤 ", is_on: false }, PRODUCT)), { name: "招牌酸梅汤", status: "inactive" });
  assert.deepEqual(plain(errors(form(PRODUCT), PRODUCT)), {});
  assert.deepEqual(Object.keys(errors(form(), null)).sort(), ["category", "exchange_points", "name", "stock"]);
  assert.deepEqual(Object.keys(errors({ ...form(PRODUCT), image: "javascript:alert(1)", category: "all", sort_order: "x" }, PRODUCT)).sort(), ["category", "image", "sort_order"]);
  assert.equal(created({ ...form(), name: "茶", category: "饮品", exchange_points: "10", stock: "0" }).stock, 0);
  assert.deepEqual(plain(difference("-3", 8)), { delta: -3, error: "", words: "8 → 5" });
  assert.equal(difference("", 8).delta, null);
  assert.match(difference("-9", 8).error, /只有 8 件/);
  assert.match(difference("0", 8).error, /加或减/);
});

test("addresses that a page would run are no pictures", () => {
  const { isImage } = lib("product");
  for (const good of ["", "/media/a.png", "images/a.png", "a.png?x=1:2", "https://example.com/a.png", "HTTP://h/a:b"]) assert.ok(isImage(good), good);
  for (const bad of ["javascript:alert(1)", "data:image/png;base64,AAAA", "//example.com/a.png", "/\\example.com/a.png", "https:", "https:/a.png", "https://", "/a b.png", "a:b/c"]) assert.ok(!isImage(bad), bad);
});

const CONFIG = {
  cost_points: 100,
  daily_limit: 10,
  fallback: 2,
  rules: "每次 100 积分",
  table_hash: "a".repeat(64),
  published_at: "2026-11-22T04:00:00.000Z",
  prizes: [
    { id: 1, name: "八八折券", type: "coupon", value: 0.88, probability: 0.05, angle: 0, color: "#cb3a22", image: "/media/pictures/a.png", is_activity: true, stock: 500, stock_left: 460 },
    { id: 2, name: "谢谢参与", type: "empty", value: 0, probability: 0.95, angle: 90, color: "#efe3d6", image: "", is_activity: false, stock: null, stock_left: null },
  ],
};

test("a wheel that is put back as it was read is the same wheel", () => {
  const { changes, errors, fromConfig, toBody } = shared;
  const draft = fromConfig(CONFIG);
  assert.deepEqual(plain(errors(core, draft)), {});
  assert.deepEqual(plain(changes(CONFIG, draft)), []);
  const odd = { ...CONFIG, prizes: [CONFIG.prizes[0], { ...CONFIG.prizes[1], value: 1 }] };
  assert.deepEqual(plain(changes(odd, fromConfig(odd))), [], "a prize of nothing that is worth something");
  const { table_hash, published_at, ...sent } = CONFIG;
  assert.deepEqual(plain(toBody(draft)), { ...sent, prizes: CONFIG.prizes.map(({ stock_left, ...prize }) => prize) });
});

/** @param {any} draft @param {number} at @param {any} change */
const withPrize = (draft, at, change) => ({ ...draft, prizes: draft.prizes.map((prize, index) => (index === at ? { ...prize, ...change } : prize)) });

test("a table that is published from a phone keeps its pictures", () => {
  const { changes, fromConfig, toBody } = shared;
  const draft = withPrize(fromConfig(CONFIG), 0, { chance: "6" });
  assert.deepEqual(plain(toBody(draft).prizes.map((prize) => prize.image)), ["/media/pictures/a.png", ""]);
  assert.match(plain(changes(CONFIG, withPrize(draft, 1, { image: "/media/pictures/b.png" })))[1].text, /加了图片/);
});

test("a discount that is typed as money is told beside its field", () => {
  const { rows } = lib("wheel-view");
  const found = (/** @type {string} */ value) => plain(rows(withPrize(shared.fromConfig(CONFIG), 0, { value }), {}, "")[0].valueAdvice);
  assert.equal(found("0.88"), null);
  assert.equal(found("８．８").value, "0.88");
});

test("every rule that the core knows has words, beside the field that breaks it", () => {
  const { errors, fromConfig } = shared;
  const draft = fromConfig(CONFIG);
  const found = (changed) => plain(errors(core, changed));
  assert.match(found(withPrize(draft, 0, { chance: "6" })).probability, /多了 1%/);
  assert.match(found(withPrize(draft, 0, { chance: "4.99" })).probability, /还差 0.01%/);
  assert.match(found(withPrize(draft, 0, { chance: "4.999" }))["prizes[0].probability"], /两位小数/);
  assert.match(found(withPrize(draft, 0, { angle: "90" }))["prizes[1].angle"], /同一处/);
  assert.match(found(withPrize(draft, 0, { angle: "89" }))["prizes[0].angle"], /至少要 2°/);
  assert.match(found(withPrize(draft, 0, { angle: "360" }))["prizes[0].angle"], /359/);
  assert.match(found(withPrize(draft, 0, { name: "" }))["prizes[0].name"], /名称/);
  assert.match(found(withPrize(draft, 0, { name: "一\n二" }))["prizes[0].name"], /换行/);
  assert.match(found(withPrize(draft, 0, { type: "points", value: "1.5" }))["prizes[0].value"], /整数/);
  assert.match(found(withPrize(draft, 0, { stock: "x" }))["prizes[0].stock"], /整数/);
  assert.match(found({ ...draft, fallback: null }).fallback, /限量/);
  assert.match(found({ ...draft, fallback: 9 }).fallback, /重新选/);
  assert.match(found(withPrize(draft, 1, { type: "coupon" })).fallback, /不是“未中奖”/);
  assert.match(found(withPrize(draft, 1, { isLimited: true, stock: "5" })).fallback, /不能限量/);
  assert.match(found({ ...draft, cost: "0" }).cost_points, /1,000,000/);
  assert.match(found({ ...draft, limit: "" }).daily_limit, /10,000/);
  assert.match(found({ ...draft, prizes: draft.prizes.slice(0, 1) }).prizes, /2 到 100/);
});

test("changes say what diners will see, and what is left of a stock", () => {
  const { changes, fromConfig } = shared;
  const draft = withPrize(withPrize(fromConfig(CONFIG), 0, { stock: "510", chance: "6" }), 1, { chance: "94" });
  const found = plain(changes(CONFIG, { ...draft, cost: "120" }));
  assert.deepEqual(found.map((one) => one.title), ["每次抽奖", "“八八折券”", "“谢谢参与”"]);
  assert.match(found[1].text, /概率 5% → 6%；共 500 份 → 共 510 份（还剩 470 份）/);
  assert.deepEqual(plain(changes(CONFIG, { ...draft, prizes: draft.prizes.slice(1) })).map((one) => one.title).includes("撤下“八八折券”"), true);
});

test("sectors fill the circle, whichever way they are made", () => {
  const { added, blank, chanceAngles, equalAngles, errors, widths } = shared;
  for (const count of [2, 3, 7, 24, 100]) {
    let draft = blank();
    while (draft.prizes.length < count) draft = { ...draft, prizes: draft.prizes.concat([{ ...added(draft), name: "茶" }]) };
    for (const made of [equalAngles(draft), chanceAngles(draft)]) {
      const wide = Object.values(plain(widths(made)));
      assert.equal(wide.reduce((sum, width) => sum + width, 0), 360, `${count}`);
      assert.ok(Math.min(...wide) >= 2, `${count}`);
      assert.deepEqual(plain(errors(core, made)), {}, `${count}`);
    }
  }
});

test("on another wheel, new prizes take no id that is used there", () => {
  const { added, fromConfig, rebased } = shared;
  const draft = fromConfig(CONFIG);
  const mine = { ...added(draft), name: "新菜", type: "empty" };
  assert.equal(mine.id, 3);
  const theirs = { ...CONFIG, prizes: CONFIG.prizes.concat([{ ...CONFIG.prizes[0], id: 3, name: "别人的" }]) };
  const moved = rebased({ ...draft, fallback: 3, prizes: draft.prizes.concat([mine]) }, theirs);
  assert.deepEqual(plain(moved.prizes.map((prize) => prize.id)), [1, 2, 4]);
  assert.equal(moved.fallback, 4);
});

test("what is won of a prize counts only while it stays the same prize", () => {
  const { fromConfig } = shared;
  const { stockOf } = lib("wheel-view");
  const draft = fromConfig(CONFIG);
  assert.equal(stockOf(draft.prizes[0]).words, "剩 460 / 共 500 份");
  assert.equal(stockOf({ ...draft.prizes[0], stock: "40" }).isSoldOut, true);
  assert.equal(stockOf({ ...draft.prizes[0], type: "physical" }).words, "剩 500 / 共 500 份");
});

test("an order tells what its cancelling gives back", () => {
  const { question, refused, row } = lib("order");
  const order = { order_id: "EX1", source: "redeem", product_name: "酸梅汤", quantity: 2, points_cost: 400, status: "pending", user_phone: "138****8000", created_at: "2026-11-23T04:00:00.000Z" };
  assert.deepEqual(plain(row(order).actions.map((action) => action.to)), ["cancelled", "shipped", "completed"]);
  assert.match(question(order, "cancelled").text, /退给 138\*\*\*\*8000 400 积分，库存加回 2 件/);
  assert.match(question({ ...order, source: "lottery", points_cost: 0 }, "cancelled").text, /不退积分/);
  assert.match(refused({ code: 409, data: { status: "completed" } }, "cancelled"), /已完成/);
  assert.match(refused({ code: 409, data: { status: "pending" } }, "cancelled"), /上限/);
});

test("files are of days that there were, and their rows are counted", () => {
  const { rows, span, spanError } = lib("sheet-file");
  const now = Date.parse("2026-11-23T17:00:00.000Z"); // the 24th in Beijing
  assert.deepEqual(plain(span("week", now)), { start: "2026-11-18", end: "2026-11-24" });
  assert.equal(spanError("2026-11-18", "2026-11-24", now), "");
  assert.match(spanError("2026-11-24", "2026-11-18", now), /之前/);
  assert.match(spanError("2025-11-23", "2026-11-24", now), /366/);
  assert.equal(spanError("2025-11-24", "2026-11-24", now), "");
  assert.equal(rows('﻿甲,乙\r\n1,"两\n行"\r\n2,x\r\n'), 2);
  assert.equal(rows("﻿甲,乙\r\n"), 0);
});

test("an application is checked as the server checks it", () => {
  const { blank, body, errors } = lib("application");
  const good = { store_name: " 福轮酒家 ", business_license: "91310101MA1FPX1234", contact_person: "王小明", contact_phone: "13800138000" };
  assert.deepEqual(plain(errors(good)), {});
  assert.equal(body(good).store_name, "福轮酒家");
  assert.equal(Object.keys(errors(blank())).length, 4);
  assert.deepEqual(Object.keys(errors({ ...good, business_license: "执照 1", contact_phone: "12345678901" })), ["business_license", "contact_phone"]);
});

test("a photo keeps its address while it is good", () => {
  const { createAddresses } = lib("addresses");
  let now = 0;
  const addresses = createAddresses(() => now);
  const item = (sign) => ({ upload_id: "UP1", image_url: `/a?${sign}`, thumbnail_url: `/b?${sign}` });
  addresses.keep(item(1));
  assert.equal(addresses.keep(item(2)).image_url, "/a?1");
  addresses.drop("UP1");
  assert.equal(addresses.keep(item(3)).image_url, "/a?3");
  now = 11 * 60 * 1000;
  assert.equal(addresses.keep(item(4)).thumbnail_url, "/b?4");
});
