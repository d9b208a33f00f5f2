/** How large a person has set WeChat's text. */

/** From these settings on, in px; the usual one is 16 or 17. */
const LARGE = 18;
const LARGER = 21;

/** @param {number} setting in px @returns {"" | "text-large" | "text-larger"} a class of styles/tokens.wxss */
function sizeClass(setting) {
  if (setting >= LARGER) return "text-larger";
  return setting >= LARGE ? "text-large" : "";
}

function textSize() {
  try {
    const info = wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync();
    return sizeClass(/** @type {any} */ (info).fontSizeSetting);
  } catch (error) {
    return "";
  }
}

module.exports = { sizeClass, textSize };
