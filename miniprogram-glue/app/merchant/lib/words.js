/** Numbers, times and amounts as merchants read them: those of the app, and a few more. */

const { count, points, signed, when, yuan } = require("../../utils/format");

const DAY_MS = 24 * 60 * 60 * 1000;
const BEIJING_MS = 8 * 60 * 60 * 1000;

/** The day in Beijing, `yyyy-mm-dd`. @param {number} nowMs @param {number} [daysAgo] */
const day = (nowMs, daysAgo = 0) => new Date(nowMs + BEIJING_MS - daysAgo * DAY_MS).toISOString().slice(0, 10);

/** A waiting time. @param {number} minutes */
function waiting(minutes) {
  if (!(minutes > 0)) return "—";
  if (minutes < 1) return "不到 1 分钟";
  if (minutes < 60) return `${Math.round(minutes)} 分钟`;
  const hours = minutes / 60;
  return hours < 48 ? `${hours.toFixed(1).replace(/\.0$/, "")} 小时` : `${Math.round(hours / 24)} 天`;
}

/** Ten-thousandths as percent, as short as it can be. @param {number} weight */
const percent = (weight) => `${weight / 100}%`;

module.exports = { count, points, signed, when, yuan, day, waiting, percent };
