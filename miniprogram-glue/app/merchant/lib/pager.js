/**
 * A list that gets shorter while it is worked on: what is decided leaves it, here and at other merchants' phones. The other
 * lists of the app (utils/pager.js) only grow. `<list-state>` shows the view of either.
 */

const { failure } = require("./failure");

/**
 * @typedef {object} View
 * @property {"loading" | "ready" | "empty" | "error"} state
 * @property {any[]} items as the server has them
 * @property {number} total
 * @property {"" | "loading" | "error" | "end"} more
 * @property {{title: string, text: string} | null} trouble
 */

/** The most that the server gives at once. */
const SIZE_MAX = 100;
/** So many rows at most are read anew: whoever has scrolled further begins further up. */
const ROWS_MAX = 300;

/** @returns {View} */
const blank = () => ({ state: "loading", items: [], total: 0, more: "", trouble: null });

/**
 * @param {object} options
 * @param {(page: number, size: number) => Promise<{list: any[], total: number, has_more: boolean}>} options.load
 * @param {(item: any) => string | number} options.key
 * @param {(view: View, error: any) => void} options.show called on every change, with the error that made it if one did
 * @param {number} [options.size]
 */
function createPager({ load, key, show, size = 20 }) {
  let view = blank();
  let hasMore = false;
  /** Answers to an older question are dropped. */
  let question = 0;
  /** What was changed since the last question: its answer may be older. @type {((items: any[]) => any[])[]} */
  let changes = [];

  /** @param {Partial<View>} change @param {any} [error] */
  const put = (change, error = null) => {
    view = { ...view, ...change };
    show(view, error);
  };

  /** Each once, as it is in the newer list. @param {any[]} items @param {any[]} newer */
  const joined = (items, newer) => {
    const fresh = new Map(newer.map((item) => [key(item), item]));
    const known = new Set(items.map(key));
    return items.map((item) => fresh.get(key(item)) || item).concat(newer.filter((item) => !known.has(key(item))));
  };

  /** @param {any} answer @param {any[]} items */
  const settle = (answer, items) => {
    hasMore = answer.has_more === true;
    const now = changes.reduce((changed, change) => change(changed), items);
    const total = answer.total - (items.length - now.length);
    put({ state: now.length > 0 ? "ready" : "empty", items: now, total, more: hasMore ? "" : "end", trouble: null });
  };

  const ask = () => {
    question += 1;
    changes = [];
    return question;
  };

  /** Now, and onto the answer that is on its way. @param {(items: any[]) => any[]} change */
  const edit = (change) => {
    changes.push(change);
    return change(view.items);
  };

  /** @param {boolean} isQuiet what is shown stays until the answer is there */
  const reload = async (isQuiet) => {
    const mine = ask();
    if (!isQuiet) put(blank());
    const rows = Math.min(Math.max(size, Math.ceil(view.items.length / size) * size), ROWS_MAX);
    const each = Math.min(rows, SIZE_MAX);
    try {
      let [items, answer] = [/** @type {any[]} */ ([]), /** @type {any} */ (null)];
      for (let page = 1; (page - 1) * each < rows && (!answer || answer.has_more === true); page += 1) {
        answer = await load(page, each);
        if (mine !== question) return;
        items = joined(items, answer.list);
      }
      settle(answer, items);
    } catch (error) {
      if (mine !== question) return;
      const trouble = failure(error, "读取");
      const isKept = isQuiet && view.items.length > 0 && trouble.kind === "other";
      put(isKept ? { trouble, more: hasMore ? "" : "end" } : { ...blank(), state: "error", trouble }, error);
    }
  };

  const more = async () => {
    if (!hasMore || view.more === "loading" || view.state !== "ready") return;
    const mine = ask();
    const expected = view.total;
    put({ more: "loading" });
    try {
      // What went has moved the rest up, so pages are counted from what is still there.
      const answer = await load(Math.floor(view.items.length / size) + 1, size);
      if (mine !== question) return;
      settle(answer, joined(view.items, answer.list));
      // Others took some away as well: those are still shown, and as many slipped through between the pages.
      if (answer.total !== expected && view.items.length <= ROWS_MAX) await reload(true);
    } catch (error) {
      if (mine === question) put({ more: "error", trouble: failure(error, "读取") }, error);
    }
  };

  /** @type {Promise<void> | null} */
  let refreshing = null;
  let isStale = false;
  const refreshAll = async () => {
    do {
      isStale = false;
      await reload(view.state === "ready" || view.state === "empty");
    } while (isStale);
    refreshing = null;
  };

  return {
    get view() {
      return view;
    },
    /** From the beginning, with nothing shown meanwhile. */
    restart: () => reload(false),
    /** The same again, as it is by now. However many ask meanwhile, it is read once more. */
    refresh: () => {
      isStale = true;
      refreshing = refreshing || refreshAll();
      return refreshing;
    },
    more,
    /** After an error, whichever it was. */
    retry: () => (view.more === "error" ? more() : reload(view.state === "ready")),
    /** @param {Array<string | number>} keys */
    remove: (keys) => {
      const gone = new Set(keys);
      const items = edit((all) => all.filter((item) => !gone.has(key(item))));
      const removed = view.items.length - items.length;
      if (removed === 0) return;
      put({ items, total: Math.max(items.length, view.total - removed), state: items.length > 0 || hasMore ? view.state : "empty" });
      if (items.length === 0 && hasMore) reload(true);
    },
    /** @param {any} item in place of the one with its key */
    replace: (item) => put({ items: edit((all) => all.map((old) => (key(old) === key(item) ? item : old))) }),
    /** Answers that are on their way are dropped. */
    stop: () => {
      question += 1;
      isStale = false;
    },
  };
}

module.exports = { createPager };
