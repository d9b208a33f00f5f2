/** A result that was paid for and not shown yet: kept until it is, also when the app is killed while the wheel turns. */

const KEY = "fairwheel.unseen";

/** @param {number} userId @param {any} drawn of the library */
function keepUnseen(userId, { answer, verdict, outcomes }) {
  const { draw_id, results, fairness } = answer;
  const kept = { answer: { draw_id, results, fairness: { table_hash: fairness.table_hash } }, verdict, outcomes };
  try {
    wx.setStorageSync(KEY, { userId, drawn: kept });
  } catch (error) {
    // Full: the result stands in the records all the same.
  }
}

/** @param {number} userId @returns {any} what was kept of a draw; null if all was shown */
function unseen(userId) {
  const kept = wx.getStorageSync(KEY);
  return kept && kept.userId === userId && kept.drawn ? kept.drawn : null;
}

function forgetUnseen() {
  wx.removeStorageSync(KEY);
}

module.exports = { keepUnseen, unseen, forgetUnseen };
