/** What all pages have in common, as they are sent. */

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import test from "node:test";
import { transform } from "esbuild";

const BASE = process.env.FAIRWHEEL_BASE_URL ?? "";
const PAGES = ["", "design", "check", "odds"];

for (const name of PAGES) {
  test(`/demo/${name} leads to the other pages, and preloads what is there`, async () => {
    const html = await (await fetch(`${BASE}/demo/${name}`)).text();
    const [nav = ""] = /<nav class="pages".*?<\/nav>/s.exec(html) ?? [];
    const links = [...nav.matchAll(/<a href="([^"]*)"( aria-current="page")?>([^<]+)<\/a>/g)];
    assert.deepEqual(links.map(([, href, , words]) => `${href} ${words}`), ["./ 抽奖", "design 设计转盘", "check 核对证明", "odds 公开概率"]);
    assert.deepEqual(links.filter(([, , current]) => current).map(([, href]) => href), [name || "./"]);
    // The row of pages stays behind on a phone only if it is beside the brand's row, not inside it.
    assert.match(html, /<\/div>\s*<nav class="pages"/);
    for (const [, href] of html.matchAll(/<link rel="(?:modulepreload|preload)" href="([^"]*)"/g)) {
      assert.equal((await fetch(new URL(href ?? "", `${BASE}/demo/`))).status, 200, `${href} is preloaded`);
    }
  });
}

/** The code of a script, and nothing else. @param {string} script */
const codeOf = async (script) => (await transform(script, { minifyWhitespace: true, legalComments: "none" })).code;

test("what is sent of a script is its code, line by line", async () => {
  const folder = new URL("../../www-demo/", import.meta.url);
  const scripts = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".js"));
  assert.ok(scripts.length > 100);
  for (const path of scripts) {
    const [own, sent] = await Promise.all([readFile(new URL(path, folder), "utf8"), fetch(`${BASE}/demo/${path}`).then((answer) => answer.text())]);
    assert.equal(await codeOf(sent), await codeOf(own), path);
    assert.equal(sent.split("\n").length, own.split("\n").length, `${path}: errors are at the line where the file has them`);
  }
});
