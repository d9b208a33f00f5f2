/**
 * A design as a file, as the canonical text of its table, and as a link. What can't be read throws a `FileProblem`; nothing is
 * opened here, so the present work stays as it is.
 */

import { WEIGHTS, blank } from "../common/draft.js";
import { WIRE, words } from "../common/draft-check.js";
import { FileProblem } from "./file-problem.js";
import { importDesign } from "./import-design.js";
import { readConfig } from "./read-config.js";
import { problemOf } from "./read-design.js";
import { written } from "./write-design.js";

export { FileProblem } from "./file-problem.js";
export { fromLink, isLink, toLink } from "./link.js";

/**
 * @typedef {import('../common/draft.js').Draft} Draft
 * @typedef {import('../common/draft.js').ServerConfig} ServerConfig
 * @typedef {import('../common/types.js').Core} Core
 * @typedef {import('./write-design.js').Design} Design
 * @typedef {import('./read-design.js').Read & {base: ServerConfig | null}} Opened for `store.open(draft, { base: base ?? store.base, terms })`
 */

/** The largest design, a hundred pictures and all, has 7 MB. */
export const FILE_MAX = 8 * 1024 * 1024;

/** @param {Design} design the store, or what it holds @returns {string} JSON, with the pictures that are not uploaded yet */
export const toJson = (design) => `${JSON.stringify(written(design), null, 2)}\n`;

/**
 * @param {string} text what `toJson` made, or an answer of `/api/merchant/lottery/config`, or what is sent there
 * @returns {Opened} `base`: the wheel itself, if it is the server's answer
 * @throws {FileProblem}
 */
export function fromJson(text) {
  if (text.length > FILE_MAX) throw new FileProblem("", "文件太大，最多 8 MB");
  const value = parsed(text);
  const content = unwrapped(value);
  return { ...importDesign(content), base: readConfig(content) };
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch {
    throw new FileProblem("", "不是 JSON，或者只有一半");
  }
}

/** An answer of the server comes in an envelope. @param {any} value @returns {any} */
const unwrapped = (value) => (value !== null && typeof value === "object" && Object.hasOwn(value, "code") && Object.hasOwn(value, "data") ? value.data : value);

/**
 * The canonical text: what is hashed, and committed to. It has neither colours nor pictures nor rules.
 * @param {{table: {text: string} | null, errors: Record<string, string>}} store @returns {string}
 * @throws {FileProblem} while the draft breaks a rule
 */
export function toText({ table, errors }) {
  const [field = ""] = Object.keys(errors);
  if (!table) throw new FileProblem(field, `还有 ${Math.max(1, Object.keys(errors).length)} 处要改，改好才有规范文本`);
  return table.text;
}

/**
 * @param {Core} core @param {string} text
 * @param {Draft} [present] prizes with the same id keep their colours and pictures; the rules and terms stay
 * @returns {Opened}
 * @throws {FileProblem}
 */
export function fromText(core, text, present = { ...blank(), prizes: [] }) {
  // As editors and mail change it; the table is the same.
  const clean = `${text.replace(/^\ufeff/, "").replace(/\r\n/g, "\n").trimEnd()}\n`;
  const table = read(core, clean);
  const prizes = table.prizes.map(({ weight, value_cents, ...prize }) => {
    const { color, image } = present.prizes.find((one) => one.id === prize.id) ?? {};
    return { ...prize, value: value_cents / 100, probability: weight / WEIGHTS, color, image };
  });
  // The same reader as for files: what comes out of it is a whole design, with colours for all.
  const design = importDesign({ cost_points: table.cost, daily_limit: table.daily_limit, fallback: table.fallback, rules: "", prizes });
  return { ...design, draft: { ...design.draft, rules: present.rules }, base: null };
}

/** @param {Core} core @param {string} text */
function read(core, text) {
  try {
    return core.tableFromText(text);
  } catch (thrown) {
    const { code = "", field = "", message = "" } = /** @type {{code?: string, field?: string, message?: string}} */ (thrown);
    const [, line] = /^line (\d+)/.exec(message) || [];
    if (code === "bad_text") throw new FileProblem("", `第 ${line} 行读不懂：规范文本从 fairwheel-table-v1 开始，一个奖品一行`);
    if (code === "bad_value") throw new FileProblem("", "太长，不是规范文本");
    throw ofRule(code, field);
  }
}

/** A rule that the table breaks, in the words that stand beside fields. @param {string} code @param {string} field */
function ofRule(code, field) {
  const [, prize = "", name = field] = /^(prizes\[\d+\]\.)(.*)$/.exec(field) || [];
  const wire = WIRE[name] ?? name;
  if (code === "weight_sum") return new FileProblem("probability", "概率加起来要正好 10,000");
  return problemOf(`${prize}${wire}`, `：${words({ code, field: name }, { ...blank(), prizes: [] })}`);
}
