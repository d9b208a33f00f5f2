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
const SIZE = 300;
const PHONE = { viewport: { width: 375, height: 812 }, deviceScaleFactor: 3 };
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
    createOffscreenCanvas: ({ width, height }) => Object.assign(document.createElement("canvas"), { width, height }),
    nextTick: (call) => queueMicrotask(call),
  };
  const core = await loadCore(new URL("/www-demo/core/", location.href).href);
  const { component, events } = mount(definition(async () => core), { prizes: DEMO }, (selector) => (selector === "#disc" ? { node: canvas, width: size, height: size } : null));
  while (!events.some(({ name }) => name === "ready")) await new Promise((resolve) => setTimeout(resolve, 10));
  globalThis.spin = () => component.spinTo(100);
}

/** In the page: theirs, with the same prizes, as their own documentation sets it up. */
async function theirs(size) {
  const { DEMO } = await import("/miniprogram-glue/tests/prizes.mjs");
  await new Promise((resolve) => document.body.append(Object.assign(document.createElement("script"), { src: "/lucky-canvas.js", onload: resolve })));
  document.body.append(Object.assign(document.createElement("div"), { id: "lucky" }));
  let ended = () => {};
  const wheel = new globalThis.LuckyCanvas.LuckyWheel(
    { el: "#lucky", width: `${size}px`, height: `${size}px` },
    {
      blocks: [{ padding: "12px", background: "#fffdfa" }],
      prizes: DEMO.map(({ name }, n) => ({ background: n % 2 ? "#fbe8cc" : "#efb98a", fonts: [{ text: name, top: "15%", fontSize: "14px" }] })),
      buttons: [{ radius: "35%", background: "#cb3a22", pointer: true, fonts: [{ text: "抽一次", top: "-20%", fontColor: "#fff" }] }],
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
  const results = {};
  for (const [name, setUp] of Object.entries({ "fair-wheel": ours, "lucky-canvas 1.7.27": theirs })) {
    results[name] = { ...(await timed(browser, server.url, setUp)), ...(await counted(browser, server.url, setUp)) };
  }
  console.log(`A spin of 8 prizes, ${SIZE} px at ${PHONE.deviceScaleFactor}x, processor ${SLOWER} times slower`);
  const say = (value, digits) => value.toFixed(digits).padStart(8);
  for (const [name, of] of Object.entries(results)) {
    console.log(
      `  ${name.padEnd(20)} canvas calls a frame${say(of.calls, 1)} (measureText ${of.measureText.toFixed(1)}), script a frame${say(of.mean, 3)} ms (median ${of.median.toFixed(3)}, slowest ${of.slowest.toFixed(2)}), ${of.dropped} of ${of.due} frames dropped in ${(of.ms / 1000).toFixed(1)} s`,
    );
  }
  const [mine, other] = Object.values(results);
  console.log(`  script time: 1/${(other.mean / mine.mean).toFixed(0)} of lucky-canvas on average, 1/${(other.median / mine.median).toFixed(0)} by the median (aim: 1/20 or less)`);
} finally {
  await browser.close();
  server.close();
}
