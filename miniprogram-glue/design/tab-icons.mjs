/**
 * Paints the tab bar's icons: `node design/tab-icons.mjs`. The tab bar takes nothing but files of pixels; the drawings
 * are those of styles/icons.wxss, the colours those of theme.json.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const { chromium } = createRequire(new URL("../../tests/package.json", import.meta.url))("playwright-core");
const app = (path) => fileURLToPath(new URL(`../app/${path}`, import.meta.url));
const theme = JSON.parse(readFileSync(app("theme.json"), "utf8"));
const drawings = readFileSync(app("styles/icons.wxss"), "utf8");

/** WeChat's own size for a tab's icon. */
const SIZE = 81;
const LOOKS = [
  ["", theme.light.ink2],
  ["-on", theme.light.vermilion],
  ["-dark", theme.dark.ink2],
  ["-dark-on", theme.dark.vermilion],
];

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } });
mkdirSync(app("images/tab"), { recursive: true });
for (const name of ["wheel", "gift", "camera", "list", "user"]) {
  const path = drawings.match(new RegExp(`\\.icon-${name} \\{[^}]*? d='([^']+)'`))?.[1];
  for (const [look, colour] of LOOKS) {
    const svg = `<svg width="${SIZE}" height="${SIZE}" viewBox="0 0 24 24" fill="none" stroke="${colour}" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"><path d="${path}"/></svg>`;
    await page.setContent(`<style>*{margin:0}svg{display:block}</style>${svg}`);
    await page.screenshot({ path: app(`images/tab/${name}${look}.png`), omitBackground: true });
  }
}
await browser.close();
