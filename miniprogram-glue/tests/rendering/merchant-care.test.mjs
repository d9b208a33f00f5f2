/** A merchant's nervous fingers, and work that must not be lost: no decision unseen, no draft gone, nothing overwritten. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../harness/index.mjs";
import { call, deskOf, openShop, receipt, tokenOf, type, upload } from "./shop.mjs";

const DINER = "13911110001";
const MERCHANT = "13911110002";
const OTHER = "13911110003";

/** Two taps, one right after the other, on what is there at the first. @param {any} phone @param {any} button */
async function tapTwice({ page }, button) {
  const box = await button.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.touchscreen.tap(x, y);
  await page.touchscreen.tap(x, y);
}

/** What is asked of the server. @param {any} phone @param {string} path */
function asked({ page }, path) {
  /** @type {any[]} */
  const bodies = [];
  page.on("request", (/** @type {any} */ request) => {
    if (request.method() !== "GET" && new URL(request.url()).pathname === `/api/${path}`) bodies.push(request.postDataJSON());
  });
  return bodies;
}

const approve = (/** @type {any} */ desk) => desk.mp.find(".bar wx-button >> text=通过").first();

test("the second tap of two does not decide the next receipt, which nobody has seen yet", async () => {
  const server = await openShop();
  const diner = await tokenOf(server, DINER);
  for (const n of [61, 62, 63]) await upload(server, diner, receipt(n), "200");
  const desk = await deskOf(server, MERCHANT, "reviews/reviews");
  const { mp, page } = desk;
  await mp.until((data) => data.rows.length === 3);
  await mp.tap(".receipt");
  await mp.until((data) => data.state === "ready");
  const reviews = asked(desk, "merchant/review");
  const first = (await mp.data()).view.id;
  await tapTwice(desk, approve(desk));
  await mp.until((data) => /已通过/.test(data.news));
  const { isHeld, view } = await mp.data();
  assert.deepEqual([isHeld, view.id === first], [true, false]);
  await approve(desk).tap();
  await mp.until((data) => !data.isHeld);
  // A tap that was on its way when the receipt changed carries the one that it was on.
  await page.evaluate((id) => globalThis.__mp.current().instance.onApprove({ currentTarget: { dataset: { id } } }), first);
  assert.deepEqual(reviews.map((body) => body.upload_id), [first]);
  await approve(desk).tap();
  await until(() => reviews.length === 2, "the second decision");
  assert.equal(reviews[1].upload_id, view.id);
  await mp.until((data) => !data.isBusy && !data.isHeld);

  // Two taps while the answer is on its way are one decision.
  await page.route("**/api/merchant/review", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue();
  });
  await page.evaluate(() => {
    const { instance } = globalThis.__mp.current();
    // As on a phone, where the second tap may come before the button is drawn as one that can't be tapped.
    for (let n = 0; n < 2; n += 1) instance.onApprove({ currentTarget: { dataset: { id: instance.id } } });
  });
  await mp.until((data) => data.state === "gone");
  assert.equal(reviews.length, 3);
  assert.equal((await call(server, diner, "GET", "user/info")).total_points, 9000);
  await desk.close();
  await server.close();
});

test("points of a receipt without an amount: by the rule if another receipt shows it, else typed; a reason that was given up stays here", async () => {
  const server = await openShop();
  const diner = await tokenOf(server, DINER);
  await upload(server, diner, receipt(61));
  const desk = await deskOf(server, MERCHANT, "reviews/reviews");
  const { mp } = desk;
  const reviews = asked(desk, "merchant/review");
  await mp.until((data) => data.rows.length === 1);
  await mp.tap(".receipt");
  await mp.until((data) => data.state === "ready" && data.points === "50");
  await type(desk, "实付金额（可改）", "168.5");
  await mp.until((data) => data.points === "" && /还不知道/.test(data.pointsNote));
  await approve(desk).tap();
  await mp.until((data) => data.errors.points);
  assert.equal(reviews.length, 0);
  await mp.back();
  await mp.at("merchant/pages/reviews/reviews");
  await upload(server, diner, receipt(62), "20");
  await mp.until((data) => data.rows.length === 2);
  await mp.tap(".receipt");
  await mp.until((data) => data.state === "ready" && data.points === "50" && !data.isHeld);
  await type(desk, "实付金额（可改）", "168.5");
  await mp.until((data) => data.points === "1685");
  await mp.find(".bar wx-button >> text=拒绝").tap();
  await mp.find(".chip >> text=这张小票已经用过").tap();
  await mp.find(".bar wx-button >> text=不拒绝了").tap();
  await approve(desk).tap();
  await until(() => reviews.length === 1, "the approval");
  const { review_reason, points_awarded, amount } = reviews[0];
  assert.deepEqual([review_reason, points_awarded, amount], [undefined, 1685, 168.5]);
  await desk.close();
  await server.close();
});

test("a question is asked once, however often its button is tapped", async () => {
  const server = await openShop();
  const diner = await tokenOf(server, DINER);
  await upload(server, diner, receipt(61), "20");
  const { list } = await call(server, diner, "GET", "exchange/products?sort=points");
  await call(server, diner, "POST", "exchange/redeem", { product_id: list[0].id, quantity: 1 });
  const desk = await deskOf(server, MERCHANT, "reviews/reviews");
  const { mp } = desk;
  await mp.until((data) => data.rows.length === 1);
  await mp.tap(".tick >> nth=1");
  await tapTwice(desk, approve(desk));
  await mp.answer("通过");
  await mp.until((data) => data.list.state === "empty");
  assert.equal((await mp.calls("showModal")).length, 1);
  await mp.find(".tab >> text=订单").tap();
  await mp.at("merchant/pages/orders/orders");
  await mp.until((data) => data.rows.length === 1);
  await tapTwice(desk, mp.find(".order wx-button >> text=完成").first());
  await mp.answer("已完成");
  await mp.until((data) => data.rows.length === 0);
  assert.equal((await mp.calls("showModal")).length, 2);
  await desk.close();
  await server.close();
});

test("a draft outlives a right that is away for a while: of the wheel, a product, a receipt", async () => {
  const server = await openShop();
  await upload(server, await tokenOf(server, DINER), receipt(61), "20");
  const desk = await deskOf(server, MERCHANT, "wheel/wheel");
  const { mp } = desk;
  const shutOut = async (/** @type {() => Promise<void>} */ act) => {
    server.run("admin", "revoke-merchant", MERCHANT);
    await act();
    await mp.until((data) => data.gate === "right");
    server.run("admin", "grant-merchant", MERCHANT);
    await mp.tap("text=已经开通了，刷新");
    await mp.until((data) => data.gate === "" && data.state === "ready");
  };
  await mp.until((data) => data.state === "ready");
  await mp.tap(".prize-head >> nth=0");
  await type(desk, "名称", "我改了很久的奖品");
  await mp.until((data) => data.changeCount === 1);
  await shutOut(async () => {
    await mp.find(".bar wx-button >> text=发布").tap();
    await mp.find(".sheet-button >> text=发布").tap();
  });
  const { changeCount, rows } = await mp.data();
  assert.deepEqual([changeCount, rows[0].name], [1, "我改了很久的奖品"]);

  await mp.find(".tab >> text=商品").tap();
  await mp.at("merchant/pages/products/products");
  await mp.until((data) => data.rows.length > 0);
  await mp.tap(".product");
  await mp.at("merchant/pages/product/product");
  await mp.until((data) => data.state === "ready");
  await type(desk, "名称", "我改了很久的商品");
  await type(desk, "加减几件", "+2");
  const stock = asked(desk, `merchant/products/${(await mp.route()).match(/id=(\d+)/)?.[1]}`);
  await shutOut(() => mp.find(".bar wx-button").tap());
  assert.deepEqual([(await mp.data()).form.name, (await mp.data()).delta], ["我改了很久的商品", "+2"]);
  await mp.find(".bar wx-button").tap();
  await mp.until((data) => data.delta === "" && !data.isBusy);
  const { stock_delta, expected_stock } = stock[stock.length - 1];
  assert.equal(stock_delta, 2);
  assert.equal(typeof expected_stock, "number", "what was sold meanwhile must not come back");

  await mp.back();
  await mp.at("merchant/pages/products/products");
  await mp.find(".tab >> text=审核").tap();
  await mp.at("merchant/pages/reviews/reviews");
  await mp.until((data) => data.rows.length === 1);
  await mp.tap(".receipt");
  await mp.until((data) => data.state === "ready");
  await type(desk, "发放积分（可改）", "123");
  await shutOut(() => approve(desk).tap());
  assert.equal((await mp.data()).points, "123");
  await desk.close();
  await server.close();
});

test("the first wheel of a restaurant does not overwrite one that somebody has published meanwhile; a refusal goes with its reason", async () => {
  const server = await openShop();
  const other = await tokenOf(server, OTHER, true);
  const before = (await call(server, other, "GET", "merchant/lottery/config")).prizes.length;
  const desk = await deskOf(server, MERCHANT, "statistics/statistics", { wasm: "fails" });
  const { mp, page } = desk;
  // As if there were none yet.
  await page.route("**/api/merchant/lottery/config", (route) => route.fulfill({ json: { code: 404, message: "还没有转盘", msg: "还没有转盘", data: null } }), { times: 1 });
  await mp.find(".tab >> text=转盘").tap();
  await mp.until((data) => data.isFirst && data.state === "ready");
  await mp.find(".bar wx-button >> text=发布").tap();
  await mp.find(".sheet-button >> text=发布").tap();
  await mp.until((data) => data.isConflict);
  assert.equal((await call(server, other, "GET", "merchant/lottery/config")).prizes.length, before);
  await mp.find(".sheet-button >> text=放弃我的").tap();
  await mp.until((data) => data.state === "ready" && !data.isFirst && !data.isConflict);

  // The core of this phone finds nothing: the server does.
  await page.evaluate(() => Object.assign(globalThis.__mp.current().instance, { core: { tableErrors: () => [] } }));
  await mp.tap(".prize-head >> nth=0");
  const { chance } = (await mp.data()).rows[0];
  await type(desk, "概率", String(Number(chance) + 1));
  await mp.find(".bar wx-button >> text=发布").tap();
  await mp.find(".sheet-button >> text=发布").tap();
  await mp.until((data) => data.errorCount === 1 && !data.isBusy);
  assert.match((await mp.data()).errors.prizes, /^概率之和/);
  await type(desk, "概率", chance);
  await mp.until((data) => data.errorCount === 0);
  await desk.close();
  await server.close();
});
