/**
 * What a spin costs, beside lucky-canvas, which most mini-programs use: `node miniprogram-glue/tests/bench-wheel.mjs`.
 * Both turn a wheel of eight prizes in Chromium with its processor slowed down four times. It prints, and judges nothing.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../../", import.meta.url);
const require = createRequire(new URL("tests/", ROOT));
const { chromium } = require("playwright-core");

const SLOWER = 4;
const SIZE = 260;
const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 2 };
const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".html": "text/html", ".wasm": "application/wasm" };

/** Serves the project, isolated: only then is the page's clock fine enough. */
async function serve() {
  const lucky = require.resolve("lucky-canvas");
  const files = { "/": () => "<!doctype html><meta charset=utf-8><body></body>", "/lucky-canvas.js": () => readFile(lucky.replace(/index\.[a-z]+\.js$/, "index.umd.js")) };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://x").pathname;
    const file = fileURLToPath(new URL(`.${path}`, ROOT));
    if (!files[path] && !existsSync(file)) return response.writeHead(404).end();
    const headers = { "content-type": TYPES[extname(path)] ?? "text/html", "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    response.writeHead(200, headers).end(await (files[path]?.() ?? readFile(file)));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

/** In the page: counts what is asked of a canvas, and the frames. */
function count() {
  const seen = { frames: 0, calls: 0, byName: {} };
  globalThis.seen = seen;
  const request = globalThis.requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (call) =>
    request((now) => {
      seen.frames += 1;
      call(now);
    });
  const own = Object.getOwnPropertyDescriptors(CanvasRenderingContext2D.prototype);
  for (const [name, { value }] of Object.entries(own)) {
    if (typeof value !== "function" || name === "constructor") continue;
    CanvasRenderingContext2D.prototype[name] = function counted(...args) {
      seen.calls += 1;
      seen.byName[name] = (seen.byName[name] ?? 0) + 1;
      return value.apply(this, args);
    };
  }
}

/** In the page: our component, on a stand. */
async function ours(size) {
  const [{ definition }, { mount }, { DEMO }, { loadCore }] = await Promise.all(
    ["lib/wheel/definition.js", "tests/stand.mjs", "tests/prizes.mjs", "../www-demo/core.js"].map((path) => import(`/miniprogram-glue/${path}`)),
  );
  const canvas = Object.assign(document.createElement("canvas"), {
    requestAnimationFrame: (call) => requestAnimationFrame(call),
    cancelAnimationFrame: (handle) => cancelAnimationFrame(handle),
    style: `width:${size}px;height:${size}px`,
  });
  document.body.append(canvas);
  globalThis.wx = {
    getWindowInfo: () => ({ pixelRatio: devicePixelRatio }),
    createOffscreenCanvas: ({ width, height }) => new OffscreenCanvas(width, height),
    nextTick: (call) => queueMicrotask(call),
  };
  const core = await loadCore(new URL("/www-demo/core/", location.href).href);
  const { component, events } = mount(definition(async () => core), { prizes: DEMO }, (selector) => (selector === "#disc" ? { node: canvas, width: size, height: size } : null));
  while (!events.some(({ name }) => name === "ready")) await new Promise((resolve) => setTimeout(resolve, 10));
  globalThis.spin = () => component.spinTo(100);
}

/** In the page: theirs, showing the same: names, a drawing under each, a rim and a button with a pointer. */
async function theirs(size) {
  const [{ DEMO }, { PRIZE_ICONS }] = await Promise.all(["miniprogram-glue/tests/prizes.mjs", "www-demo/common/icons.js"].map((path) => import(`/${path}`)));
  const drawing = (path) => `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="72" height="72" viewBox="0 0 24 24" fill="none" stroke="#2A211C" stroke-width="1.7"><path d="${path}"/></svg>`)}`;
  await new Promise((resolve) => document.body.append(Object.assign(document.createElement("script"), { src: "/lucky-canvas.js", onload: resolve })));
  document.body.append(Object.assign(document.createElement("div"), { id: "lucky" }));
  let ended = () => {};
  const wheel = new globalThis.LuckyCanvas.LuckyWheel(
    { el: "#lucky", width: `${size}px`, height: `${size}px` },
    {
      blocks: [{ padding: "1px", background: "#efe3d6" }, { padding: "12px", background: "#fffdfa" }],
      prizes: DEMO.map(({ name, type }, n) => ({
        background: n % 2 ? "#fbe8cc" : "#efb98a",
        fonts: [{ text: name, top: "12%", fontSize: "14px", fontWeight: "600", lengthLimit: "60%" }],
        imgs: [{ src: drawing(PRIZE_ICONS[type]), top: "40%", width: "24px", height: "24px" }],
      })),
      buttons: [
        { radius: "36%", background: "#fffdfa" },
        { radius: "32%", background: "#cb3a22", pointer: true, fonts: [{ text: "抽一次\n100 积分", top: "-40%", fontSize: "16px", fontColor: "#fff" }] },
      ],
      defaultConfig: { accelerationTime: 1000, decelerationTime: 3200 },
      end: () => ended(),
    },
  );
  globalThis.spin = () =>
    new Promise((resolve) => {
      ended = resolve;
      wheel.play();
      wheel.stop(2);
    });
}

/** In the page: frames in which nothing is done. What they take is the browser's own. */
function nothing() {
  globalThis.spin = () =>
    new Promise((resolve) => {
      const end = performance.now() + 4200;
      requestAnimationFrame(function frame(now) {
        if (now < end) requestAnimationFrame(frame);
        else resolve(undefined);
      });
    });
}

/** In the page: frames that draw a disc as large, turned, and a pointer, both painted before: the least that a wheel can do. */
function disc(size) {
  const side = size * devicePixelRatio;
  const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side, style: `width:${size}px;height:${size}px` });
  document.body.append(canvas);
  const painted = (width, height) => {
    const picture = new OffscreenCanvas(width, height);
    const brush = picture.getContext("2d");
    brush.fillStyle = "#cb3a22";
    brush.arc(width / 2, height / 2, width / 2, 0, 7);
    brush.fill();
    return picture;
  };
  const [wheel, pointer, context] = [painted(side, side), painted(side / 4, side / 4), canvas.getContext("2d")];
  globalThis.spin = () =>
    new Promise((resolve) => {
      const end = performance.now() + 4200;
      requestAnimationFrame(function frame(now) {
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.clearRect(0, 0, side, side);
        context.setTransform(Math.cos(now), Math.sin(now), -Math.sin(now), Math.cos(now), side / 2, side / 2);
        context.drawImage(wheel, -side / 2, -side / 2);
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.drawImage(pointer, (side * 3) / 8, (side * 3) / 8);
        if (now < end) requestAnimationFrame(frame);
        else resolve(undefined);
      });
    });
}

/** A page with a wheel that has been spun once. @param {import('playwright-core').Browser} browser */
async function prepare(browser, url, setUp, isCounting) {
  const page = await browser.newPage(PHONE);
  page.on("pageerror", (error) => {
    throw error;
  });
  await page.goto(url);
  if (isCounting) await page.evaluate(count);
  await page.evaluate(setUp, SIZE);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  await page.evaluate(() => globalThis.spin());
  return page;
}

/** What one spin asks of a canvas. */
async function counted(browser, url, setUp) {
  const page = await prepare(browser, url, setUp, true);
  const seen = await page.evaluate(async () => {
    Object.assign(globalThis.seen, { frames: 0, calls: 0, byName: {} });
    await globalThis.spin();
    return globalThis.seen;
  });
  await page.close();
  return { calls: seen.calls / seen.frames, measureText: (seen.byName.measureText ?? 0) / seen.frames };
}

/**
 * What one spin takes: the browser's own record of each frame's script, in time of the thread, which other programs on
 * the machine do not lengthen.
 */
async function timed(browser, url, setUp) {
  const page = await prepare(browser, url, setUp, false);
  await browser.startTracing(page, { categories: ["devtools.timeline"] });
  await page.evaluate(() => globalThis.spin());
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  await page.close();
  const fired = traceEvents.filter(({ name, ph }) => name === "FireAnimationFrame" && ph === "X").sort((a, b) => a.ts - b.ts);
  const ms = (fired.at(-1).ts - fired[0].ts) / 1000;
  const scripts = fired.map(({ tdur }) => tdur / 1000).sort((a, b) => a - b);
  const due = Math.round(ms / (1000 / 60)) + 1;
  return { ms, due, dropped: Math.max(0, due - fired.length), mean: scripts.reduce((all, one) => all + one, 0) / scripts.length, median: scripts[scripts.length >> 1], slowest: scripts.at(-1) };
}

const server = await serve();
const browser = await chromium.launch({ executablePath: process.env.FAIRWHEEL_CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox", "--disable-gpu"] });
try {
  const idle = await timed(browser, server.url, nothing);
  const limit = { ...(await timed(browser, server.url, disc)), ...(await counted(browser, server.url, disc)) };
  const wheels = {};
  for (const [name, setUp] of Object.entries({ "fair-wheel": ours, "lucky-canvas 1.7.27": theirs })) {
    wheels[name] = { ...(await timed(browser, server.url, setUp)), ...(await counted(browser, server.url, setUp)) };
  }
  const ms = (value) => `${value.toFixed(3).padStart(7)} ms`;
  console.log(`A spin of 8 prizes, ${SIZE} px at ${PHONE.deviceScaleFactor}x, processor ${SLOWER} times slower, without a GPU`);
  for (const [name, of] of Object.entries({ "empty frames": { ...idle, calls: 0, measureText: 0 }, "a painted disc alone": limit, ...wheels })) {
    console.log(
      `  ${name.padEnd(21)}${of.calls.toFixed(1).padStart(6)} canvas calls a frame (${of.measureText.toFixed(0)} measureText), script a frame: mean ${ms(of.mean)}, median ${ms(of.median)}, slowest ${ms(of.slowest)}; ${of.dropped} of ${of.due} frames dropped in ${(of.ms / 1000).toFixed(1)} s`,
    );
  }
  const [mine, other] = Object.values(wheels);
  const ratio = (kind, less) => `1/${((other[kind] - less) / Math.max(mine[kind] - less, 0.001)).toFixed(1)}`;
  console.log(`  fair-wheel's script beside a painted disc alone, its limit: mean ${(mine.mean / limit.mean).toFixed(2)}, median ${(mine.median / limit.median).toFixed(2)}`);
  console.log(`  fair-wheel's script beside lucky-canvas: mean ${ratio("mean", 0)}, median ${ratio("median", 0)}; without what an empty frame takes: mean ${ratio("mean", idle.mean)}, median ${ratio("median", idle.median)} (aim: 1/20)`);
} finally {
  await browser.close();
  server.close();
}
