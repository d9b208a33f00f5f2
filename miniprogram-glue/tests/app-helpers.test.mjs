/** What the app's helpers say and decide. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openSandbox } from "./harness/index.mjs";

const app = openSandbox();
/** Objects of another realm are made plain, so that they compare. @param {unknown} value */
const plain = (value) => JSON.parse(JSON.stringify(value));

test("numbers, times and amounts", () => {
  const { count, points, signed, when, yuan, fraction, percent } = app.require("utils/format.js");
  assert.deepEqual([0, 999, 1000, 1234567].map(count), ["0", "999", "1,000", "1,234,567"]);
  assert.equal(points(1400), "1,400 积分");
  assert.deepEqual([5, -1200, 0].map(signed), ["+5", "−1,200", "0"]);
  assert.deepEqual([68.5, 1234.05, 0.1, 19.999, null].map(yuan), ["¥68.50", "¥1,234.05", "¥0.10", "¥20.00", ""]);
  const now = Date.parse("2026-11-23T03:00:00Z");
  assert.equal(when("2026-11-22T16:05:00.000Z", now), "今天 00:05", "Beijing's day, not that of UTC");
  assert.equal(when("2026-11-22T15:59:00.000Z", now), "11月22日 23:59");
  assert.equal(when("2025-12-31T16:00:00.000Z", now), "1月1日 00:00");
  assert.equal(when("2025-12-31T15:00:00.000Z", now), "2025年12月31日 23:00");
  assert.equal(when(null, now), "");
  assert.deepEqual([500, 2000, 1, 10000, 0].map(fraction), ["1/20", "1/5", "1/10,000", "1", "0"]);
  assert.equal(percent(525), "5.25%");
});

test("amounts as people type them", () => {
  const { parseAmount } = app.require("utils/amount.js");
  const amounts = { "": null, " 68.5 ": "68.50", "¥1,234.05": "1234.05", ".5": "0.50", "12.": "12.00", "68。5": "68.50", "999999.99": "999999.99" };
  for (const [text, amount] of Object.entries(amounts)) assert.deepEqual(plain(parseAmount(text)), { amount, trouble: "" }, text);
  for (const text of ["0", "0.00", "1.234", "1000000", "abc", "1.2.3", "-5", "."]) assert.ok(parseAmount(text).trouble, text);
});

test("the login says what is wrong, field by field", () => {
  const { check, phoneOf, refused } = app.require("utils/login-form.js");
  assert.equal(phoneOf("+86 138-0013 8000"), "13800138000");
  assert.deepEqual(Object.keys(check({ phone: "12800138000", code: "12345", isAgreed: false }, "login")), ["phone", "code", "agreed"]);
  assert.equal(check({ phone: "13800138000", code: "", isAgreed: true }, "code"), null, "no code is needed to ask for one");
  assert.equal(check({ phone: "13800138000", code: "123456", isAgreed: true }, "login"), null);
  const error = (code, message = "") => ({ kind: "refused", code, message });
  assert.deepEqual(plain(refused(error(1002, "请 42 秒后再试"), "code")), { code: "请 42 秒后再试。" });
  assert.deepEqual(Object.keys(refused(error(1001), "login")), ["phone"]);
  assert.deepEqual(Object.keys(refused(error(1004), "login")), ["form"]);
  assert.deepEqual(plain(refused({ kind: "network", code: 0, message: "网络断开了。请稍后再试。" }, "login")), { form: "网络断开了。请稍后再试。" });
});

test("an error as a title and a text", () => {
  const { describe } = app.require("utils/trouble.js");
  assert.deepEqual(plain(describe({ kind: "network", message: "网络断开了，没有连上服务器。没有扣积分。请稍后再试。" })), { title: "网络断开了，没有连上服务器", text: "没有扣积分。请稍后再试。" });
  assert.deepEqual(plain(describe({ kind: "refused", message: "没有权限" }, "商品")), { title: "暂时取不到商品", text: "没有权限。" });
  assert.deepEqual(plain(describe({ kind: "refused", message: "x", data: { title: "标题", text: "正文" } })), { title: "标题", text: "正文" });
  assert.equal(describe(new TypeError("x is not a function")).title, "出了点问题", "no English to a diner");
});

test("what can be drawn, and what stands in the way", () => {
  const { offersOf, leftOf, oddsOf, headline, outcomesOf } = app.require("utils/stage.js");
  const can = (/** @type {any} */ purse) => plain(offersOf(purse)).map((/** @type {any} */ offer) => offer.can);
  assert.deepEqual(can({ points: 1000, left: 10, cost: 100 }), [true, true, true, true]);
  assert.deepEqual(can({ points: 499, left: 10, cost: 100 }), [true, true, false, false]);
  assert.deepEqual(can({ points: 9999, left: 4, cost: 100 }), [true, true, false, false]);
  assert.deepEqual(plain(leftOf({ points: 40, left: 10, cost: 100 })), { left: "今天还可抽 10 次", short: "抽一次还差 60 积分" });
  assert.deepEqual(plain(leftOf({ points: 499, left: 10, cost: 100 })), { left: "今天还可抽 10 次", short: "五连抽还差 1 积分" });
  assert.deepEqual(plain(leftOf({ points: 499, left: 0, cost: 100 })), { left: "今天的次数用完了，明天再来", short: "" });
  const [one] = oddsOf([{ id: 1, name: "虾", type: "physical", weight: 500, isSoldOut: true, stock: 3 }]);
  assert.deepEqual([one.fraction, one.percent, one.note], ["1/20", "5.00%", "已送完"]);
  const prizes = Array.from({ length: 9 }, (_, n) => ({ id: n, name: `${n}`, type: "coupon", weight: 1, angle: n * 40, ...(n === 1 ? { color: "#123456" } : {}) }));
  const { sectorsOf } = app.lib("wheel/prizes");
  assert.deepEqual(plain(oddsOf(prizes)).map((/** @type {any} */ row) => row.color), plain(sectorsOf(prizes).sectors).map((/** @type {any} */ one) => one.colour), "the colours of the wheel");
  const won = { name: "虾", kind: "physical", instead: null };
  const empty = { name: "谢谢参与", kind: "empty", instead: "虾" };
  assert.equal(headline(outcomesOf([won], true), true).lead, "恭喜，您抽中了");
  assert.equal(headline(outcomesOf([won], false), false).lead, "服务给出的结果", "nobody is congratulated on a doubtful result");
  assert.equal(headline(outcomesOf([empty], false), false).title, "谢谢参与", "nor told that it is settled");
  assert.equal(headline(outcomesOf([empty], false), false).text, "", "nor why it came");
  assert.deepEqual(plain(outcomesOf([won, empty], false)).map((/** @type {any} */ one) => one.instead), ["", ""]);
  assert.deepEqual(plain(headline(outcomesOf([empty], true), true)), { lead: "谢谢参与", title: "这次没有中奖", text: "抽到的「虾」已送完", isWin: false });
  assert.deepEqual(plain(headline(outcomesOf([won, empty, won], true), true)), { lead: "", title: "抽了 3 次，中奖 2 次", text: "转盘停在最后一次：虾", isWin: true });
});

test("what can be ordered", () => {
  const { offer, productOf, search, notRedeemed } = app.require("utils/shelf.js");
  const of = (/** @type {number} */ stock) => productOf({ id: 1, name: "拿铁", description: "热", category: "饮品", exchange_points: 300, stock, sales_count: 0 });
  assert.deepEqual([0, 1, 5, 6].map((stock) => of(stock).stockText), ["已换完", "仅剩 1 件", "仅剩 5 件", "库存 6 件"]);
  assert.deepEqual([offer(of(3), 9, 900).quantity, offer(of(200), 500, 1e6).quantity], [3, 99]);
  assert.equal(offer(of(3), 2, 500).label, "还差 100 积分");
  assert.equal(offer(of(3), 2, 500).can, false);
  assert.equal(offer(of(3), 2, 600).label, "用 600 积分兑换");
  assert.equal(offer(of(0), 1, 600).can, false);
  const products = [of(1), { ...of(1), id: 2, name: "Mocha 摩卡", description: "冰" }];
  assert.deepEqual(plain(search(products, "mocha 冰")).map((/** @type {any} */ one) => one.id), [2]);
  assert.equal(search(products, "  ").length, 2);
  assert.equal(notRedeemed({ kind: "refused", code: 1003, data: { stock: 2 } }, 0, 0).title, "只剩 2 件了");
  assert.equal(notRedeemed({ kind: "network", code: 0 }, 0, 0), null);
});

test("draws, orders and ledger as lists", () => {
  const { drawsOf, orderOf, ledgerOf } = app.require("utils/history.js");
  const row = (/** @type {number} */ id, /** @type {string} */ draw_id, /** @type {string} */ prize_name, prize_type = "coupon") => ({ id, draw_id, draw_type: "triple", nonce: 7, prize_name, prize_type, points_cost: 100, created_at: "2026-11-23T00:00:00Z" });
  const draws = plain(drawsOf([row(6, "b", "谢谢参与", "empty"), row(5, "b", "券"), row(4, "b", "券"), row(3, "a", "券")]));
  assert.deepEqual(draws.map((/** @type {any} */ draw) => [draw.id, draw.prizes, draw.cost, draw.isWhole]), [
    ["b", "券 ×2、谢谢参与", "−300 积分", true],
    ["a", "券", "−100 积分", false],
  ]);
  assert.equal(orderOf({ source: "lottery", product_name: "券", quantity: 1, points_cost: 0, status: "pending" }).cost, "抽奖所得");
  assert.equal(orderOf({ source: "redeem", product_name: "茶", quantity: 2, points_cost: 900, status: "cancelled" }).cost, "已退回 900 积分");
  assert.equal(ledgerOf({ points: -1200, reason: "exchange_redeem", reason_text: "兑换", balance_after: 5 }).moved, "−1,200");
});

test("a code that comes late is the first number's, and nobody asks twice meanwhile", async () => {
  /** @type {((answer: object) => void)[]} */
  const answers = [];
  const client = { session: { sendCode: () => new Promise((resolve) => answers.push(resolve)) } };
  const sandbox = openSandbox({ modules: { "services/client.js": { client } }, clock: { setInterval: () => 0, clearInterval() {} } });
  const form = sandbox.page("components/auth-modal/index");
  const type = (/** @type {string} */ value) => form.onPhone({ detail: { value } });
  void form.ask();
  form.onAgree();
  type("13800138000");
  const sending = form.onSend();
  type("13900139000");
  assert.deepEqual([form.data.canSend, form.data.sendText], [false, "正在发送…"]);
  form.onClose();
  void form.ask();
  assert.deepEqual([form.data.canSend, form.data.sendText], [false, "正在发送…"], "it is still on its way");
  type("13900139000");
  answers[0]?.({ dev_code: "123456", retry_after: 60 });
  await sending;
  assert.deepEqual([form.data.devCode, form.data.note], ["", ""]);
  assert.deepEqual([form.data.canSend, form.data.sendText], [true, "获取验证码"]);
  type("13800138000");
  assert.equal(form.data.canSend, false, "the first number waits");
});
