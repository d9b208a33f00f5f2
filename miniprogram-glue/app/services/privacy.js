/** WeChat's own question about privacy, asked before the camera or the album. */

/** @returns {Promise<boolean>} whether the person agrees */
function allowed() {
  return new Promise((resolve) => {
    if (!wx.getPrivacySetting || !wx.requirePrivacyAuthorize) return resolve(true); // WeChats older than the rule
    wx.getPrivacySetting({
      success: ({ needAuthorization }) => {
        if (!needAuthorization) return resolve(true);
        wx.requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) });
      },
      fail: () => resolve(true), // the camera asks by itself then
    });
  });
}

module.exports = { allowed };
