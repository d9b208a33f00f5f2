/** The commands that a proof is repeated with, really run by bash, find what the core finds; and no text in them is run. */

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { load, vectors } from "../../wasm/tests/load.mjs";
import { commandsOf, printedBy, quote } from "../../www-demo/check/shell.js";

const wasm = await load();
const SEED = "00112233445566778899aabbccddeeff00112233445566778899aabbccddee25";
const sha256 = (/** @type {string} */ text) => createHash("sha256").update(text).digest("hex");

/** @param {string[]} lines of the prizes @param {number} fallback */
const table = (lines, fallback) => `fairwheel-table-v1\ncost 100\ndaily_limit 10\nfallback ${fallback}\n${lines.join("\n")}\n`;
const NAMES = ["八八折券", "it's \"50%\" off", "$(touch pwned) `touch pwned`", "a\\b\\x41\\'", "谢谢参与!! !x", " 空 格  两个", "FAIRWHEEL", "emoji 👨‍👩‍👧\u202e反"];
const EIGHT = table(NAMES.map((name, n) => `prize ${n + 1} ${n * 45} ${[500, 2000, 300, 1200, 1500, 100, 2400, 2000][n]} ${n === 7 ? "empty 0 0 -" : "coupon 100 0 5"} ${name}`), 8);

/** A sealed proof. @param {any} request @returns {any} */
function proofOf(request) {
  const sold_out = request.sold_out ?? Array.from({ length: request.count }, () => []);
  const { table_text, server_seed, client_seed, nonce, count } = request;
  const drawn = wasm.draw({ table_text, server_seed, client_seed, nonce, count, sold_out });
  const table_hash = sha256(table_text);
  const created_at = "2026-01-31T12:00:00.000Z";
  const next_commitment = "f".repeat(64);
  const lines = ["fairwheel-proof-v1", table_hash, server_seed, client_seed, nonce, count, created_at, nonce + 1, next_commitment, ...sold_out.map((/** @type {number[]} */ ids) => ids.join(" "))];
  const draw_id = `d1-${sha256(`${lines.join("\n")}\n`).slice(0, 40)}`;
  return { algorithm: "fairwheel-draw-v1", draw_id, table_text, table_hash, server_seed, commitment: drawn.commitment, client_seed, nonce, count, sold_out, results: drawn.results, created_at, next_nonce: nonce + 1, next_commitment };
}

/** @param {string} commands @param {string[]} [how] */
function run(commands, how = ["--norc"]) {
  const folder = mkdtempSync(join(tmpdir(), "fairwheel-shell-"));
  const ran = spawnSync("bash", how, { input: commands, cwd: folder, encoding: "utf8", env: { PATH: process.env.PATH, HOME: folder, HISTFILE: "" } });
  assert.ok(!existsSync(join(folder, "pwned")), "nothing in a proof is ever run");
  return ran;
}

/** @param {any} proof */
function same(proof) {
  const report = wasm.verify(proof);
  assert.ok(report.ok, JSON.stringify(report.checks.filter((/** @type {any} */ check) => check.status === "failed")));
  const { stdout, stderr, status } = run(commandsOf(proof));
  assert.equal(status, 0, stderr);
  assert.equal(stdout, printedBy(proof, report.key));
}

test("the shell finds the draws of one request and of ten", () => {
  same(proofOf({ table_text: EIGHT, server_seed: SEED, client_seed: "一二三", nonce: 1, count: 1 }));
  same(proofOf({ table_text: EIGHT, server_seed: SEED, client_seed: "abc", nonce: 2 ** 53 - 1, count: 10 }));
});

test("prizes that have run out are replaced, and stand in the id", () => {
  const all = [1, 2, 3, 4, 5, 6, 7];
  same(proofOf({ table_text: EIGHT, server_seed: SEED, client_seed: "abc", nonce: 7, count: 10, sold_out: [...Array(9).fill(all), [2, 7]] }));
});

test("a seed may have any letters", () => {
  for (const client_seed of ["it's", '"', " a  b ", "$HOME $" + "{x} $(touch pwned)", "`touch pwned`", "\\", "\\n\\x41", "!!", "'; touch pwned; '", "%s%n", "-n", "*", "#", "~", "\u200d\u202e", "'!'", "'", "👨‍👩‍👧", "FAIRWHEEL"]) {
    same(proofOf({ table_text: EIGHT, server_seed: SEED, client_seed, nonce: 3, count: 1 }));
  }
});

test("near misses are told as the core tells them", () => {
  // Sectors of 2° have nothing but edges.
  const lines = Array.from({ length: 90 }, (_, n) => `prize ${n + 1} ${n * 2} ${n === 0 ? 10_000 - 89 * 50 - 40 : n % 2 ? 50 : n === 2 ? 90 : 50} ${n === 0 ? "empty" : "points"} 100 0 - 第${n}个`);
  const proof = proofOf({ table_text: table(lines, 1), server_seed: SEED, client_seed: "abc", nonce: 3, count: 100 });
  const near = proof.results.filter((/** @type {any} */ result) => result.is_near_miss).length;
  assert.ok(near > 0 && near < 100, `${near} of 100`);
  same(proof);
});

test("the cases of the independent implementation", async () => {
  for (const vector of (await vectors()).filter((/** @type {any} */ { count, nonce }) => count <= 10 && nonce < 2 ** 53)) same(proofOf(vector));
});

test("pasted into a shell that is used by a person, it does the same", () => {
  const proof = proofOf({ table_text: EIGHT, server_seed: SEED, client_seed: "!! $(touch pwned) 'a'", nonce: 5, count: 2 });
  const { stdout } = run(commandsOf(proof), ["--norc", "--noprofile", "-i"]);
  assert.ok(stdout.includes(printedBy(proof, wasm.verify(proof).key)), stdout);
});

test("a text with line feeds cannot end the commands", () => {
  const proof = proofOf({ table_text: EIGHT, server_seed: SEED, client_seed: "a", nonce: 5, count: 1 });
  const evil = "x\nFAIRWHEEL\ntouch pwned\n";
  for (const field of ["server_seed", "client_seed", "created_at", "next_commitment"]) run(commandsOf({ ...proof, [field]: evil }));
  assert.throws(() => commandsOf({ ...proof, table_text: evil }));
  assert.throws(() => commandsOf({ ...proof, nonce: evil }));
  assert.throws(() => commandsOf({ ...proof, sold_out: [[evil]] }));
});

test("a quoted text is one word with every byte in its place", () => {
  const texts = ["", "a", "'", "''", "$x", "!", "a!b'c", "\u0000".repeat(0), "\u0001\u007f", "\u00ad\u200b\ufeff", "字\u2028字", "\ue000", "\\", "'\u200d'"];
  for (const text of texts) {
    assert.ok(!quote(text).includes("!"));
    assert.equal(run(`printf '%s|' ${quote(text)}`).stdout, `${text}|`);
  }
});
