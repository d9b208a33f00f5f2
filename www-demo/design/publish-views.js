/** What the dialog of publishing says at each step. */

import { CHECK } from "../common/icons.js";
import { percent, short } from "../common/numbers.js";
import { NO_ADVICE } from "../common/promotion-words.js";
import { h, icon } from "../dom.js";

/**
 * @typedef {import('../common/draft-changes.js').Change} Change
 * @typedef {import('./odds-change.js').Odds} Odds
 * @typedef {import('./findings.js').Shown} Finding
 * @typedef {{words: string, what: string[]}} Over what of somebody else's would be replaced, by the titles of the changes
 */

const clock = new Intl.DateTimeFormat("zh-CN", { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

/** @param {string} [iso] */
export const moment = (iso) => (iso ? clock.format(new Date(iso)) : "");

/** @param {Change[]} found @param {string} [none] what is said if there are none @param {string[]} [clashes] what the other one wrote, too, is laid open */
export function changeList(found, none = "没有改动。", clashes = []) {
  if (found.length === 0) return h("p", { class: "quiet" }, none);
  const item = (/** @type {Change} */ change) => h("li", {}, h("b", {}, change.title), h("span", { class: "num" }, change.text), longText(change, clashes.includes(change.title)));
  return h("ul", { class: "changes" }, ...found.map(item));
}

/** A long text as it was and as it will be. @param {Change} change @param {boolean} isClash */
function longText({ before, after }, isClash) {
  if (before === undefined || after === undefined) return null;
  const side = (/** @type {string} */ words, /** @type {string} */ text) => [h("dt", {}, words), h("dd", {}, text.trim() === "" ? "（空的）" : text)];
  return h("details", { class: "long-text", open: isClash }, h("summary", {}, "看全文"), h("dl", {}, ...side(isClash ? "别人写的，会被换掉" : "原来", before), ...side(isClash ? "您写的" : "改成", after)));
}

/** @param {Odds[]} rows */
function oddsTable(rows) {
  const cell = (/** @type {number | null} */ weight) => h("td", {}, weight === null ? "—" : percent(weight));
  const turn = (/** @type {Odds} */ { before, after }) => {
    const by = (after ?? 0) - (before ?? 0);
    return h("td", { class: by > 0 ? "up" : "down" }, `${by > 0 ? "+" : "−"}${percent(Math.abs(by))}`);
  };
  return h(
    "table",
    { class: "odds-change num" },
    h("caption", { class: "sr-only" }, "概率有变的奖品"),
    h("thead", {}, h("tr", {}, ...["奖品", "现在", "发布后", "相差"].map((text) => h("th", { scope: "col" }, text)))),
    h("tbody", {}, ...rows.map((row) => h("tr", {}, h("th", { scope: "row" }, row.name), cell(row.before), cell(row.after), turn(row)))),
  );
}

/** @param {string} before @param {string} after */
function hashes(before, after) {
  const print = (/** @type {string} */ hash) => h("code", { title: hash }, short(hash));
  if (before === after) return h("p", { class: "quiet" }, "奖品表没有变，指纹还是 ", print(after), "。");
  return h("dl", { class: "prints" }, ...(before ? [h("dt", {}, "现在的指纹"), h("dd", {}, print(before))] : []), h("dt", {}, "发布后的指纹"), h("dd", {}, print(after)));
}

/** @param {string} title @param {...import('../dom.js').Child} children */
const part = (title, ...children) => h("section", { class: "part" }, h("h3", {}, title), ...children);

/** @param {Finding[]} findings */
function warnings(findings) {
  const bad = findings.filter(({ level }) => level !== "ok");
  if (bad.length === 0) return null;
  return h(
    "section",
    { class: "part part--gold" },
    h("h3", {}, `活动规则还有 ${bad.length} 条提示`),
    h("ul", { class: "hints" }, ...bad.map(({ title, level }) => h("li", { "data-level": level }, title))),
    h("p", { class: "quiet" }, `${NO_ADVICE}不影响发布。`),
  );
}

/**
 * @param {object} about
 * @param {Change[]} about.mine
 * @param {Odds[]} about.odds
 * @param {{before: string, after: string}} about.hash `before` is empty if there is no wheel yet
 * @param {Finding[]} about.findings
 * @param {Over} [about.over]
 * @param {string} about.lead
 */
export const confirmBody = ({ mine, odds, hash, findings, over, lead }) => [
  h("p", { class: "lead" }, lead),
  over && over.what.length > 0 && part(over.words, h("ul", { class: "hints" }, ...over.what.map((text) => h("li", {}, text)))),
  changeList(mine, undefined, over?.what),
  odds.length > 0 && part("概率", oddsTable(odds)),
  part("奖品表指纹", hashes(hash.before, hash.after)),
  warnings(findings),
  h("p", { class: "quiet" }, "正在抽的那一次仍按旧的算；旧转盘的每一次抽奖都还能核对。"),
];

/** @param {{theirs: Change[], mine: Change[], at: string}} about */
export const conflictBody = ({ theirs, mine, at }) => [
  h("p", { class: "lead" }, `${at ? `${at}，` : ""}别人发布了新的转盘。${mine.length > 0 ? "您的修改没有发布，也没有丢。" : "您打开的那一版没有改过。"}`),
  h("div", { class: "sides" }, part("别人改了这些", changeList(theirs, "看不出和您打开的那一版有什么不同。")), part("您改了这些", changeList(mine))),
  mine.length > 0 && h("p", { class: "quiet" }, "在新的上面重做：只把您改过的地方放到新的转盘上，别人改的都留着。"),
  h("p", { class: "quiet" }, "整个换成我的：别人这次改的都不要了。哪一样都会再给您看一遍，确认了才发布。"),
];

/** @param {{published_at?: string, table_hash?: string}} config @param {string} words */
export const doneBody = (config, words) => [
  h(
    "div",
    { class: "done" },
    h("span", { class: "done__mark" }, icon(CHECK)),
    h("div", {}, h("p", { class: "lead" }, words), h("p", { class: "quiet num" }, `发布于 ${moment(config.published_at)}`)),
  ),
  part("奖品表指纹", h("p", { class: "print-long" }, h("code", {}, config.table_hash ?? ""))),
  h("p", {}, h("a", { class: "text-link", href: "odds" }, "看公开概率页")),
];

export const dinerBody = () => [
  h("p", { class: "lead" }, "这个账号可以抽奖，但没有店家的权限，所以不能读入和发布转盘。您的草稿还在。"),
  part(
    "怎样成为店家",
    h(
      "ul",
      { class: "ways" },
      h("li", {}, "在小程序“我的”里点“我是店家，申请入驻”，通过以后再试一次；"),
      h("li", {}, "或者请管理员在服务器上开通：", h("code", {}, "fairwheel-server admin grant-merchant 手机号")),
    ),
  ),
];

/** @param {{label: string, words: string, onclick?: () => void}[]} faults @param {string} lead */
export const faultsBody = (lead, faults) => [
  h("p", { class: "lead" }, lead),
  h(
    "ul",
    { class: "faults" },
    ...faults.map(({ label, words, onclick }) => {
      const text = [h("b", {}, label), h("span", {}, words)];
      return h("li", {}, onclick ? h("button", { class: "fault", type: "button", onclick }, ...text) : h("div", { class: "fault" }, ...text));
    }),
  ),
];
