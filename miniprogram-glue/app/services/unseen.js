/** A result that was paid for and not shown yet: kept until it is, also when the app is killed while the wheel turns. */

const { env } = require("./client");

/** Of each server and user. @param {number} userId */
const keyOf = (userId) => `fairwheel.unseen.${env.baseUrl}.${userId}`;

/** @param {number} userId @param {any} drawn of the library */
function keepUnseen(userId, { answer, verdict, outcomes }) {
  const { draw_id, results, fairness } = answer;
  const kept = { answer: { draw_id, results, fairness: { table_hash: fairness.table_hash } }, verdict, outcomes };
  try {
    wx.setStorageSync(keyOf(userId), kept);
  } catch (error) {
    // Full: the result stands in the records all the same.
  }
}

/** @param {number} userId @returns {any} what was kept of a draw; null if all was shown */
function unseen(userId) {
  return wx.getStorageSync(keyOf(userId)) || null;
}

/** @param {number} userId */
function forgetUnseen(userId) {
  wx.removeStorageSync(keyOf(userId));
}

module.exports = { keepUnseen, unseen, forgetUnseen };
