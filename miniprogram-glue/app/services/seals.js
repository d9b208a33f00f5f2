/** Verdicts that this phone has come to, so that a list shows each seal without computing all of them again. */

const KEY = "fairwheel.seals";
/** The oldest are forgotten first. */
const KEPT = 300;

/** @typedef {"ok" | "bad"} Seal */

/** @returns {[string, Seal][]} oldest first */
function kept() {
  const found = wx.getStorageSync(KEY);
  return Array.isArray(found) ? found : [];
}

/** @returns {Record<string, Seal>} by draw */
function seals() {
  /** @type {Record<string, Seal>} */
  const all = {};
  for (const [drawId, seal] of kept()) all[drawId] = seal;
  return all;
}

/** @param {string} drawId @param {boolean} isOk */
function setSeal(drawId, isOk) {
  const others = kept().filter(([id]) => id !== drawId);
  wx.setStorageSync(KEY, [...others, [drawId, isOk ? "ok" : "bad"]].slice(-KEPT));
}

module.exports = { seals, setSeal };
