/** A JSON text through a link and back, and the links that are none. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { LinkProblem, packLink, unpackLink } from "../../www-demo/common/link-codec.js";

const PROOF = JSON.stringify({ table_text: `fairwheel-table-v1\n${"prize 1 0 500 coupon 88 1 - 八八折券🎁\n".repeat(8)}`, nonce: 1 });
const url = (/** @type {string | Buffer} */ bytes) => Buffer.from(/** @type {string} */ (bytes)).toString("base64url");
/** @param {string} packed @param {string} reason @param {number} [maxBytes] */
const refused = (packed, reason, maxBytes = 65_536) =>
  assert.rejects(unpackLink(packed, maxBytes), (error) => error instanceof LinkProblem && error.reason === reason && error.message.length > 5);

/** As a browser without these. @param {string[]} names @param {() => Promise<void>} run */
async function without(names, run) {
  const global = /** @type {any} */ (globalThis);
  const kept = names.map((name) => global[name]);
  for (const name of names) global[name] = undefined;
  await run().finally(() => names.forEach((name, n) => {
    global[name] = kept[n];
  }));
}

test("what was packed comes back, shorter than it was", async () => {
  for (const text of [PROOF, "{}", "[]", '{"a":"\\u0000\\ud83d"}', `[${"9".repeat(60_000)}]`]) {
    const packed = await packLink(text);
    assert.match(packed, /^[\w-]+$/);
    assert.equal(await unpackLink(packed, 65_536), text);
  }
  assert.ok((await packLink(PROOF)).length < PROOF.length / 2);
});

test("plain base64url is read as well, padded or not, and written where nothing can be deflated", async () => {
  assert.equal(await unpackLink(url(PROOF), 65_536), PROOF);
  assert.equal(await unpackLink(Buffer.from('{"a":1}').toString("base64"), 100), '{"a":1}');
  await without(["CompressionStream", "DecompressionStream"], async () => {
    const packed = await packLink(PROOF);
    assert.equal(packed, url(PROOF));
    assert.equal(await unpackLink(packed, 65_536), PROOF);
    await refused(url(deflateRawSync(PROOF)), "not_supported");
  });
});

test("no text that is deflated is taken for a plain one", async () => {
  for (const first of ["{", "["]) {
    for (const level of [0, 1, 6, 9]) {
      for (const length of [0, 1, 10, 1000, 70_000]) {
        const text = first + "\u0001é字".repeat(length);
        assert.equal(await unpackLink(url(deflateRawSync(text, { level })), 2 ** 20), text);
      }
    }
  }
});

test("a broken link says so", async () => {
  const packed = await packLink(PROOF);
  for (const broken of ["", " ", "====", "{}", "a b", "好", packed.slice(0, -9), packed.slice(4), "e", url(Buffer.from([0x7b, 0xff])), url(deflateRawSync(Buffer.from([0x7b, 0xff])))]) {
    await refused(broken, "broken");
  }
});

test("neither a long link nor one that unfolds is read to its end", async () => {
  await refused("A".repeat(200_001), "too_long", 100_000);
  await refused(url("[".repeat(101)), "too_long", 100);
  const bomb = url(deflateRawSync(`[${" ".repeat(2 ** 26)}]`));
  assert.ok(bomb.length < 100_000);
  await refused(bomb, "too_long");
  assert.equal((await unpackLink(await packLink("[".repeat(100)), 100)).length, 100);
  await refused(await packLink("[".repeat(101)), "too_long", 100);
});
