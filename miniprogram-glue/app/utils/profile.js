/** The person's own page: what it says of them. */

const { count } = require("./format");

const NICKNAME_LENGTH = 32;
const POINTS_A_LEVEL = 1000;

/**
 * @param {string} text
 * @returns {{nickname: string, trouble: string}}
 */
function checkNickname(text) {
  const nickname = text.trim();
  const length = Array.from(nickname).length;
  if (length === 0) return { nickname, trouble: "请填写昵称" };
  if (length > NICKNAME_LENGTH) return { nickname, trouble: `昵称最多 ${NICKNAME_LENGTH} 个字` };
  return { nickname, trouble: "" };
}

/** Points that were earned decide the level. @param {number} level @param {number} earned */
function levelOf(level, earned) {
  const into = earned - (level - 1) * POINTS_A_LEVEL;
  const missing = Math.max(0, POINTS_A_LEVEL - into);
  return { level, percent: Math.max(0, Math.min(100, Math.round((into / POINTS_A_LEVEL) * 100))), next: `再得 ${count(missing)} 积分升到 ${level + 1} 级` };
}

/** @param {any} statistics */
const numbersOf = ({ total_draws, total_exchanges, total_uploads, this_month_points }) => [
  { id: "draws", name: "抽奖", value: count(total_draws) },
  { id: "orders", name: "兑换", value: count(total_exchanges) },
  { id: "uploads", name: "小票", value: count(total_uploads) },
  { id: "month", name: "本月得分", value: count(this_month_points) },
];

module.exports = { checkNickname, levelOf, numbersOf, NICKNAME_LENGTH };
