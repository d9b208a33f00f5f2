/** What axe-core finds wrong with a page for those who see, hear or move differently. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { settled } from "./page.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/**
 * Fails if anything serious is wrong with the page as it is now. Its policy stays in force: the debugger brings the script in.
 * @param {import('playwright-core').Page} page @param {string} where for the report
 */
export async function accessible(page, where) {
  await settled(page);
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(AXE);
  const violations = await page.evaluate(async () => {
    const found = await /** @type {any} */ (window).axe.run(document, { resultTypes: ["violations"] });
    return found.violations.map((/** @type {any} */ { impact, id, help, nodes }) => ({
      impact,
      words: `${impact}: ${help} (${id})${nodes.map((/** @type {any} */ node) => `\n    ${node.target.join(" ")}: ${node.failureSummary.replace(/\s+/g, " ")}`).join("")}`,
    }));
  });
  const isGrave = (/** @type {{impact: string}} */ { impact }) => impact === "serious" || impact === "critical";
  const said = (/** @type {{words: string}[]} */ list) => list.map(({ words }) => `  ${words}`).join("\n");
  const minor = violations.filter((/** @type {{impact: string}} */ one) => !isGrave(one));
  if (minor.length > 0) console.log(`axe-core on ${where}:\n${said(minor)}`);
  const grave = violations.filter(isGrave);
  assert.equal(grave.length, 0, `axe-core on ${where}:\n${said(grave)}`);
}
