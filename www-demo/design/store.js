/** The design that is worked on: every view reads it here, and changes it here. */

import { adopted, rebased } from "../common/draft-changes.js";
import { errors as errorsOf, toSpec } from "../common/draft-check.js";
import { createHistory } from "./history.js";
import { createKeeper, inAMoment } from "./keeper.js";
import { createListeners } from "./listeners.js";
import { createRefused } from "./refused.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 * @typedef {import('../common/types.js').Core} Core
 * @typedef {ReturnType<Core["tableFromSpec"]>} Table
 * @typedef {import('./kept-design.js').State} State
 * @typedef {import('./autosave.js').Aside} Aside
 * @typedef {import('./write-design.js').Terms} Terms
 *
 * @typedef {object} DesignStore
 * @property {Draft} draft
 * @property {ServerConfig | null} base the wheel it was read from
 * @property {Terms} terms
 * @property {Table | null} table null while the draft breaks a rule of the core's
 * @property {Record<string, string>} errors by the server's names of the fields
 * @property {string} selected key of the prize in focus, or empty
 * @property {boolean} isExample what everybody sees first, and nobody has touched
 * @property {boolean} canUndo
 * @property {boolean} canRedo
 * @property {import('./keeper.js').Saved} saved
 * @property {(change: Partial<Draft> | ((draft: Draft) => Draft | null), options?: {merge?: string}) => void} edit one step to undo; null
 *   or the same draft changes nothing. Edits in succession with the same `merge`, not empty, are one step: name each drag anew
 * @property {(change: Partial<Terms>) => void} setTerms
 * @property {(key: string) => void} select
 * @property {(draft: Draft, options?: {base?: ServerConfig | null, terms?: Terms}) => void} open another draft in its place; can be
 *   undone, also after a reload. A prize with the id of one of `base` is that one: an import keeps `base: store.base`. Without a base it
 *   takes the present one's place over the same wheel, with prizes of its own
 * @property {(change: (present: State) => (state: State) => State) => void} revise what has become known of each step (`settle`)
 * @property {(fields: Record<string, string>, draft?: Draft) => void} refuse what the server refused of a draft that was sent, in words,
 *   by its names of the fields: among the errors as long as that field holds what was refused
 * @property {() => void} undo
 * @property {() => void} redo
 * @property {(listener: (store: DesignStore) => void) => () => void} subscribe after each change, once
 * @property {() => void} flush saves now what waits to be saved
 * @property {() => boolean} takeOver saves this window's design; the other one's is put aside, and nothing is done without room for it
 * @property {() => void} reload opens the other window's; this one's can be undone
 * @property {() => Aside[]} asides what was put aside: saved designs that can't be read (`broken`), and those that were edited in
 *   another window at the same time (`other`, which `fromKept` reads)
 * @property {(place: string) => void} dropAside
 */

/** What the core knows nothing of. */
const NOT_OF_THE_TABLE = /^rules$|\.(?:color|image)$/;

/**
 * @param {{core: Pick<Core, "tableErrors" | "tableFromSpec">} & Partial<import('./keeper.js').Place>} options `host`: the window
 * @returns {DesignStore}
 */
export function createStore({ core, storage = null, now = Date.now, host = null, later = inAMoment }) {
  const { listeners, tell } = createListeners(() => store);
  const keeper = createKeeper({ storage, now, host, later }, { current: () => history.present, take, tell });
  let history = begun(keeper.first);
  const refused = createRefused();
  let checked = check(core, history.present.draft, refused);
  let selected = "";

  /** What follows from another present. */
  function looked() {
    const { draft } = history.present;
    checked = check(core, draft, refused);
    if (!draft.prizes.some((prize) => prize.key === selected)) selected = "";
  }

  function changed() {
    looked();
    keeper.changed();
    tell();
  }

  /** What another window has made of it, where nothing was done here. @param {State} state */
  function take(state) {
    history = begun(state);
    refused.clear();
    looked();
    tell();
  }

  /** @param {Partial<State>} change @param {string} [merge] */
  function step(change, merge) {
    history.step({ ...history.present, ...change }, merge);
    changed();
  }

  /** @type {DesignStore} */
  const store = {
    get draft() {
      return history.present.draft;
    },
    get base() {
      return history.present.base;
    },
    get terms() {
      return history.present.terms;
    },
    get table() {
      return checked.table;
    },
    get errors() {
      return checked.errors;
    },
    get selected() {
      return selected;
    },
    get isExample() {
      return keeper.isNew && !history.canUndo && store.base === null;
    },
    get canUndo() {
      return history.canUndo;
    },
    get canRedo() {
      return history.canRedo;
    },
    get saved() {
      return keeper.saved;
    },
    edit(change, { merge = "" } = {}) {
      const draft = typeof change === "function" ? change(store.draft) : changing(store.draft, change);
      if (draft && draft !== store.draft) step({ draft }, merge);
    },
    setTerms(change) {
      const terms = changing(store.terms, change);
      if (terms !== store.terms) step({ terms }, `terms ${Object.keys(change).join(" ")}`);
    },
    select(key) {
      if (selected === key) return;
      selected = key;
      history.close();
      tell();
    },
    refuse(fields, draft = store.draft) {
      refused.keep(fields, draft);
      checked = check(core, store.draft, refused);
      tell();
    },
    open(draft, { base = null, terms = store.terms } = {}) {
      refused.clear();
      const over = base ?? store.base;
      // Prizes of its own take no number of one that is there.
      const own = base || !over ? draft : rebased(draft, over);
      step({ draft: adopted(own, over), base: over, terms, replaced: history.present });
    },
    revise(change) {
      refused.clear();
      history.revise(change(history.present));
      changed();
    },
    undo() {
      if (history.undo()) changed();
    },
    redo() {
      if (history.redo()) changed();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    flush: keeper.flush,
    takeOver: keeper.takeOver,
    reload() {
      const other = keeper.other();
      // What can't be read is no work to go on with.
      if (other) store.open(other.draft, other);
      else keeper.takeOver();
    },
    asides: keeper.asides,
    dropAside(place) {
      keeper.dropAside(place);
      tell();
    },
  };
  return store;
}

/** What was replaced last can still be undone. @param {State} state */
function begun(state) {
  const history = createHistory(state.replaced ?? state);
  if (state.replaced) history.step(state);
  return history;
}

/** The same value if nothing is another. @template {object} T @param {T} value @param {Partial<T>} change @returns {T} */
const changing = (value, change) =>
  Object.entries(change).every(([name, next]) => value[/** @type {keyof T} */ (name)] === next) ? value : { ...value, ...change };

/**
 * @param {Pick<Core, "tableErrors" | "tableFromSpec">} core
 * @param {Draft} draft
 * @param {ReturnType<typeof createRefused>} refused
 */
function check(core, draft, refused) {
  const errors = errorsOf(core, draft);
  const isTable = Object.keys(errors).every((field) => NOT_OF_THE_TABLE.test(field));
  return { errors: { ...refused.of(draft), ...errors }, table: isTable ? core.tableFromSpec(/** @type {any} */ (toSpec(draft).spec)) : null };
}
