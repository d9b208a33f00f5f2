/** What the server refused and the core can't know: how much was won, a picture that is none. Kept until that is edited. */

/** @typedef {import('../common/draft.js').Draft} Draft */

/** What of a prize the server calls otherwise. @type {Record<string, string>} */
const OF_PRIZE = { probability: "chance", is_activity: "isActivity" };
/** @type {Record<string, keyof Draft>} */
const OF_DRAFT = { cost_points: "cost", daily_limit: "limit" };

/** What a field holds, to see whether it was edited. @param {Draft} draft @param {string} key of its prize, or empty @param {string} name */
function held(draft, key, name) {
  /** @type {any} */
  const whose = key === "" ? draft : draft.prizes.find((prize) => prize.key === key);
  const own = whose?.[(key === "" ? OF_DRAFT : OF_PRIZE)[name] ?? name];
  // A limit is two fields, and of what is no field all is looked at.
  return JSON.stringify(name === "stock" ? [own, whose?.isLimited, whose?.type] : (own ?? whose ?? null));
}

export function createRefused() {
  /** @type {{key: string, name: string, words: string, was: string}[]} */
  let all = [];
  return {
    /** @param {Record<string, string>} fields by the server's names @param {Draft} draft that was sent */
    keep(fields, draft) {
      all = Object.entries(fields).map(([field, words]) => {
        const [, at = "", name = field] = /^prizes\[(\d+)\]\.(.+)$/.exec(field) ?? [];
        const key = at === "" ? "" : (draft.prizes[Number(at)]?.key ?? "");
        return { key, name, words, was: held(draft, key, name) };
      });
    },
    clear() {
      all = [];
    },
    /** What still stands, by the server's names. @param {Draft} draft @returns {Record<string, string>} */
    of(draft) {
      const standing = all.filter(({ key, name, was }) => held(draft, key, name) === was);
      return Object.fromEntries(
        standing.map(({ key, name, words }) => [key === "" ? name : `prizes[${draft.prizes.findIndex((prize) => prize.key === key)}].${name}`, words]),
      );
    },
  };
}
