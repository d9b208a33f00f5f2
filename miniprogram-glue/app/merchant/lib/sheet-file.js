/** The files that merchants take home: of what, from when to when, and what is in one. */

const { day } = require("./words");

const KINDS = [
  { id: "reviews", name: "小票", hint: "金额、积分、谁审的、结果" },
  { id: "draws", name: "抽奖", hint: "每一次抽奖与奖品" },
  { id: "exchanges", name: "订单", hint: "兑换与奖品的发放" },
  { id: "points", name: "积分流水", hint: "每一笔积分的来去" },
];
const SPANS = [
  { id: "today", name: "今天", days: 0 },
  { id: "week", name: "近 7 天", days: 6 },
  { id: "month", name: "近 30 天", days: 29 },
];

/** The days that the file may have. */
const DAYS_MAX = 366;
const DAY_MS = 24 * 60 * 60 * 1000;

/** @param {string} id @param {number} nowMs */
function span(id, nowMs) {
  const { days } = SPANS.find((known) => known.id === id) || SPANS[0];
  return { start: day(nowMs, days), end: day(nowMs) };
}

/** @param {string} start @param {string} end @param {number} nowMs @returns {string} what is wrong with it, if anything */
function spanError(start, end, nowMs) {
  if (start > end) return "开始的日期要在结束之前";
  if (start > day(nowMs)) return "开始的日期还没有到";
  return (Date.parse(end) - Date.parse(start)) / DAY_MS >= DAYS_MAX ? "一次最多导出 366 天" : "";
}

/** Rows of a file, without the titles; a text in quotes may have lines of its own. @param {string} text */
function rows(text) {
  let lines = 0;
  let isQuoted = false;
  for (const letter of text) {
    if (letter === '"') isQuoted = !isQuoted;
    else if (letter === "\n" && !isQuoted) lines += 1;
  }
  return Math.max(0, lines - 1);
}

module.exports = { KINDS, SPANS, rows, span, spanError };
