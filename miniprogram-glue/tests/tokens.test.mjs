/** Whether what is written in the app's colours can be read: WCAG's contrast of each text on each ground that it stands on. */

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { APP } from "./harness/index.mjs";

const LEAST = 4.5;

/** Texts by the grounds that they stand on. */
const ON = {
  ground: ["ink", "ink-2", "gold", "jade", "danger", "vermilion"],
  card: ["ink", "ink-2", "gold", "jade", "danger"],
  line: ["ink"],
  "gold-soft": ["ink", "gold"],
  "jade-soft": ["ink", "jade"],
  "danger-soft": ["ink", "danger"],
  vermilion: ["on-vermilion"],
  ink: ["ground"],
};

const source = fs.readFileSync(path.join(APP, "styles/tokens.wxss"), "utf8");
const colours = (/** @type {string} */ text) => Object.fromEntries(Array.from(text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g), ([, name, colour]) => [name, colour]));
const at = source.indexOf("prefers-color-scheme: dark");
const light = colours(source.slice(0, at));
const looks = { light, dark: { ...light, ...colours(source.slice(at)) } };

/** @param {string} colour */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((from) => {
    const part = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} one @param {string} other */
function contrast(one, other) {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

test("every text can be read on every ground that it stands on, light and dark", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.ok(contrast("#d8cfc7", "#ffffff") < LEAST);
  assert.notEqual(looks.light.ground, looks.dark.ground);
  const faint = [];
  for (const [look, colour] of Object.entries(looks)) {
    for (const [ground, texts] of Object.entries(ON)) {
      for (const text of texts) {
        const found = contrast(colour[text], colour[ground]);
        if (!(found >= LEAST)) faint.push(`${look}: ${text} on ${ground} ${found.toFixed(2)}`);
      }
    }
  }
  assert.deepEqual(faint, []);
});
