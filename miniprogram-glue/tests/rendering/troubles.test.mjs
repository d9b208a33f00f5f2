/** What goes wrong at a diner's phone: each time words, one way on, and nothing charged twice. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openPhone, startServer, until } from "../harness/index.mjs";
import { photo, signIn, signInAtHome } from "./diner.mjs";

const HUB = ".wheel__button";
const DRAW = "**/api/lottery/draw";

/** @param {any} phone @param {string} number */
async function atTheWheel(phone, number) {
  const { mp } = phone;
  await mp.until((data) => data.prizes.length > 0 && !data.isBusy);
  await mp.tap(HUB);
  await signIn(phone, number);
  await mp.until((data) => data.promise && !data.isBusy);
}

test("a draw whose answer is lost is asked for again, even after a restart, and is paid for once", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await atTheWheel(phone, "13800138001");
  await page.route(DRAW, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await mp.tap(HUB);
  await mp.until((data) => data.notice);
  assert.match(await mp.text(), /没有收到结果[\s\S]*不会重复扣积分[\s\S]*重试/);
  await mp.restart();
  await mp.until((data) => data.notice && data.promise);
  assert.match(await mp.text(), /上一次抽奖还没有收到结果/);
  await page.unroute(DRAW);
  await mp.tap("text=查看结果");
  await mp.until((data) => data.result && !data.isBusy);
  const { result, promise, left } = await mp.data();
  assert.equal(result.isOk, true);
  assert.match(promise, /^第 2 次/);
  assert.match(left, /^今天还可抽 9 次/);
  await phone.close();
  await server.close();
});

test("killed while the wheel turns, the app shows the result when it comes back, and once", async () => {
  const server = await startServer();
  const phone = await openPhone({ server, reducedMotion: false });
  const { mp } = phone;
  await atTheWheel(phone, "13800138010");
  await mp.tap("text=三连抽");
  await mp.find("text=跳过动画").waitFor();
  assert.equal((await mp.data()).result, null);
  await mp.restart();
  await mp.until((data) => data.result && !data.isBusy);
  const { result, promise, notice, petals } = await mp.data();
  assert.deepEqual([result.isMissed, result.isOk, result.outcomes.length, notice, petals], [true, true, 3, null, []]);
  assert.match(promise, /^第 2 次/);
  assert.match(await mp.text(), /上次离开前抽到的/);
  await phone.screenshot("app-missed");
  await mp.tap(".result .seal");
  await until(async () => /全部通过/.test(await mp.text()), "its proof");
  await mp.restart();
  await mp.until((data) => data.promise && !data.isBusy);
  assert.equal((await mp.data()).result, null);
  await phone.close();
  await server.close();
});

test("an answer whose angle contradicts its prize: a red seal, words, and a proof that is kept", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await atTheWheel(phone, "13800138002");
  await page.route(DRAW, async (route) => {
    const response = await route.fetch();
    const answer = await response.json();
    const [result] = answer.data.results;
    result.angle = (result.angle + 90) % 360;
    await route.fulfill({ response, json: answer });
  });
  await mp.tap(HUB);
  await mp.until((data) => data.result && !data.isBusy);
  const { result, petals } = await mp.data();
  assert.equal(result.isOk, false);
  assert.deepEqual(petals, [], "nobody is congratulated on a doubtful result");
  assert.match(await mp.text(), /验证未通过[\s\S]*页面上显示的和证明里的结果不同/);
  await phone.screenshot("app-doubt");
  await mp.tap("text=复制证明");
  const [{ data }] = await mp.calls("setClipboardData");
  const copied = JSON.parse(data);
  assert.deepEqual(copied.failed, ["displayed"]);
  assert.notEqual(copied.shown[0].angle, copied.proof.results[0].angle);
  await mp.tab(3);
  await mp.until((data) => data.doubts === 1 && data.drawRows.length === 1);
  assert.deepEqual(Object.values((await mp.data()).seals), ["bad"]);
  assert.match(await mp.text(), /有 1 次抽奖没有通过验证/);
  await phone.close();
  await server.close();
});

test("a token that expires in the middle is renewed unseen", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await atTheWheel(phone, "13800138003");
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.route(DRAW, (route) => route.fulfill({ json: { code: 401, message: "登录已过期", msg: "登录已过期", data: null } }), { times: 1 });
  await mp.tap(HUB);
  await mp.until((data) => data.result && !data.isBusy);
  assert.equal(asked.filter((path) => path === "/api/auth/refresh").length, 1);
  assert.match((await mp.data()).promise, /^第 2 次/);
  await phone.close();
  await server.close();
});

test("a token that nobody renews: words, and a new login", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await atTheWheel(phone, "13800138007");
  const refused = (/** @type {any} */ route) => route.fulfill({ json: { code: 401, message: "登录已过期", msg: "登录已过期", data: null } });
  await page.route(DRAW, refused);
  await page.route("**/api/auth/refresh", refused);
  await mp.tap(HUB);
  await mp.until((data) => data.notice && !data.isBusy);
  assert.match(await mp.text(), /登录没有续上[\s\S]*没有扣积分/);
  await mp.tap("text=重新登录");
  await mp.find(".auth .input").first().waitFor();
  assert.equal((await mp.data()).isLoggedIn, false);
  await phone.close();
  await server.close();
});

test("an answer that takes its time: the page says that it waits", async () => {
  const server = await startServer();
  const phone = await openPhone({ server, reducedMotion: false });
  const { mp, page } = phone;
  await atTheWheel(phone, "13800138008");
  /** @type {() => void} */
  let release = () => {};
  const released = new Promise((resolve) => (release = () => resolve(null)));
  await page.route(DRAW, async (route) => {
    await released;
    await route.continue();
  });
  await mp.tap(HUB);
  await mp.until((data) => data.waiting === "正在抽取…");
  assert.equal(await mp.find("text=跳过动画").count(), 0, "what cannot be skipped is not offered");
  await phone.screenshot("app-waiting");
  await mp.until((data) => /^网络有点慢/.test(data.waiting));
  release();
  await mp.tap("text=跳过动画");
  await mp.until((data) => data.result?.isOk && !data.isBusy);
  await phone.close();
  await server.close();
});

test("a server that goes and comes back: words, another try, and the socket finds it again", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp } = phone;
  await atTheWheel(phone, "13800138004");
  await server.stop();
  await mp.tap(HUB);
  await mp.until((data) => data.notice && !data.isBusy, 30_000);
  assert.match(await mp.text(), /重试|再试一次/);
  await mp.tab(1);
  await mp.until((data) => data.list.state === "error", 30_000);
  assert.match(await mp.text(), /再试一次/);
  await server.start();
  await mp.tap("text=再试一次");
  await mp.until((data) => data.list.state === "ready");
  await mp.tab(0);
  await mp.tap("[class*=stage-notice] wx-button");
  await mp.until((data) => data.result?.isOk && !data.isBusy);
  assert.match((await mp.data()).left, /^今天还可抽 9 次/);
  await phone.close();
  await server.close();
});

test("HTML in place of an answer, as in a Wi-Fi that wants a login", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await signInAtHome(phone, "13800138005");
  await page.route("**/api/**", (route) => route.fulfill({ contentType: "text/html", body: "<html>login</html>" }));
  for (const tab of [1, 2, 3]) {
    await mp.tab(tab);
    await until(async () => /Wi-Fi/.test(await mp.text()), `words on tab ${tab}`);
  }
  await page.unroute("**/api/**");
  await mp.tap("text=再试一次");
  await mp.until((data) => data.draws.state === "empty");
  await phone.close();
  await server.close();
});

test("an upload that is cancelled is given up for good, and can be sent again", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await signInAtHome(phone, "13800138006");
  await mp.tab(2);
  await mp.choose([photo(7)]);
  await mp.tap("text=从相册选");
  await mp.answer("同意");
  await mp.until((data) => data.photo);
  let sent = 0;
  page.on("request", (request) => {
    if (request.url().endsWith("/api/photo/upload")) sent += 1;
  });
  // No answer to the first. The route stays: what it holds would be let go with it, and might arrive before it is given up.
  let held = 0;
  await page.route("**/api/photo/upload", (route) => {
    held += 1;
    if (held > 1) return route.continue();
  });
  await mp.tap("wx-button:has-text('上传')");
  await until(() => sent === 1, "the upload to be on its way");
  await mp.tap("wx-button:has-text('取消')");
  await mp.until((data) => !data.isSending && data.trouble?.title === "已取消上传");
  await mp.tap("text=再传一次");
  await mp.until((data) => data.sent && data.list.items.length === 1);
  assert.equal(sent, 2, "what was cancelled is not tried again by itself");
  await phone.close();
  await server.close();
});

test("a file that is no photo is said to be none, and another one is asked for", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp } = phone;
  await signInAtHome(phone, "13800138011");
  await mp.tab(2);
  await mp.choose([Buffer.from("%PDF-1.4 this is no picture")]);
  await mp.tap("text=从相册选");
  await mp.answer("同意");
  await mp.until((data) => data.photo && data.isBroken);
  assert.match(await mp.text(), /可能不是照片/);
  await mp.tap("wx-button:has-text('上传')");
  await mp.until((data) => data.trouble?.isPhotoBad && !data.isSending);
  assert.doesNotMatch(await mp.text(), /再传一次/);
  await phone.screenshot("app-no-photo");
  await mp.tap(".notice wx-button:has-text('换一张')");
  assert.deepEqual([(await mp.data()).photo, (await mp.data()).trouble], ["", null]);
  await mp.choose([photo(8)]);
  await mp.tap("text=从相册选");
  await mp.until((data) => data.photo && !data.isBroken);
  await phone.close();
  await server.close();
});

test("a check-in that fails is told in full, with one way on", async () => {
  const server = await startServer();
  const phone = await openPhone({ server });
  const { mp, page } = phone;
  await signInAtHome(phone, "13800138012");
  await mp.until((data) => data.numbers.length > 0);
  await page.route("**/api/user/check-in", (route) => route.fulfill({ contentType: "text/html", body: "<html>login</html>" }));
  await mp.tap("wx-button:has-text('签到')");
  await mp.until((data) => data.checkInTrouble);
  assert.match(await mp.text(), /签到没有成功[\s\S]*Wi-Fi/);
  assert.deepEqual(await mp.calls("showToast"), []);
  await phone.screenshot("app-check-in");
  await page.unroute("**/api/user/check-in");
  await mp.tap("text=再签一次");
  await mp.until((data) => data.isCheckedIn && !data.checkInTrouble);
  await phone.close();
  await server.close();
});
