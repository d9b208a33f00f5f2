/** The prizes as a table: a line for each, the sum of the chances, and what can be done with all of them. */

import { PRIZES_MAX, chanceAngles, chanceSum, equalAngles, moved, summed, widths, withWidth } from "../common/draft.js";
import { byPrize, inOrder } from "./faults.js";
import { placeOf } from "./fields.js";
import { later, laterStyled, POPS } from "./later.js";
import { createRow } from "./prize-row.js";
import { standIns, titleOf, withCopy, withNew, without } from "./prizes.js";
import { createReorder } from "./reorder.js";
import { NARROW_TABLE, arrange, createFrame } from "./table-frame.js";

/** @typedef {ReturnType<typeof createRow>} Row */

/** @type {typeof import('./colour-advice.js').alikeNeighbours} */
const noAdvice = () => new Map();

/**
 * @param {object} parts
 * @param {HTMLElement} parts.place
 * @param {import('./store.js').DesignStore} parts.store
 * @param {(words: string, after?: () => void) => void} parts.done says what was done, with the way back
 * @param {(words: string) => void} parts.say to those who do not see it
 * @param {(error: unknown) => void} parts.lost something could not be fetched
 * @param {(field: string) => boolean} parts.elsewhere brings a field that is not of a prize into focus
 */
export function createTable({ place, store, done, say, lost, elsewhere }) {
  /** @type {Map<string, Row>} */
  const rows = new Map();
  /** The card that is open on a narrow screen. */
  let openKey = "";
  let sets = 0;
  const menus = laterStyled(async () => (await import("./popover.js")).createMenu("prize", "奖品操作"), POPS);
  const colours = laterStyled(async () => (await import("./colours.js")).createColours({ store }), POPS);
  const pictures = laterStyled(async () => (await import("./picture-view.js")).createPictures({ store, done }), POPS);
  const advice = later(() => import("./colour-advice.js"));
  let alikeNeighbours = noAdvice;
  const frame = createFrame({
    add,
    equal: () => all(equalAngles, "每一格一样大了"),
    byChance: () => all(chanceAngles, "格子按概率分了大小"),
    recolour: () => void advice().then(({ colouredAnew }) => all((draft) => colouredAnew(draft, sets++), "配了一套颜色"), lost),
    sum: () => all(summed, "凑满了 100%"),
    fault: () => show(inOrder(store.errors)[0] ?? ""),
  });
  place.replaceChildren(...frame.elements);
  const { list } = frame;

  const prizeOf = (/** @type {string} */ key) => store.draft.prizes.find((prize) => prize.key === key);
  const taken = () => store.base?.prizes ?? [];
  const order = () => store.draft.prizes.flatMap(({ key }) => rows.get(key) ?? []);

  /** @param {(draft: import('../common/draft.js').Draft) => import('../common/draft.js').Draft} change @param {string} words */
  function all(change, words) {
    const before = store.draft;
    store.edit(change);
    if (store.draft !== before) done(words);
  }

  /** @type {import('./prize-row.js').Desk} */
  const desk = {
    edit: (key, change, merge = "") => store.edit((draft) => ({ ...draft, prizes: draft.prizes.map((prize) => (prize.key === key ? { ...prize, ...change } : prize)) }), { merge }),
    widen(key, degrees, merge) {
      const before = widths(store.draft);
      const next = withWidth(store.draft, key, degrees);
      if (next) store.edit(() => next, { merge: `${merge} ${key}` });
      if (next) return "";
      return before ? "两边都至少要留 2°：宽出来的，是从下一格让出来的" : "先改好起点，才有宽度";
    },
    select: (key) => store.select(key),
    toggle(key) {
      openKey = openKey === key ? "" : key;
      store.select(key);
      render();
    },
    colours: (key, anchor) => void colours().then((palette) => palette.open(key, anchor), lost),
    picture: (key, anchor) => void pictures().then((picture) => picture.open(key, anchor), lost),
    dropped: (key, file) => void pictures().then((picture) => picture.take(key, file), lost),
    menu: (key, anchor) => void menus().then((menu) => menu.open(anchor, menuOf(key)), lost),
  };

  /** @param {string} key */
  function menuOf(key) {
    const prize = prizeOf(key);
    const { prizes, fallback } = store.draft;
    if (!prize) return [];
    const at = prizes.indexOf(prize);
    const isStandIn = fallback === prize.id;
    const able = standIns(store.draft).includes(prize);
    return [
      { label: "复制", onclick: () => copy(key), isOff: prizes.length >= PRIZES_MAX },
      { label: "往前移", onclick: () => move(key, at - 1), isOff: at === 0 },
      { label: "往后移", onclick: () => move(key, at + 1), isOff: at === prizes.length - 1 },
      isStandIn
        ? { label: "抽完后不再给它", onclick: () => store.edit({ fallback: null }) }
        : { label: "抽完后给它", onclick: () => store.edit({ fallback: prize.id }), isOff: !able, note: able ? undefined : "只能是不限量的“未中奖”" },
      { label: "撤下", onclick: () => remove(key), isBad: true, isOff: prizes.length <= 2, note: prizes.length <= 2 ? "至少要有 2 个奖品" : undefined },
    ];
  }

  /** @param {string} key @param {string} [field] */
  function enter(key, field = "name") {
    if (NARROW_TABLE.matches) openKey = key;
    store.select(key);
    render();
    const control = rows.get(key)?.control(field);
    control?.focus({ preventScroll: true });
    control?.scrollIntoView({ block: "nearest" });
    if (control instanceof HTMLInputElement) control.select();
  }

  function add() {
    if (store.draft.prizes.length >= PRIZES_MAX) return;
    const { draft, key } = withNew(store.draft, taken());
    store.edit(() => draft);
    enter(key);
  }

  /** @param {string} key */
  function copy(key) {
    store.edit((draft) => withCopy(draft, key, taken()));
    const { prizes } = store.draft;
    const made = prizes[prizes.findIndex((prize) => prize.key === key) + 1];
    if (made) enter(made.key);
    if (made) done(`复制了“${titleOf(made)}”，概率先是 0%`);
  }

  /** @param {string} key */
  function remove(key) {
    const gone = prizeOf(key);
    if (!gone) return;
    const at = store.draft.prizes.indexOf(gone);
    store.edit((draft) => without(draft, key));
    const next = order()[Math.min(at, rows.size - 1)];
    next?.grip.focus({ preventScroll: true });
    done(`撤下了“${titleOf(gone)}”`, () => rows.get(key)?.grip.focus());
  }

  /** @param {string} key @param {number} to */
  function move(key, to) {
    store.edit((draft) => moved(draft, key, to));
    const prize = prizeOf(key);
    if (prize) say(`“${titleOf(prize)}”移到第 ${to + 1} 位，一共 ${store.draft.prizes.length} 位`);
  }

  /** Brings what is at fault into focus. @param {string} field */
  function show(field) {
    const { key } = placeOf(field, store.draft);
    if (key) enter(key, field.replace(/^.*\./, ""));
    else if (field === "probability") frame.sum.focus();
    else if (!elsewhere(field)) frame.add.focus();
  }

  function render() {
    const { draft, errors, selected } = store;
    const wide = widths(draft);
    // The example's colours are told apart: they need no advice.
    if (!store.isExample && alikeNeighbours === noAdvice) advised();
    const alike = alikeNeighbours(draft);
    const own = byPrize(errors);
    for (const [at, prize] of draft.prizes.entries()) {
      const row = rows.get(prize.key) ?? createRow(prize.key, desk);
      rows.set(prize.key, row);
      row.show({ prize, at, width: wide?.[prize.key] ?? 0, errors: own[at] ?? {}, isSelected: prize.key === selected, isOpen: prize.key === openKey, isStandIn: prize.id === draft.fallback, alike: alike.get(prize.key) ?? "" });
    }
    const keys = new Set(draft.prizes.map(({ key }) => key));
    for (const [key, row] of rows) {
      if (keys.has(key)) continue;
      row.element.remove();
      rows.delete(key);
    }
    arrange(list, order().map(({ element }) => element));
    const faults = inOrder(errors);
    const first = faults[0] === undefined ? "" : placeOf(faults[0], draft).label;
    frame.show({ total: draft.prizes.length, sum: chanceSum(draft), sumFault: errors.probability ?? errors.prizes ?? "", faults: faults.length, first, alike: alike.size });
  }

  /** As soon as the advice is there, it is given. */
  function advised() {
    const begin = (/** @type {typeof import('./colour-advice.js')} */ loaded) => {
      if (alikeNeighbours === loaded.alikeNeighbours) return;
      alikeNeighbours = loaded.alikeNeighbours;
      render();
    };
    advice().then(begin, () => {}); // tried again at the next change
  }

  let selected = store.selected;
  /** What was chosen elsewhere, on the wheel or among the faults, comes into sight. */
  function follow() {
    if (store.selected === selected) return;
    selected = store.selected;
    const row = rows.get(selected)?.element;
    const here = document.activeElement;
    if (!row || row.contains(here)) return;
    const [field] = Object.keys(store.errors).filter((name) => placeOf(name, store.draft).key === selected);
    // On a phone the wheel would be scrolled away from under the finger.
    if (here?.closest("#publish") && field) enter(selected, field.replace(/^.*\./, ""));
    else if (!NARROW_TABLE.matches) row.scrollIntoView({ block: "nearest" });
  }

  createReorder({ list, rows: order, move });
  store.subscribe(() => {
    render();
    follow();
  });
  render();
  return { show };
}
