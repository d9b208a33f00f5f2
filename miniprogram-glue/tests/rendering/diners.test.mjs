/** The diners' pages, rendered, at the real server. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPhone, startServer, until } from "../harness/index.mjs";
import { account, photo, signIn, signInAtHome } from "./diner.mjs";

const HUB = ".wheel__button";

test("logging in from the wheel, a draw and its proof, five draws and skip; all of it is in the records after a restart", async () => {
  const server = await startServer();
  const phone = await openPhone({ server, reducedMotion: false });
  const { mp } = phone;
  await mp.until((data) => data.prizes.length === 8 && !data.isBusy);
  await mp.tap("text=奖品与概率");
  assert.match(await mp.text(), /1\/20\s+5\.00%/);
  await mp.tap("[aria-label=关闭]");

  await mp.tap(HUB);
  await mp.tap("text=获取验证码");
  assert.match(await mp.text(), /请填写 11 位手机号/);
  assert.match(await mp.text(), /请先阅读并同意/);
  await signIn(phone, "13800138001");
  await mp.until((data) => data.promise && !data.isBusy);
  assert.equal((await mp.data()).purse, "3,000 积分");

  await mp.tap(HUB);
  await mp.until((data) => data.isSpinning);
  await mp.until((data) => data.result && !data.isBusy, 15_000);
  const { result, promise } = await mp.data();
  assert.equal(result.isOk, true);
  assert.match(promise, /^第 2 次抽奖已上封条/);
  await mp.tap(".seal");
  await mp.find("fair-proof").waitFor();
  await until(async () => /全部通过/.test(await mp.text()), "the proof");
  await mp.tap("[aria-label=关闭]");

  await mp.tap("text=五连抽");
  await mp.tap("text=跳过动画");
  await mp.until((data) => data.result && data.result.outcomes.length === 5);
  assert.match(await mp.text(), /转盘停在最后一次/);
  const diner = await mp.data();
  assert.deepEqual([diner.left, diner.short], ["今天还可抽 4 次", "不够五连抽"]);
  assert.equal(diner.purse.replace(/\D/g, ""), String(diner.user.total_points));

  await mp.restart();
  await mp.until((data) => data.isLoggedIn && data.promise);
  await mp.tab(3);
  await mp.until((data) => data.drawRows.length === 2);
  assert.deepEqual(Object.values((await mp.data()).seals), ["ok", "ok"]);
  await mp.tap(".draw .seal");
  await until(async () => /全部通过/.test(await mp.text()), "the proof of an old draw");
  await phone.close();
  await server.close();
});

for (const [width, height, fontSize] of [[320, 568, 16], [375, 667, 23], [360, 640, 16]]) {
  test(`on a phone of ${width}×${height} the wheel is seen while it turns, and the result with its seal after it`, async () => {
    const server = await startServer();
    const phone = await openPhone({ server, width, height, fontSize });
    const { mp, page } = phone;
    await mp.until((data) => data.prizes.length === 8 && !data.isBusy);
    await mp.tap(HUB);
    await mp.tap("text=获取验证码");
    const place = (/** @type {string} */ selector) => mp.find(selector).first().evaluate((element) => {
      const [box, view] = [element.getBoundingClientRect(), /** @type {Element} */ (document.querySelector(".mp-pages")).getBoundingClientRect()];
      return box.top >= view.top && box.bottom <= view.bottom;
    });
    for (const seen of ["text=请先阅读并同意", ".auth-box", "wx-button:has-text('登录') >> nth=-1"]) await until(() => place(seen), `${seen} to be in view`);
    await signIn(phone, "13800138009");
    const heights = () => page.evaluate(() => {
      const [wheel, purse] = ["#stage", "[class*=purse]"].map((selector) => /** @type {Element} */ (document.querySelector(`.mp-page:not(.is-hidden) ${selector}`)));
      const scrolled = /** @type {Element} */ (document.querySelector(".mp-page:not(.is-hidden)")).scrollTop;
      const lines = document.createRange();
      lines.selectNodeContents(/** @type {Element} */ (purse));
      return [(wheel?.getBoundingClientRect().top ?? 0) + scrolled, lines.getClientRects().length];
    });
    await mp.until((data) => data.promise && !data.isBusy);
    const [top, lines] = await heights();
    assert.equal(lines, 1, "number and unit stand in one line");
    for (const what of [HUB, "text=三连抽", "text=三连抽"]) {
      await mp.until((data) => data.promise && !data.isBusy);
      await page.route("**/api/lottery/draw", async (route) => {
        await until(() => place("[class*=wheel__square]"), "the whole wheel to be in view");
        await route.continue();
      }, { times: 1 });
      await mp.tap(what);
      await mp.until((data) => data.result && !data.isBusy);
      await until(() => place(".result .seal"), "the seal to be in view");
      await until(() => place(".result-title"), "the result to be in view");
      assert.deepEqual(await heights(), [top, 1], "the wheel stays where it is");
    }
    await phone.close();
    await server.close();
  });
}

test("points for a thing: the order, its number, and another phone that sees the stock go down", async () => {
  const server = await startServer();
  const [phone, other] = [await openPhone({ server }), await openPhone({ server })];
  await signInAtHome(phone, "13800138002");
  await signInAtHome(other, "13800138003");
  for (const { mp } of [phone, other]) {
    await mp.tab(1);
    await mp.until((data) => data.list.state === "ready");
  }
  const { mp } = phone;
  const { id, name, stock, price } = (await mp.data()).shown.find((/** @type {any} */ one) => one.price <= 1000);
  await mp.fill(".search", name);
  await mp.until((data) => data.shown.length === 1);
  await mp.tap(".tile");
  await mp.tap("[aria-label=加一件]");
  assert.equal((await mp.data()).offer.cost, price * 2);
  await mp.tap("wx-button:has-text('积分兑换')");
  assert.match(await mp.dialog(), new RegExp(`${name} × 2`));
  await mp.answer("兑换");
  await mp.until((data) => data.done);
  assert.match((await mp.data()).done.orderId, /^EX\d+$/);
  await until(async () => (await other.mp.data()).shown.find((/** @type {any} */ one) => one.id === id).stock === stock - 2, "the other phone to see the stock");
  assert.match(await other.mp.text(), new RegExp(`库存 ${stock - 2} 件`));
  await mp.tap("text=查看订单");
  await mp.at("pages/records/records");
  await mp.until((data) => data.orders.state === "ready");
  assert.match(await mp.text(), new RegExp(`${name} × 2`));

  await mp.tab(1);
  await mp.fill(".search", "");
  await mp.until((data) => data.shown.length > 1);
  const dear = (await mp.data()).shown.find((/** @type {any} */ one) => one.price > 3000);
  await mp.fill(".search", dear.name);
  await mp.until((data) => data.shown.length === 1);
  await mp.tap(".tile");
  await mp.find("wx-button:has-text('还差')").waitFor();
  await mp.tap("wx-button:has-text('还差')");
  assert.equal((await mp.calls("showModal")).length, 1, "nothing is asked for what cannot be paid");
  await other.close();
  await phone.close();
  await server.close();
});

test("a receipt: login and privacy on the way, amount, upload, the same one again, approval, and the points that arrive by themselves", async () => {
  const server = await startServer();
  const merchant = await account(server, "13800138000");
  server.run("admin", "grant-merchant", "13800138000");
  const phone = await openPhone({ server });
  const { mp } = phone;
  await mp.tab(2);
  await mp.choose([photo(3)]);
  await mp.tap("text=从相册选");
  await signIn(phone, "13800138004"); // and on with what was wanted
  await mp.answer("拒绝");
  await mp.until((data) => data.trouble?.title === "需要您的同意");
  await mp.tap("text=从相册选");
  await mp.answer("同意");
  await mp.until((data) => data.photo);
  await mp.fill(".send .input", "12.345");
  await mp.tap("wx-button:has-text('上传')");
  assert.match(await mp.text(), /最多两位小数/);
  await mp.fill(".send .input", "68.5");
  await mp.tap("wx-button:has-text('上传')");
  await mp.until((data) => data.sent && data.list.items.length === 1);
  assert.match(await mp.text(), /¥68\.50[\s\S]*待审核/);

  await mp.choose([photo(3)]);
  await mp.tap("text=从相册选");
  await mp.until((data) => data.photo);
  await mp.tap("wx-button:has-text('上传')");
  await mp.until((data) => data.trouble?.isSame);
  assert.equal((await mp.data()).list.items.length, 1);

  const [waiting] = (await merchant.call("GET", "merchant/pending-reviews")).reviews;
  await merchant.call("POST", "merchant/review", { upload_id: waiting.upload_id, action: "approve", points_awarded: 685 });
  await mp.until((data) => data.list.items[0].status === "approved" && data.pointsText === "3,685 积分");
  assert.match(await mp.text(), /已通过[\s\S]*\+685 积分/);
  await phone.close();
  await server.close();
});

test("who logs out leaves neither photo nor amount behind, and pages that were left hear nothing", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await signInAtHome(phone, "13800138007");
  await mp.tab(1);
  await mp.until((data) => data.list.state === "ready");
  await mp.tab(2);
  await mp.choose([photo(9)]);
  await mp.tap("text=从相册选");
  await mp.answer("同意");
  await mp.until((data) => data.photo);
  await mp.fill(".send .input", "68.5");
  await mp.until((data) => data.amount === "68.5");
  // A page that has been left must not go on listening: `setData` on it is an error on a phone.
  await mp.tab(4);
  await mp.tap("text=积分明细");
  await mp.at("pages/points/points");
  await mp.until((data) => data.list.state !== "loading");
  await page.evaluate(() => Object.assign(globalThis, { __left: globalThis.__mp.current().instance, __sets: 0 }));
  await mp.back();
  await mp.at("pages/user/user");
  await page.evaluate(() => {
    const { __left } = globalThis;
    const set = __left.setData.bind(__left);
    __left.setData = (/** @type {any[]} */ ...given) => {
      globalThis.__sets += 1;
      return set(...given);
    };
  });
  await mp.find("text=退出登录").first().tap();
  await mp.answer(/^退出$/);
  await mp.until((data) => !data.isLoggedIn);
  assert.equal(await page.evaluate(() => globalThis.__sets), 0);
  await mp.tab(2);
  await mp.until((data) => data.list.state === "signedOut");
  const { amount, photo: kept } = await mp.data();
  assert.deepEqual([amount, kept], ["", ""]);
  await mp.tab(1);
  await mp.until((data) => data.list.state === "signedOut");
  await phone.close();
  await server.close();
});

test("without a server the app works by itself, and says on every page that it does", async () => {
  const phone = await openPhone({});
  const { mp } = phone;
  await mp.until((data) => data.prizes.length > 0 && !data.isBusy);
  await mp.tap(HUB);
  await signIn(phone, "13800138005");
  await mp.until((data) => data.promise && !data.isBusy);
  await mp.tap("text=十连抽");
  await mp.until((data) => data.result && !data.isBusy);
  assert.equal((await mp.data()).result.isOk, true);
  for (const tab of [0, 1, 2, 3, 4]) {
    await mp.tab(tab);
    await until(async () => /离线演示/.test(await mp.text()), `the label on tab ${tab}`);
  }
  await mp.tab(1);
  await mp.until((data) => data.list.state === "ready");
  await mp.tap(".tile >> nth=1");
  await mp.tap("wx-button:has-text('积分兑换')");
  await mp.answer("兑换");
  await mp.until((data) => data.done);
  await phone.close();
});
