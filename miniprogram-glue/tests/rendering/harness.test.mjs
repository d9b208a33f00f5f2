/** The harness itself, on a small app: that it renders as WeChat does, and that it finds what WeChat would refuse. */

import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { compileApp, GLUE, openPhone } from "../harness/index.mjs";

const app = path.join(GLUE, "tests/fixture");

test("data, lists, conditions, events, slots, wxs and lifetimes", async () => {
  const phone = await openPhone({ app });
  const { mp, page } = phone;
  await mp.at("pages/first/first");
  await mp.until((data) => data.commitment && data.canvas && data.isMissing);
  assert.match(await mp.text(), /卡!\n*里面/);
  assert.match(await mp.text(), /★★★\n/);
  assert.equal((await mp.data()).canvas, 200);
  await mp.tap(".row >> nth=1");
  assert.equal(await mp.find("#picked").innerText(), "选了2");
  assert.match(await mp.text(), /1 贰/);
  await mp.tap("my-card .close");
  assert.match(await mp.text(), /关了卡/);
  await mp.fill(".name", "小明");
  await mp.find(".name input").press("Enter");
  assert.equal(await mp.find(".typed").innerText(), "小明");
  assert.equal((await mp.data()).confirmed, "小明");
  await mp.tap(".on");
  assert.equal((await mp.data()).isOn, true);
  await mp.tap(".picker");
  await mp.answer("贰");
  await mp.until((data) => data.chosen === 1);
  await mp.tap(".off");
  assert.equal((await mp.data()).picked, "2");
  await page.mouse.move(100, 300);
  await mp.find("page").evaluate((element) => element.parentElement.scrollTo(0, 10_000));
  await mp.until((data) => data.isLow);
  await mp.pullDown();
  assert.deepEqual((await mp.data()).lives, ["load", "show", "ready"]);
  await phone.close();
});

test("what a phone would show letter by letter is refused", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "fairwheel-letters-"));
  try {
    for (const text of ["<text>一&nbsp;二</text>", "<view>一\\n二</view>"]) {
      fs.cpSync(app, folder, { recursive: true });
      fs.appendFileSync(path.join(folder, "pages/third/third.wxml"), `${text}\n`);
      await assert.rejects(compileApp(folder), /third\.wxml:\d+ a phone shows .* as it is written/);
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

test("pages: tabs stay, others go; styles of one page do not reach another", async () => {
  const phone = await openPhone({ app });
  const { mp } = phone;
  const colour = (selector) => mp.find(selector).first().evaluate((element) => getComputedStyle(element).color);
  await mp.at("pages/first/first");
  assert.equal(await colour("wx-view.shared"), "rgb(1, 2, 3)");
  assert.equal(await colour("my-card wx-view"), "rgb(9, 8, 7)");
  assert.equal(await mp.find(".boxed").evaluate((element) => getComputedStyle(element).paddingLeft), "37.5px");
  await mp.tap(".on-to");
  await mp.at("pages/third/third");
  assert.equal(await mp.find("#from").innerText(), "first");
  assert.deepEqual(await mp.routes(), ["pages/first/first", "pages/third/third?from=first"]);
  await mp.back();
  await mp.at("pages/first/first");
  await mp.tab(1);
  await mp.at("pages/second/second");
  assert.equal(await colour(".title"), "rgb(4, 5, 6)");
  await mp.tap(".two");
  await mp.tap(".big");
  await mp.tap("wx-button");
  assert.deepEqual((await mp.data()).sent, { phone: "138", why: "好", days: ["1", "2"], size: "l", count: 3 });
  await mp.find("wx-scroll-view").evaluate((element) => element.scrollTo(0, 1000));
  await mp.until((data) => data.isLow);
  await mp.tab(0);
  await mp.at("pages/first/first");
  await mp.pullDown();
  assert.deepEqual((await mp.data()).lives, ["load", "show", "ready", "hide", "show", "hide", "show"]);
  await phone.close();
});

test("dark mode, theme.json and a screenshot", async () => {
  const phone = await openPhone({ app, dark: true });
  const { mp, page } = phone;
  assert.equal(await page.locator(".mp-bar").evaluate((element) => getComputedStyle(element).backgroundColor), "rgb(32, 32, 32)");
  assert.equal(await mp.find("page").evaluate((element) => getComputedStyle(element).backgroundColor), "rgb(0, 0, 0)");
  assert.equal((await mp.wx("getAppBaseInfo")).theme, "dark");
  await phone.screenshot("harness-dark");
  await phone.close();
});

test("what the phone keeps is there after a restart, and no other phone has it", async () => {
  const phone = await openPhone({ app });
  const other = await openPhone({ app });
  await phone.mp.wx("setStorage", { key: "a", data: { b: 1 } });
  await phone.mp.restart();
  assert.deepEqual(await phone.mp.wx("getStorage", { key: "a" }).then(({ data }) => data), { b: 1 });
  await assert.rejects(other.mp.wx("getStorage", { key: "a" }));
  await other.close();
  await phone.close();
});

test("what went wrong before a restart is still known after it", async () => {
  const phone = await openPhone({ app });
  await phone.page.evaluate(() => void Promise.reject(new Error("lost")));
  await phone.page.waitForFunction(() => globalThis.__mp.errors.length);
  await phone.mp.restart();
  assert.match((await phone.mp.errors()).join(), /unhandled rejection: .*lost/);
  await phone.mp.forgive(/lost/);
  await phone.close();
});

test("an upload that is given up while its file is read is not sent", async () => {
  const phone = await openPhone({ app });
  const told = await phone.page.evaluate(
    () =>
      new Promise((resolve) => {
        const { wx } = globalThis.__mp;
        const filePath = URL.createObjectURL(new Blob(["x"]));
        const task = wx.uploadFile({ url: `${location.origin}/api/photo/upload`, filePath, name: "image", success: resolve, fail: resolve });
        const { fetch } = globalThis;
        globalThis.fetch = (...given) => {
          task.abort();
          globalThis.fetch = fetch;
          return fetch(...given);
        };
      }),
  );
  assert.match(told.errMsg, /^uploadFile:fail abort/);
  await phone.close();
});

test("wasm that is missing or refused: the plain core takes its place", async () => {
  const commitments = [];
  for (const wasm of ["", "nothing", "fails"]) {
    const phone = await openPhone({ app, wasm });
    await phone.mp.until((data) => data.commitment);
    commitments.push((await phone.mp.data()).commitment);
    await phone.close();
  }
  assert.match(commitments[0], /^[0-9a-f]{64}$/);
  assert.deepEqual(new Set(commitments).size, 1);
});

test("no server: a request fails, and so does the socket", async () => {
  const phone = await openPhone({ app });
  const ask = (name) => phone.page.evaluate((method) => globalThis.__mp.current().instance[method]().then(() => "answered", (refusal) => refusal.errMsg), name);
  assert.match(await ask("ask"), /^request:fail /);
  assert.match(await ask("talk"), /^connectSocket:fail/);
  await phone.close();
});

const FOUND_OUT = {
  document: /reading 'title'/,
  fetch: /fetch is not a function/,
  window: /reading 'location'/,
  eval: /eval is not a function/,
  Function: /has no new Function/,
  localStorage: /reading 'length'/,
  TextDecoder: /TextDecoder is not a constructor/,
  URL: /URL is not a constructor/,
  WebAssembly: /reading 'Memory'/,
  globalThis: /reading 'document'/,
  unknownWx: /wx\.noSuchCall: not in the harness/,
  unclonable: /DataCloneError/,
  undefinedData: /sets gone to undefined/,
};
for (const [name, what] of Object.entries(FOUND_OUT)) {
  test(`an app that uses ${name} is found out`, async () => {
    const phone = await openPhone({ app, path: `/pages/bad/bad?name=${name}` });
    const errors = await phone.mp.errors();
    assert.equal(errors.length, 1, errors.join("\n"));
    assert.match(errors[0], what);
    await assert.rejects(phone.close());
  });
}

test("an error in a listener is found out", async () => {
  const phone = await openPhone({ app, path: "/pages/bad/bad?name=setTimeoutText" });
  await phone.mp.tap("#go");
  assert.match((await phone.mp.errors()).join(), /thrown by a tap/);
  await phone.mp.forgive(/thrown by a tap/);
  await phone.close();
});
