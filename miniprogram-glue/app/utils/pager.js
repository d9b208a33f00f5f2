/** A list that comes page by page. Knows no wx: whoever shows it is told of every change. */

const { describe } = require("./trouble");

const SIZE = 20;
/** The server gives no more at once. */
const MOST = 100;
/** So many rows at most are read anew: whoever has scrolled further begins further up. */
const KEPT = 300;

/**
 * What a list looks like now; `<list-state list="{{list}}">` shows it.
 * @typedef {object} View
 * @property {any[]} items
 * @property {"loading" | "signedOut" | "error" | "empty" | "ready"} state
 * @property {"" | "loading" | "error" | "end"} more what the foot of the list says
 * @property {number} total
 * @property {{title: string, text: string} | null} trouble
 */

/** @returns {View} */
const blank = () => ({ items: [], state: "loading", more: "", total: 0, trouble: null });

/**
 * @param {object} parts
 * @param {(page: number, size: number) => Promise<any>} parts.load answers as the server's lists do: `list`, `has_more`, `total`
 * @param {(view: View) => void} parts.show
 * @param {(item: any) => any} [parts.format] makes an item ready for showing; it needs an `id` of its own
 * @param {string} [parts.what] what is listed, for the words of an error
 */
function createPager({ load, show, format = (item) => item, what = "" }) {
  let view = blank();
  let page = 0;
  let hasMore = false;
  /** A slow answer must not come into a list that has been begun anew. */
  let begun = 0;
  /** The reading anew that is under way. @type {Promise<void> | null} */
  let refreshing = null;
  /** What was changed since the last question: its answer may be older. @type {((items: any[]) => any[])[]} */
  let changes = [];

  /** @param {Partial<View>} change */
  function put(change) {
    view = { ...view, ...change };
    show(view);
  }

  /** @param {any[]} before @param {any} answer */
  function joined(before, answer) {
    // New rows push old ones onto the next page: those are there already.
    const known = new Set(before.map((item) => item.id));
    return before.concat(answer.list.map(format).filter((/** @type {any} */ item) => !known.has(item.id)));
  }

  /**
   * The pages from one on, after the rows before them.
   * @param {any[]} before @param {number} first page @param {number} size @param {number} [count] of pages
   * @returns {Promise<any>} what went wrong, or null
   */
  async function get(before, first, size, count = 1) {
    const mine = begun;
    changes = [];
    try {
      let [items, answer, last] = [before, /** @type {any} */ (null), first];
      for (let at = first; at < first + count && (!answer || answer.has_more === true); at += 1) {
        answer = await load(at, size);
        if (mine !== begun) return null;
        items = joined(items, answer);
        last = at;
      }
      page = (last * size) / SIZE;
      hasMore = answer.has_more === true;
      for (const change of changes) items = change(items);
      put({ items, total: answer.total, trouble: null, state: items.length > 0 ? "ready" : "empty", more: hasMore ? "" : "end" });
      return null;
    } catch (error) {
      return mine === begun ? error : null;
    }
  }

  /** From the first one, as many as there are: what is there stays until the answer comes. */
  async function readAgain() {
    begun += 1;
    if (view.items.length === 0) put({ state: "loading", trouble: null, more: "" });
    const rows = Math.min(KEPT, Math.max(SIZE, Math.ceil(view.items.length / SIZE) * SIZE));
    const size = Math.min(MOST, rows);
    const mine = begun;
    const error = await get([], 1, size, Math.ceil(rows / size));
    if (mine === begun) refreshing = null;
    if (!error) return;
    const trouble = describe(error, what);
    // The next page, if it was on its way, was given up for this.
    if (view.items.length > 0) put({ trouble, more: hasMore ? "" : "end" });
    else put({ state: "error", trouble });
  }

  /** Now, and onto the answer that is on its way. @param {(items: any[]) => any[]} change */
  function edit(change) {
    changes.push(change);
    return change(view.items);
  }

  return {
    get view() {
      return view;
    },

    refresh() {
      refreshing = readAgain();
      return refreshing;
    },

    /** From the first page, with nothing shown meanwhile: another filter. */
    restart() {
      view = blank();
      return this.refresh();
    },

    /** The next page, when the end of the list comes into view, or after an error. */
    async more() {
      // Where the next page begins is known when this one is here.
      while (refreshing) await refreshing;
      if (view.state !== "ready" || view.more === "loading" || !hasMore) return;
      put({ more: "loading" });
      const error = await get(view.items, page + 1, SIZE);
      if (error) put({ more: "error", trouble: describe(error, what) });
    },

    /** After an error, whichever it was. */
    retry() {
      return view.state === "ready" && view.more === "error" ? this.more() : this.refresh();
    },

    /** Nobody is logged in. */
    signOut() {
      begun += 1;
      refreshing = null;
      put({ ...blank(), state: "signedOut" });
    },

    /** Changes the item with this id, if it is here. @param {any} id @param {(item: any) => any} change */
    patch(id, change) {
      if (!view.items.some((item) => item.id === id)) return false;
      put({ items: edit((items) => items.map((item) => (item.id === id ? change(item) : item))) });
      return true;
    },

    /** Takes the item with this id away. @param {any} id */
    remove(id) {
      if (!view.items.some((item) => item.id === id)) return;
      const items = edit((all) => all.filter((item) => item.id !== id));
      put({ items, total: Math.max(0, view.total - 1), state: items.length > 0 ? "ready" : "empty" });
    },
  };
}

module.exports = { createPager, blank };
