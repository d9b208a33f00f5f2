/** How large a person has set WeChat's text. */

/** The setting's usual value, in px: what the look was drawn for. */
const USUAL = 17;

/** @param {number} setting in px @returns {"" | "text-large" | "text-larger"} a class of styles/tokens.wxss */
function sizeClass(setting) {
  if (!(setting > 0)) return "";
  if (setting >= USUAL * 1.3) return "text-larger";
  return setting >= USUAL * 1.1 ? "text-large" : "";
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
