// The store of the designers' page: what can be undone, what is saved, and two windows on one design.
import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "../../wasm/tests/load.mjs";
import { blank, duplicated, equalAngles, fromConfig, moved, removed, summed, withEdge, withWidth } from "../../www-demo/common/draft.js";
import { example } from "../../www-demo/design/example.js";
import { fromJson, toJson } from "../../www-demo/design/files.js";
import { fromKept, toKept } from "../../www-demo/design/kept-design.js";
import { settle } from "../../www-demo/design/settling.js";
import { createStore } from "../../www-demo/design/store.js";
import { CONFIG, createStorage, drafts, randomOf, typo } from "./designs.mjs";

const core = await load();
const KEY = "fairwheel.design";

/** A window on a place that may be shared with others: it saves when it is told to, and hears when others do. */
function openWindow(storage = createStorage()) {
  const host = new EventTarget();
  /** @type {(() => void)[]} */
  const waiting = [];
  const later = (action) => {
    waiting.push(action);
    return () => void waiting.splice(waiting.indexOf(action), 1);
  };
  const store = createStore({ core, storage, host, later, now: () => 1_764_000_000_000 });
  const rest = () => {
    for (const action of waiting.splice(0)) action();
  };
  return { store, storage, host, rest, waiting, hear: () => host.dispatchEvent(new Event("storage")) };
}

/** What a person may do next. */
function randomEdit(random, store) {
  const { prizes } = store.draft;
  const key = random.pick(prizes)?.key ?? "";
  return random.pick([
    () => store.edit({ [random.pick(["cost", "limit", "rules"])]: typo(random) }),
    () => store.edit({ fallback: random.pick([null, 1, 2]) }),
    () => store.edit((draft) => ({ ...draft, prizes: draft.prizes.map((prize) => (prize.key === key ? { ...prize, chance: String(random.below(100)) } : prize)) }), { merge: random.pick(["", "chance", "drag 1"]) }),
    () => store.edit((draft) => withWidth(draft, key, random.below(90)), { merge: "width" }),
    () => store.edit((draft) => withEdge(draft, key, random.below(360)), { merge: "edge" }),
    () => store.edit((draft) => moved(draft, key, random.below(4))),
    () => store.edit((draft) => (draft.prizes.length < 20 ? duplicated(draft, key, store.base?.prizes) : draft)),
    () => store.edit((draft) => (draft.prizes.length > 2 ? removed(draft, key) : draft)),
    () => store.edit(summed),
    () => store.setTerms({ organiser: typo(random) }),
    () => store.select(key),
    () => store.open(random.pick([blank(), fromConfig(CONFIG)]), random.pick([{}, { base: CONFIG }])),
  ]);
}

/** What is aside, as text. */
const aside = (store, reason = "other") => store.asides().filter((one) => one.reason === reason).map(({ text }) => text);

const held = ({ draft, base, terms }) => structuredClone({ draft, base, terms });

test("undoing takes back each edit exactly, and redoing brings it back", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = randomOf(seed);
    const { store } = openWindow();
    const states = [held(store)];
    for (let turn = 0; turn < 60; turn += 1) {
      let told = 0;
      const stop = store.subscribe(() => {
        told += 1;
      });
      const before = JSON.stringify(held(store));
      randomEdit(random, store)();
      stop();
      const isSame = JSON.stringify(held(store)) === before;
      if (!isSame) assert.equal(told, 1);
      if (random.chance(0.1)) store.undo();
      if (random.chance(0.05)) store.redo();
    }
    // All the way back, all the way on, and back again, by the same states.
    const back = [held(store)];
    while (store.canUndo) {
      store.undo();
      back.push(held(store));
    }
    assert.deepEqual(back.at(-1), states[0]);
    for (const state of back.slice(0, -1).reverse()) {
      store.redo();
      assert.deepEqual(held(store), state);
    }
  }
});

test("edits in succession with the same name are one step; another name, another focus or an undo ends it", () => {
  const { store } = openWindow();
  const cost = (text, merge) => store.edit({ cost: text }, { merge });
  for (const text of ["1", "12", "120"]) cost(text, "cost");
  store.undo();
  assert.equal(store.draft.cost, "100");
  store.redo();
  cost("1200", "cost");
  store.undo();
  assert.equal(store.draft.cost, "120");
  cost("7", "a");
  store.select(store.draft.prizes[0].key);
  cost("8", "a");
  store.undo();
  assert.equal(store.draft.cost, "7");
  cost("9", "");
  cost("10", "");
  store.undo();
  assert.equal(store.draft.cost, "9");
});

test("a hundred steps can be undone, and what changes nothing is no step", () => {
  const { store } = openWindow();
  store.edit({ cost: "100" });
  store.edit((draft) => draft);
  store.edit(() => null);
  store.setTerms({ organiser: "" });
  assert.equal(store.canUndo, false);
  for (let cost = 1; cost <= 150; cost += 1) store.edit({ cost: String(cost) });
  let steps = 0;
  for (; store.canUndo; steps += 1) store.undo();
  assert.equal(steps, 100);
  assert.equal(store.draft.cost, "50");
});

test("the table is the core's, and gone while the draft breaks a rule; a colour is none of its", () => {
  const { store } = openWindow();
  assert.equal(store.table.prizes.length, 8);
  const with0 = (change) => (draft) => ({ ...draft, prizes: draft.prizes.map((prize, at) => (at === 0 ? { ...prize, ...change } : prize)) });
  store.edit(with0({ color: "red" }));
  assert.ok(store.errors["prizes[0].color"]);
  assert.ok(store.table);
  store.edit(with0({ chance: "11" }));
  assert.match(store.errors.probability, /多了 6%/);
  assert.equal(store.table, null);
  store.undo();
  assert.ok(store.table);
});

test("whatever is typed, the store stands", () => {
  for (const [draft] of drafts(200)) {
    const { store } = openWindow();
    store.open(draft);
    assert.equal(store.table === null, Object.keys(store.errors).some((field) => !/rules|color|image/.test(field)));
  }
});

test("a listener that edits is heard by all after what came before, and one that leaves is not called", () => {
  const { store } = openWindow();
  const heard = [];
  store.subscribe(({ draft }) => {
    if (draft.cost === "1") store.edit({ cost: "2" });
  });
  const stop = store.subscribe(({ draft }) => heard.push(draft.cost));
  store.edit({ cost: "1" });
  assert.deepEqual(heard, ["2", "2"]);
  stop();
  store.edit({ cost: "3" });
  assert.equal(heard.length, 2);
});

test("the focus goes with its prize", () => {
  const { store } = openWindow();
  const { key } = store.draft.prizes[0];
  store.select(key);
  store.edit((draft) => removed(draft, key));
  assert.equal(store.selected, "");
});

test("what was edited is there after a reload: the same design, of the same wheel", () => {
  for (const [draft] of drafts(100)) {
    const first = openWindow();
    first.store.open(draft, { base: CONFIG, terms: { organiser: "福轮", period: "十一月", redemption: "到店", contact: "123" } });
    assert.equal(first.store.saved, "unsaved");
    first.rest();
    assert.equal(first.store.saved, "saved");
    const again = openWindow(first.storage);
    const keyless = ({ draft: { prizes, ...rest }, base, terms }) => ({ ...rest, base, terms, prizes: prizes.map(({ key, ...prize }) => prize) });
    assert.deepEqual(keyless(again.store), keyless(first.store));
    assert.equal(again.store.saved, "saved");
    // What it took the place of can still be undone.
    again.store.undo();
    assert.deepEqual(keyless(again.store).prizes, keyless({ draft: example(), base: null, terms: {} }).prizes);
  }
});

test("the example is one as long as nobody has touched it", () => {
  const { store, rest, storage } = openWindow();
  assert.ok(store.isExample);
  store.edit({ cost: "7" });
  assert.equal(store.isExample, false);
  store.undo();
  assert.ok(store.isExample);
  store.redo();
  settle(store, CONFIG);
  store.undo();
  assert.equal(store.isExample, false, "what was published is nobody's example, and the same when it is taken back");
  assert.equal(store.base, CONFIG);
  rest();
  assert.equal(openWindow(storage).store.isExample, false);
});

test("a window that closes saves first", () => {
  const { store, storage, host, waiting } = openWindow();
  store.edit({ cost: "120" });
  assert.equal(storage.kept.has(KEY), false);
  host.dispatchEvent(new Event("pagehide"));
  assert.equal(waiting.length, 0);
  assert.equal(openWindow(storage).store.draft.cost, "120");
});

test("a full browser is told, and tried again; what can be undone goes first", () => {
  const small = createStorage({ max: 10 });
  const { store, rest } = openWindow(small);
  store.edit({ cost: "120" });
  rest();
  assert.equal(store.saved, "failed");
  assert.equal(small.kept.size, 0);
  assert.equal(openWindow(null).store.draft.cost, "100", "no storage at all");
  const none = openWindow(null);
  none.store.edit({ cost: "1" });
  none.rest();
  assert.equal(none.store.saved, "failed");

  const long = { ...blank(), rules: "长".repeat(4000) };
  const room = createStorage({ max: 6000 });
  const one = openWindow(room);
  one.store.open(long);
  one.store.open({ ...long, cost: "7" });
  one.rest();
  assert.equal(one.store.saved, "saved");
  assert.equal(openWindow(room).store.draft.cost, "7");
});

test("a saved design that can't be read is put aside, not lost", () => {
  for (const broken of ["{", "null", "[]", '{"format":"fairwheel-design-v2"}', '{"prizes":[{}]}']) {
    const storage = createStorage();
    storage.setItem(KEY, broken);
    const { store, rest } = openWindow(storage);
    assert.equal(aside(store, "broken")[0], broken);
    assert.equal(store.draft.cost, "100");
    store.edit({ cost: "120" });
    rest();
    assert.equal(store.saved, "saved");
    assert.equal(aside(openWindow(storage).store, "broken")[0], broken);
    store.dropAside(store.asides()[0].place);
    assert.deepEqual(store.asides(), []);
  }
  // There is no room to put it aside: then it stays, and nothing else is saved.
  const full = createStorage({ max: 3 });
  full.setItem(KEY, "{{");
  const { store, rest } = openWindow(full);
  store.edit({ cost: "120" });
  rest();
  assert.equal(store.saved, "failed");
  assert.equal(full.getItem(KEY), "{{");
});

test("two windows do not write over each other: the later one is told, and chooses", () => {
  const storage = createStorage();
  const [one, two] = [openWindow(storage), openWindow(storage)];
  one.store.edit({ cost: "111" });
  one.rest();
  // This one has heard nothing: background windows may be asleep.
  two.store.edit({ cost: "222" });
  two.rest();
  assert.equal(two.store.saved, "elsewhere");
  assert.equal(openWindow(storage).store.draft.cost, "111");
  assert.equal(fromKept(aside(openWindow(storage).store)[0]).draft.cost, "222", "its work is not lost if it closes now");
  two.store.edit({ cost: "223" });
  two.rest();
  assert.equal(two.store.saved, "elsewhere");

  two.store.takeOver();
  assert.equal(two.store.saved, "saved");
  assert.equal(openWindow(storage).store.draft.cost, "223");
  assert.deepEqual(aside(two.store).map((text) => fromKept(text).draft.cost), ["111"], "its own is the saved one now");

  one.hear();
  assert.equal(one.store.saved, "elsewhere");
  one.store.reload();
  assert.equal(one.store.draft.cost, "223");
  one.rest();
  assert.equal(one.store.saved, "saved");
  one.store.undo();
  assert.equal(one.store.draft.cost, "111");
});

test("a window in which nothing was done goes on with what another one has made of it", () => {
  const storage = createStorage();
  const [one, two] = [openWindow(storage), openWindow(storage)];
  let told = 0;
  two.store.subscribe(() => {
    told += 1;
  });
  one.store.edit({ cost: "111" });
  one.rest();
  two.hear();
  assert.deepEqual([two.store.draft.cost, two.store.saved, two.store.isExample, two.store.canUndo, told], ["111", "saved", false, false, 1]);
  one.store.open({ ...blank(), cost: "112" });
  one.rest();
  two.hear();
  assert.deepEqual([two.store.draft.cost, two.store.canUndo], ["112", true], "with what it can undo after a reload, too");
  two.store.edit({ cost: "222" });
  two.rest();
  assert.equal(two.store.saved, "saved", "it is this window's to go on with");
  one.hear();
  assert.equal(one.store.saved, "elsewhere", "where something was done it is asked");
  assert.equal(one.store.draft.cost, "112");
  // What was undone, and what waits to be saved, is work, too.
  const three = openWindow(storage);
  three.store.edit({ cost: "333" });
  three.store.undo();
  two.store.edit({ cost: "223" });
  two.rest();
  three.hear();
  assert.deepEqual([three.store.saved, three.store.draft.cost, three.store.canRedo], ["elsewhere", "222", true]);
});

test("a window that hears of something else stays as it is", () => {
  const { store, hear, rest } = openWindow();
  store.edit({ cost: "1" });
  rest();
  hear();
  assert.equal(store.saved, "saved");
});

test("storage that was cleared is written again", () => {
  const { store, storage, rest } = openWindow();
  store.edit({ cost: "1" });
  rest();
  storage.kept.clear();
  store.edit({ cost: "2" });
  rest();
  assert.equal(store.saved, "saved");
});

test("an import keeps the wheel: the same ids are the same prizes, the others are new", () => {
  const { store } = openWindow();
  store.open(fromConfig(CONFIG), { base: CONFIG });
  assert.deepEqual(store.draft, fromConfig(CONFIG));
  const file = toJson(store);
  store.edit((draft) => equalAngles(removed(draft, "p1")));
  const { draft, terms } = fromJson(file);
  store.open(draft, { base: store.base, terms });
  assert.deepEqual(store.draft, fromConfig(CONFIG));
});

test("what was put aside and not opened is never written over; without room nothing is", () => {
  const storage = createStorage();
  for (let cost = 1; cost <= 6; cost += 1) {
    const [one, two] = [openWindow(storage), openWindow(storage)];
    one.store.edit({ cost: String(cost * 10 + 1) });
    one.rest();
    two.store.edit({ cost: String(cost * 10 + 2) });
    two.rest();
    const kept = openWindow(storage).store.draft.cost;
    assert.equal(two.store.takeOver(), cost <= 4);
    if (cost > 4) assert.equal(openWindow(storage).store.draft.cost, kept, "the other one's stays the saved one");
    if (cost > 4) assert.equal(two.store.saved, "elsewhere");
  }
  const { store } = openWindow(storage);
  assert.deepEqual(aside(store).map((text) => fromKept(text).draft.cost), ["11", "21", "31", "41"]);
  store.dropAside(store.asides()[1].place);
  assert.deepEqual(aside(store).map((text) => fromKept(text).draft.cost), ["11", "31", "41"]);

  const spoilt = createStorage();
  for (const text of ["{1", "{2", "{3"]) {
    spoilt.setItem(KEY, text);
    assert.ok(aside(openWindow(spoilt).store, "broken").includes(text));
  }
  assert.deepEqual(aside(openWindow(spoilt).store, "broken"), ["{1", "{2", "{3"]);
});

test("another window's design comes with the wheel that it was made from", () => {
  const storage = createStorage();
  const [one, two] = [openWindow(storage), openWindow(storage)];
  one.store.open({ ...fromConfig(CONFIG), cost: "333" }, { base: CONFIG });
  one.rest();
  two.store.edit({ cost: "2" });
  two.rest();
  two.store.takeOver();
  assert.deepEqual(fromKept(aside(two.store)[0]).base, CONFIG);
});

test("what a window keeps aside of its own is not offered to it as another's before one of two is chosen", () => {
  const storage = createStorage();
  const [one, two] = [openWindow(storage), openWindow(storage)];
  one.store.edit({ cost: "11" });
  two.store.edit({ cost: "12" });
  one.rest();
  two.rest();
  assert.equal(two.store.saved, "elsewhere");
  assert.deepEqual(aside(two.store), []);
  two.store.reload();
  assert.deepEqual(aside(two.store).map((text) => fromKept(text).draft.cost), ["12"]);
});

test("whatever can be typed or pasted is there after a reload, also more of it than a file may bring", () => {
  const long = "长".repeat(25_000);
  const prizes = Array.from({ length: 130 }, (_, at) => ({ ...blank().prizes[0], id: at + 1, key: `n${at}`, name: `${at}` }));
  for (const draft of [{ ...blank(), rules: long }, { ...blank(), prizes }, { ...blank(), cost: long }, { ...blank(), prizes: blank().prizes.map((prize) => ({ ...prize, image: long, name: long })) }]) {
    const first = openWindow();
    first.store.open(draft);
    first.store.setTerms({ contact: `${long}\ud800` });
    first.rest();
    assert.equal(first.store.saved, "saved");
    const { store } = openWindow(first.storage);
    assert.deepEqual(store.asides(), []);
    assert.deepEqual(toJson(store), toJson(first.store));
    assert.throws(() => fromJson(toJson(store)), /最多/, "a file is read strictly");
  }
});

test("what was replaced and can't be read any more does not take the present design with it", () => {
  const storage = createStorage();
  const kept = JSON.parse(toKept({ draft: { ...blank(), cost: "120" }, base: null, terms: { organiser: "", period: "", redemption: "", contact: "" }, replaced: null }, 0));
  storage.setItem(KEY, JSON.stringify({ ...kept, replaced: { prizes: "x" } }));
  assert.equal(openWindow(storage).store.draft.cost, "120");
});

test("a wheel that is the base by now is nothing to undo, and costs nothing that can be done again", () => {
  const { store, storage, rest } = openWindow();
  store.open(fromConfig(CONFIG), { base: CONFIG });
  store.edit({ cost: "120" });
  store.edit({ cost: "130" });
  store.undo();
  const newer = { ...CONFIG, cost_points: 120, table_hash: "b".repeat(64), published_at: "2026-11-23T04:00:00.000Z" };
  settle(store, newer);
  assert.equal(store.base, newer);
  assert.equal(store.canRedo, true);
  store.redo();
  assert.deepEqual([store.draft.cost, store.base], ["130", newer]);
  store.undo();
  store.undo();
  assert.deepEqual([store.draft.cost, store.base], [String(CONFIG.cost_points), newer], "what is taken back is taken back from the new one");
  store.undo();
  assert.equal(store.base, newer, "another design takes the place of that wheel, too");
  const known = store.draft.prizes.filter(({ id }) => newer.prizes.some((prize) => prize.id === id));
  assert.deepEqual(known.map(({ name, isNew }) => [name, isNew]), [["八八折券", false]], "with prizes of its own, but for the same one");
  store.redo();
  rest();
  assert.deepEqual(openWindow(storage).store.base, newer);
});

test("a view that fails leaves the others and what was done as they are", () => {
  const { store } = openWindow();
  const faults = [];
  globalThis.reportError = (error) => void faults.push(error.message);
  let heard = 0;
  store.subscribe(() => {
    throw new Error("a view");
  });
  store.subscribe(() => {
    heard += 1;
  });
  store.open({ ...blank(), cost: "7" });
  assert.deepEqual([store.draft.cost, heard], ["7", 1]);
  assert.deepEqual(faults, ["a view"]);
});
