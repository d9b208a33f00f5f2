/** What the page that checks proofs makes of what it is brought, without a page. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { load, vectors } from "../../wasm/tests/load.mjs";
import { listOf, sumOf, toCsv } from "../../www-demo/check/audit.js";
import { readBefore } from "../../www-demo/check/before.js";
import { InputProblem, readPapers } from "../../www-demo/check/read.js";
import { discountAdvice } from "../../www-demo/common/discount.js";
import { bytesOf, limitOf, uniform, workingsOf } from "../../www-demo/check/workings.js";

const core = await load();
const EXAMPLE = readFileSync(new URL("../../www-demo/check/example.json", import.meta.url), "utf8");
const PROOF = JSON.parse(EXAMPLE);

test("the example is a proof, and its prizes are worth what their names say", () => {
  assert.ok(core.verify(PROOF, {}).ok);
  for (const { type, name, value_cents } of core.tableFromText(PROOF.table_text).prizes) assert.equal(discountAdvice({ type, name, value: String(value_cents / 100) }), null, name);
});

test("words at or above the limit are passed over, and the next draw goes on behind the one that was taken", () => {
  assert.equal(limitOf(10_000), 4_294_960_000);
  const [ticket, rest] = uniform([4_294_967_295, 4_294_960_000, 4_294_959_999, 7, 8], 10_000);
  assert.deepEqual(ticket, { passed: [4_294_967_295, 4_294_960_000], word: 4_294_959_999, below: 10_000, limit: 4_294_960_000, result: 9999 });
  assert.deepEqual(rest, [7, 8]);
  assert.throws(() => uniform([4_294_967_295], 10_000));
});

test("the workings lead to what the core draws, for every case of the independent implementation", async () => {
  for (const vector of await vectors()) {
    const made = workingsOf(core, { ...vector, created_at: "", next_nonce: 1, next_commitment: "" });
    assert.ok(made);
    assert.equal(made.commitment, vector.commitment);
    assert.equal(made.table.hash, vector.table_hash);
    for (const [n, draw] of made.draws.entries()) {
      const want = vector.results[n];
      const { start, width, offset } = draw.sector;
      const drawn = draw.cumulative.find(({ from, until }) => from <= draw.ticket.result && draw.ticket.result < until);
      assert.deepEqual(
        [draw.ticket.result, drawn?.prize.id, draw.given.id, (start + 50 + draw.place.result) % 36_000, draw.edges.some(({ isNear, isRarer }) => isNear && isRarer)],
        [want.ticket, want.drawn_prize_id, want.prize_id, want.angle, want.is_near_miss],
      );
      assert.equal(50 + draw.place.result, offset);
      assert.equal(draw.place.below, width - 100);
    }
  }
});

test("nothing is worked out of what is no proof", () => {
  for (const proof of [null, {}, { ...PROOF, server_seed: "x" }, { ...PROOF, table_text: "" }, { ...PROOF, sold_out: 7 }]) assert.equal(workingsOf(core, proof), null);
});

test("bytes stand under their letters", () => {
  const bytes = bytesOf("a \n好👍");
  assert.equal(bytes.map(({ hex }) => hex).join(""), Buffer.from("a \n好👍").toString("hex"));
  assert.deepEqual(bytes.map(({ letter }) => letter), ["a", "␣", "⏎", "好", "", "", "👍", "", "", ""]);
});

test("a proof is found in what is brought, or it is said why not", async () => {
  for (const given of [EXAMPLE, `\ufeff\n${EXAMPLE}\n`, JSON.stringify({ code: 0, data: PROOF }), JSON.stringify([PROOF])]) {
    const [paper] = await readPapers(given, "a");
    assert.deepEqual(JSON.parse(paper?.text ?? ""), PROOF);
  }
  assert.equal((await readPapers(JSON.stringify([PROOF, PROOF]), "a")).length, 2);
  for (const given of ["", "  ", "null", "{", "{}", "[]", "[1]", "[[]]", '{"__proto__":{}}', "https://a.example/", "#proof=", "#proof=%", "x".repeat(100), "x".repeat(1_100_000), '{"data":null}']) {
    await assert.rejects(readPapers(given, "a"), InputProblem, given.slice(0, 20));
  }
});

test("what was kept from before is read as people write it down", () => {
  const kept = { commitment: "", nonce: "", clientSeed: "" };
  assert.deepEqual(readBefore(kept, PROOF).against.expected, {});
  assert.deepEqual(readBefore({ commitment: ` ${PROOF.commitment.toUpperCase()}\n`, nonce: "第 12 次", clientSeed: " a " }, PROOF).against.expected, { commitment: PROOF.commitment, nonce: 12, client_seed: " a " });
  for (const mark of ["…", "...", "-"]) {
    const [check] = readBefore({ ...kept, commitment: `${PROOF.commitment.slice(0, 8)}${mark}${PROOF.commitment.slice(-6)}` }, PROOF).against.extra;
    assert.equal(check?.status, "ok");
  }
  const [other] = readBefore({ ...kept, commitment: `${PROOF.commitment.slice(0, 8)}…000000` }, PROOF).against.extra;
  assert.equal(other?.status, "failed");
  for (const commitment of ["abc", "g".repeat(64), "12345678", "1234567…abcdef", "12345678…abcde"]) {
    const read = readBefore({ ...kept, commitment }, PROOF);
    assert.notEqual(read.problems.commitment, "");
    assert.deepEqual([read.against.expected, read.against.extra], [{}, []]);
  }
  for (const nonce of ["0", "-1", "1.5", "一", "9999999999999999", "9007199254740992", "1".repeat(40)]) assert.notEqual(readBefore({ ...kept, nonce }, PROOF).problems.nonce, "");
});

test("nothing that is typed makes the core refuse to look at the proof", () => {
  const kept = { commitment: "", nonce: "", clientSeed: "" };
  for (const [field, text] of /** @type {const} */ ([["nonce", "9999999999999999"], ["nonce", "9007199254740991"], ["clientSeed", "x".repeat(1001)], ["clientSeed", "👍".repeat(1000)], ["clientSeed", "\ud800"], ["commitment", "0".repeat(63)]])) {
    const { against, problems } = readBefore({ ...kept, [field]: text }, PROOF);
    assert.doesNotThrow(() => core.verify(PROOF, against.expected), field);
    assert.equal(problems[field] === "", Object.keys(against.expected).length === 1, text.slice(0, 20));
  }
});

test("a forged proof announces nothing", () => {
  const forged = { ...PROOF, nonce: 11, next_nonce: PROOF.nonce, next_commitment: PROOF.commitment };
  const papers = [{ name: "forged", text: JSON.stringify(forged) }, { name: "a", text: EXAMPLE }];
  const list = (/** @type {boolean} */ ok) => listOf(papers, (text) => ({ ok: ok || text === EXAMPLE, why: "" }), (text) => JSON.parse(text)).map(({ follows }) => follows);
  assert.deepEqual(list(false), [false, false]);
  assert.deepEqual(list(true), [false, true]);
});

test("blanks do not make a long text of a short one", async () => {
  const deep = (/** @type {number} */ depth) => JSON.stringify({ ...PROOF, more: "@" }).replace('"@"', `${"[".repeat(depth)}${"]".repeat(depth)}`);
  for (const depth of [3000, 100_000]) await assert.rejects(readPapers(deep(depth), "a"), InputProblem);
  const [few] = await readPapers(deep(5), "a");
  assert.ok((few?.text.length ?? 0) < 10_000);
  const wide = JSON.stringify({ ...PROOF, more: Array(100_000).fill(1) });
  const [long] = await readPapers(wide, "a");
  assert.equal(long?.text.length, wide.length);
});

test("a list is in the order of its draws, knows which follow one another, and no cell of it is a formula", () => {
  const next = { ...PROOF, nonce: PROOF.next_nonce, commitment: PROOF.next_commitment, created_at: "2026-11-24T00:00:00.000Z" };
  const papers = [{ name: "=1+1", text: "", problem: 'a "quoted" one' }, { name: "b", text: JSON.stringify(next) }, { name: "a", text: EXAMPLE }];
  const rows = listOf(papers, (text) => ({ ok: text !== "", why: "" }), (text) => (text ? JSON.parse(text) : null));
  assert.deepEqual(rows.map(({ name, ok, follows }) => [name, ok, follows]), [["a", true, false], ["b", true, true], ["=1+1", false, false]]);
  assert.deepEqual(sumOf(rows), { level: "unread", words: "3 份里：2 份通过，1 份读不出证明" });
  assert.deepEqual(sumOf(rows.slice(0, 2)), { level: "ok", words: "2 份全部通过" });
  assert.deepEqual(sumOf(rows.map((row) => ({ ...row, ok: false }))), { level: "bad", words: "3 份里：2 份没有通过，1 份读不出证明" });
  assert.match(toCsv(rows), /"'=1\+1","","0","0","","unreadable","a ""quoted"" one","false"\r\n$/);
});
