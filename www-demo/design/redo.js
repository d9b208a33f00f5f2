/** What one designer changed, done again on the wheel that another one has published meanwhile. */

import { equalAngles, fromConfig, widths, WIDTH_MIN } from "../common/draft.js";
import { rebased } from "../common/draft-changes.js";
import { narrow } from "../common/typed-numbers.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').Prize} Prize
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 */

/** What is told of a prize beside its place on the wheel. A limit and its number are one matter. @type {[string, (prize: Prize) => string][]} */
const TRAITS = [
  ["名称", (prize) => prize.name],
  ["类型", (prize) => prize.type],
  ["价值", (prize) => number(prize.value)],
  ["概率", (prize) => number(prize.chance)],
  ["颜色", (prize) => prize.color.toLowerCase()],
  ["图片", (prize) => prize.image],
  ["活动标记", (prize) => String(prize.isActivity)],
  ["数量", (prize) => (prize.isLimited ? number(prize.stock) : "")],
];

/** @type {Record<string, (keyof Prize)[]>} */
const FIELDS = {
  名称: ["name"],
  类型: ["type"],
  价值: ["value"],
  概率: ["chance"],
  颜色: ["color"],
  图片: ["image"],
  活动标记: ["isActivity"],
  数量: ["isLimited", "stock"],
};

/** The same number is the same however it is typed. @param {string} text */
const number = (text) => {
  const clean = narrow(text);
  return clean !== "" && Number.isFinite(Number(clean)) ? String(Number(clean)) : clean;
};

/**
 * @param {ServerConfig | null} base what was opened
 * @param {Draft} mine what became of it here
 * @param {ServerConfig} live what became of it elsewhere
 * @returns {{draft: Draft, clashes: string[]}} `clashes`: what both have changed, each its own way; the draft has ours
 */
export function redone(base, mine, live) {
  if (!base) return { draft: rebased(recognised(mine, live), live), clashes: [] };
  const [was, theirs] = [fromConfig(base), fromConfig(live)];
  /** @type {string[]} */
  const clashes = [];
  /** @param {string} what @param {string} a @param {string} b @param {string} c was, mine, theirs @returns {boolean} whether ours stays */
  const ours = (what, a, b, c) => {
    if (b !== a && c !== a && b !== c) clashes.push(what);
    return b !== a;
  };
  const names = namesOf(was);
  const standIns = [names(was, was.fallback), names(mine, mine.fallback, "mine"), names(theirs, theirs.fallback, "theirs")];
  const prizes = prizesOf({ was, mine, theirs }, ours, names);
  const isStandInOurs = ours("抽完后给的奖品", standIns[0] ?? "", standIns[1] ?? "", standIns[2] ?? "");
  const draft = {
    cost: ours("每次抽奖的积分", number(was.cost), number(mine.cost), number(theirs.cost)) ? mine.cost : theirs.cost,
    limit: ours("每人每天的次数", number(was.limit), number(mine.limit), number(theirs.limit)) ? mine.limit : theirs.limit,
    rules: ours("规则文字", was.rules, mine.rules, theirs.rules) ? mine.rules : theirs.rules,
    fallback: null,
    prizes,
  };
  const moved = rebased(draft, live);
  // A prize of ours that is new may have another number by now; theirs keep theirs.
  const ownStandIn = mine.prizes.find(({ id }) => id === mine.fallback);
  const standIn = ownStandIn ? (moved.prizes.find(({ key }) => key === ownStandIn.key)?.id ?? mine.fallback) : mine.fallback;
  const laid = { ...moved, fallback: isStandInOurs ? standIn : theirs.fallback };
  const room = widths(laid);
  const fits = room !== null && Object.values(room).every((width) => width >= WIDTH_MIN);
  return { draft: fits ? laid : equalAngles(laid), clashes };
}

/** The same prize in each of them: two that are new are two, also with one number. @param {Draft} was */
const namesOf = (was) => (/** @type {Draft} */ draft, /** @type {number | null} */ id, whose = "") => {
  const prize = draft.prizes.find((one) => one.id === id);
  const isOld = prize && !prize.isNew && was.prizes.some((one) => one.id === id);
  return prize && !isOld ? `${whose} ${id}` : String(id);
};

/** A draft of unknown origin: what is there by the same id, type and name is the same prize. @param {Draft} draft @param {ServerConfig} live */
export const recognised = (draft, live) => ({
  ...draft,
  prizes: draft.prizes.map((prize) => ({ ...prize, isNew: !live.prizes.some(({ id, type, name }) => id === prize.id && type === prize.type && name === prize.name) })),
});

/**
 * @param {{was: Draft, mine: Draft, theirs: Draft}} drafts
 * @param {(what: string, a: string, b: string, c: string) => boolean} ours
 * @param {ReturnType<typeof namesOf>} names
 */
function prizesOf({ was, mine, theirs }, ours, names) {
  /** @param {Draft} draft @param {Prize} prize */
  const same = (draft, prize) => (prize.isNew ? undefined : draft.prizes.find((one) => !one.isNew && one.id === prize.id));
  const layout = (/** @type {Draft} */ draft, whose = "") => draft.prizes.map(({ id, angle }) => `${names(draft, id, whose)} ${number(angle)}`).join();
  const isLaidHere = ours("扇区的顺序和大小", layout(was), layout(mine, "mine"), layout(theirs, "theirs"));
  /** @param {Prize} prize of mine */
  const merged = (prize) => {
    const [old, other] = [same(was, prize), same(theirs, prize)];
    if (!old || !other) return prize;
    let both = { ...other, key: prize.key, angle: isLaidHere ? prize.angle : other.angle };
    for (const [what, read] of TRAITS) {
      if (!ours(`“${old.name}”的${what}`, read(old), read(prize), read(other))) continue;
      for (const field of FIELDS[what] ?? []) both = { ...both, [field]: prize[field] };
    }
    return both;
  };
  const isUntouched = (/** @type {Prize} */ prize, /** @type {Prize} */ old) => TRAITS.every(([, read]) => read(prize) === read(old));
  const kept = mine.prizes.filter((prize) => {
    const old = same(was, prize);
    return !old || same(theirs, prize) || !isUntouched(prize, old);
  });
  const keys = new Set(mine.prizes.map(({ key }) => key));
  const added = theirs.prizes.filter((prize) => !same(was, prize) && !same(mine, prize)).map((prize) => (keys.has(prize.key) ? { ...prize, key: `${prize.key} theirs` } : prize));
  const all = [...kept.map(merged), ...added];
  if (isLaidHere) return all;
  const order = new Map(theirs.prizes.map((prize, at) => [prize.id, at]));
  const place = (/** @type {Prize} */ prize) => (prize.isNew ? Infinity : (order.get(prize.id) ?? Infinity));
  return all.map((prize) => ({ prize, at: place(prize) })).sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ prize }) => prize);
}
