/** The arithmetic of one draw, as on paper. */

import { h } from "../dom.js";
import { count, degrees, percent } from "../words.js";
import { coloured } from "./replay.js";
import { bytesOf } from "./workings.js";

/**
 * @typedef {import('./workings.js').Draw} Draw
 * @typedef {import('./workings.js').Uniform} Uniform
 */

/** One line of a sum: what is worked out, how, and what it comes to. @param {string} what @param {string} how @param {string} result @param {string} [looks] */
const line = (what, how, result, looks = "") => h("tr", { class: looks }, h("th", { scope: "row" }, what), h("td", {}, h("code", {}, how)), h("td", {}, h("code", {}, result)));

/** @param {Node[]} lines @param {string} [looks] */
const paper = (lines, looks = "sum-table") => h("div", { class: "sideways", tabIndex: 0, role: "group", "aria-label": "算式" }, h("table", { class: looks }, h("tbody", {}, ...lines)));

/** The words of one uniform number. @param {Uniform} of @param {string} what it is @param {string} [looks] of what it comes to */
const taken = ({ passed, word, below, limit, result }, what, looks = "") => [
  line("界限", `⌊4,294,967,296 ÷ ${count(below)}⌋ × ${count(below)}`, count(limit)),
  ...passed.map((one) => line("跳过的字", `${count(one)} ≥ ${count(limit)}`, "不用", "is-passed")),
  line("取用的字", `${count(word)} < ${count(limit)}`, count(word)),
  line(what, `${count(word)} mod ${count(below)}`, count(result), looks),
];

/** @param {Draw} draw */
export const ticket = (draw) =>
  h("div", {}, paper(taken(draw.ticket, "号码", "is-result")), h("p", { class: "quiet" }, "达到界限的字要跳过，否则小的号码会比大的多出一点点机会。"));

/** Where on the line of all tickets this one fell. @param {import('./workings.js').Workings["table"]} table @param {Draw} draw */
export function prizes(table, { cumulative, ticket: { result }, given, drawn, soldOut }) {
  const colours = new Map(coloured(table).map(({ id, colour }) => [id, colour]));
  const band = h("div", { class: "band", "aria-hidden": "true" });
  for (const { prize, isDrawn } of cumulative) {
    const part = h("i", { class: isDrawn ? "band__part band__part--drawn" : "band__part" });
    part.style.flexGrow = String(prize.weight);
    part.style.background = colours.get(prize.id) ?? "";
    if (prize.weight > 0) band.append(part);
  }
  const mark = h("i", { class: "band__mark" });
  mark.style.left = `${(result + 0.5) / 100}%`;
  band.append(mark);
  const rows = cumulative.map(({ prize, from, until, isDrawn }) => {
    const swatch = h("i", { class: "swatch" });
    swatch.style.background = colours.get(prize.id) ?? "";
    return h(
      "tr",
      { class: isDrawn ? "is-result" : "" },
      h("th", { scope: "row" }, swatch, prize.name, soldOut.includes(prize.id) ? h("span", { class: "quiet" }, " 已送完") : null),
      h("td", {}, h("code", {}, prize.weight === 0 ? "—" : `${count(from)} – ${count(until - 1)}`)),
      h("td", {}, h("code", {}, percent(prize.weight))),
    );
  });
  const instead = given === drawn ? null : h("p", {}, `号码 ${count(result)} 抽到「${drawn.name}」，它当时已送完，所以按奖品表的约定发「${given.name}」。`);
  return h("div", {}, band, paper(rows, "sum-table prizes"), instead);
}

/** @param {Draw} draw */
export function place({ place: of, sector: { start, width, offset, angle }, given }) {
  const sum = start + offset;
  return h(
    "div",
    {},
    paper([
      line("扇形", `「${given.name}」起 ${degrees(start)}，宽 ${degrees(width)}`, count(width)),
      line("两边各留", "0.50°，指针不压线", count(width - 100)),
      ...taken(of, "余数"),
      line("离起边", `50 + ${count(of.result)}`, count(offset)),
      line("角度", `${count(start)} + ${count(offset)}${sum >= 36_000 ? " − 36,000" : ""}`, count(angle), "is-result"),
      line("指针读数", `${count(angle)} ÷ 100`, degrees(angle)),
    ]),
    h("p", { class: "quiet" }, "角度以百分之一度计，从转盘静止时的 12 点顺时针量。指针不动，转盘往回转同样的角度。"),
  );
}

/** @param {Draw} draw */
export function edges({ edges: both, given, isNearMiss }) {
  const rows = both.map(({ side, distance, isNear, prize, isRarer }) => {
    const rare = prize.type === "empty" ? "是空奖" : prize.weight === 0 ? "抽不到" : isRarer ? "更少见" : "不更少见";
    return line(side === "before" ? "离起边" : "离终边", `${degrees(distance)} ${isNear ? "≤" : ">"} 2.00°，那边是「${prize.name}」，${rare}`, isNear && isRarer ? "靠近" : "不算", isNear && isRarer ? "is-result" : "");
  });
  return h("div", {}, paper(rows), h("p", { class: "quiet" }, `更少见：概率低于「${given.name}」的 ${percent(given.weight)}。${isNearMiss ? "停在哪里由随机数决定，靠近是事后看出来的，不是安排的。" : ""}`));
}

/** What the key is made of, byte by byte. @param {string} text */
export function message(text) {
  const bytes = bytesOf(text);
  const cells = bytes.map(({ hex, letter }) => h("span", { class: letter === "⏎" ? "byte byte--end" : "byte" }, h("code", { class: "byte__hex" }, hex), h("span", { class: "byte__letter" }, letter)));
  return h(
    "div",
    {},
    h("p", { class: "quiet" }, `消息，${count(bytes.length)} 个字节：版本、指纹、序号、次数、您的随机数，每行以换行（⏎，0a）结束，最后一行没有。`),
    h("div", { class: "bytes", role: "img", "aria-label": text.replaceAll("\n", "，换行，") }, ...cells),
  );
}
