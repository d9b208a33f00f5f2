/** The merchant's pages against the real server: what one phone does, the other sees. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../harness/index.mjs";
import { call, deskOf, goTo, openShop, phoneOf, receipt, tokenOf, type, upload } from "./shop.mjs";

/** A number for everybody: none gets two codes in a minute. */
let last = 0;
function number() {
  last += 1;
  return `139${String(last).padStart(8, "0")}`;
}

/** @type {Awaited<ReturnType<typeof openShop>>} */
let server;
before(async () => {
  server = await openShop();
});
after(() => server.close());

/** The row of one of a list. @param {any} phone @param {string | number} id @param {string} [selector] */
const rowOf = async (phone, id, selector = ".desk-row") => phone.mp.find(selector).nth((await phone.mp.data()).rows.findIndex((row) => row.id === id));
/** What was pending before is another test's. @param {string} token */
const clear = async (token) => {
  const { list } = await call(server, token, "GET", "merchant/pending-reviews?size=100");
  const upload_ids = list.filter((item) => !item.is_own).map((item) => item.upload_id);
  if (upload_ids.length > 0) await call(server, token, "POST", "merchant/batch-review", { upload_ids, action: "reject", review_reason: "测试" });
};

test("a receipt comes to the merchant at once, and its points to the diner", async () => {
  const desk = await deskOf(server, number(), "reviews/reviews");
  const diner = await phoneOf(server, number());
  await desk.mp.until((data) => data.list && data.list.state === "empty");
  await diner.mp.tab(2);
  await diner.mp.at("pages/camera/camera");
  await diner.mp.choose([receipt(11)]);
  await diner.mp.find("wx-button >> text=拍照").tap();
  await diner.mp.answer("同意");
  await diner.mp.until((data) => data.photo !== "");
  await type(diner, "消费金额，元，可不填", "58.5");
  await diner.mp.find("wx-button >> text=上传").first().tap();
  await diner.mp.until((data) => data.sent);

  // By the socket: nobody has pulled the list down.
  await desk.mp.until((data) => data.rows.length === 1);
  assert.match(await desk.mp.text(), /顾客填 ¥58\.50/);
  assert.match(await desk.mp.text(), /\+585 积分/);
  await desk.mp.tap(".receipt");
  await desk.mp.at("merchant/pages/review/review");
  await desk.mp.until((data) => data.state === "ready");

  // The points follow the amount by the rule, until the merchant writes them.
  await type(desk, "实付金额（可改）", "60");
  await desk.mp.until((data) => data.points === "600");
  await type(desk, "发放积分（可改）", "2001");
  await desk.mp.find(".bar wx-button >> text=通过").tap();
  await desk.mp.until((data) => /2,000/.test(data.errors.points || ""));
  await type(desk, "发放积分（可改）", "620");
  await desk.mp.find(".bar wx-button >> text=通过").tap();
  await desk.mp.until((data) => data.state === "gone");
  assert.match(await desk.mp.text(), /都审完了/);

  await diner.mp.until((data) => data.user.total_points === 3620);
  await diner.mp.until((data) => data.list.items[0].id && /620/.test(JSON.stringify(data.list.items[0])));
  await desk.mp.back();
  await desk.mp.at("merchant/pages/reviews/reviews");
  await desk.mp.until((data) => data.rows.length === 0 && data.list.state === "empty");
  await diner.close();
  await desk.close();
});

test("the same receipt of a friend is marked, compared and rejected with a reason", async () => {
  const [one, two] = [await tokenOf(server, number()), await tokenOf(server, number())];
  const first = await upload(server, one, receipt(21), "20");
  const twin = await upload(server, two, receipt(21, 9), "20");
  const desk = await deskOf(server, number(), "reviews/reviews");
  await desk.mp.until((data) => data.rows.length === 2);
  assert.equal((await desk.mp.data()).rows.find((row) => row.id === twin).twin, first);

  await (await rowOf(desk, twin)).locator(".receipt").tap();
  await desk.mp.at("merchant/pages/review/review");
  await desk.mp.until((data) => data.state === "ready");
  await desk.mp.find("wx-button >> text=看相似的那张").tap();
  await until(async () => (await desk.mp.routes()).length === 4, "the other receipt");
  await desk.mp.until((data) => data.state === "ready" && data.isTwin);
  assert.equal((await desk.mp.data()).view.id, first);
  await desk.mp.back();
  await desk.mp.until((data) => data.state === "ready" && !data.isTwin && !data.isHeld);

  await desk.mp.find(".bar wx-button >> text=拒绝").tap();
  await desk.mp.find(".bar wx-button >> text=拒绝这张").tap();
  await desk.mp.until((data) => data.errors.reason);
  await desk.mp.find(".chip >> text=这张小票已经用过").tap();
  await desk.mp.find(".bar wx-button >> text=拒绝这张").tap();
  // The next one comes by itself.
  await desk.mp.until((data) => /已拒绝/.test(data.news));
  assert.equal((await desk.mp.data()).view.id, first);
  const { list } = await call(server, two, "GET", "photo/records");
  assert.equal(list[0].review_reason, "这张小票已经用过");

  // Somebody else is faster.
  await call(server, await tokenOf(server, number(), true), "POST", "merchant/review", { upload_id: first, action: "approve", points_awarded: 200 });
  await desk.mp.until((data) => !data.isHeld);
  await desk.mp.find(".bar wx-button >> text=通过").tap();
  await desk.mp.until((data) => data.state === "gone");
  assert.match(await desk.mp.text(), /别人刚刚通过了它/);
  await desk.close();
});

test("many at once: own ones stay, each result is told", async () => {
  const [diner, other] = [await tokenOf(server, number()), await tokenOf(server, number(), true)];
  const mine = number();
  await upload(server, diner, receipt(31), "10");
  const taken = await upload(server, diner, receipt(32), "20");
  await upload(server, diner, receipt(33), "");
  const desk = await deskOf(server, mine, "reviews/reviews");
  await desk.mp.until((data) => data.rows.length === 3);
  await desk.mp.find("text=全选").tap();
  assert.equal((await desk.mp.data()).chosenPoints, "350");
  await call(server, other, "POST", "merchant/review", { upload_id: taken, action: "reject", review_reason: "测试" });
  await desk.mp.find(".bar wx-button >> text=通过").tap();
  assert.match(await desk.mp.dialog(), /3 张小票？[\s\S]*350 积分[\s\S]*1 张没有金额/);
  await desk.mp.answer("通过");
  await desk.mp.until((data) => data.outcome);
  assert.match((await desk.mp.data()).outcome.title, /通过了 2 张，1 张没有成功/);
  await desk.mp.until((data) => data.rows.length === 0);
  assert.equal((await call(server, diner, "GET", "user/info")).total_points, 3150);
  await desk.close();
});

test("one's own receipt is shown, and cannot be decided", async () => {
  const mine = number();
  const desk = await deskOf(server, mine, "reviews/reviews");
  const { token } = await desk.page.evaluate(() => ({ token: Object.keys(localStorage).map((key) => localStorage.getItem(key)).join(" ").match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/)?.[0] }));
  assert.ok(token);
  const id = await upload(server, token, receipt(41), "30");
  await desk.mp.until((data) => data.rows.some((row) => row.isOwn));
  await (await rowOf(desk, id)).locator(".tick").tap();
  assert.equal((await desk.mp.data()).chosenCount, 0);
  await (await rowOf(desk, id)).locator(".receipt").tap();
  await desk.mp.at("merchant/pages/review/review");
  await desk.mp.until((data) => data.state === "ready");
  assert.match(await desk.mp.text(), /这是您自己上传的/);
  assert.equal(await desk.mp.find("wx-button >> text=通过").count(), 0);
  await desk.close();
  await clear(await tokenOf(server, number(), true));
});

test("a photo whose address is no good any more is asked for again", async () => {
  const diner = await tokenOf(server, number());
  const id = await upload(server, diner, receipt(51), "30");
  const desk = await deskOf(server, number(), "reviews/reviews");
  await desk.mp.until((data) => data.rows.length > 0);
  // Addresses are those of a second: the next one has to come.
  const other = await tokenOf(server, number(), true);
  const addressOf = async () => (await call(server, other, "GET", "merchant/pending-reviews")).list.find((item) => item.upload_id === id).image_url;
  const first = await addressOf();
  await until(async () => (await addressOf()) !== first, "another address");
  /** The address that the list had. */
  let old = "";
  let isAway = false;
  let given = "";
  await desk.page.route(/\/media\/.*signature=/, (route) => {
    const url = route.request().url();
    if (/-small/.test(url)) return route.continue();
    old = old || url;
    if (isAway || url === old) return route.fulfill({ status: 404 });
    given = url;
    return route.continue();
  });
  await (await rowOf(desk, id)).locator(".receipt").tap();
  await desk.mp.at("merchant/pages/review/review");
  await until(() => given !== "", "the photo");
  const { isPhotoLost, photo } = await desk.mp.data();
  assert.deepEqual([isPhotoLost, photo], [false, given]);

  // And if it stays away, the page says so and can be asked to try again.
  isAway = true;
  await until(async () => !given.endsWith(await addressOf()), "an address that the browser has not kept");
  await desk.mp.back();
  await desk.mp.at("merchant/pages/reviews/reviews");
  await goTo(desk, `review/review?id=${id}`);
  await desk.mp.until((data) => data.isPhotoLost);
  isAway = false;
  await desk.mp.find("wx-button >> text=再取一次").tap();
  await desk.mp.until((data) => !data.isPhotoLost);
  await desk.close();
  await clear(other);
});

test("a stock moves by what comes and goes, and the diner sees it", async () => {
  const diner = await phoneOf(server, number());
  await diner.mp.tab(1);
  await diner.mp.at("pages/exchange/exchange");
  await diner.mp.until((data) => data.shown.length > 0);
  const buyer = await tokenOf(server, number());
  const { list } = await call(server, buyer, "GET", "exchange/products");
  const [product, other] = list;

  const desk = await deskOf(server, number(), "products/products");
  await desk.mp.until((data) => data.rows.length > 0);
  await (await rowOf(desk, product.id)).locator(".product").tap();
  await desk.mp.at("merchant/pages/product/product");
  await desk.mp.until((data) => data.state === "ready");
  // One is sold while the page is open: the page is told, and what was sold does not come back.
  await call(server, buyer, "POST", "exchange/redeem", { product_id: product.id, quantity: 1 });
  await desk.mp.until((data) => /变为/.test(data.stockNote));
  await type(desk, "加减几件", "+5");
  await desk.mp.find(".bar wx-button").tap();
  await until(async () => (await call(server, buyer, "GET", "exchange/products")).list.find((one) => one.id === product.id).stock === product.stock + 4, "the stock");
  await diner.page.waitForFunction(([id, stock]) => globalThis.__mp.current().instance.data.shown.some((item) => item.id === id && item.stock === stock), [product.id, product.stock + 4]);

  // More than there are.
  await type(desk, "加减几件", String(-product.stock - 10));
  await desk.mp.find(".bar wx-button").tap();
  await desk.mp.until((data) => /减不了/.test(data.errors.delta || ""));
  await desk.mp.back();

  // Off the shelf, and back by the way back.
  await desk.mp.at("merchant/pages/products/products");
  await (await rowOf(desk, other.id)).locator(".tick").tap();
  await desk.mp.find(".bar wx-button >> text=下架").tap();
  await until(async () => !(await call(server, buyer, "GET", "exchange/products")).list.some((one) => one.id === other.id), "the product to go");
  await desk.mp.find("desk-snack >> text=撤销").tap();
  await until(async () => (await call(server, buyer, "GET", "exchange/products")).list.some((one) => one.id === other.id), "the product to come back");
  await desk.close();
  await diner.close();
});

test("a new product is checked field by field, then sold, then deleted", async () => {
  const desk = await deskOf(server, number(), "products/products");
  const buyer = await tokenOf(server, number());
  await desk.mp.find("wx-button >> text=新建").tap();
  await desk.mp.at("merchant/pages/product/product");
  await desk.mp.until((data) => data.state === "ready");
  await desk.mp.find(".bar wx-button").tap();
  await desk.mp.until((data) => Object.keys(data.errors).length === 4);
  await type(desk, "现有件数", "3");
  await type(desk, "名称", "测试酸梅汤");
  await type(desk, "分类", "饮品");
  await type(desk, "兑换需要", "120");
  await desk.mp.find(".bar wx-button").tap();
  await desk.mp.at("merchant/pages/products/products");
  await type(desk, "按名字找商品", "测试酸梅汤");
  await desk.mp.find(".search wx-button >> text=找").tap();
  await desk.mp.until((data) => data.rows.length === 1 && data.rows[0].name === "测试酸梅汤");
  assert.equal((await call(server, buyer, "GET", "exchange/products?size=100")).list.some((one) => one.name === "测试酸梅汤"), true);
  await desk.mp.find(".desk-row .tick").first().tap();
  await desk.mp.find(".bar wx-button >> text=删除").tap();
  assert.match(await desk.mp.dialog(), /测试酸梅汤[\s\S]*不能恢复/);
  await desk.mp.answer("删除");
  await desk.mp.until((data) => data.list.state === "empty");
  assert.equal((await call(server, buyer, "GET", "exchange/products?size=100")).list.some((one) => one.name === "测试酸梅汤"), false);
  await desk.close();
});

test("a wheel is published with its changes in sight, and the diner has it at once", async () => {
  const other = await tokenOf(server, number(), true);
  const diner = await phoneOf(server, number());
  await diner.mp.tab(0);
  await diner.mp.at("pages/lottery/lottery");
  await diner.mp.until((data) => data.prizes.length > 0);
  const desk = await deskOf(server, number(), "wheel/wheel");
  await desk.mp.until((data) => data.state === "ready");
  assert.equal((await desk.mp.data()).changeCount, 0);
  const [first, second] = (await desk.mp.data()).rows;

  await desk.mp.tap(".prize-head >> nth=0");
  await type(desk, "名称", "招牌烤鱼券");
  await type(desk, "概率", String(Number(first.chance) + 1));
  await desk.mp.until((data) => !data.sum.isRight);
  assert.match(await desk.mp.text(), /多了 1%/);
  await desk.mp.find(".bar wx-button >> text=发布").tap();
  assert.match(await desk.mp.toast(), /标红/);
  await desk.mp.tap(".prize-head >> nth=1");
  await type(desk, "概率", String(Number(second.chance) - 1));
  await desk.mp.until((data) => data.sum.isRight && data.changeCount === 2);
  await desk.mp.find(".bar wx-button >> text=发布").tap();
  await desk.mp.until((data) => data.changes);
  assert.match(await desk.mp.text(), /改名为“招牌烤鱼券”；概率 .*% → .*%/);
  await desk.mp.find(".sheet-button >> text=发布").tap();
  await desk.mp.until((data) => data.changeCount === 0 && !data.isBusy);
  await diner.mp.until((data) => data.prizes.some((prize) => prize.name === "招牌烤鱼券"));

  // Somebody else publishes while this one is edited.
  await desk.mp.tap(".prize-head >> nth=0");
  await type(desk, "名称", "我的烤鱼券");
  const { stock_left, table_hash, table_text, published_at, ...theirs } = await call(server, other, "GET", "merchant/lottery/config");
  await call(server, other, "PUT", "merchant/lottery/config", { ...theirs, cost_points: 77 });
  await desk.mp.until((data) => data.isOvertaken);
  await desk.mp.find(".bar wx-button >> text=发布").tap();
  await desk.mp.find(".sheet-button >> text=发布").tap();
  await desk.mp.until((data) => data.isConflict);
  await desk.mp.find(".sheet-button >> text=和新的比一比").tap();
  await desk.mp.until((data) => data.changes && data.isOverwriting);
  assert.match(await desk.mp.text(), /77 积分 → /);
  await desk.mp.find(".sheet-button >> text=覆盖并发布").tap();
  await desk.mp.until((data) => data.changeCount === 0 && !data.isBusy && !data.isOvertaken);
  await diner.mp.until((data) => data.prizes.some((prize) => prize.name === "我的烤鱼券"));
  await desk.close();
  await diner.close();
});

test("a draft of the wheel survives a look at another page, and its publisher is told of a newer one", async () => {
  const other = await tokenOf(server, number(), true);
  const desk = await deskOf(server, number(), "wheel/wheel");
  await desk.mp.until((data) => data.state === "ready");
  await type(desk, "每次抽奖", "66");
  await desk.mp.until((data) => data.changeCount === 1);
  await desk.mp.find(".tab >> text=订单").tap();
  await desk.mp.at("merchant/pages/orders/orders");
  const { stock_left, table_hash, table_text, published_at, ...theirs } = await call(server, other, "GET", "merchant/lottery/config");
  await call(server, other, "PUT", "merchant/lottery/config", { ...theirs, daily_limit: 33 });
  await desk.mp.find(".tab >> text=转盘").tap();
  await desk.mp.at("merchant/pages/wheel/wheel");
  await desk.mp.until((data) => data.isOvertaken && data.draft.cost === "66");
  await desk.mp.find("wx-button >> text=放弃我的，看新的").first().tap();
  await desk.mp.until((data) => data.state === "ready" && !data.isOvertaken && data.draft.limit === "33" && data.changeCount === 0);
  await desk.close();
});

test("a limited prize: less than was won is refused beside its field", async () => {
  const other = await tokenOf(server, number(), true);
  const config = await call(server, other, "GET", "merchant/lottery/config");
  const empty = config.prizes.find((prize) => prize.type === "empty");
  const prizes = [
    { id: 901, name: "限量菜", type: "physical", value: 10, probability: 1, stock: 3, angle: 0, color: "#cb3a22", is_activity: false },
    { ...empty, probability: 0, angle: 180 },
  ];
  await call(server, other, "PUT", "merchant/lottery/config", { cost_points: 10, daily_limit: 100, rules: "", fallback: empty.id, prizes });
  const drawer = await tokenOf(server, number());
  for (const draw_type of ["single", "single", "single"]) await call(server, drawer, "POST", "lottery/draw", { draw_type });
  const desk = await deskOf(server, number(), "wheel/wheel");
  await desk.mp.until((data) => data.state === "ready");
  assert.match(await desk.mp.text(), /已抽完/);
  await desk.mp.tap(".prize-head >> nth=0");
  assert.match(await desk.mp.text(), /已中出 3 份，还剩 0 份/);
  await type(desk, "从上架起一共放出", "2");
  await desk.mp.find(".bar wx-button >> text=发布").tap();
  await desk.mp.find(".sheet-button >> text=发布").tap();
  await desk.mp.until((data) => /已经中出 3 份/.test(data.rows[0].errors.stock));
  await type(desk, "从上架起一共放出", "5");
  await desk.mp.until((data) => data.errorCount === 0);
  await desk.mp.find(".bar wx-button >> text=发布").tap();
  await desk.mp.until((data) => data.changes);
  assert.match(await desk.mp.text(), /共 3 份 → 共 5 份（还剩 2 份）/);
  await desk.mp.find(".sheet-button >> text=发布").tap();
  await desk.mp.until((data) => data.changeCount === 0 && !data.isBusy);
  assert.equal((await call(server, other, "GET", "merchant/lottery/config")).prizes[0].stock_left, 2);
  await desk.close();
});

test("a cancelled order gives points and stock back; one is found by the end of its number", async () => {
  const buyer = await tokenOf(server, number());
  const { list } = await call(server, buyer, "GET", "exchange/products?sort=points");
  const product = list.find((one) => one.stock > 1);
  const one = await call(server, buyer, "POST", "exchange/redeem", { product_id: product.id, quantity: 1 });
  const two = await call(server, buyer, "POST", "exchange/redeem", { product_id: product.id, quantity: 1 });
  const desk = await deskOf(server, number(), "orders/orders");
  await desk.mp.until((data) => data.rows.length >= 2 && data.statuses[0].count !== "");
  /** @param {string} id @param {string} words */
  const act = async (id, words) => (await rowOf(desk, id, ".order")).locator("wx-button", { hasText: words }).tap();
  await act(one.order_id, "取消");
  assert.match(await desk.mp.dialog(), new RegExp(`${product.exchange_points.toLocaleString("en")} 积分，库存加回 1 件`));
  await desk.mp.answer("取消订单");
  await desk.page.waitForFunction((id) => !globalThis.__mp.current().instance.data.rows.some((row) => row.id === id), one.order_id);
  assert.equal((await call(server, buyer, "GET", "user/info")).total_points, 3000 - product.exchange_points);
  await act(two.order_id, "完成");
  await desk.mp.answer("已完成");
  await desk.page.waitForFunction((id) => !globalThis.__mp.current().instance.data.rows.some((row) => row.id === id), two.order_id);
  await type(desk, "按订单号找", two.order_id.slice(-6));
  await desk.mp.find(".search wx-button >> text=找").tap();
  await desk.mp.until((data) => data.rows.length === 1 && data.rows[0].statusName === "已完成");
  await desk.close();
});

test("numbers, and a file to take home", async () => {
  const desk = await deskOf(server, number(), "statistics/statistics");
  await desk.mp.until((data) => data.state === "ready");
  await desk.mp.find("wx-button >> text=生成表格").tap();
  await desk.mp.until((data) => data.file || data.exportError);
  const { exportError, file } = await desk.mp.data();
  assert.equal(exportError, "");
  assert.match(file.words, /\d+ 行/);
  await desk.close();
});

test("an application is sent, rejected, sent again and approved; the right can go again", async () => {
  const admin = "13612340000";
  const shop = await openShop({ FAIRWHEEL_ADMIN_PHONES: admin });
  const boss = await tokenOf(shop, admin);
  const mine = number();
  const phone = await phoneOf(shop, mine);
  await goTo(phone, "reviews/reviews");
  await phone.mp.until((data) => data.gate === "right");
  await phone.mp.find("wx-button >> text=申请成为店家").tap();
  await phone.mp.at("merchant/pages/apply/apply");
  await phone.mp.until((data) => data.state === "ready");
  await phone.mp.find("wx-button >> text=提交申请").tap();
  await phone.mp.until((data) => Object.keys(data.errors).length === 4);
  await type(phone, "店名", "福轮酒家");
  await type(phone, "营业执照编号", "91310101MA1FPX1234");
  await type(phone, "联系人", "王小明");
  await type(phone, "联系手机", "13800138000");
  await phone.mp.find("wx-button >> text=提交申请").tap();
  await phone.mp.until((data) => data.application && data.application.status === "pending" && !data.canApply);
  const decide = async (/** @type {any} */ body) => {
    const { list } = await call(shop, boss, "GET", "admin/merchant-applications?status=pending");
    await call(shop, boss, "POST", `admin/merchant-applications/${list[0].application_id}/review`, body);
    await phone.mp.find("wx-button >> text=看看有没有结果").tap();
  };
  await decide({ action: "reject", reason: "执照号有误" });
  await phone.mp.until((data) => data.application.status === "rejected" && data.canApply);
  assert.match(await phone.mp.text(), /没有通过：执照号有误/);
  await phone.mp.find("wx-button >> text=提交申请").tap();
  await phone.mp.until((data) => data.application.status === "pending");
  await decide({ action: "approve" });
  await phone.mp.until((data) => data.state === "merchant");
  await phone.mp.find("wx-button >> text=去审核小票").tap();
  await phone.mp.at("merchant/pages/reviews/reviews");
  await phone.mp.until((data) => data.gate === "" && data.list && data.list.state === "empty");
  shop.run("admin", "revoke-merchant", mine);
  await phone.mp.pullDown();
  await phone.mp.until((data) => data.gate === "right");
  await phone.close();
  await shop.close();
});

test("a list whose server is away says so, and comes with it", async () => {
  const desk = await deskOf(server, number(), "orders/orders");
  await desk.mp.until((data) => data.list && data.list.state !== "loading");
  await server.kill();
  await desk.mp.find(".chip >> text=全部").tap();
  await desk.mp.until((data) => data.list.state === "error", 30_000);
  assert.ok(!/[A-Za-z]{3}/.test(await desk.mp.find("list-state").innerText()), "words for a person");
  await server.start();
  await desk.mp.find("wx-button >> text=再试一次").tap();
  await desk.mp.until((data) => data.list.state === "ready", 30_000);
  await desk.close();
});
