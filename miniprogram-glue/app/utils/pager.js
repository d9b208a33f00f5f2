/** A list that comes page by page. Knows no wx: whoever shows it is told of every change. */

const { describe } = require("./trouble");

const SIZE = 20;
/** The server gives no more at once. */
const MOST = 100;

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

  /** @param {Partial<View>} change */
  function put(change) {
    view = { ...view, ...change };
    show(view);
  }

  /** @param {number} wanted page @param {number} size */
  async function get(wanted, size) {
    const mine = begun;
    try {
      const answer = await load(wanted, size);
      if (mine !== begun) return;
      page = (wanted * size) / SIZE;
      hasMore = answer.has_more === true;
      const before = wanted === 1 ? [] : view.items;
      // New rows push old ones onto the next page: those are there already.
      const known = new Set(before.map((item) => item.id));
      const added = answer.list.map(format).filter((/** @type {any} */ item) => !known.has(item.id));
      const items = before.concat(added);
      put({ items, total: answer.total, trouble: null, state: items.length > 0 ? "ready" : "empty", more: hasMore ? "" : "end" });
    } catch (error) {
      if (mine !== begun) return;
      const trouble = describe(error, what);
      if (wanted > 1) put({ more: "error", trouble });
      else if (view.items.length === 0) put({ state: "error", trouble });
      else put({ trouble });
    }
  }

  return {
    get view() {
      return view;
    },

    /** From the first one, as many as there are: what is there stays until the answer comes. */
    refresh() {
      begun += 1;
      if (view.items.length === 0) put({ state: "loading", trouble: null, more: "" });
      const pages = Math.ceil(view.items.length / SIZE);
      return get(1, Math.min(MOST, Math.max(SIZE, pages * SIZE)));
    },

    /** From the first page, with nothing shown meanwhile: another filter. */
    restart() {
      view = blank();
      return this.refresh();
    },

    /** The next page, when the end of the list comes into view, or after an error. */
    async more() {
      if (view.state !== "ready" || view.more === "loading" || !hasMore) return;
      put({ more: "loading" });
      await get(page + 1, SIZE);
    },

    /** After an error, whichever it was. */
    retry() {
      return view.state === "ready" && view.more === "error" ? this.more() : this.refresh();
    },

    /** Nobody is logged in. */
    signOut() {
      begun += 1;
      put({ ...blank(), state: "signedOut" });
    },

    /** Changes the item with this id, if it is here. @param {any} id @param {(item: any) => any} change */
    patch(id, change) {
      if (!view.items.some((item) => item.id === id)) return false;
      put({ items: view.items.map((item) => (item.id === id ? change(item) : item)) });
      return true;
    },

    /** Takes the item with this id away. @param {any} id */
    remove(id) {
      const items = view.items.filter((item) => item.id !== id);
      if (items.length === view.items.length) return;
      put({ items, total: Math.max(0, view.total - 1), state: items.length > 0 ? "ready" : "empty" });
    },
  };
}

module.exports = { createPager, blank };
