/** A picture of each of the merchant's pages, light and dark, for somebody to look at; and that none is wider than the phone. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { call, deskOf, goTo, openShop, phoneOf, receipt, tokenOf, type, upload } from "./shop.mjs";

/** @param {any} phone @param {string} name */
async function picture(phone, name) {
  assert.ok(await phone.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is too wide`);
  await phone.screenshot(`merchant-${name}`);
}

/** @param {Awaited<ReturnType<typeof openShop>>} server */
async function fill(server) {
  const [diner, friend, boss] = [await tokenOf(server, "13800000001"), await tokenOf(server, "13800000002"), await tokenOf(server, "13800000003", true)];
  await upload(server, diner, receipt(1), "58.5");
  await upload(server, diner, receipt(2), "128");
  await upload(server, friend, receipt(1, 5), "58.5");
  await upload(server, friend, receipt(4));
  const { list } = await call(server, diner, "GET", "exchange/products");
  for (const product of list.slice(0, 2)) await call(server, diner, "POST", "exchange/redeem", { product_id: product.id, quantity: 1 });
  await call(server, boss, "PUT", `merchant/products/${list[2].id}`, { stock_delta: -list[2].stock, expected_stock: list[2].stock });
  await call(server, boss, "PUT", `merchant/products/${list[3].id}`, { status: "inactive" });
}

for (const dark of [false, true]) {
  test(`every page, ${dark ? "dark" : "light"}`, async () => {
    const server = await openShop();
    await fill(server);
    const phone = await deskOf(server, "13900000001", "reviews/reviews", { dark });
    const { mp } = phone;
    const shoot = (/** @type {string} */ name) => picture(phone, dark ? `${name}-dark` : name);

    await mp.until((data) => data.rows.length === 4);
    await mp.tap(".tick >> nth=1");
    await mp.tap(".tick >> nth=2");
    await shoot("reviews");
    await mp.find(".bar wx-button >> text=拒绝").tap();
    await mp.find("reason-form").waitFor();
    await mp.tap(".chip");
    await shoot("reviews-reject");
    await goTo(phone, `review/review?id=${(await mp.data()).rows[2].id}`);
    await mp.until((data) => data.state === "ready");
    await shoot("review");
    for (const page of ["orders", "products"]) {
      await goTo(phone, `${page}/${page}`);
      await mp.until((data) => data.rows.length > 0);
      await shoot(page);
    }
    await mp.tap(".product");
    await mp.at("merchant/pages/product/product");
    await mp.until((data) => data.state === "ready");
    await mp.tap(".step >> nth=1");
    await shoot("product");
    await goTo(phone, "wheel/wheel");
    await mp.until((data) => data.state === "ready");
    await shoot("wheel");
    await mp.tap(".prize-head >> nth=0");
    await mp.find("prize-form wx-switch").first().tap();
    await type(phone, "从上架起一共放出", "50");
    await mp.find(".prize").first().evaluate((element) => element.scrollIntoView());
    await shoot("wheel-prize");
    await type(phone, "名称", "八八折券（周末）");
    await mp.find(".bar wx-button >> text=发布").tap();
    await mp.until((data) => data.changes || data.errorCount > 0);
    await shoot("wheel-publish");
    await goTo(phone, "statistics/statistics");
    await mp.until((data) => data.state === "ready");
    await mp.find("wx-button >> text=生成表格").tap();
    await mp.until((data) => data.file);
    await shoot("statistics");
    await phone.close();

    const diner = await phoneOf(server, "13900000002", { dark });
    await goTo(diner, "reviews/reviews");
    await diner.mp.until((data) => data.gate === "right");
    await picture(diner, dark ? "gate-dark" : "gate");
    await goTo(diner, "apply/apply");
    await diner.mp.until((data) => data.state === "ready");
    await picture(diner, dark ? "apply-dark" : "apply");
    await diner.close();
    await server.close();
  });
}

test("without a server every page works on made-up numbers, or says why not", async () => {
  const phone = await phoneOf(null, "13900000003", { env: { isDev: true, needAuth: false } });
  const { mp } = phone;
  for (const [page, isReady] of /** @type {[string, (data: any) => any][]} */ ([
    ["reviews", (data) => data.list && data.list.state !== "loading"],
    ["orders", (data) => data.list && data.list.state !== "loading"],
    ["products", (data) => data.rows.length > 0],
    ["wheel", (data) => data.state === "ready"],
    ["statistics", (data) => data.state === "ready"],
  ])) {
    await goTo(phone, `${page}/${page}`);
    await mp.until(isReady);
    assert.notEqual((await mp.data()).list?.state, "error", page);
  }
  await mp.find("wx-button >> text=生成表格").tap();
  await mp.until((data) => /离线演示/.test(data.exportError));
  await phone.close();
});
