/** Points for things, where it may go wrong: a second tap, another price, a small screen. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPhone, startServer, until } from "../harness/index.mjs";
import { account, signInAtHome } from "./diner.mjs";

/** A diner on the exchange page, and somebody who keeps the shelf. @param {Record<string, any>} [options] of the phone @param {Record<string, string>} [settings] */
async function atTheShelf(options = {}, settings = {}) {
  const server = await startServer(settings);
  const keeper = await account(server, "13800138000");
  server.run("admin", "grant-merchant", "13800138000");
  const { products } = await keeper.call("GET", "merchant/products");
  const phone = await openPhone({ server, ...options });
  await signInAtHome(phone, "13800138002");
  await phone.mp.tab(1);
  await phone.mp.until((data) => data.list.state === "ready");
  return { server, keeper, phone, product: products.find((/** @type {any} */ one) => one.exchange_points <= 900 && one.stock > 3) };
}

/** Opens a product, and waits until its sheet has arrived. @param {any} phone @param {string} name */
async function open({ mp, page }, name) {
  await mp.fill(".search", name);
  await mp.until((/** @type {any} */ data) => data.shown.length === 1);
  await mp.tap(".tile");
  await mp.until((/** @type {any} */ data) => data.product);
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity));
}

test("two taps on the button are one question and one order", async () => {
  const { server, phone, product } = await atTheShelf();
  const { mp, page } = phone;
  await open(phone, product.name);
  const box = await mp.find("wx-button:has-text('积分兑换')").first().boundingBox();
  assert.ok(box);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.touchscreen.tap(x, y);
  await page.touchscreen.tap(x, y);
  await mp.answer("兑换");
  await mp.until((data) => data.done && !data.isBusy);
  assert.equal((await mp.calls("showModal")).length, 1);
  assert.equal(await page.locator(".mp-dialog").count(), 0);
  assert.equal((await mp.data()).user.total_points, 3000 - product.exchange_points);
  await phone.close();
  await server.close();
});

test("another price than the one that was shown is asked for again, and then had", async () => {
  const { server, keeper, phone, product } = await atTheShelf();
  const { mp, page } = phone;
  await open(phone, product.name);
  /** @type {any[]} */
  const bodies = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/api/exchange/redeem")) bodies.push(request.postDataJSON());
  });
  await mp.tap("wx-button:has-text('积分兑换')");
  await mp.dialog();
  const price = product.exchange_points + 100;
  await keeper.call("PUT", `merchant/products/${product.id}`, { exchange_points: price });
  await mp.answer("兑换");
  await until(async () => (await mp.calls("showModal")).length === 2, "the second question");
  await until(async () => /变为/.test(await mp.dialog()), "its words");
  assert.match(await mp.dialog(), new RegExp(`用 ${price.toLocaleString("en")} 积分兑换？[\\s\\S]*每件从 ${product.exchange_points} 积分变为 ${price.toLocaleString("en")} 积分`));
  assert.equal((await mp.data()).user.total_points, 3000);
  await mp.answer("兑换");
  await mp.until((data) => data.done);
  assert.deepEqual(bodies.map((body) => body.exchange_points), [product.exchange_points, price]);
  assert.equal((await mp.data()).user.total_points, 3000 - price);
  await phone.close();
  await server.close();
});

test("a price that is too high by now is said, and not asked for", async () => {
  const { server, keeper, phone, product } = await atTheShelf();
  const { mp } = phone;
  await open(phone, product.name);
  await mp.tap("wx-button:has-text('积分兑换')");
  await mp.dialog();
  await keeper.call("PUT", `merchant/products/${product.id}`, { exchange_points: 3001 });
  await mp.answer("兑换");
  await mp.until((data) => data.trouble && !data.isBusy);
  assert.match(await mp.text(), /商品的积分变了[\s\S]*没有扣积分[\s\S]*还差 1 积分/);
  assert.equal((await mp.calls("showModal")).length, 1);
  await phone.close();
  await server.close();
});

test("a picture that did not come is asked for again when the list is pulled down", async () => {
  const { server, keeper, phone, product } = await atTheShelf();
  const { mp, page } = phone;
  let count = 0;
  await page.route("**/media/none.png*", (route) => {
    count += 1;
    return route.abort();
  });
  await keeper.call("PUT", `merchant/products/${product.id}`, { image: "/media/none.png" });
  await mp.pullDown();
  await until(() => count === 1, "the picture to be asked for");
  await mp.until((data) => Object.keys(data.broken).length === 1);
  await mp.pullDown();
  await until(() => count === 2, "the picture to be asked for again");
  await phone.close();
  await server.close();
});

for (const [width, height, fontSize] of [[375, 667, 17], [375, 667, 23], [320, 568, 17], [320, 568, 23], [375, 812, 23]]) {
  test(`a product with much to say at ${width}×${height}, text ${fontSize}: the sheet can be closed, its button is in reach, the rest scrolls`, async () => {
    const { server, keeper, phone, product } = await atTheShelf({ width, height, fontSize }, { FAIRWHEEL_WELCOME_POINTS: "900" });
    const { mp, page } = phone;
    await keeper.call("PUT", `merchant/products/${product.id}`, { description: "份量足，两到三个人吃正好。".repeat(12) });
    await mp.pullDown();
    await mp.until((data) => data.shown.some((/** @type {any} */ one) => one.description.length > 100));
    await open(phone, product.name);
    await mp.tap("[aria-label=加一件]");
    const seen = () =>
      page.evaluate(() => {
        const screen = /** @type {Element} */ (document.querySelector(".mp-pages")).getBoundingClientRect();
        const all = Array.from(document.querySelectorAll(".mp-page:not(.is-hidden) *"));
        const part = (/** @type {string} */ name) => /** @type {Element} */ (all.find((element) => element.className.includes?.(name)));
        const at = (/** @type {string} */ name) => part(name).getBoundingClientRect();
        const body = part("sheet-body");
        return {
          isWhole: at("sheet-board").top >= screen.top + 40 && at("sheet-close").top >= screen.top + 40 && at("sheet-foot").bottom <= screen.bottom + 1,
          isReading: body.clientHeight > 40 && body.getBoundingClientRect().bottom <= at("sheet-foot").top + 1,
          hasMore: body.scrollHeight > body.clientHeight,
        };
      });
    const settled = () => page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== "running"));
    await settled();
    assert.deepEqual(await seen(), { isWhole: true, isReading: true, hasMore: true });
    await phone.screenshot(`sheet-${width}-${height}-${fontSize}`);
    await page.evaluate(() => globalThis.__mp.current().instance.setData({ trouble: { title: "只剩 1 件了", text: "没有扣积分。减少数量再试。" } }));
    await mp.find(".notice-bad").waitFor();
    assert.equal((await seen()).isWhole, true);
    await phone.screenshot(`sheet-${width}-${height}-${fontSize}-trouble`);
    await mp.tap("[aria-label=关闭]");
    await mp.until((data) => data.product === null);
    await phone.close();
    await server.close();
  });
}
