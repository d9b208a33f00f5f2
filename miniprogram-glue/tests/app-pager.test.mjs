/** Lists that come page by page. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { openSandbox } from "./harness/index.mjs";

const { createPager } = openSandbox().require("utils/pager.js");

/** A server with `rows` rows of ids, newest first. @param {{rows: number[], fail?: any}} shelf */
function pagerOf(shelf) {
  /** @type {any} */
  let shown = null;
  const asked = [];
  const pager = createPager({
    what: "商品",
    load: async (/** @type {number} */ page, /** @type {number} */ size) => {
      asked.push([page, size]);
      if (shelf.fail) throw shelf.fail;
      const list = shelf.rows.slice((page - 1) * size, page * size).map((id) => ({ id }));
      return { list, total: shelf.rows.length, has_more: page * size < shelf.rows.length };
    },
    show: (/** @type {any} */ view) => {
      shown = view;
    },
  });
  return { pager, asked, view: () => shown, ids: () => Array.from(shown.items, (/** @type {any} */ item) => item.id) };
}

const down = (/** @type {number} */ from) => Array.from({ length: from }, (_, n) => from - n);

test("pages one after another, without a row twice when new ones push them on", async () => {
  const shelf = { rows: down(45) };
  const { pager, view, ids } = pagerOf(shelf);
  assert.equal(pager.view.state, "loading");
  await pager.refresh();
  assert.equal(ids().length, 20);
  shelf.rows = [47, 46, ...shelf.rows];
  await pager.more();
  assert.deepEqual(ids(), down(45).slice(0, 38));
  await pager.more();
  assert.deepEqual(ids(), down(45));
  assert.equal(view().more, "end");
  await pager.more();
  assert.equal(ids().length, 45);
});

test("read anew, as many rows are there as before", async () => {
  const { pager, asked, ids } = pagerOf({ rows: down(70) });
  await pager.refresh();
  await pager.more();
  await pager.refresh();
  assert.deepEqual(asked.at(-1), [1, 40]);
  assert.equal(ids().length, 40);
  await pager.more();
  assert.deepEqual(asked.at(-1), [3, 20]);
  assert.equal(ids().length, 60);
});

test("empty, and errors at each place, each with a way on", async () => {
  const shelf = { rows: /** @type {number[]} */ ([]), fail: /** @type {any} */ (null) };
  const { pager, view } = pagerOf(shelf);
  await pager.refresh();
  assert.equal(view().state, "empty");
  shelf.fail = { kind: "network", message: "网络断开了。请稍后再试。" };
  await pager.restart();
  assert.deepEqual([view().state, view().trouble.title], ["error", "网络断开了"]);
  shelf.fail = null;
  shelf.rows = down(30);
  await pager.retry();
  assert.equal(view().state, "ready");
  shelf.fail = { kind: "timeout", message: "等了很久。" };
  await pager.more();
  assert.deepEqual([view().state, view().more, view().items.length], ["ready", "error", 20]);
  shelf.fail = null;
  await pager.retry();
  assert.deepEqual([view().more, view().items.length], ["end", 30]);
  shelf.fail = { kind: "server", message: "服务暂时没有回应。" };
  await pager.refresh();
  assert.deepEqual([view().state, view().items.length, view().trouble.title], ["ready", 30, "服务暂时没有回应"], "what was there stays");
});

test("a slow answer does not come into a list that was begun anew", async () => {
  /** @type {((answer: any) => void)[]} */
  const waiting = [];
  /** @type {any} */
  let shown = null;
  const pager = createPager({ load: () => new Promise((resolve) => waiting.push(resolve)), show: (/** @type {any} */ view) => (shown = view) });
  const slow = pager.refresh();
  const fast = pager.restart();
  waiting[1]?.({ list: [{ id: 2 }], total: 1, has_more: false });
  await fast;
  waiting[0]?.({ list: [{ id: 1 }], total: 1, has_more: false });
  await slow;
  assert.equal(shown.items[0].id, 2);
  const late = pager.refresh();
  pager.signOut();
  waiting[2]?.({ list: [{ id: 3 }], total: 1, has_more: false });
  await late;
  assert.deepEqual([shown.state, shown.items.length], ["signedOut", 0], "nobody sees the list of who was here before");
});

test("one row changes, one goes", async () => {
  const { pager, view, ids } = pagerOf({ rows: down(2) });
  await pager.refresh();
  assert.equal(pager.patch(9, (/** @type {any} */ item) => item), false);
  assert.equal(pager.patch(1, (/** @type {any} */ item) => ({ ...item, stock: 0 })), true);
  assert.equal(view().items[1].stock, 0);
  pager.remove(2);
  pager.remove(1);
  assert.deepEqual([ids(), view().state], [[], "empty"]);
});

/** A pager whose answers come when the test says so. */
function slow() {
  /** @type {{resolve: (answer: any) => void, reject: (error: any) => void, page: number, size: number}[]} */
  const asked = [];
  const pager = createPager({ load: (/** @type {number} */ page, /** @type {number} */ size) => new Promise((resolve, reject) => asked.push({ resolve, reject, page, size })), show: () => {} });
  return { asked, pager };
}
const answer = (/** @type {any[]} */ list, has_more = false, total = list.length) => ({ list, total, has_more });
const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what is changed while an older answer is on its way stays changed", async () => {
  const { asked, pager } = slow();
  void pager.refresh();
  asked[0]?.resolve(answer([{ id: 2, stock: 5 }, { id: 1, stock: 5 }]));
  await settled();
  const again = pager.refresh();
  pager.patch(2, (/** @type {any} */ item) => ({ ...item, stock: 0 }));
  pager.remove(1);
  asked[1]?.resolve(answer([{ id: 2, stock: 5 }, { id: 1, stock: 5 }]));
  await again;
  assert.equal(JSON.stringify(pager.view.items), JSON.stringify([{ id: 2, stock: 0 }]));
  const later = pager.refresh();
  asked[2]?.resolve(answer([{ id: 2, stock: 7 }, { id: 1, stock: 5 }]));
  await later;
  assert.equal(JSON.stringify(pager.view.items), JSON.stringify([{ id: 2, stock: 7 }, { id: 1, stock: 5 }]), "a newer answer is believed");
});

test("a next page that is given up for a reading anew which fails is not waited for", async () => {
  const { asked, pager } = slow();
  void pager.refresh();
  asked[0]?.resolve(answer(down(20).map((id) => ({ id })), true, 30));
  await settled();
  void pager.more();
  await settled();
  assert.equal(pager.view.more, "loading");
  const again = pager.refresh();
  asked[2]?.reject({ kind: "network", message: "网络断开了。" });
  await again;
  assert.deepEqual([pager.view.more, pager.view.trouble?.title], ["", "网络断开了"]);
  // And the next page that is wanted during a reading anew comes after it.
  void pager.refresh();
  void pager.more();
  asked[3]?.resolve(answer(down(20).map((id) => ({ id })), true, 30));
  await settled();
  await settled();
  assert.deepEqual([asked[4]?.page, asked[4]?.size, pager.view.more], [2, 20, "loading"]);
});

test("a long list is read anew as long as it is, up to three hundred rows", async () => {
  const { pager, asked, ids } = pagerOf({ rows: down(400) });
  await pager.refresh();
  for (let n = 1; n < 7; n += 1) await pager.more();
  assert.equal(ids().length, 140);
  await pager.refresh();
  assert.deepEqual(asked.slice(-2), [[1, 100], [2, 100]]);
  assert.equal(ids().length, 200);
  for (let n = 0; n < 10; n += 1) await pager.more();
  assert.deepEqual(ids(), down(400));
  await pager.refresh();
  assert.deepEqual(ids(), down(400).slice(0, 300));
  await pager.more();
  assert.deepEqual(ids(), down(400).slice(0, 320));
});
