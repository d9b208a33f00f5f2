/** Every diner's page at 375×812, light, dark and with large text, and on smaller phones: pictures to look at, and what can be measured. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPhone, startServer } from "../harness/index.mjs";
import { account, photo, signIn } from "./diner.mjs";

/** What is too small to read or to touch, or runs over the side. @param {any} phone @returns {Promise<string[]>} */
function faults(phone) {
  return phone.page.evaluate(() => {
    const top = /** @type {HTMLElement} */ (document.querySelector(".mp-page:not(.is-hidden)"));
    /** @type {string[]} */
    const found = [];
    let touched = 0;
    const name = (/** @type {Element} */ element) => `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent || "").trim().slice(0, 20)}”`;
    if (top.scrollWidth > top.clientWidth) found.push(`the page is ${top.scrollWidth} wide`);
    for (const element of top.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const ownText = Array.from(element.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent || "").trim());
      if (ownText && Number.parseFloat(getComputedStyle(element).fontSize) < 13) found.push(`small text: ${name(element)}`);
      const isTouched = element.tagName === "WX-BUTTON" || /^(button|tab|checkbox|link)$/.test(element.getAttribute("role") || "");
      if (isTouched) touched += 1;
      if (isTouched && (box.height < 43.5 || box.width < 43.5)) found.push(`${Math.round(box.width)}×${Math.round(box.height)} to touch: ${name(element)}`);
    }
    if (touched === 0) found.push("nothing to touch was found: the check sees nothing");
    return found;
  });
}

for (const [look, options] of /** @type {[string, object][]} */ ([
  ["light", {}],
  ["dark", { dark: true }],
  ["large", { fontSize: 23 }],
  ["short", { height: 667 }],
  ["small", { width: 320, height: 568 }],
  ["small-large", { width: 320, height: 568, fontSize: 23, dark: true }],
])) {
  test(`every page of a diner, ${look}`, async () => {
    const server = await startServer({ FAIRWHEEL_WELCOME_POINTS: "8888" });
    const merchant = await account(server, "13800138000");
    server.run("admin", "grant-merchant", "13800138000");
    const { products } = await merchant.call("GET", "merchant/products");
    for (const [n, left] of [0, 3].entries()) await merchant.call("PUT", `merchant/products/${products[n].id}`, { stock_delta: left - products[n].stock });
    const phone = await openPhone({ server, ...options });
    const { mp, page } = phone;
    /** @type {string[]} */
    const all = [];
    const look_at = async (/** @type {string} */ name) => {
      await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== "running" || one.effect?.getTiming().iterations === Infinity));
      await phone.screenshot(`app-${name}-${look}`);
      for (const fault of await faults(phone)) all.push(`${name}: ${fault}`);
    };
    await mp.until((data) => data.prizes.length > 0 && !data.isBusy);
    await look_at("lottery-signed-out");
    await mp.tab(1);
    await look_at("exchange-signed-out");
    assert.match((await mp.find("wx-button:has-text('登录')").getAttribute("class")) ?? "", /button-main/, "the one action of the screen");
    await mp.tab(4);
    await look_at("user-signed-out");
    await mp.tap("text=手机号登录");
    await look_at("login");
    await signIn(phone, "13900139000");
    await mp.until((data) => data.numbers.length > 0);
    await look_at("user");
    await mp.tap("text=用户协议");
    await mp.at("pages/terms/terms");
    await phone.screenshot(`app-terms-${look}`);
    await mp.back();
    await mp.tab(0);
    await mp.until((data) => data.promise && !data.isBusy);
    await look_at("lottery");
    await mp.tap("text=奖品与概率");
    await look_at("odds");
    await mp.tap("[aria-label=关闭]");
    await mp.tap("text=十连抽");
    await mp.until((data) => data.result && !data.isBusy);
    await look_at("ten");
    await mp.tap(".result .seal");
    await mp.find("fair-proof").waitFor();
    await look_at("proof");
    await mp.tap("[aria-label=关闭]");
    await mp.tab(1);
    await mp.until((data) => data.list.state === "ready");
    await look_at("exchange");
    await mp.tap(".tile >> nth=2");
    await look_at("product");
    await mp.tap("[aria-label=关闭]");
    await mp.tab(2);
    await mp.at("pages/camera/camera");
    // What arrives later moves the button.
    await mp.until((data) => data.list.state !== "loading");
    await mp.choose([photo(5, 400)]);
    await mp.tap("text=从相册选");
    await mp.answer("同意");
    await mp.until((data) => data.photo);
    await look_at("camera-photo");
    await mp.tap("wx-button:has-text('上传')");
    await mp.until((data) => data.sent && data.list.items.length === 1);
    const [waiting] = (await merchant.call("GET", "merchant/pending-reviews")).reviews;
    await merchant.call("POST", "merchant/review", { upload_id: waiting.upload_id, action: "reject", review_reason: "照片太暗，看不清金额，请重新拍一张。" });
    await mp.until((data) => data.list.items[0].status === "rejected");
    await look_at("camera");
    await mp.tab(3);
    await mp.until((data) => data.drawRows.length === 1);
    await look_at("draws");
    await mp.tap(".tab >> nth=1");
    await mp.until((data) => data.orders.state === "ready" || data.orders.state === "empty");
    await look_at("orders");
    await mp.tap(".tab >> nth=2");
    await mp.until((data) => data.uploads.state === "ready");
    await look_at("uploads");
    await mp.tab(4);
    await mp.tap("text=积分明细");
    await mp.at("pages/points/points");
    await mp.until((data) => data.list.state === "ready");
    await look_at("points");
    assert.deepEqual(all, []);
    await phone.close();
    await server.close();
  });
}
