/**
 * Paints the tab bar's icons: `node design/tab-icons.mjs`. The tab bar takes nothing but files of pixels; the drawings
 * are those of styles/icons.wxss, the colours those of theme.json.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";

const { chromium } = createRequire(new URL("../../tests/package.json", import.meta.url))("playwright-core");
const app = (path) => fileURLToPath(new URL(`../app/${path}`, import.meta.url));
const theme = JSON.parse(readFileSync(app("theme.json"), "utf8"));
const drawings = readFileSync(app("styles/icons.wxss"), "utf8");

/** WeChat's own size for a tab's icon, px. */
const SIZE = 81;
const LOOKS = [
  ["", theme.light.ink2],
  ["-on", theme.light.vermilion],
  ["-dark", theme.dark.ink2],
  ["-dark-on", theme.dark.vermilion],
];

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crcOf(body));
  return Buffer.concat([length, body, sum]);
}

function crcOf(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** One colour in sixteen degrees of opacity: a third of what a browser writes. @param {number[]} alphas @param {string} colour */
function png(alphas, colour) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(SIZE, 0);
  header.writeUInt32BE(SIZE, 4);
  header.set([4, 3, 0, 0, 0], 8);
  const rgb = Buffer.from(colour.slice(1), "hex");
  const width = Math.ceil(SIZE / 2);
  const rows = Buffer.alloc((width + 1) * SIZE);
  alphas.forEach((alpha, n) => {
    const [x, y] = [n % SIZE, Math.floor(n / SIZE)];
    rows[y * (width + 1) + 1 + (x >> 1)] |= Math.round(alpha / 17) << (x % 2 ? 0 : 4);
  });
  const levels = Array.from({ length: 16 }, (_, n) => n * 17);
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.concat(levels.map(() => rgb))),
    chunk("tRNS", Buffer.from(levels)),
    chunk("IDAT", zlib.deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const browser = await chromium.launch({ executablePath: process.env.FAIRWHEEL_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage();
mkdirSync(app("images/tab"), { recursive: true });
for (const name of ["wheel", "gift", "camera", "list", "user"]) {
  const path = drawings.match(new RegExp(`\\.icon-${name} \\{[^}]*? d='([^']+)'`))?.[1];
  const alphas = await page.evaluate(
    ([line, size]) => {
      const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
      const pen = canvas.getContext("2d");
      pen.scale(size / 24, size / 24);
      Object.assign(pen, { lineWidth: 1.6, lineCap: "round", lineJoin: "round" });
      pen.stroke(new Path2D(line));
      return Array.from(pen.getImageData(0, 0, size, size).data).filter((_, n) => n % 4 === 3);
    },
    [path, SIZE],
  );
  for (const [look, colour] of LOOKS) writeFileSync(app(`images/tab/${name}${look}.png`), png(alphas, colour));
}
await browser.close();
